"""Ways to attend wrongly: first in the function, then in the layer."""

import numpy as np
import tensorflow as tf

from grading.misconceptions import Library, changed

LIBRARY = Library()


# The function, in steps that a wrong one can take differently.


def tensors_of(query, value, key):
    query, value = tf.convert_to_tensor(query), tf.convert_to_tensor(value)
    return query, value, value if key is None else tf.convert_to_tensor(key)


def scores_of(query, key):
    return tf.matmul(query, key, transpose_b=True) / tf.sqrt(tf.cast(tf.shape(key)[-1], key.dtype))


def visible_in(scores, mask, causal):
    visible = tf.ones_like(scores, tf.bool)
    if mask is not None:
        visible &= tf.cast(mask, tf.bool)
    return tf.linalg.band_part(visible, -1, 0) if causal else visible


def with_function(reference, attend):
    """The reference with another ``attend(query, value, key, mask, causal)``; its layer stays."""

    def scaled_dot_product_attention(query, value, key=None, *, mask=None, causal=False):
        return attend(*tensors_of(query, value, key), mask, causal)

    return changed(reference, scaled_dot_product_attention=scaled_dot_product_attention)


def hidden(scores, visible):
    return tf.where(visible, scores, scores.dtype.min)


@LIBRARY.add(
    "no-scale",
    "scores that are not divided by the square root of the key's size",
    """The scores are the bare products of queries and keys. The more numbers a key has, the larger
    these get, and the softmax then gives nearly all the weight to one key and has no gradient left.
    The chapter's own sketch leaves the division out too, but the docstring's formula has it:
    softmax(Q K^T / sqrt(d_key)).""",
)
def no_scale(reference):
    def attend(query, value, key, mask, causal):
        scores = tf.matmul(query, key, transpose_b=True)
        weights = tf.nn.softmax(hidden(scores, visible_in(scores, mask, causal)))
        return tf.matmul(weights, value), weights

    return with_function(reference, attend)


@LIBRARY.add(
    "scale-without-root",
    "scores divided by the key's size itself, not by its square root",
    """A product of two vectors of d random numbers is not d times as large as one of single
    numbers, but about sqrt(d) times, since positive and negative terms cancel. Divided by d, the
    scores become too small and the weights too even. The docstring divides by sqrt(d_key).""",
)
def scale_without_root(reference):
    def attend(query, value, key, mask, causal):
        d_key = tf.cast(tf.shape(key)[-1], key.dtype)
        return reference.scaled_dot_product_attention(
            query / tf.sqrt(d_key), value, key, mask=mask, causal=causal
        )

    return with_function(reference, attend)


@LIBRARY.add(
    "scale-by-value-size",
    "scores divided by the square root of the value's size instead of the key's",
    """In most models keys and values have one size, and then nothing shows. But the scores come
    from queries and keys: it is the number of terms in their product, d_key, that makes them large.
    The values have no part in the scores and may have any size of their own.""",
)
def scale_by_value_size(reference):
    def attend(query, value, key, mask, causal):
        ratio = tf.cast(tf.shape(key)[-1] / tf.shape(value)[-1], query.dtype)
        return reference.scaled_dot_product_attention(
            query * tf.sqrt(ratio), value, key, mask=mask, causal=causal
        )

    return with_function(reference, attend)


@LIBRARY.add(
    "softmax-over-queries",
    "a softmax over the queries instead of over the keys",
    """The weights of one key sum to 1 over all queries here, so queries compete for keys. It should
    be the other way round: each query shares out one unit of attention over the keys. In scores of
    shape [..., queries, keys] the keys are the last axis, and with as many queries as keys the
    wrong axis raises no error.""",
)
def softmax_over_queries(reference):
    def attend(query, value, key, mask, causal):
        scores = scores_of(query, key)
        weights = tf.nn.softmax(hidden(scores, visible_in(scores, mask, causal)), axis=-2)
        return tf.matmul(weights, value), weights

    return with_function(reference, attend)


