"""Models around the parts of a Transformer, for the probes of ``transformer``.

The layers of other exercises come in as stand-ins, which hold none of those exercises' answers:
Keras' own multi-head attention under our way to call it, and a table of random numbers for the
positions. All kernels of a model are drawn anew, each from the seed and its own shape alone, so
right models give the same numbers in whatever order they make their layers.
"""

from types import SimpleNamespace

import numpy as np

from grading.beside.probes.base import Unusable, array_of, symbolic, table
from grading.beside.quick import is_on_trial
from grading.beside.show import describe

MOST_KEPT = 24  # models: to build one takes far longer than to call it, or to change its weights
LAYERS_SEEN = 12  # the last attention layers that ran: what each of their queries looked at
_kept = {}


def positions(max_steps, max_dims):
    """What the stand-in for the positions adds."""
    return np.random.RandomState([max_steps, max_dims]).uniform(-1, 1, (max_steps, max_dims))


def stand_ins(positioned=True):
    """The namespace that a subject gets; its lists say how the layers in it were made."""
    import tensorflow as tf

    positions_made, attention_made, seen = [], [], []

    class PositionalEncoding(tf.keras.layers.Layer):
        def __init__(self, max_steps, max_dims, **kwargs):
            super().__init__(**kwargs)
            self.supports_masking = True
            positions_made.append((int(max_steps), int(max_dims)))
            self.table = positions(max_steps, max_dims).astype(np.float32) * positioned

        def call(self, inputs):
            if is_on_trial():
                return inputs
            return inputs + tf.constant(self.table)[: tf.shape(inputs)[1]]

        def compute_output_shape(self, input_shape):
            # Keras 3 then need not try it out on symbols, among which it takes z * 2.0 for sparse.
            return input_shape

    class MultiHeadAttention(tf.keras.layers.Layer):
        def __init__(self, n_heads, causal=False, **kwargs):
            super().__init__(**kwargs)
            self.n_heads, self.causal = int(n_heads), bool(causal)
            attention_made.append(self)

        def build(self, input_shapes):
            dims = input_shapes[0][-1]
            if dims % self.n_heads:
                raise ValueError(f"dims={dims} cannot be shared equally by n_heads={self.n_heads}")
            self.inner = tf.keras.layers.MultiHeadAttention(
                self.n_heads, dims // self.n_heads, use_bias=False, kernel_initializer="zeros"
            )  # drawn by assign()
            nothing = tf.zeros([1, 1, dims])
            self.inner(nothing, nothing)  # makes its weights
            super().build(input_shapes)

        def call(self, inputs, mask=None):
            query, value = inputs[0], inputs[1]
            key = inputs[2] if len(inputs) > 2 else value
            hidden = None
            if mask is not None:
                if not isinstance(mask, list | tuple) or len(mask) != len(inputs):
                    raise ValueError(
                        "MultiHeadAttention takes mask=[query_mask, value_mask], a list with one "
                        f"mask (or None) for each of its {len(inputs)} inputs"
                    )
                hidden = None if mask[1] is None else tf.cast(mask[1], tf.bool)[:, tf.newaxis]
            # Without their Keras masks: those of queries would hide keys in this layer.
            query, value, key = tf.identity(query), tf.identity(value), tf.identity(key)
            options = {"attention_mask": hidden, "use_causal_mask": self.causal}
            if is_on_trial():
                return query
            if not tf.executing_eagerly():
                return self.inner(query, value, key, **options)
            outputs, weights = self.inner(
                query, value, key, return_attention_scores=True, **options
            )
            seen.append(weights)
            del seen[:-LAYERS_SEEN]
            return outputs

        def compute_output_shape(self, input_shapes):
            return input_shapes[0]

        def compute_mask(self, inputs, mask=None):
            return None if mask is None else mask[0]

    return SimpleNamespace(
        PositionalEncoding=PositionalEncoding,
        MultiHeadAttention=MultiHeadAttention,
        positions=positions_made,
        attention=attention_made,
        seen=seen,
    )


def model_of(function, arrays):
    """A functional model of a function of tensors; batch size and steps are unknown to it."""
    import tensorflow as tf

    inputs = [
        tf.keras.Input([None, *array.shape[2:]], dtype=tf.as_dtype(array.dtype)) for array in arrays
    ]
    return tf.keras.Model(inputs, symbolic(function(*inputs), "it"))


def keep(module, key, make):
    """What ``make()`` gave for this module and key; the last few are kept."""
    key = (id(module), key)
    if key not in _kept:
        made = make()
        while len(_kept) >= MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = made, module  # as long as that is there, no other has its id
    return _kept[key][0]


def checked_model(answer, builder):
    import tensorflow as tf

    if isinstance(answer, tf.keras.Model):
        return answer
    raise Unusable(f"{builder} must give a keras.Model, but it gave {describe(answer)}")


def outputs_of(model, arrays, **options):
    import tensorflow as tf

    tensors = [tf.constant(array) for array in arrays]
    outputs = model(tensors if len(tensors) > 1 else tensors[0], **options)
    return array_of(outputs, "the output of the model")


def assign(model, seed, shapes, components):
    """Draw all kernels anew; biases, and the scales and offsets of each step, keep their values.

    Raises:
        Unusable: there is a kernel of a shape that no layer should have.
    """
    for layer in components.attention:
        if layer.built and layer.inner.weights:
            dims = int(np.prod(layer.inner.weights[0].shape[1:]))
            tables = table(seed, 4, dims, dims)
            for weight, values in zip(layer.inner.weights, tables, strict=True):
                weight.assign(values.reshape(weight.shape))
    known = {id(weight) for weight in attention_weights(components)}
    for weight in model.trainable_weights:
        shape = shape_of(weight)
        if id(weight) in known or len(shape) < 2:
            continue
        if shape not in shapes:
            wanted = ", ".join(map(str, shapes))
            raise Unusable(
                f"there is a weight of shape {shape}; beside those of the attention layers, the "
                f"kernels and embeddings here have the shapes {wanted}"
            )
        weight.assign(table(seed, *shape).reshape(weight.shape))


def scales_of(model):
    """How many trainable numbers begin at 1: those of layer normalization, as biases begin at 0."""
    rows = [weight.numpy() for weight in model.trainable_weights if len(shape_of(weight)) == 1]
    return sum(int((row == 1).sum()) for row in rows)


def attention_weights(components):
    return [weight for layer in components.attention for weight in layer.weights]


def shape_of(weight):
    """The shape of a weight without the axes of size 1, as a convolution of one step has them."""
    return tuple(int(size) for size in weight.shape if size != 1)


def count_kernels(model):
    """How many numbers are trained in kernels; biases are free."""
    return sum(count(weight) for weight in model.trainable_weights if len(weight.shape) > 1)


def count(weight):
    return int(np.prod(weight.shape))
