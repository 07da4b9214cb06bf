"""Misconceptions about positions written a second way, and mistakes that are in no library."""

import math

import numpy as np
import tensorflow as tf

from grading.misconceptions import changed


def _student(reference, table):
    """A layer as a student may write it, with ``table(max_steps, max_dims)`` as list of rows."""

    class PositionalEncoding(tf.keras.layers.Layer):
        def __init__(self, max_steps, max_dims, **kwargs):
            super().__init__(**kwargs)
            self.supports_masking = True
            self.max_steps, self.max_dims = max_steps, max_dims
            self.encoding = tf.constant(table(max_steps, max_dims), tf.float32)

        def check(self, inputs):
            steps, dims = inputs.shape[1], inputs.shape[2]
            if steps is not None and steps > self.max_steps:
                raise ValueError(f"steps={steps} > max_steps={self.max_steps}")
            if dims > self.max_dims:
                raise ValueError(f"dims={dims} > max_dims={self.max_dims}")

        def call(self, inputs):
            self.check(inputs)
            shape = tf.shape(inputs)
            return inputs + self.encoding[tf.newaxis, : shape[1], : shape[2]]

    return changed(reference, PositionalEncoding=PositionalEncoding)


def _by_number(value):
    """A table of which ``value(p, column, d)`` gives each number."""

    def table(max_steps, max_dims):
        d = max_dims + max_dims % 2
        return [[value(p, column, d) for column in range(d)] for p in range(max_steps)]

    return table


def _right(p, column, d):
    angle = p * math.exp(-math.log(10_000) * (column - column % 2) / d)
    return math.cos(angle) if column % 2 else math.sin(angle)


def cosine_exponent_odd(reference):
    def value(p, column, d):
        angle = p * math.exp(-math.log(10_000) * column / d)
        return math.cos(angle) if column % 2 else math.sin(angle)

    return _student(reference, _by_number(value))


def cosine_exponent_next(reference):
    def value(p, column, d):
        angle = p * 10_000 ** (-(column + column % 2) / d)
        return (math.sin, math.cos)[column % 2](angle)

    return _student(reference, _by_number(value))


def sines_then_cosines(reference):
    def value(p, column, d):
        half = d // 2
        angle = p * 10_000 ** (-2 * (column % half) / d)
        return math.sin(angle) if column < half else math.cos(angle)

    return _student(reference, _by_number(value))


def sines_and_cosines_swapped(reference):
    def table(max_steps, max_dims):
        d = max_dims + max_dims % 2
        result = np.zeros((max_steps, d))
        p, i = np.meshgrid(np.arange(max_steps), np.arange(d // 2))
        result[:, 0::2] = np.cos(p / 10_000 ** (2 * i / d)).T
        result[:, 1::2] = np.sin(p / 10_000 ** (2 * i / d)).T
        return result

    return _student(reference, table)


def positions_from_1(reference):
    return _student(reference, _by_number(lambda p, column, d: _right(p + 1, column, d)))


def encoding_not_added(reference):
    right = _student(reference, _by_number(_right)).PositionalEncoding

    class PositionalEncoding(right):
        def call(self, inputs):
            return super().call(inputs) - inputs

    return changed(reference, PositionalEncoding=PositionalEncoding)


def mask_dropped(reference):
    right = _student(reference, _by_number(_right)).PositionalEncoding

    class PositionalEncoding(right):
        def compute_mask(self, inputs, mask=None):
            return None

    return changed(reference, PositionalEncoding=PositionalEncoding)


def table_trainable(reference):
    right = _student(reference, _by_number(_right)).PositionalEncoding

    class PositionalEncoding(right):
        def __init__(self, max_steps, max_dims, **kwargs):
            super().__init__(max_steps, max_dims, **kwargs)
            start = tf.keras.initializers.Constant(self.encoding.numpy())
            self.encoding = self.add_weight(
                name="encoding", shape=[max_steps, self.encoding.shape[1]], initializer=start
            )

    return changed(reference, PositionalEncoding=PositionalEncoding)


def exponent_halved(reference):
    def value(p, column, d):
        i = column // 2
        return (math.sin, math.cos)[column % 2](p / 10_000 ** (i / d))

    return _student(reference, _by_number(value))


def inputs_scaled(reference):
    right = _student(reference, _by_number(_right)).PositionalEncoding

    class PositionalEncoding(right):
        def call(self, inputs):
            return super().call(inputs) + inputs * (inputs.shape[-1] ** 0.5 - 1)

    return changed(reference, PositionalEncoding=PositionalEncoding)


def too_long_cut_off(reference):
    right = _student(reference, _by_number(_right)).PositionalEncoding

    class PositionalEncoding(right):
        def call(self, inputs):
            if inputs.shape[1] is not None:
                inputs = tf.slice(inputs, [0, 0, 0], [-1, min(inputs.shape[1], self.max_steps), -1])
            return super().call(inputs)

    return changed(reference, PositionalEncoding=PositionalEncoding)


SECOND_WAYS = {
    "cosine-exponent-odd": cosine_exponent_odd,
    "cosine-exponent-next": cosine_exponent_next,
    "sines-then-cosines": sines_then_cosines,
    "sines-and-cosines-swapped": sines_and_cosines_swapped,
    "positions-from-1": positions_from_1,
    "encoding-not-added": encoding_not_added,
    "mask-dropped": mask_dropped,
    "table-trainable": table_trainable,
    "exponent-halved": exponent_halved,
    "inputs-scaled": inputs_scaled,
    "too-long-cut-off": too_long_cut_off,
}


def _negative_sines(reference):
    def value(p, column, d):
        return _right(-p, column, d)

    return _student(reference, _by_number(value))


def _base_1000(reference):
    def value(p, column, d):
        return (math.sin, math.cos)[column % 2](p / 1000 ** (column // 2 * 2 / d))

    return _student(reference, _by_number(value))


def _counted_from_the_end(reference):
    def table(max_steps, max_dims):
        return _by_number(_right)(max_steps, max_dims)[::-1]

    return _student(reference, table)


def _multiplied(reference):
    right = _student(reference, _by_number(_right)).PositionalEncoding

    class PositionalEncoding(right):
        def call(self, inputs):
            return inputs * (super().call(inputs) - inputs)

    return changed(reference, PositionalEncoding=PositionalEncoding)


def _one_wavelength(reference):
    def value(p, column, d):
        return (math.sin, math.cos)[column % 2](p / 10_000 ** (column // 2 * 2 // d))

    return _student(reference, _by_number(value))


def _cannot_be_made(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def __init__(self, max_steps, max_dims, **kwargs):
            raise ValueError(f"`dims` must be passed as a keyword argument, got {max_dims}")

    return changed(reference, PositionalEncoding=PositionalEncoding)


UNNAMED = {
    "cannot-be-made": _cannot_be_made,
    "negative-sines": _negative_sines,
    "base-1000": _base_1000,
    "counted-from-the-end": _counted_from_the_end,
    "multiplied": _multiplied,
    "one-wavelength": _one_wavelength,
}
