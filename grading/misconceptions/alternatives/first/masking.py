"""Keras' own masking: the Embedding makes the mask, and it travels by itself."""

import tensorflow as tf
from tensorflow import keras


def padding_mask(ids, pad_id=0):
    return tf.convert_to_tensor(ids) != pad_id


def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
    for name, size in (
        ("vocab_size", vocab_size),
        ("num_oov_buckets", num_oov_buckets),
        ("embed_size", embed_size),
        ("units", units),
    ):
        if size < 1:
            raise ValueError(f"{name} is {size}, but must be positive")
    return keras.models.Sequential(
        [
            keras.layers.Embedding(
                vocab_size + num_oov_buckets, embed_size, mask_zero=True, input_shape=[None]
            ),
            keras.layers.GRU(units, return_sequences=True),
            keras.layers.GRU(units),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