@LIBRARY.add(
    "mask-after-softmax",
    "weights set to 0 after the softmax, without sharing them out again",
    """Hidden keys do get weight 0, but their share of the softmax is lost: the weights of the
    visible keys no longer sum to 1, and the more is hidden, the smaller the outputs become. Hidden
    keys must be out of the race before the softmax, so that the visible ones share the whole
    weight.""",
)
def mask_after_softmax(reference):
    def attend(query, value, key, mask, causal):
        scores = scores_of(query, key)
        visible = visible_in(scores, mask, causal)
        weights = tf.nn.softmax(scores) * tf.cast(visible, scores.dtype)
        return tf.matmul(weights, value), weights

    return with_function(reference, attend)


@LIBRARY.add(
    "mask-inverted",
    "a mask whose True hides, where True should show",
    """Just the wrong keys are hidden. Some libraries do have masks whose True means "leave this
    out", so it is worth looking it up each time. Here, as everywhere in Keras, True means that the
    key may be seen and False that it is padding: see the argument mask in the docstring.""",
)
def mask_inverted(reference):
    def attend(query, value, key, mask, causal):
        mask = None if mask is None else ~tf.cast(mask, tf.bool)
        return reference.scaled_dot_product_attention(query, value, key, mask=mask, causal=causal)

    return with_function(reference, attend)


@LIBRARY.add(
    "mask-of-zero-scores",
    "hidden keys whose score is set to 0",
    """A score of 0 is a score like any other: its exponential is 1, so hidden keys keep a share of
    the weight, and where the other scores are negative they even get most of it. For a key to get
    weight 0 its score must be so low that the exponential vanishes.""",
)
def mask_of_zero_scores(reference):
    def attend(query, value, key, mask, causal):
        scores = scores_of(query, key)
        scores *= tf.cast(visible_in(scores, mask, causal), scores.dtype)
        weights = tf.nn.softmax(scores)
        return tf.matmul(weights, value), weights

    return with_function(reference, attend)


@LIBRARY.add(
    "mask-too-weak",
    "hidden keys whose score is lowered by too little",
    """A number like 1000 is taken from the scores of hidden keys. With ordinary scores that is
    enough, but a hidden key with a very large score still wins against a visible one with a very
    low score. The docstring asks for weight 0 however large the score: put something in the
    score's place, or take away far more than any score can be.""",
)
def mask_too_weak(reference):
    def attend(query, value, key, mask, causal):
        scores = scores_of(query, key)
        scores += tf.where(visible_in(scores, mask, causal), 0.0, tf.cast(-1e3, scores.dtype))
        weights = tf.nn.softmax(scores)
        return tf.matmul(weights, value), weights

    return with_function(reference, attend)


@LIBRARY.add(
    "softmax-overflows",
    "a softmax written as exp(scores) / sum, which overflows",
    """The formula is right on paper. But exp(89) is already infinite in float32, and infinity
    divided by infinity is NaN: large scores give no weights at all, and very low ones divide 0 by
    0. A softmax does not change if the same number is taken from all scores of a row, which is how
    library versions keep the exponentials small.""",
)
def softmax_overflows(reference):
    def attend(query, value, key, mask, causal):
        scores = scores_of(query, key)
        shown = tf.cast(visible_in(scores, mask, causal), scores.dtype)
        weights = tf.exp(scores) * shown
        weights /= tf.reduce_sum(weights, axis=-1, keepdims=True)
        return tf.matmul(weights, value), weights

    return with_function(reference, attend)


@LIBRARY.add(
    "causal-hides-diagonal",
    "a causal mask that also hides a query's own step",
    """Key j is hidden for j >= i here, so a step may not even look at itself, and the first step
    sees nothing at all. It seems right if one thinks of predicting the next word; but in the
    Transformer that shift is made in the targets. The docstring hides key j from query i for
    j > i: the diagonal stays.""",
)
def causal_hides_diagonal(reference):
    def attend(query, value, key, mask, causal):
        scores = scores_of(query, key)
        visible = visible_in(scores, mask, causal)
        if causal:
            visible = visible & ~tf.linalg.band_part(tf.ones_like(visible), 0, 0)
        weights = tf.nn.softmax(hidden(scores, visible))
        return tf.matmul(weights, value), weights

    return with_function(reference, attend)


