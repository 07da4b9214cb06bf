"""Misconceptions about attention written a second way, and mistakes that are in no library."""

import numpy as np
import tensorflow as tf

from grading.misconceptions import changed

LINEAR_MAPS = ("q_linear", "k_linear", "v_linear", "out_linear")


def _function(reference, scale=None, softmax=None, triangle=None, swap=False):
    """The function by einsum, as a student may write it, with some parts replaced."""

    def scaled_dot_product_attention(query, value, key=None, *, mask=None, causal=False):
        query, value = tf.convert_to_tensor(query), tf.convert_to_tensor(value)
        key = value if key is None else tf.convert_to_tensor(key)
        divisor = (scale or (lambda k, v: k**0.5))(key.shape[-1], value.shape[-1])
        scores = tf.einsum("...qd,...kd->...qk", query, key) / tf.cast(divisor, query.dtype)
        shown = np.ones(scores.shape, bool)
        if mask is not None:
            shown = shown & np.asarray(mask)
        if causal:
            queries, keys = scores.shape[-2:]
            rows, columns = np.arange(queries)[:, np.newaxis], np.arange(keys)
            shown = shown & (triangle or (lambda i, j, q, k: j <= i))(rows, columns, queries, keys)
        weights = (softmax or _softmax)(scores, shown)
        outputs = tf.einsum("...qk,...kd->...qd", weights, value)
        return (weights, outputs) if swap else (outputs, weights)

    return changed(reference, scaled_dot_product_attention=scaled_dot_product_attention)


def _softmax(scores, shown):
    return tf.nn.softmax(scores + tf.where(shown, 0.0, tf.constant(-1e30, scores.dtype)))


def no_scale(reference):
    return _function(reference, scale=lambda k, v: 1.0)


def scale_without_root(reference):
    return _function(reference, scale=lambda k, v: k)


def mask_after_softmax(reference):
    def softmax(scores, shown):
        return tf.where(shown, tf.nn.softmax(scores), tf.zeros_like(scores))

    return _function(reference, softmax=softmax)


def mask_of_zero_scores(reference):
    def softmax(scores, shown):
        return tf.nn.softmax(tf.where(shown, scores, tf.zeros_like(scores)))

    return _function(reference, softmax=softmax)


def causal_shows_the_future(reference):
    return _function(reference, triangle=lambda i, j, queries, keys: j >= i)


def causal_counted_from_the_end(reference):
    return _function(reference, triangle=lambda i, j, queries, keys: queries - i <= keys - j)


def pair_swapped(reference):
    return _function(reference, swap=True)


def key_ignored(reference):
    right = _function(reference).scaled_dot_product_attention

    def scaled_dot_product_attention(query, value, key=None, **options):
        return right(query, value, value, **options)

    return changed(reference, scaled_dot_product_attention=scaled_dot_product_attention)


def _layer(reference, heads, scale=None, order=(0, 1, 2), finish=None):
    """A layer that loops over its heads; ``heads(x, h, n_heads)`` cuts out what head h reads."""

    class MultiHeadAttention(tf.keras.layers.Layer):
        def __init__(self, n_heads, causal=False, **kwargs):
            super().__init__(**kwargs)
            self.n_heads, self.causal = n_heads, causal

        def build(self, input_shapes):
            dims = input_shapes[0][-1]
            if dims % self.n_heads:
                raise ValueError(f"dims={dims} is not a multiple of n_heads={self.n_heads}")
            for name in LINEAR_MAPS:
                setattr(self, name, tf.keras.layers.Dense(dims, use_bias=False))
            super().build(input_shapes)

        def call(self, inputs, mask=None):
            given = list(inputs) if len(inputs) == 3 else [inputs[0], inputs[1], inputs[1]]
            query, value, key = (given[i] for i in order)
            q, v, k = self.q_linear(query), self.v_linear(value), self.k_linear(key)
            shown = None
            if mask is not None and mask[1] is not None:
                shown = mask[1][:, tf.newaxis, :]
            results = []
            for h in range(self.n_heads):
                qh, vh, kh = (heads(x, h, self.n_heads) for x in (q, v, k))
                size = kh.shape[-1]
                wanted = size if scale is None else scale(size, self.n_heads)
                outputs, _ = reference.scaled_dot_product_attention(
                    qh * (size / wanted) ** 0.5, vh, kh, mask=shown, causal=self.causal
                )
                results.append(outputs)
            merged = finish or (lambda layer, x: layer.out_linear(tf.concat(x, axis=-1)))
            return merged(self, results)

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


