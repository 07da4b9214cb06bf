"""Ignore the padding, by hand: what ``mask_zero=True`` does behind the scenes.

Chapter 16, "Masking".
"""

import tensorflow as tf
from tensorflow import keras


def padding_mask(ids, pad_id=0):
    """Tell words from padding: booleans ``[batch, steps]``, False where ``ids`` are ``pad_id``."""
    return tf.not_equal(ids, pad_id)


def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
    """Build the sentiment classifier with masks made and passed on by hand.

    Args:
        vocab_size: the number of words with an id of their own; id 0 is the padding.
        num_oov_buckets: the number of ids for other words.
        embed_size: the size of a word's vector.
        units: the size of each of the two GRU layers.

    Returns:
        A ``keras.Model`` from ids ``[batch, steps]`` to probabilities ``[batch, 1]``. Padding
        appended to a row does not change its output.
    """
    ids = keras.Input(shape=[None], dtype=tf.int64)
    mask = keras.layers.Lambda(padding_mask)(ids)
    z = keras.layers.Embedding(vocab_size + num_oov_buckets, embed_size)(ids)
    z = keras.layers.GRU(units, return_sequences=True)(z, mask=mask)
    z = keras.layers.GRU(units)(z, mask=mask)
    return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid", dtype=tf.float32)(z))


def build_masked_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
    """Build the same classifier with Keras' own masking; its weights fit the other one, too."""
    return keras.Sequential(
        [
            keras.Input(shape=[None], dtype=tf.int64),
            keras.layers.Embedding(vocab_size + num_oov_buckets, embed_size, mask_zero=True),
            keras.layers.GRU(units, return_sequences=True),
            keras.layers.GRU(units),
            keras.layers.Dense(1, activation="sigmoid", dtype=tf.float32),
        ]
    )