@LIBRARY.add(
    "causal-shows-the-future",
    "a causal mask of the wrong triangle, which hides the past",
    """Each query sees its own step and those after it, and not those before. A triangle of ones is
    easily turned over, as two numbers or the order of the axes decide which one it is. Rows are
    queries and columns keys: row i must keep the columns up to i, the lower triangle.""",
)
def causal_shows_the_future(reference):
    def attend(query, value, key, mask, causal):
        scores = scores_of(query, key)
        visible = visible_in(scores, mask, False)
        if causal:
            visible = tf.linalg.band_part(visible, 0, -1)
        weights = tf.nn.softmax(hidden(scores, visible))
        return tf.matmul(weights, value), weights

    return with_function(reference, attend)


@LIBRARY.add(
    "causal-counted-from-the-end",
    "a causal mask that lets the last query see the last key whatever the lengths",
    """Queries and keys are lined up at their ends. With equal lengths that makes no difference, and
    a decoder that keeps earlier keys in a cache does it on purpose. The docstring counts both from
    the start: key j is hidden from query i for every j > i.""",
)
def causal_counted_from_the_end(reference):
    def attend(query, value, key, mask, causal):
        scores = scores_of(query, key)
        visible = visible_in(scores, mask, False)
        if causal:
            queries, keys = scores.shape[-2:]
            visible &= np.tri(queries, keys, keys - queries, dtype=bool)
        weights = tf.nn.softmax(hidden(scores, visible))
        return tf.matmul(weights, value), weights

    return with_function(reference, attend)


@LIBRARY.add(
    "causal-replaces-mask",
    "a causal mask that takes the place of the mask given",
    """Where causal is set, the mask is forgotten, and padding is attended to. An if with two
    branches, one for each kind of mask, leads there. The two are not alternatives: a decoder needs
    both, and a key may be seen only if neither of them hides it.""",
)
def causal_replaces_mask(reference):
    def attend(query, value, key, mask, causal):
        mask = None if causal else mask
        return reference.scaled_dot_product_attention(query, value, key, mask=mask, causal=causal)

    return with_function(reference, attend)


@LIBRARY.add(
    "causal-ignored",
    "a function that takes causal and does nothing with it",
    """Every query sees every key, also with causal set: a decoder trained so copies the next word
    from the future instead of predicting it, with a wonderful loss and useless results. The
    docstring hides key j from query i for every j > i.""",
)
def causal_ignored(reference):
    def attend(query, value, key, mask, causal):
        return reference.scaled_dot_product_attention(query, value, key, mask=mask)

    return with_function(reference, attend)


@LIBRARY.add(
    "key-ignored",
    "queries compared with the values even where a key is given",
    """The values always serve as keys. That is right where no key is given, and in most of the
    chapter's models both are the same. With a key of its own, the comparison belongs to the key:
    queries are held against keys, and values are only what is brought back.""",
)
def key_ignored(reference):
    def attend(query, value, key, mask, causal):
        return reference.scaled_dot_product_attention(query, value, mask=mask, causal=causal)

    return with_function(reference, attend)


@LIBRARY.add(
    "pair-swapped",
    "the weights given back first and the outputs second",
    """Both parts are right, but in the wrong order; many functions elsewhere give the weights
    last, some first. The docstring says: a pair (outputs, weights). Where the sizes happen to
    match, whoever unpacks the pair will not even get an error.""",
)
def pair_swapped(reference):
    def attend(query, value, key, mask, causal):
        return reference.scaled_dot_product_attention(query, value, key, mask=mask, causal=causal)[
            ::-1
        ]

    return with_function(reference, attend)


@LIBRARY.add(
    "two-axes-taken-for-batch-and-keys",
    "a mask of two axes that is taken for [batch, keys]",
    """A mask [queries, keys], the same for the whole batch, is taken for one row of keys for each
    sequence, as a padding mask of Keras would be. Where there are as many queries as sequences,
    nobody complains, and each query is hidden what another one must not see. The docstring says
    that masks broadcast over the scores: their last axes are queries and keys, and missing ones are
    in front.""",
)
def two_axes_taken_for_batch_and_keys(reference):
    def attend(query, value, key, mask, causal):
        scores = scores_of(query, key)
        if mask is not None:
            mask = tf.cast(mask, tf.bool)
            if len(mask.shape) == 2 < len(scores.shape) and mask.shape[0] == scores.shape[0]:
                axes = [1] * (len(scores.shape) - 2)
                mask = tf.reshape(mask, [scores.shape[0], *axes, scores.shape[-1]])
        return reference.scaled_dot_product_attention(query, value, key, mask=mask, causal=causal)

    return with_function(reference, attend)


