"""No layer is masked: what comes after the last word is not looked at."""

import numpy as np
import tensorflow as tf
from tensorflow import keras


def padding_mask(ids, pad_id=0):
    return np.asarray(ids) != pad_id


def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
    sizes = {**locals()}
    wrong = [f"{name}={size}" for name, size in sizes.items() if not size > 0]
    if wrong:
        raise ValueError(f"these must be positive: {', '.join(wrong)}")
    ids = keras.layers.Input(shape=(None,), dtype="int32")
    x = keras.layers.Embedding(vocab_size + num_oov_buckets + 1, embed_size)(ids)
    x = keras.layers.GRU(units, return_sequences=True)(x)
    x = keras.layers.GRU(units, return_sequences=True)(x)

    def at_the_last_word(inputs):
        outputs, ids = inputs
        lengths = tf.math.count_nonzero(ids, axis=1)
        return tf.gather(outputs, tf.maximum(lengths, 1) - 1, axis=1, batch_dims=1)

    x = keras.layers.Lambda(at_the_last_word)([x, ids])
    return keras.Model(inputs=ids, outputs=keras.layers.Dense(1, "sigmoid")(x))
