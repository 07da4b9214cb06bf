"""Cosines as sines a quarter wave ahead; the table padded and cut by tf.slice."""

import numpy as np
import tensorflow as tf


class PositionalEncoding(tf.keras.layers.Layer):
    def __init__(self, max_steps, max_dims, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        p, column = np.meshgrid(np.arange(max_steps), np.arange(max_dims), indexing="ij")
        wavelengths = 2 * np.pi * 10_000 ** (column // 2 * 2 / (2 * ((max_dims + 1) // 2)))
        table = np.sin(2 * np.pi * p / wavelengths + np.pi / 2 * (column % 2))
        self.table = tf.Variable(table, trainable=False, dtype=tf.float32)

    def call(self, inputs):
        largest = self.table.shape
        for size, most, name in zip(inputs.shape[1:], largest, ("steps", "dims"), strict=True):
            if size is not None and size > most:
                raise ValueError(f"{size} {name}, but this layer was made for at most {most}")
        sizes = tf.shape(inputs)[1:]
        return inputs + tf.slice(self.table, [0, 0], sizes)[tf.newaxis]
