"""Subjects that do nothing sensible: no exercise's tests may be content with one of them."""

import types

from grading.catalogue.syllabus import exercise

KINDS = ("none", "input", "zeros", "constant", "empty")


def subject(name):
    """The trivial module called ``EXERCISE/KIND``, for a worker."""
    which, _, kind = name.partition("/")
    make = {"tokenizer": _tokenizer, "positional_encoding": _layers, "attention": _layers}
    defines = exercise(which).defines
    parts = make.get(which, _functions)(defines, _answers()[kind])
    return types.SimpleNamespace(__name__=which, **parts)


def _answers():
    import numpy as np
    import tensorflow as tf

    def first(args):
        return args[0][0] if isinstance(args[0], list | tuple) and len(args[0]) else args[0]

    def zeros(args):
        try:
            return tf.zeros_like(tf.convert_to_tensor(first(args)))
        except (ValueError, TypeError):
            return tf.zeros([1, 1], tf.int64)

    def empty(args):
        pairs = (np.zeros([0, 1, 1], np.int64), np.zeros([0, 1, 1], np.int64))
        return tf.data.Dataset.from_tensor_slices(pairs)

    return {
        "none": lambda args: None,
        "input": lambda args: args[0],
        "zeros": zeros,
        "constant": lambda args: 7,
        "empty": empty,
    }


def _functions(defines, answer):
    return {name: lambda *args, **options: answer(args) for name in defines}


def _tokenizer(defines, answer):
    class Trivial:
        vocab_size = answer(["abc"])

        def fit(self, text):
            return answer([text])

        def encode(self, text):
            return answer([text])

        def decode(self, ids):
            return answer([ids])

    return {name: Trivial for name in defines}


def _layers(defines, answer):
    import tensorflow as tf

    class Trivial(tf.keras.layers.Layer):
        def __init__(self, *args, **options):
            super().__init__()
            self.supports_masking = True

        def call(self, inputs, mask=None):
            return answer([inputs[0] if isinstance(inputs, list | tuple) else inputs])

    functions = _functions([name for name in defines if name[0].islower()], answer)
    return {**{name: Trivial for name in defines if name[0].isupper()}, **functions}
