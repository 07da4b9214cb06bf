"""Vectors of padding are made zero, and Masking layers hide steps of zeros."""

import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers


def padding_mask(ids, pad_id=0):
    return tf.cast(tf.convert_to_tensor(ids) - pad_id, tf.bool)


def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
    for name, size in locals().copy().items():
        if size < 1:
            raise ValueError(f"{name} must be >= 1 (got {size})")
    inputs = layers.Input([None], dtype=tf.int64)
    words = layers.Lambda(lambda ids: tf.cast(ids != 0, tf.float32)[:, :, tf.newaxis])(inputs)
    vectors = layers.Embedding(vocab_size + num_oov_buckets, embed_size)(inputs)
    x = layers.Masking()(layers.Multiply()([vectors, words]))
    x = layers.GRU(units, return_sequences=True, name="first")(x)
    x = layers.Masking()(layers.Multiply()([x, words]))
    x = layers.GRU(units, return_sequences=True, name="second")(x)
    x = layers.Lambda(lambda outputs: outputs[:, -1])(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
