"""Keras' own dot-product attention inside the layer; logarithms of the mask in the function."""

import tensorflow as tf


def scaled_dot_product_attention(query, value, key=None, *, mask=None, causal=False):
    query, value = tf.convert_to_tensor(query), tf.convert_to_tensor(value)
    key = tf.convert_to_tensor(key) if key is not None else value
    size = tf.cast(tf.shape(key)[-1], query.dtype) ** 0.25  # shared out over both
    scores = tf.matmul(query / size, key / size, transpose_b=True)
    shown = tf.ones_like(scores)
    if mask is not None:
        shown *= tf.cast(mask, scores.dtype)
    if causal:
        shown = tf.linalg.band_part(shown, -1, 0)
    weights = tf.exp(tf.nn.log_softmax(scores + tf.math.log(shown)))
    return tf.matmul(weights, value), weights


class MultiHeadAttention(tf.keras.layers.Layer):
    def __init__(self, n_heads, causal=False, **kwargs):
        super().__init__(**kwargs)
        self.n_heads = n_heads
        self.causal = causal
        self.supports_masking = True

    def build(self, input_shapes):
        dims = tf.TensorShape(input_shapes[0])[-1]
        if dims % self.n_heads:
            raise ValueError(f"dims ({dims}) must be a multiple of n_heads ({self.n_heads})")
        self.dims, self.d = dims, dims // self.n_heads
        self.attention = tf.keras.layers.Attention()
        self.q_linear, self.k_linear, self.v_linear, self.out_linear = (
            tf.keras.layers.Dense(dims, use_bias=False, name=name) for name in "qkvo"
        )
        for linear in (self.q_linear, self.k_linear, self.v_linear, self.out_linear):
            linear.build([None, dims])
        super().build(input_shapes)

    def call(self, inputs, mask=None):
        query, value = inputs[:2]
        key = inputs[-1] if len(inputs) == 3 else value
        visible = None
        if mask is not None and mask[1] is not None:
            visible = tf.repeat(mask[1], self.n_heads, axis=0)

        def fold(x):
            x = tf.reshape(x, [-1, tf.shape(x)[1], self.n_heads, self.d])
            return tf.reshape(tf.einsum("bshd->bhsd", x), [-1, tf.shape(x)[1], self.d])

        heads = self.attention(
            [
                fold(self.q_linear(query)) / self.d**0.5,
                fold(self.v_linear(value)),
                fold(self.k_linear(key)),
            ],
            mask=[None, visible],
            use_causal_mask=self.causal,
        )
        heads = tf.reshape(heads, [-1, self.n_heads, tf.shape(query)[1], self.d])
        merged = tf.reshape(tf.einsum("bhsd->bshd", heads), [-1, tf.shape(query)[1], self.dims])
        return self.out_linear(merged)

    def compute_mask(self, inputs, mask=None):
        return mask[0] if mask else None
