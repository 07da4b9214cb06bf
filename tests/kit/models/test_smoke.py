"""Every model, small: it trains, goes on where it was stopped, and ends with the same weights.

These are the tests that each stack must pass: Keras 2, Keras 3, legacy Keras. Those in RESUMED are
also stopped and go on in every run, all models where UNROLLED_THOROUGH is set.
"""

import dataclasses
import functools
import importlib
import io
from unittest import mock

import numpy as np
import pytest
import tensorflow as tf

from solutions.models import MODELS, Options, char_rnn, dates
from solutions.models.components import reference
from solutions.models.generation import TextGenerator
from solutions.models.run import Run
from tests.kit.running import THOROUGH

TINY = {
    "char-rnn": {"data": "sample", "limit": 3000, "batch_size": 32},
    "stateful-char-rnn": {"data": "sample", "limit": 3000, "batch_size": 4},
    "sentiment": {"data": "sample", "limit": 40, "batch_size": 16},
    "pretrained": {"data": "sample", "limit": 40, "batch_size": 16},
    "translation": {"limit": 60, "batch_size": 16},
    "bidirectional": {"limit": 60, "batch_size": 16},
    "transformer": {"limit": 60, "batch_size": 16},
}

# One of shuffled examples; test_training.py has one that keeps its state.
RESUMED = MODELS if THOROUGH else ("translation",)


class Lengths(tf.Module):
    """An embedding of texts in one number, their length; as a SavedModel it stands for TF-Hub's."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, texts):
        return tf.cast(tf.strings.length(texts), tf.float32)[:, tf.newaxis] / 1000.0


@pytest.fixture(scope="module")
def embedding(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("embedding"))
    tf.saved_model.save(Lengths(), folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def few_dates():
    """Dates to validate and to test with: a few do."""
    with mock.patch.multiple(dates, N_VALID=20, N_TEST=20):
        yield


def trained(name, options, folder):
    lines = []
    run = Run(folder, seed=1, say=lines.append, file=io.StringIO())
    model, _ = importlib.import_module(MODELS[name].module).train(run, options, reference())
    return model, run, lines


@pytest.fixture(scope="module")
def whole(tmp_path_factory, embedding):
    """Trains a model of this name in one go; gives the model, the run and its options."""

    @functools.cache
    def train(name):
        more = {"embedding": embedding} if name == "pretrained" else {}
        options = Options(epochs=2, units=8, seed=1, **TINY[name], **more)
        model, run, _ = trained(name, options, tmp_path_factory.mktemp(name))
        return model, run, options

    return train


@pytest.mark.parametrize("name", MODELS)
def test_it_trains(name, whole):
    _, run, _ = whole(name)
    assert all(np.isfinite(row["loss"]) for row in run.history)
    assert len(run.history) == 2
    if name.endswith("char-rnn"):
        loaded, tokenizer = char_rnn.load(run.folder)
        [text] = TextGenerator(loaded, tokenizer).complete("To be", 20, seed=1)
        assert text.startswith("To be") and len(text) == 25


@pytest.mark.parametrize("name", RESUMED)
def test_it_goes_on_to_the_same_weights(name, whole, tmp_path):
    model, _, options = whole(name)
    trained(name, dataclasses.replace(options, epochs=1), tmp_path)
    again, _, lines = trained(name, options, tmp_path)
    assert any("going on after epoch 1" in line for line in lines)
    for weight, other in zip(model.get_weights(), again.get_weights(), strict=True):
        # Threads may add up in another order; another state or batch shows in the third digit.
        np.testing.assert_allclose(weight, other, rtol=0, atol=1e-6)
