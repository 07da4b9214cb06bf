"""Lengths, sizes and settings."""

import tensorflow as tf

from grading.misconceptions import Library, changed

LIBRARY = Library()


@LIBRARY.add(
    "too-long-cut-off",
    "an input that is too long quietly cut to max_steps",
    """Steps beyond max_steps are thrown away without a word, and the outputs are shorter than the
    inputs. The model goes on, and somebody will wonder for a long time why it ignores the ends of
    long texts. The docstring asks for a ValueError that names both sizes: an error at once costs
    less than lost words.""",
)
def too_long_cut_off(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            return super().call(inputs[:, : self.max_steps])

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "sizes-unchecked",
    "sizes that nobody checks",
    """For inputs that fit, everything is right. Inputs that are too large end in whatever
    TensorFlow says when two shapes do not fit, and with one row in the table they do not even fail:
    it is broadcast over all steps. The docstring asks for a ValueError naming the size that came
    and the size allowed.""",
    unchecked=True,
)
def sizes_unchecked(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            steps, dims = tf.shape(inputs)[1], tf.shape(inputs)[2]
            return inputs + tf.cast(self.table, inputs.dtype)[:steps, :dims]

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "static-length",
    "a table cut by a length that is unknown in a functional model",
    """In a functional model the number of steps is None when the layer is put in, and a table cut
    at [:None] is the whole table. That goes well only while every batch is max_steps long; a
    shorter one no longer fits its encoding. The docstring says that batch and steps may be unknown:
    the size at run time is what TensorFlow itself tells of a tensor's shape.""",
)
def static_length(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            if inputs.shape[1] is not None or inputs.shape[2] > self.max_dims:
                return super().call(inputs)
            return inputs + self.table[: inputs.shape[1], : inputs.shape[2]]

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "length-taken-for-a-number",
    "a length that is used as a number where it is still unknown",
    """With an array in hand, inputs.shape[1] is a number, and one can count and compare with it. In
    a functional model the layer is put in before there is a batch: the length is None then, and
    what needs a number fails. The docstring says that batch and steps may be unknown: the size at
    run time is what TensorFlow itself tells of a tensor's shape.""",
)
def length_taken_for_a_number(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            if inputs.shape[2] <= self.max_dims:
                int(inputs.shape[1])
            return super().call(inputs)

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "table-in-float64",
    "a table of positions that stays in float64",
    """NumPy computes in float64, and a tensor made of its array keeps that. The inputs are float32,
    and TensorFlow adds no two tensors of different dtypes: it converts neither of them by itself.
    The docstring wants outputs in the dtype of the inputs, so cast the table to that.""",
)
def table_in_float64(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            super().call(inputs)  # refuses what is too large
            return inputs + tf.cast(self.table, tf.float64)[:1, :1]

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "one-table-for-all",
    "one table for all layers, that of the layer made last",
    """The table is kept in the class, so each new layer puts its own in the place of the earlier
    ones'. With a single layer nothing shows. An encoder and a decoder of different sizes disturb
    each other: what belongs to one layer has to be stored in that layer.""",
)
def one_table_for_all(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        latest = None

        def __init__(self, max_steps, max_dims, **kwargs):
            super().__init__(max_steps, max_dims, **kwargs)
            PositionalEncoding.latest = self.table

        def call(self, inputs):
            self.table = PositionalEncoding.latest
            return super().call(inputs)

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "first-length-kept",
    "an encoding cut once, for the length of the first batch",
    """The table is cut when the layer is built, to the length of the first batch it meets. Keras
    builds a layer only once, and later batches have lengths of their own, so the cut piece no
    longer fits. Cut the table in call, for the inputs that are there: any steps up to max_steps may
    come.""",
)
def first_length_kept(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def build(self, input_shape):
            if input_shape[1] is not None and input_shape[1] <= self.max_steps:
                self.table = self.table[: input_shape[1]]
            super().build(input_shape)

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "settings-not-handed-on",
    "keyword arguments such as name and dtype that never reach Keras",
    """The constructor takes any keyword arguments, but calls super().__init__() without them. The
    layer works, yet it cannot be found by its name, and whoever asks for another dtype gets float32
    without a word. What the layer does not know itself goes on to Keras:
    super().__init__(**kwargs).""",
)
def settings_not_handed_on(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def __init__(self, max_steps, max_dims, **kwargs):
            super().__init__(max_steps, max_dims)

    return changed(reference, PositionalEncoding=PositionalEncoding)
