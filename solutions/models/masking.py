"""Ignore the padding the easy way: Keras makes the mask and passes it on.

Chapter 16, "Masking". How it is done by hand is an exercise: :mod:`solutions.masking`.
"""

import tensorflow as tf
from tensorflow import keras


def build_masked_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
    """Build the sentiment classifier of the exercise with Keras' own masking.

    Arguments and result are those of :func:`solutions.masking.build_classifier`, and the weights
    of the one fit the other.
    """
    return keras.Sequential(
        [
            keras.Input(shape=[None], dtype=tf.int64),
            keras.layers.Embedding(vocab_size + num_oov_buckets, embed_size, mask_zero=True),
            keras.layers.GRU(units, return_sequences=True),
            keras.layers.GRU(units),
            keras.layers.Dense(1, activation="sigmoid", dtype=tf.float32),
        ]
    )
