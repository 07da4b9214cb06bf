"""A class of its own, with cells in RNN layers and the logits turned into probabilities by hand."""

import tensorflow as tf
from tensorflow import keras


def padding_mask(ids, pad_id=0):
    is_padding = tf.equal(ids, pad_id)
    return tf.logical_not(is_padding)


class Classifier(keras.Model):
    def __init__(self, n_ids, embed_size, units):
        super().__init__()
        self.embedding = keras.layers.Embedding(n_ids, embed_size)
        self.lower = keras.layers.RNN(
            keras.layers.GRUCell(units, reset_after=False), return_sequences=True
        )
        self.upper = keras.layers.RNN(keras.layers.GRUCell(units, reset_after=False))
        self.out = keras.layers.Dense(1)

    def call(self, ids):
        words = padding_mask(ids)
        outputs = self.lower(self.embedding(ids), mask=words)
        return tf.sigmoid(self.out(self.upper(outputs, mask=words)))


def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
    if vocab_size <= 0:
        raise ValueError(f"vocab_size {vocab_size}")
    if num_oov_buckets <= 0:
        raise ValueError(f"num_oov_buckets {num_oov_buckets}")
    if embed_size <= 0 or units <= 0:
        raise ValueError(f"too small: embed_size {embed_size} or units {units}")
    return Classifier(vocab_size + num_oov_buckets, embed_size, units)
