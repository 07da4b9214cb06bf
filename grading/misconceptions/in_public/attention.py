"""Mistakes with attention that were made in public."""

import tensorflow as tf

from grading.misconceptions import changed
from grading.misconceptions.attention import LIBRARY
from grading.misconceptions.attention.common import steps_of, with_function

LIBRARY.note("no-scale", "mlc-ai/mlc-llm#3426")
LIBRARY.note("scale-without-root", "delzac/cntkx#10")
LIBRARY.note(
    "scale-by-all-dims",
    "jadore801120/attention-is-all-you-need-pytorch#42",
    "FareedKhan-dev/train-llm-from-scratch#3",
)
LIBRARY.note("mask-inverted", "lucidrains/halonet-pytorch#6", "lucidrains/x-transformers#160")
LIBRARY.note("causal-shows-the-future", "rasbt/LLMs-from-scratch#1062")
LIBRARY.note("layer-ignores-mask", "jingyaogong/minimind-v#76")
LIBRARY.note("split-without-transpose", "reczoo/FuxiCTR#30")
LIBRARY.note(
    "merge-without-transpose",
    "jsbaan/transformer-from-scratch#6",
    "hackiey/QAnet-pytorch#2",
)


@LIBRARY.add(
    "causal-only-with-a-mask",
    "a causal that hides the future only where a mask is given, too",
    """The causal mask is put together with the mask given, inside of the branch for that mask.
    Where there is none, the branch is skipped, and causal with it: every query sees the whole
    future. A network trained so looks wonderful, since it copies what it should predict. causal
    hides later keys by itself, whether or not there is a mask.""",
    found_in=["facebookresearch/xformers#103"],
)
def causal_only_with_a_mask(reference):
    def attend(query, value, key, mask, causal):
        causal = causal and mask is not None
        return reference.scaled_dot_product_attention(query, value, key, mask=mask, causal=causal)

    return with_function(reference, attend)


@LIBRARY.add(
    "heads-unfolded-in-another-order",
    "heads that were folded into the batch, and unfolded as if they came first",
    """To attend with all heads at once, they were folded into the batch: all heads of the first
    sequence, then all of the second. But afterwards the axis is unfolded as [heads, batch, ...], so
    a sequence gets what belongs to another one. With a single sequence, or a single head, both are
    the same. Unfold an axis in the order in which it was folded.""",
    found_in=["gazelle93/Transformer-Various-Positional-Encoding#1"],
)
def heads_unfolded_in_another_order(reference):
    class MultiHeadAttention(steps_of(reference)):
        def merge(self, x):
            batch, n_heads, steps, d = tf.unstack(tf.shape(x))
            x = tf.reshape(x, [n_heads, batch, steps, d])
            dims = self.n_heads * x.shape[-1] if x.shape[-1] else n_heads * d
            return tf.reshape(tf.transpose(x, [1, 2, 0, 3]), [batch, steps, dims])

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "padding-guessed-from-the-sum",
    "keys hidden where the numbers of the value sum to zero",
    """Which steps are padding is guessed from the values: a step whose numbers sum to 0 must be
    one. But positions are added to padding as well, so it is no longer all zeros; and the numbers
    of a word may sum to 0 by chance, which hides it. The layer is told by the value mask what is
    hidden, and by nothing else.""",
    found_in=["Kyubyong/transformer#69"],
)
def padding_guessed_from_the_sum(reference):
    class MultiHeadAttention(reference.MultiHeadAttention):
        def call(self, inputs, mask=None):
            shown = tf.reduce_sum(inputs[1], axis=-1) != 0
            return super().call(inputs, [None, shown] + [None] * (len(inputs) - 2))

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


LIBRARY.hint("causal_a_query", "causal-only-with-a-mask")
LIBRARY.hint("heads", "heads-unfolded-in-another-order")
LIBRARY.hint("value_mask", "padding-guessed-from-the-sum")
