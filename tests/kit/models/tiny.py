"""A task that trains in no time, with all that makes a resume hard: a shuffle and dropout."""

import contextlib
import sys
import time
from dataclasses import dataclass
from types import SimpleNamespace
from unittest import mock

import numpy as np
import tensorflow as tf
from tensorflow import keras

from grading.beside.quick import be_quick
from solutions.models.run import Run
from tests.kit.running import THOROUGH


def prepare():
    """Leave out what takes longer than a small training; as users train where all is tried."""
    if not THOROUGH:
        be_quick()


@dataclass
class Task:
    """A model, its data, and what happens before each epoch; trained as the chapter's are."""

    name: str
    build: object
    train_data: object
    valid_data: object
    epochs: int
    settings: dict
    before_epoch: object

    def train(self, run):
        """Train the model; give it."""
        with run.start(self.name, self.settings):
            model = self.build()
            for epoch in run.epochs(model, self.epochs):
                self.before_epoch(model, epoch)
                model.fit(
                    self.train_data(epoch),
                    validation_data=self.valid_data,
                    callbacks=run.callbacks,
                    verbose=0,
                )
            run.finish(model)
        return model


def make_task(epochs=3, units=6, pause=0.0, name="tiny"):
    """Say how a tiny model is trained on random numbers.

    Args:
        pause: seconds to wait before each epoch, so that there is time to kill it.
    """
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=[64, 4]).astype(np.float32)
    data = tf.data.Dataset.from_tensor_slices((inputs, inputs.sum(axis=1)))

    def build():
        model = keras.Sequential(
            [
                keras.Input(shape=[4]),
                keras.layers.Dense(units, activation="relu"),
                keras.layers.Dropout(0.3),
                keras.layers.Dense(1),
            ]
        )
        model.compile(loss="mse", optimizer=keras.optimizers.Adam(0.02))
        return model

    return Task(
        name=name,
        build=build,
        train_data=lambda epoch: data.shuffle(64, seed=epoch).batch(16),
        valid_data=data.batch(64),
        epochs=epochs,
        settings={"units": units},
        before_epoch=lambda model, epoch: time.sleep(pause),
    )


def train(task, out, **arguments):
    """Train a :class:`Task` into a folder; give the model and the history."""
    run = Run(out, **arguments)
    model = task.train(run)
    return model, run.history


class _Enough(Exception):
    """What a model is fitted to is known."""


def what_is_fitted(module, options, components, n_fits=1):
    """Give what ``module.train`` hands to Keras, without training.

    Returns:
        An object with the ``model``, ``n_epochs``, the ``settings``, and ``fits``: an object for
        each of the first ``n_fits`` epochs, with the ``data`` and the other arguments of ``fit``.
    """
    found = SimpleNamespace(fits=[])

    class Spy:
        callbacks = ()

        @contextlib.contextmanager
        def start(self, name, settings, source="", **how):
            found.settings = {"model": name, **settings}
            yield

        def epochs(self, model, n_epochs):
            found.model, found.n_epochs = model, n_epochs
            yield from range(n_fits)

        def finish(self, model):
            raise _Enough

    def fit(self, data, **arguments):
        found.fits.append(SimpleNamespace(data=data, **arguments))

    with mock.patch.object(keras.Model, "fit", fit), contextlib.suppress(_Enough):
        module.train(Spy(), options, components)
    return found


if __name__ == "__main__":
    prepare()
    train(make_task(epochs=1000, pause=0.02), sys.argv[1], seed=42)
