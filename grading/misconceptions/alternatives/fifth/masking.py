"""Ragged tensors: the padding is cut off before anything is read; no layer has a bias."""

import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers


def padding_mask(ids, pad_id=0):
    ids = tf.convert_to_tensor(ids)
    return tf.logical_or(ids < pad_id, ids > pad_id)


def without_padding(ids):
    lengths = tf.math.count_nonzero(ids, axis=1)
    # Of a row without any word one padding is left, as a GRU must read something.
    return tf.RaggedTensor.from_tensor(ids, lengths=tf.maximum(lengths, 1))


def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
    for name, size in dict(locals()).items():
        if size < 1:
            raise ValueError(f"{name} should be positive and is {size}")
    ids = keras.Input([None], dtype="int64")
    x = layers.Lambda(without_padding)(ids)
    x = layers.Embedding(vocab_size + num_oov_buckets, embed_size)(x)
    x = layers.GRU(units, return_sequences=True, use_bias=False)(x)
    x = layers.GRU(units, use_bias=False)(x)
    return keras.Model(ids, layers.Dense(1, activation=tf.sigmoid, use_bias=False)(x))
