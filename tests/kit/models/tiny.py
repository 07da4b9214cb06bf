"""A task that trains in no time, with all that makes a resume hard: a shuffle and dropout."""

import sys
import time

import numpy as np
import tensorflow as tf
from tensorflow import keras

from solutions.models import training


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

    return training.Task(
        name=name,
        build=build,
        train_data=lambda epoch: data.shuffle(64, seed=epoch).batch(16),
        valid_data=data.batch(64),
        epochs=epochs,
        settings={"model": name, "units": units},
        before_epoch=lambda model, epoch: time.sleep(pause),
    )


if __name__ == "__main__":
    training.train(make_task(epochs=1000, pause=0.02), sys.argv[1], seed=42)
