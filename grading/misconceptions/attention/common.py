"""The function and the layer in steps that a wrong one can take differently."""

import tensorflow as tf

from grading.misconceptions import changed


def tensors_of(query, value, key):
    query, value = tf.convert_to_tensor(query), tf.convert_to_tensor(value)
    return query, value, value if key is None else tf.convert_to_tensor(key)


def scores_of(query, key):
    return tf.matmul(query, key, transpose_b=True) / tf.sqrt(tf.cast(tf.shape(key)[-1], key.dtype))


def visible_in(scores, mask, causal):
    visible = tf.ones_like(scores, tf.bool)
    if mask is not None:
        visible &= tf.cast(mask, tf.bool)
    return tf.linalg.band_part(visible, -1, 0) if causal else visible


def with_function(reference, attend):
    """The reference with another ``attend(query, value, key, mask, causal)``; its layer stays."""

    def scaled_dot_product_attention(query, value, key=None, *, mask=None, causal=False):
        return attend(*tensors_of(query, value, key), mask, causal)

    return changed(reference, scaled_dot_product_attention=scaled_dot_product_attention)


def hidden(scores, visible):
    return tf.where(visible, scores, scores.dtype.min)


def steps_of(reference):
    """The reference's layer, with a method for each step."""

    class MultiHeadAttention(reference.MultiHeadAttention):
        def call(self, inputs, mask=None):
            query, value, key = self.parts_of(inputs)
            hidden_by = None if mask is None else self.mask_of_keys(mask)
            query, value, key = self.q_linear(query), self.v_linear(value), self.k_linear(key)
            outputs = self.attend(self.split(query), self.split(value), self.split(key), hidden_by)
            return self.finish(self.merge(outputs), mask)

        def parts_of(self, inputs):
            return inputs[0], inputs[1], inputs[-1]

        def mask_of_keys(self, mask):
            return None if mask[1] is None else mask[1][:, tf.newaxis, tf.newaxis, :]

        def split(self, x):
            batch, steps, dims = tf.shape(x)[0], tf.shape(x)[1], x.shape[-1]
            x = tf.reshape(x, [batch, steps, self.n_heads, dims // self.n_heads])
            return tf.transpose(x, [0, 2, 1, 3])

        def attend(self, query, value, key, mask):
            return reference.scaled_dot_product_attention(
                query, value, key, mask=mask, causal=self.causal
            )[0]

        def merge(self, x):
            batch, steps, d = tf.shape(x)[0], tf.shape(x)[2], x.shape[-1]
            return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, steps, self.n_heads * d])

        def finish(self, x, mask):
            return self.out_linear(x)

    return MultiHeadAttention
