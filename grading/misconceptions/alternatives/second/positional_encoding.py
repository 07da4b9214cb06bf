"""Number by number, in loops; the table is a weight that cannot be trained, looked up by gather."""

import math

import tensorflow as tf


class PositionalEncoding(tf.keras.layers.Layer):
    def __init__(self, max_steps, max_dims, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.max_steps = max_steps
        self.max_dims = max_dims
        d = max_dims if max_dims % 2 == 0 else max_dims + 1
        table = []
        for p in range(max_steps):
            row = []
            for column in range(max_dims):
                angle = p / math.pow(10_000, 2 * (column // 2) / d)
                row.append(math.cos(angle) if column % 2 else math.sin(angle))
            table.append(row)
        self.table = self.add_weight(
            name="table",
            shape=(max_steps, max_dims),
            initializer=tf.keras.initializers.Constant(table),
            trainable=False,
        )

    def call(self, inputs):
        _, steps, dims = inputs.shape
        if dims > self.max_dims or (steps or 0) > self.max_steps:
            raise ValueError(
                f"an input of shape {inputs.shape} is larger than max_steps={self.max_steps}, "
                f"max_dims={self.max_dims}"
            )
        positions = tf.range(tf.shape(inputs)[1])
        return tf.add(inputs, tf.gather(self.table, positions)[:, :dims])
