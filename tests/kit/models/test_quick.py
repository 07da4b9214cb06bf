"""What a layer tells Keras on trial, when a functional model is made, is what its call would.

TensorFlow was made quick for all tests of this folder.
"""

import pytest
import tensorflow as tf

from grading.beside import quick

layers = tf.keras.layers


def sequences(dtype="float32"):
    return tf.keras.Input([None, 6], dtype=dtype)


def ids():
    return tf.keras.Input([None], dtype="int64")


def mask(*more):
    return tf.keras.Input([None, *more], dtype="bool")


def first_of_each(x):
    return x[:, 0]


CASES = {
    "Dense": lambda: layers.Dense(3)(sequences()),
    "Dense of one step": lambda: layers.Dense(3)(tf.keras.Input([6])),
    "Dense of integers": lambda: layers.Dense(3)(sequences("int32")),
    "Dense of float64": lambda: layers.Dense(3)(sequences("float64")),
    "Dense in float16": lambda: layers.Dense(3, dtype="float16")(sequences()),
    "Dense of an unknown size": lambda: layers.Dense(3)(tf.keras.Input([None, None])),
    "Dense with a student's activation": lambda: layers.Dense(3, first_of_each)(sequences()),
    "LayerNormalization": lambda: layers.LayerNormalization()(sequences()),
    "LayerNormalization of no axis": lambda: layers.LayerNormalization(axis=5)(sequences()),
    "Embedding": lambda: layers.Embedding(5, 3, mask_zero=True)(ids()),
    "Embedding of a fixed length": lambda: layers.Embedding(5, 3)(tf.keras.Input([4])),
    "GRU": lambda: layers.GRU(4)(sequences()),
    "GRU, masked": lambda: layers.GRU(4, return_sequences=True)(sequences(), mask=mask()),
    "GRU with a wrong mask": lambda: layers.GRU(4)(sequences(), mask=mask(6)),
    "GRU, unrolled": lambda: layers.GRU(4, unroll=True)(sequences()),
    "GRU of one step": lambda: layers.GRU(4)(tf.keras.Input([6])),
    "GRU with a state": lambda: layers.GRU(4)(sequences(), initial_state=tf.keras.Input([4])),
    "LSTM with too few states": lambda: layers.LSTM(4)(
        sequences(), initial_state=[tf.keras.Input([4])]
    ),
    "LSTM that gives all": lambda: layers.LSTM(4, return_sequences=True, return_state=True)(
        layers.Embedding(5, 3, mask_zero=True)(ids())
    ),
    "Bidirectional": lambda: layers.Bidirectional(layers.GRU(4))(sequences()),
}


def told(make):
    tf.keras.backend.clear_session()  # or else the numbers of layers in messages would differ
    try:
        outputs = make()
    except (ValueError, TypeError) as error:
        return type(error).__name__, str(error)
    return [
        (tuple(output.shape), str(output.dtype), getattr(output, "_keras_mask", None) is not None)
        for output in tf.nest.flatten(outputs)
    ]


@pytest.mark.parametrize("make", CASES.values(), ids=CASES)
def test_shapes_types_masks_and_errors_are_those_of_the_whole_call(monkeypatch, make):
    found = told(make)
    monkeypatch.setattr(quick, "is_on_trial", lambda: False)
    assert found == told(make)


@pytest.mark.skipif(hasattr(tf.keras, "__version__"), reason="Keras 3 makes no trial")
def test_a_function_of_the_students_is_run_on_trial():
    seen = []

    def activation(x):
        seen.append(quick.is_on_trial())
        return x

    layers.Dense(3, activation)(sequences())
    assert seen == [True]
    layers.Dense(3, activation)(tf.zeros([1, 2, 6]))
    assert seen == [True, False]
