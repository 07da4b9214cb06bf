"""The chapter's bidirectional example, and a task that only such a layer can solve.

A GRU layer reads a sequence from left to right, so what it says at a step cannot depend on what
follows. The task asks for just that: is the next item above zero? A layer that reads both ways
learns it at once; the same layer reading one way stays at chance.

Chapter 16, "Bidirectional RNNs".
"""

import numpy as np
import tensorflow as tf
from tensorflow import keras

MODULES = ()

N_FEATURES, N_STEPS = 10, 12


def build_bidirectional(n_features=N_FEATURES, units=10):
    """Build the chapter's two layers: 660 and 1,320 parameters at the default sizes.

    Returns:
        A ``keras.Model`` from ``[batch, steps, n_features]`` to ``[batch, steps, 2 * units]``.
    """
    return keras.Sequential(
        [
            keras.Input(shape=[None, n_features]),
            keras.layers.GRU(units, return_sequences=True),
            keras.layers.Bidirectional(keras.layers.GRU(units, return_sequences=True)),
        ]
    )


def make_examples(n_examples, seed):
    """Give ``(inputs [n, steps, features], targets [n, steps, 1])``.

    The target of a step is 1 if the next step's first feature is above 0, and 0 at the last step.
    """
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=[n_examples, N_STEPS, N_FEATURES]).astype(np.float32)
    following = np.roll(inputs[:, :, :1], -1, axis=1)
    following[:, -1] = -1.0
    return inputs, (following > 0).astype(np.float32)


def train(run, options, components):
    """Train the example with a sigmoid on top; as :func:`solutions.models.char_rnn.train`."""
    options = options.or_else(epochs=5, units=10, batch_size=32, learning_rate=0.01, limit=5_000)
    train = make_examples(options.limit, options.seed)
    valid = make_examples(1_000, options.seed + 1)
    examples = tf.data.Dataset.from_tensor_slices(train)
    valid_data = tf.data.Dataset.from_tensor_slices(valid).batch(256)

    settings = {**options.settings, "n_examples": options.limit}
    with run.start("bidirectional", settings, "random numbers"):
        layers = build_bidirectional(units=options.units).layers
        model = keras.Sequential([*layers, keras.layers.Dense(1, "sigmoid", dtype=tf.float32)])
        model.build([None, None, N_FEATURES])
        adam = keras.optimizers.Adam(options.learning_rate)
        model.compile(loss="binary_crossentropy", optimizer=adam, metrics=["accuracy"])
        for epoch in run.epochs(model, options.epochs):
            shuffled = examples.shuffle(options.limit, seed=options.seed + epoch)
            train_data = shuffled.batch(options.batch_size).prefetch(1)
            model.fit(train_data, validation_data=valid_data, callbacks=run.callbacks, verbose=0)
        run.finish(model)

    sizes = " and ".join(f"{layer.count_params():,}" for layer in model.layers[:2])
    accuracy = run.history[-1]["val_accuracy"]
    return model, [
        f"{sizes} parameters",
        f"validation accuracy {accuracy:.4f} (one-way layers: about 0.54)",
    ]
