"""GRU cells in RNN layers, with a mask made from the number of words; no layer has a bias."""

import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers


def padding_mask(ids, pad_id=0):
    ids = tf.convert_to_tensor(ids)
    return tf.logical_or(ids < pad_id, ids > pad_id)


def words_of(ids):
    return tf.sequence_mask(tf.math.count_nonzero(ids, axis=1), tf.shape(ids)[1])


def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
    for name, size in dict(locals()).items():
        if size < 1:
            raise ValueError(f"{name} should be positive and is {size}")
    ids = keras.Input([None], dtype="int64")
    words = layers.Lambda(words_of)(ids)
    x = layers.Embedding(vocab_size + num_oov_buckets, embed_size)(ids)
    x = layers.RNN(layers.GRUCell(units, use_bias=False), return_sequences=True)(x, mask=words)
    x = layers.RNN(layers.GRUCell(units, use_bias=False))(x, mask=words)
    return keras.Model(ids, layers.Dense(1, activation=tf.sigmoid, use_bias=False)(x))
