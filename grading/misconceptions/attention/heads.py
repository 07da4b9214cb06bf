"""The heads of the layer."""

import tensorflow as tf

from grading.misconceptions import Library, changed
from grading.misconceptions.attention.common import steps_of

LIBRARY = Library()


def split_by_reshape(layer, x):
    """[batch, steps, dims] cut up into [batch, n_heads, steps, d] in the order of memory."""
    batch, steps, dims = tf.shape(x)[0], tf.shape(x)[1], x.shape[-1]
    return tf.reshape(x, [batch, layer.n_heads, steps, dims // layer.n_heads])


def merge_by_reshape(layer, x):
    batch, steps, d = tf.shape(x)[0], tf.shape(x)[2], x.shape[-1]
    return tf.reshape(x, [batch, steps, layer.n_heads * d])


@LIBRARY.add(
    "split-without-transpose",
    "heads split by a reshape alone, without swapping axes",
    """The shape [batch, n_heads, steps, d] is right, but a reshape only cuts up the numbers in the
    order in which they lie in memory: a head gets all dims of some steps, instead of some dims of
    all steps, and words are mixed up. First reshape the last axis into two, heads and d, then swap
    axes. With one head, or one step, both ways give the same, so a glance at the shape will not
    tell.""",
)
def split_without_transpose(reference):
    class MultiHeadAttention(steps_of(reference)):
        split = split_by_reshape

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "merge-without-transpose",
    "heads merged by a reshape alone, without swapping the axes back",
    """Attention itself is right, but its results are put together in the order in which they lie in
    memory: all steps of the first head, then all of the second. A row of the outputs so holds
    several steps of one head, instead of one step of all heads. Swap the axes back first, then
    join heads and d by the reshape.""",
)
def merge_without_transpose(reference):
    class MultiHeadAttention(steps_of(reference)):
        merge = merge_by_reshape

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "reshape-both-ways",
    "heads split and merged by reshapes alone, without swapping axes",
    """Splitting and merging undo each other, so shapes are right and nothing seems lost. But
    between them a head holds all dims of some steps, instead of some dims of all steps, and each
    query is compared with pieces of other words. A reshape keeps the order of the numbers in
    memory; only a transpose changes which axis is which.""",
)
def reshape_both_ways(reference):
    class MultiHeadAttention(steps_of(reference)):
        split, merge = split_by_reshape, merge_by_reshape

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "heads-interleaved",
    "heads that take every n_heads-th column instead of a block of neighbours",
    """The last axis was reshaped into [d, n_heads] instead of [n_heads, d], so head h reads the
    columns h, h + n_heads, and so on. Trained from scratch that works just as well, but the
    docstring fixes the layout: head h works on the columns h * d ... (h + 1) * d, a block. With
    kernels that were trained elsewhere the results differ.""",
)
def heads_interleaved(reference):
    class MultiHeadAttention(steps_of(reference)):
        def split(self, x):
            batch, steps, dims = tf.shape(x)[0], tf.shape(x)[1], x.shape[-1]
            x = tf.reshape(x, [batch, steps, dims // self.n_heads, self.n_heads])
            return tf.transpose(x, [0, 3, 1, 2])

        def merge(self, x):
            batch, steps, d = tf.shape(x)[0], tf.shape(x)[2], x.shape[-1]
            return tf.reshape(tf.transpose(x, [0, 2, 3, 1]), [batch, steps, self.n_heads * d])

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "scale-by-all-dims",
    "scores divided by the square root of all dims instead of one head's",
    """Each head compares vectors of d = dims / n_heads numbers, so that is the size its scores grow
    with. Divided by sqrt(dims) they come out too small, by the square root of the number of heads,
    and the weights too even. The layer's docstring divides by sqrt(d).""",
)
def scale_by_all_dims(reference):
    class MultiHeadAttention(steps_of(reference)):
        def attend(self, query, value, key, mask):
            return super().attend(query / self.n_heads**0.5, value, key, mask)

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "one-head-only",
    "attention over all dims at once, as if there were a single head",
    """The layer takes n_heads and then never splits anything: there is one softmax over scores
    from all dims. Shapes cannot show it, since merged heads have the same. Several heads weigh the
    words each in its own way; the docstring gives head h the columns h * d ... (h + 1) * d.""",
)
def one_head_only(reference):
    class MultiHeadAttention(steps_of(reference)):
        def split(self, x):
            return x[:, tf.newaxis]

        def merge(self, x):
            return x[:, 0]

    return changed(reference, MultiHeadAttention=MultiHeadAttention)
