"""Powers of complex exponentials, worked out anew at each call; nothing is stored."""

import numpy as np
import tensorflow as tf


class PositionalEncoding(tf.keras.layers.Layer):
    def __init__(self, max_steps, max_dims, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self._limits = {"steps": max_steps, "dims": max_dims}

    def call(self, inputs):
        for axis, (name, limit) in enumerate(self._limits.items(), start=1):
            size = inputs.shape[axis]
            if size is not None and size > limit:
                raise ValueError(f"{name} of the inputs is {size}, but max_{name} is {limit}")
        even = self._limits["dims"] + self._limits["dims"] % 2
        dims = inputs.shape[2]
        rates = np.power(1e-4, np.arange(0, even, 2) / even).astype(np.float32)
        steps = tf.cast(tf.range(tf.shape(inputs)[1]), tf.float32)
        waves = tf.exp(tf.complex(0.0, tf.einsum("p,i->pi", steps, rates)))
        columns = [
            (tf.math.real if column % 2 else tf.math.imag)(waves[:, column // 2])
            for column in range(dims)
        ]
        return inputs + tf.stack(columns, axis=1)
