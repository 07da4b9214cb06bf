"""A loop over the heads, on slices of the columns; hidden scores are minus infinity."""

import numpy as np
import tensorflow as tf


def scaled_dot_product_attention(query, value, key=None, *, mask=None, causal=False):
    if key is None:
        key = value
    query, value, key = (tf.convert_to_tensor(x) for x in (query, value, key))
    scores = tf.matmul(query, tf.linalg.matrix_transpose(key))
    scores = scores / np.sqrt(query.shape[-1])
    visible = tf.constant(True) if mask is None else tf.convert_to_tensor(mask)
    if causal:
        queries, keys = tf.shape(scores)[-2], tf.shape(scores)[-1]
        visible = tf.logical_and(
            visible, tf.sequence_mask(tf.minimum(tf.range(queries) + 1, keys), keys)
        )
    scores = tf.where(visible, scores, -np.inf)
    weights = tf.keras.activations.softmax(scores)
    return tf.matmul(weights, value), weights


class MultiHeadAttention(tf.keras.layers.Layer):
    def __init__(self, n_heads, causal=False, **kwargs):
        super().__init__(**kwargs)
        self.n_heads, self.causal, self.q_linear = n_heads, causal, None

    def call(self, inputs, mask=None):
        query, value = inputs[0], inputs[1]
        key = value if len(inputs) < 3 else inputs[2]
        dims = query.shape[-1]
        if self.q_linear is None:
            if dims % self.n_heads:
                raise ValueError(f"cannot split dims={dims} into n_heads={self.n_heads}")
            self.q_linear = tf.keras.layers.Dense(dims, use_bias=False)
            self.k_linear = tf.keras.layers.Dense(dims, use_bias=False)
            self.v_linear = tf.keras.layers.Dense(dims, use_bias=False)
            self.out_linear = tf.keras.layers.Dense(dims, use_bias=False)
        value_mask = None if mask is None else mask[1]
        if value_mask is not None:
            value_mask = tf.expand_dims(value_mask, axis=1)
        q, k, v = self.q_linear(query), self.k_linear(key), self.v_linear(value)
        d = dims // self.n_heads
        heads = []
        for h in range(self.n_heads):
            columns = slice(h * d, (h + 1) * d)
            head, _ = scaled_dot_product_attention(
                q[:, :, columns],
                v[:, :, columns],
                k[:, :, columns],
                mask=value_mask,
                causal=self.causal,
            )
            heads.append(head)
        return self.out_linear(tf.concat(heads, axis=-1))
