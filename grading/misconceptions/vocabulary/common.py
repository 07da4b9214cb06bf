"""Tables whose ids a wrong one can choose differently, and what shows how they were chosen."""

import types

import numpy as np

from grading.misconceptions import changed

MANY = 30  # unknown words that show how buckets are chosen; on a few, chance may look like it


def table_of(reference, id_of, size=None):
    """A table in plain Python: ``id_of(word, words, num_oov_buckets)`` with words as bytes."""
    import tensorflow as tf

    def build_table(vocabulary, num_oov_buckets):
        if num_oov_buckets < 1:
            raise ValueError(f"num_oov_buckets must be at least 1, got {num_oov_buckets}")
        words = {tf.compat.as_bytes(word): i for i, word in enumerate(vocabulary)}

        def lookup(tensor):
            found = (
                [id_of(word, words, num_oov_buckets) for word in tensor.numpy().flat]
                if tensor.shape.rank
                else [id_of(tensor.numpy(), words, num_oov_buckets)]
            )
            return tf.reshape(tf.constant(found, dtype=tf.int64), tensor.shape)

        count = len(words) + num_oov_buckets
        return types.SimpleNamespace(lookup=lookup, size=lambda: count)

    return changed(reference, build_table=build_table)


def mapped(reference, change_ids=lambda ids, v, n: ids, change_words=lambda words: words):
    """The reference's table with its words changed on the way in, its ids on the way out."""

    def build_table(vocabulary, num_oov_buckets):
        table, v = reference.build_table(vocabulary, num_oov_buckets), len(vocabulary)

        def lookup(words):
            return change_ids(table.lookup(change_words(words)), v, num_oov_buckets)

        return types.SimpleNamespace(lookup=lookup, size=table.size)

    return changed(reference, build_table=build_table)


def many_unknown(probe, args, value):
    """From a call on many unknown words: (their ids by word, size of the vocabulary, buckets)."""
    if probe != "ids" or args[1] < 2:
        return None
    vocabulary, buckets, words = args
    pairs = zip(np.ravel(words).tolist(), np.ravel(value).tolist(), strict=True)
    ids = {word: i for word, i in pairs if word not in vocabulary}
    return (ids, len(vocabulary), buckets) if len(ids) >= MANY else None


def marked(mark):
    """A ``recognise`` from a condition on the ids of many unknown words."""

    def recognise(probe, args, kwargs, value):
        unknown = many_unknown(probe, args, value)
        return unknown is not None and bool(mark(*unknown))

    return recognise