@LIBRARY.add(
    "three-axes-taken-for-a-batch",
    "a mask of three axes that is given an axis for the heads in the middle",
    """For scores [batch, heads, queries, keys], a mask of three axes is taken for [batch, queries,
    keys], and an axis for the heads is put in. That is what many models need, but then their layer
    should do it. In the function, a mask broadcasts over the scores as it is: a missing axis is the
    first one, so the three axes belong to heads, queries and keys.""",
)
def three_axes_taken_for_a_batch(reference):
    def attend(query, value, key, mask, causal):
        scores = scores_of(query, key)
        if mask is not None and len(tf.cast(mask, tf.bool).shape) == 3 < len(scores.shape):
            mask = tf.cast(mask, tf.bool)
            if mask.shape[0] in (1, scores.shape[0]):
                mask = mask[:, tf.newaxis]
        return reference.scaled_dot_product_attention(query, value, key, mask=mask, causal=causal)

    return with_function(reference, attend)


@LIBRARY.add(
    "float32-only",
    "inputs that are all turned into float32",
    """The numbers are right, but float64 inputs come back as float32, with half of their digits
    lost, and cannot be added to what they came from without a cast. The docstring promises the
    dtype of the query; a constant takes over the dtype of a tensor if it is made from it.""",
)
def float32_only(reference):
    def attend(query, value, key, mask, causal):
        query, value, key = (tf.cast(x, tf.float32) for x in (query, value, key))
        return reference.scaled_dot_product_attention(query, value, key, mask=mask, causal=causal)

    return with_function(reference, attend)


# The layer, in steps that a wrong one can take differently.


def steps_of(reference):
    """The reference's layer, with a method for each step."""

    class MultiHeadAttention(reference.MultiHeadAttention):
        def call(self, inputs, mask=None):
            query, value, key = self.parts_of(inputs)
            hidden_by = None if mask is None else self.mask_of_keys(mask)
            query, value, key = self.q_linear(query), self.v_linear(value), self.k_linear(key)
            outputs = self.attend(self.split(query), self.split(value), self.split(key), hidden_by)
            return self.finish(self.merge(outputs), mask)

        def parts_of(self, inputs):
            return inputs[0], inputs[1], inputs[-1]

        def mask_of_keys(self, mask):
            return None if mask[1] is None else mask[1][:, tf.newaxis, tf.newaxis, :]

        def split(self, x):
            batch, steps, dims = tf.shape(x)[0], tf.shape(x)[1], x.shape[-1]
            x = tf.reshape(x, [batch, steps, self.n_heads, dims // self.n_heads])
            return tf.transpose(x, [0, 2, 1, 3])

        def attend(self, query, value, key, mask):
            return reference.scaled_dot_product_attention(
                query, value, key, mask=mask, causal=self.causal
            )[0]

        def merge(self, x):
            batch, steps, d = tf.shape(x)[0], tf.shape(x)[2], x.shape[-1]
            return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, steps, self.n_heads * d])

        def finish(self, x, mask):
            return self.out_linear(x)

    return MultiHeadAttention


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