def _block(x, h, n_heads):
    d = x.shape[-1] // n_heads
    return x[..., h * d : (h + 1) * d]


def split_without_transpose(reference):
    def heads(x, h, n_heads):
        rows = tf.reshape(x, [tf.shape(x)[0], -1, x.shape[-1] // n_heads])
        steps = tf.shape(x)[1]
        return rows[:, h * steps : (h + 1) * steps]

    return _layer(reference, heads)


def merge_without_transpose(reference):
    def finish(layer, results):
        dims = results[0].shape[-1] * len(results)
        rows = tf.concat(results, axis=1)  # all steps of one head, then all of the next
        return layer.out_linear(tf.reshape(rows, [tf.shape(rows)[0], -1, dims]))

    return _layer(reference, _block, finish=finish)


def heads_interleaved(reference):
    def finish(layer, results):
        columns = tf.stack(results, axis=-1)
        shape = tf.shape(columns)
        dims = results[0].shape[-1] * len(results)
        return layer.out_linear(tf.reshape(columns, [shape[0], shape[1], dims]))

    return _layer(reference, lambda x, h, n_heads: x[..., h::n_heads], finish=finish)


def scale_by_all_dims(reference):
    return _layer(reference, _block, scale=lambda d, n_heads: d * n_heads)


def query_key_value_order(reference):
    return _layer(reference, _block, order=(0, 2, 1))


def no_output_map(reference):
    return _layer(reference, _block, finish=lambda layer, x: tf.concat(x, axis=-1))


def layer_ignores_mask(reference):
    right = _layer(reference, _block).MultiHeadAttention

    class MultiHeadAttention(right):
        def call(self, inputs, mask=None):
            return super().call(inputs)

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


SECOND_WAYS = {
    "no-scale": no_scale,
    "scale-without-root": scale_without_root,
    "mask-after-softmax": mask_after_softmax,
    "mask-of-zero-scores": mask_of_zero_scores,
    "causal-shows-the-future": causal_shows_the_future,
    "causal-counted-from-the-end": causal_counted_from_the_end,
    "pair-swapped": pair_swapped,
    "key-ignored": key_ignored,
    "split-without-transpose": split_without_transpose,
    "merge-without-transpose": merge_without_transpose,
    "heads-interleaved": heads_interleaved,
    "scale-by-all-dims": scale_by_all_dims,
    "query-key-value-order": query_key_value_order,
    "no-output-map": no_output_map,
    "layer-ignores-mask": layer_ignores_mask,
}


def _multiplied_scale(reference):
    return _function(reference, scale=lambda k, v: k**-0.5)


def _softmax_twice(reference):
    def softmax(scores, shown):
        return tf.nn.softmax(_softmax(scores, shown))

    return _function(reference, softmax=softmax)


def _causal_one_ahead(reference):
    return _function(reference, triangle=lambda i, j, queries, keys: j <= i + 1)


def _residual(reference):
    class MultiHeadAttention(reference.MultiHeadAttention):
        def call(self, inputs, mask=None):
            return inputs[0] + super().call(inputs, mask=mask)

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


def _heads_reversed(reference):
    def finish(layer, results):
        return layer.out_linear(tf.concat(results[::-1], axis=-1))

    return _layer(reference, _block, finish=finish)


UNNAMED = {
    "multiplied-scale": _multiplied_scale,
    "softmax-twice": _softmax_twice,
    "causal-one-ahead": _causal_one_ahead,
    "residual": _residual,
    "heads-reversed": _heads_reversed,
}
