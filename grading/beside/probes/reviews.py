"""Probes of the exercise ``reviews``."""

import numpy as np

from grading.beside.probes.base import Unusable, array_of, find, probe
from grading.beside.show import describe


@probe("preprocess({*})")
def words(module, reviews, **options):
    """The words as an array ``[batch, longest]`` of bytes."""
    return _words(module, reviews, options)


@probe("preprocess({reviews} as {form}, {*})")
def words_of(module, form, reviews, **options):
    """The words of reviews given as "a list of str", "an array (dtype object) of bytes" etc."""
    return _words(module, _in_form(form, reviews), options)


@probe("[preprocess(reviews) for reviews in {batches}]")
def words_in_turn(module, batches):
    """The words of one batch after the other."""
    return [_words(module, reviews, {}) for reviews in batches]


@probe("reviews = {reviews} as {form}; preprocess(reviews, {*}); reviews")
def reviews_afterwards(module, form, reviews, **options):
    """The reviews that were given, as they are afterwards, and their words."""
    given = _in_form(form, reviews)
    found = _words(module, given, options)
    return {"reviews": list(given), "words": found}


def _in_form(form, reviews):
    if "bytes" in form:
        reviews = [review.encode() for review in reviews]
    if form.startswith("a tensor"):
        import tensorflow as tf

        return tf.constant(reviews, tf.string)
    if form.startswith("an array"):
        return np.array(reviews, dtype=object if "object" in form else None)
    return list(reviews)


def _words(module, reviews, options):
    import tensorflow as tf

    found = find(module, "preprocess")(reviews, **options)
    if isinstance(found, tf.RaggedTensor | tf.SparseTensor):
        raise Unusable(
            "preprocess must give a string tensor whose rows are all equally long, but it gave "
            f"a {type(found).__name__}"
        )
    found = array_of(found, "what preprocess returns")
    array = np.asarray(found.numpy() if hasattr(found, "numpy") else found)
    if array.dtype.kind not in "OSU" or array.ndim != 2:
        raise Unusable(
            f"preprocess must give a string tensor [batch, longest], but it gave {describe(found)}"
        )
    as_bytes = np.empty(array.shape, object)
    as_bytes.flat = [word.encode() if isinstance(word, str) else word for word in array.flat]
    return as_bytes
