"""Counter.most_common, then a dict for known words and a CRC for the others."""

import collections
import zlib

import numpy as np
import tensorflow as tf


def truncate_vocabulary(counts, max_size):
    if max_size < 0:
        raise ValueError(f"max_size is {max_size}, but must not be negative")
    return [word for word, _ in collections.Counter(dict(counts)).most_common(max_size)]


class Table:
    def __init__(self, vocabulary, num_oov_buckets):
        self.ids = {tf.compat.as_bytes(word): i for i, word in enumerate(vocabulary)}
        self.num_oov_buckets = num_oov_buckets

    def id_of(self, word):
        if word in self.ids:
            return self.ids[word]
        return len(self.ids) + zlib.crc32(word) % self.num_oov_buckets

    def lookup(self, words):
        words = words.numpy()
        flat = [self.id_of(word) for word in np.ravel(words)]
        return tf.reshape(tf.constant(flat, dtype=tf.int64), np.shape(words))

    def size(self):
        return len(self.ids) + self.num_oov_buckets


def build_table(vocabulary, num_oov_buckets):
    if num_oov_buckets < 1:
        raise ValueError(f"num_oov_buckets={num_oov_buckets}: at least one bucket is needed")
    return Table(vocabulary, num_oov_buckets)
