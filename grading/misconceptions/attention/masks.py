"""Masks and the causal rule in the function."""

import numpy as np
import tensorflow as tf

from grading.misconceptions import Library
from grading.misconceptions.attention.common import hidden, scores_of, visible_in, with_function

LIBRARY = Library()


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
