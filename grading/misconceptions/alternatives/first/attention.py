"""Einsum throughout: EinsumDense maps that make the heads by themselves, and no reshape at all."""

import tensorflow as tf


def scaled_dot_product_attention(query, value, key=None, *, mask=None, causal=False):
    query = tf.convert_to_tensor(query)
    value = tf.convert_to_tensor(value)
    key = value if key is None else tf.convert_to_tensor(key)
    query *= query.shape[-1] ** -0.5
    scores = tf.einsum("...qd,...kd->...qk", query, key)
    if mask is not None:
        scores = tf.where(mask, scores, -1e9)
    if causal:
        i = tf.range(tf.shape(scores)[-2])[:, tf.newaxis]
        j = tf.range(tf.shape(scores)[-1])[tf.newaxis, :]
        scores = tf.where(j > i, tf.constant(-1e9, scores.dtype), scores)
    weights = tf.nn.softmax(scores, axis=-1)
    return tf.einsum("...qk,...kd->...qd", weights, value), weights


class MultiHeadAttention(tf.keras.layers.Layer):
    def __init__(self, n_heads, causal=False, **kwargs):
        super().__init__(**kwargs)
        self.n_heads, self.causal = n_heads, causal
        self.supports_masking = True

    def build(self, input_shapes):
        dims = int(input_shapes[0][-1])
        d, rest = divmod(dims, self.n_heads)
        if rest:
            raise ValueError(f"{dims} dims are no multiple of {self.n_heads} heads (n_heads)")

        def to_heads():
            return tf.keras.layers.EinsumDense("bsi,ihd->bhsd", [self.n_heads, None, d])

        self.q_linear, self.k_linear, self.v_linear = to_heads(), to_heads(), to_heads()
        self.out_linear = tf.keras.layers.EinsumDense("bhsd,hdo->bso", [None, dims])
        super().build(input_shapes)

    def call(self, inputs, mask=None):
        query, value, *rest = inputs
        key = rest[0] if rest else value
        visible = None
        if mask is not None and mask[1] is not None:
            visible = mask[1][:, None, None, :]
        heads, _ = scaled_dot_product_attention(
            self.q_linear(query),
            self.v_linear(value),
            self.k_linear(key),
            mask=visible,
            causal=self.causal,
        )
        return self.out_linear(heads)

    def compute_mask(self, inputs, mask=None):
        return None if mask is None else mask[0]
