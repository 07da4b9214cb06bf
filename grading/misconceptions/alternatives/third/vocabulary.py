"""A stable argsort in NumPy, and a StaticHashTable with a hash of TensorFlow's beside it."""

import numpy as np
import tensorflow as tf


def truncate_vocabulary(counts, max_size):
    if max_size < 0:
        raise ValueError(f"max_size = {max_size} is negative")
    pairs = list(getattr(counts, "items", lambda: counts)())
    order = np.argsort([-count for _, count in pairs], kind="stable")
    return [pairs[i][0] for i in order[:max_size]]


class HashedTable:
    def __init__(self, vocabulary, num_oov_buckets):
        keys = tf.convert_to_tensor(vocabulary)
        values = tf.range(len(vocabulary), dtype=tf.int64)
        initializer = tf.lookup.KeyValueTensorInitializer(keys, values)
        self._known = tf.lookup.StaticHashTable(initializer, default_value=-1)
        self._v, self._n = len(vocabulary), num_oov_buckets

    @tf.function(reduce_retracing=True)
    def lookup(self, words):
        ids = self._known.lookup(words)
        buckets = self._v + tf.strings.to_hash_bucket_strong(words, self._n, key=[1, 2])
        return tf.where(ids == -1, buckets, ids)

    def size(self):
        return self._known.size() + self._n


def build_table(vocabulary, num_oov_buckets):
    if num_oov_buckets < 1:
        raise ValueError(f"num_oov_buckets must be positive, got {num_oov_buckets}")
    return HashedTable(vocabulary, num_oov_buckets)
