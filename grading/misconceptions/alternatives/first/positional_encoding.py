"""Exponentials of logarithms in TensorFlow; the table is a constant, its columns interleaved."""

import math

import tensorflow as tf


class PositionalEncoding(tf.keras.layers.Layer):
    def __init__(self, max_steps, max_dims, **kwargs):
        super().__init__(**kwargs)
        self.max_steps, self.max_dims = max_steps, max_dims
        n_pairs = (max_dims + 1) // 2
        rates = tf.exp(tf.range(n_pairs, dtype=tf.float32) * (-math.log(10000.0) / n_pairs))
        angles = tf.range(max_steps, dtype=tf.float32)[:, None] * rates[None, :]
        pairs = tf.stack([tf.sin(angles), tf.cos(angles)], axis=-1)
        self.encoding = tf.reshape(pairs, [1, max_steps, 2 * n_pairs])

    def build(self, input_shape):
        if input_shape[-1] > self.max_dims:
            raise ValueError(f"inputs of {input_shape[-1]} dims; max_dims is {self.max_dims}")
        super().build(input_shape)

    def call(self, inputs, mask=None):
        if inputs.shape[1] is not None and inputs.shape[1] > self.max_steps:
            raise ValueError(f"inputs of {inputs.shape[1]} steps; max_steps is {self.max_steps}")
        shape = tf.shape(inputs)
        return inputs + self.encoding[:, : shape[1], : shape[2]]

    def compute_mask(self, inputs, mask=None):
        return mask
