"""A layer may give the right numbers and still be wrong: where training can change nothing."""

import importlib
import types

import numpy as np
import pytest

from grading.beside.probes.base import Unusable
from grading.catalogue.stubs import solution_path

MAPS = ("q_linear", "k_linear", "v_linear", "out_linear")
KERNELS = dict.fromkeys(MAPS, np.eye(4, dtype=np.float32))
IDS = [[1, 2, 3]], [[0, 1, 2]]
CALLS = {
    "positional_encoding": ("trainable_weights", [1, 3, 4], 3, 4),
    "attention": ("weights_of", [np.ones([1, 3, 4], np.float32)] * 2, KERNELS, 2),
    "encoder_decoder": ("in_training", IDS, 0, [7, 3], {"embed_size": 2, "units": 5}),
    "transformer": (
        *("in_training", "build_transformer", [np.array(ids) for ids in IDS], 0, [7, 3]),
        {"dims": 4, "n_heads": 2, "n_blocks": 1, "feed_forward": 4, "max_steps": 5},
    ),
}
WRONG = [
    ("positional_encoding", "return inputs +", "return tf.stop_gradient(inputs) +"),
    ("positional_encoding", "return inputs +", "return inputs.numpy() +"),
    ("attention", "tf.nn.softmax(scores)", "tf.stop_gradient(tf.nn.softmax(scores))"),
    (
        "encoder_decoder",
        "initial_state=[h, c]",
        "initial_state=[tf.stop_gradient(h), tf.stop_gradient(c)]",
    ),
    ("transformer", "encoder_outputs = z", "encoder_outputs = tf.stop_gradient(z)"),
]


def called(exercise, old="", new=""):
    """What the probe makes of the reference with something replaced."""
    source = solution_path(exercise).read_text("utf-8")
    assert old in source
    module = types.ModuleType(exercise)
    exec(compile(source.replace(old, new), exercise, "exec"), vars(module))
    probes = importlib.import_module(f"grading.beside.probes.{exercise}")
    probe, *arguments = CALLS[exercise]
    return getattr(probes, probe)(module, *arguments)


@pytest.mark.parametrize("exercise", CALLS)
def test_the_reference_lets_gradients_through(exercise):
    called(exercise)


@pytest.mark.parametrize(("exercise", "old", "new"), WRONG)
def test_an_answer_that_stops_gradients_is_told_so(exercise, old, new):
    with pytest.raises(Unusable, match="gradient"):
        called(exercise, old, new)
