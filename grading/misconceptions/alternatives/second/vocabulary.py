"""heapq.nlargest, and Keras' StringLookup, which puts the buckets first: they are moved behind."""

import heapq
from collections.abc import Mapping

import tensorflow as tf


def truncate_vocabulary(counts, max_size):
    if max_size < 0:
        raise ValueError(f"max_size must be >= 0, not {max_size}")
    pairs = counts.items() if isinstance(counts, Mapping) else counts
    return [word for word, _ in heapq.nlargest(max_size, pairs, key=lambda pair: pair[1])]


class MovedLookup:
    def __init__(self, vocabulary, num_oov_buckets):
        self.layer = tf.keras.layers.StringLookup(
            num_oov_indices=num_oov_buckets, vocabulary=[tf.compat.as_str(w) for w in vocabulary]
        )
        self.v, self.n = len(vocabulary), num_oov_buckets

    def lookup(self, words):
        ids = self.layer(words)
        return tf.where(ids < self.n, ids + self.v, ids - self.n)

    def size(self):
        return tf.constant(self.layer.vocabulary_size())


def build_table(vocabulary, num_oov_buckets):
    if num_oov_buckets < 1:
        raise ValueError(f"num_oov_buckets must be >= 1, not {num_oov_buckets}")
    return MovedLookup(vocabulary, num_oov_buckets)
