"""What the function takes: the key, the order, axes and types."""

import tensorflow as tf

from grading.misconceptions import Library
from grading.misconceptions.attention.common import scores_of, with_function

LIBRARY = Library()


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