@LIBRARY.add(
    "no-output-map",
    "heads that are only put side by side, without the output map",
    """The merged heads are given back as they are, and out_linear is never used. The shape is right
    already, so it seems that nothing is missing. But then no output could combine what two heads
    found; the docstring's fourth linear map, out_linear, mixes what the heads bring back.""",
)
def no_output_map(reference):
    class MultiHeadAttention(steps_of(reference)):
        def finish(self, x, mask):
            return x

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "key-and-value-maps-swapped",
    "k_linear used for the values and v_linear for the keys",
    """Two of the maps have changed places. With random starting weights nobody can tell, since all
    four have the same shape, and training makes of each what it is used for. By their names and the
    docstring, k_linear makes the keys and v_linear the values.""",
)
def key_and_value_maps_swapped(reference):
    class MultiHeadAttention(steps_of(reference)):
        def call(self, inputs, mask=None):
            keys, values = self.k_linear, self.v_linear
            self.k_linear, self.v_linear = values, keys
            outputs = super().call(inputs, mask=mask)
            self.k_linear, self.v_linear = keys, values
            return outputs

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "query-key-value-order",
    "inputs taken as [query, key, value]",
    """Papers write attention as (Q, K, V), so the second input is easily taken for the key. Keras'
    own attention layers, and this one, take [query, value] and an optional key at the end: see the
    docstring of call. With two inputs both readings agree, and only a third one shows the
    difference.""",
)
def query_key_value_order(reference):
    class MultiHeadAttention(steps_of(reference)):
        def parts_of(self, inputs):
            return inputs[0], inputs[-1], inputs[1]

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "third-input-ignored",
    "a third input that is never looked at",
    """The layer takes a query and a value and always uses the value as key. Where a key is given,
    it is dropped without a word. The docstring of call allows [query, value, key]: then queries are
    compared with the key, and the value is what they bring back.""",
)
def third_input_ignored(reference):
    class MultiHeadAttention(steps_of(reference)):
        def parts_of(self, inputs):
            return inputs[0], inputs[1], inputs[1]

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "layer-ignores-mask",
    "a layer that takes masks and does nothing with them",
    """All keys are seen, padding too. The chapter's own sketch has no mask, and while nothing is
    padded the results are right. Keras hands the masks of the inputs to call; the docstring says
    that the value mask hides keys where it is False.""",
)
def layer_ignores_mask(reference):
    class MultiHeadAttention(steps_of(reference)):
        def mask_of_keys(self, mask):
            return None

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "query-mask-on-keys",
    "the query's mask used to hide keys",
    """The first mask belongs to the first input, the query; the keys have the lengths of the value
    and share its mask, the second. In self-attention both are the same, so it goes unnoticed until
    an encoder's outputs are attended to. The docstring says: the value mask hides keys, the others
    hide nothing.""",
)
def query_mask_on_keys(reference):
    class MultiHeadAttention(steps_of(reference)):
        def mask_of_keys(self, mask):
            return super().mask_of_keys([None, mask[0]])

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "last-mask-on-keys",
    "the last of three masks used to hide keys, instead of the value's",
    """The mask list is read from its end. With two inputs the last mask is the value's; with three
    it is the key's, which by the docstring hides nothing, as Keras' own layers have it. The value
    mask is the second in both cases.""",
)
def last_mask_on_keys(reference):
    class MultiHeadAttention(steps_of(reference)):
        def mask_of_keys(self, mask):
            return super().mask_of_keys([None, mask[-1]])

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "query-mask-blanks-outputs",
    "outputs set to 0 where the query mask is False",
    """Outputs of padded queries are wiped out. Older Keras layers did so, and it looks tidy. But a
    mask only marks steps, for later layers to leave out; the docstring of call says that the query
    mask hides nothing, so these steps attend like the others.""",
)
def query_mask_blanks_outputs(reference):
    class MultiHeadAttention(steps_of(reference)):
        def finish(self, x, mask):
            outputs = super().finish(x, mask)
            if mask is None or mask[0] is None:
                return outputs
            return outputs * tf.cast(mask[0], outputs.dtype)[..., tf.newaxis]

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "mask-without-head-axis",
    "a value mask with one new axis where the scores have two more",
    """Scores have the shape [batch, n_heads, queries, keys]. A mask of shape [batch, 1, keys] is
    lined up with the last three of these, so its batch meets the heads: an error for most sizes,
    and for a batch of as many sequences as there are heads, each head quietly gets the mask of
    another sequence. The mask needs an axis for the heads and one for the queries.""",
)
def mask_without_head_axis(reference):
    class MultiHeadAttention(steps_of(reference)):
        def mask_of_keys(self, mask):
            return None if mask[1] is None else mask[1][:, tf.newaxis, :]

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "masks-in-another-order",
    "heads put beside the batch in one order and their masks in the other",
    """Heads were folded into the batch, all heads of the first sequence before those of the
    second, but the masks were repeated the other way: all sequences for the first head, then all
    for the second. So sequences get each other's masks. With a single sequence, or masks that are
    all alike, nothing shows. Repeating each mask and tiling all of them are not the same.""",
)
def masks_in_another_order(reference):
    class MultiHeadAttention(steps_of(reference)):
        def mask_of_keys(self, mask):
            if mask[1] is None:
                return None
            batch, keys = tf.shape(mask[1])[0], tf.shape(mask[1])[1]
            tiled = tf.tile(mask[1], [self.n_heads, 1])
            return tf.reshape(tiled, [batch, self.n_heads, 1, keys])

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "layer-ignores-causal",
    "a layer that keeps causal and never uses it",
    """The setting is stored in __init__, and call does not hand it on: every step sees the steps
    after it. A decoder trained so looks at the word it should predict. The layer's docstring says
    that causal hides from each step the steps after it.""",
)
def layer_ignores_causal(reference):
    class MultiHeadAttention(steps_of(reference)):
        def attend(self, query, value, key, mask):
            return reference.scaled_dot_product_attention(query, value, key, mask=mask)[0]

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "maps-with-bias",
    "linear maps with a bias each",
    """Dense layers have a bias unless told otherwise, so the layer has eight trainable weights
    instead of four. At first they are zero and change nothing, but training moves them. The
    docstring asks for four linear maps without bias, as in the paper's formula.""",
)
def maps_with_bias(reference):
    class MultiHeadAttention(reference.MultiHeadAttention):
        def build(self, input_shapes):
            super().build(input_shapes)
            dims = input_shapes[0][-1]
            for name in ("q_linear", "k_linear", "v_linear", "out_linear"):
                setattr(self, name, tf.keras.layers.Dense(dims))

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "one-map-for-all",
    "one linear map that makes the queries, the keys and the values",
    """Three names stand for one and the same layer, so whatever is learned for the queries is also
    done to keys and values: a word then mostly looks like itself. It happens when a layer is made
    once and handed to three names. The docstring asks for four maps, each with a kernel of its
    own.""",
)
def one_map_for_all(reference):
    class MultiHeadAttention(reference.MultiHeadAttention):
        def build(self, input_shapes):
            super().build(input_shapes)
            self.k_linear = self.v_linear = self.q_linear

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "heads-unchecked",
    "a number of heads that nobody checks against the dims",
    """Where dims can be shared equally, all is right. Where not, the division of whole numbers
    drops the rest, and the user meets TensorFlow's complaint about a reshape in the middle of call.
    The docstring of build asks for a ValueError that names dims and n_heads.""",
)
def heads_unchecked(reference):
    class MultiHeadAttention(steps_of(reference)):
        def build(self, input_shapes):
            n_heads, self.n_heads = self.n_heads, 1
            super().build(input_shapes)
            self.n_heads = n_heads

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "static-sizes",
    "reshapes with a batch size and a length that are unknown in a functional model",
    """In a functional model the batch size and the lengths are None when the layer is put in, and
    None is no size for a reshape. With data at hand everything works, so it only shows when a model
    is built. The docstring of call says that they may be unknown: TensorFlow can tell a tensor's
    shape at run time.""",
)
def static_sizes(reference):
    class MultiHeadAttention(steps_of(reference)):
        def split(self, x):
            batch, steps, dims = x.shape
            x = tf.reshape(x, [batch, steps, self.n_heads, dims // self.n_heads])
            return tf.transpose(x, [0, 2, 1, 3])

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "settings-not-handed-on",
    "keyword arguments such as name and dtype that never reach Keras",
    """The constructor takes any keyword arguments, but calls super().__init__() without them. The
    layer works, yet it cannot be found by its name, and whoever asks for another dtype gets float32
    without a word. What the layer does not know itself goes on to Keras:
    super().__init__(**kwargs).""",
)
def settings_not_handed_on(reference):
    class MultiHeadAttention(reference.MultiHeadAttention):
        def __init__(self, n_heads, causal=False, **kwargs):
            super().__init__(n_heads, causal)

    return changed(reference, MultiHeadAttention=MultiHeadAttention)
