"""The scores."""

import tensorflow as tf

from grading.misconceptions import Library
from grading.misconceptions.attention.common import hidden, scores_of, visible_in, with_function

LIBRARY = Library()


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
