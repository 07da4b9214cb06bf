"""Heads folded into the batch; a softmax by hand, on scores less their largest; Conv1D maps."""

import tensorflow as tf


def scaled_dot_product_attention(query, value, key=None, *, mask=None, causal=False):
    query = tf.convert_to_tensor(query)
    value = tf.convert_to_tensor(value, query.dtype)
    key = value if key is None else tf.convert_to_tensor(key, query.dtype)
    scores = tf.linalg.matmul(query, key, transpose_b=True)
    scores *= tf.math.rsqrt(tf.cast(tf.shape(query)[-1], query.dtype))
    hidden = tf.zeros_like(scores)
    if mask is not None:
        hidden += 1.0 - tf.cast(mask, scores.dtype)
    if causal:
        hidden += 1.0 - tf.linalg.band_part(tf.ones_like(scores), -1, 0)
    scores -= 1e30 * hidden
    exponentials = tf.exp(scores - tf.reduce_max(scores, axis=-1, keepdims=True))
    weights = exponentials / tf.reduce_sum(exponentials, axis=-1, keepdims=True)
    return weights @ value, weights


class MultiHeadAttention(tf.keras.layers.Layer):
    def __init__(self, n_heads, causal=False, **kwargs):
        super().__init__(**kwargs)
        self.n_heads = n_heads
        self.causal = causal

    def build(self, input_shapes):
        self.dims = input_shapes[0][-1]
        if self.dims % self.n_heads != 0:
            raise ValueError(f"n_heads={self.n_heads} does not divide dims={self.dims}")
        for name in ("q_linear", "k_linear", "v_linear", "out_linear"):
            setattr(self, name, tf.keras.layers.Conv1D(self.dims, 1, use_bias=False))
        super().build(input_shapes)

    def call(self, inputs, mask=None):
        query, value = inputs[:2]
        key = inputs[2] if len(inputs) == 3 else value
        visible = None
        if mask is not None and mask[1] is not None:
            visible = tf.tile(mask[1], [self.n_heads, 1])[:, tf.newaxis]  # [n_heads * batch, 1, k]

        def fold(x):
            return tf.concat(tf.split(x, self.n_heads, axis=-1), axis=0)

        outputs, _ = scaled_dot_product_attention(
            fold(self.q_linear(query)),
            fold(self.v_linear(value)),
            key=fold(self.k_linear(key)),
            mask=visible,
            causal=self.causal,
        )
        return self.out_linear(tf.concat(tf.split(outputs, self.n_heads, axis=0), axis=-1))
