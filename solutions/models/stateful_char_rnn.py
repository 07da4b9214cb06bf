"""The stateful character RNN: the memory of a row is kept from one batch to the next.

This is the quick way to the chapter's result: each character is read once an epoch, and the
network still learns patterns longer than a window. On two CPU cores the chapter's loss of 1.6317
comes in well under a minute, with the chapter's own batches (32 rows of 100 characters), a larger
learning rate that sinks a little each epoch, and no dropout.

Chapter 16, "Stateful RNN".
"""

import numpy as np
import tensorflow as tf
from tensorflow import keras

from solutions.data import DataError
from solutions.models.char_rnn import build_char_rnn
from solutions.models.keras_api import reset_states
from solutions.models.text import N_STEPS, load_text, losses_of

MODULES = ("tokenizer", "stateful")

LEARNING_RATE, DECAY = 0.01, 0.9  # of the default recipe: after each epoch, times DECAY


class ResetStates(keras.callbacks.Callback):
    """Forget everything before each pass over a text, be it for training or for validation."""

    def on_epoch_begin(self, epoch, logs=None):
        """Start the training text with an empty memory."""
        reset_states(self.model)

    def on_test_begin(self, logs=None):
        """Start the validation text with an empty memory."""
        reset_states(self.model)


def copy_weights(model, **sizes):
    """Give a character RNN with the weights of another one, without its dropout.

    Args:
        model: from ``build_char_rnn``.
        **sizes: ``stateful_batch_size``; without it the copy is stateless, for any number of rows.
    """
    vocab_size, units = model.output_shape[-1], model.layers[1].units
    copy = build_char_rnn(vocab_size, units=units, **sizes)
    for weight, value in zip(copy.trainable_weights, model.trainable_weights, strict=True):
        weight.assign(value)  # not the state of the rows, which Keras 3 counts among the weights
    return copy


def split(text, batch_size, components):
    """Cut a text into rows, whose windows follow each other from batch to batch.

    Returns:
        A pair of datasets, to train and to validate on.

    Raises:
        DataError: the text is too short.
    """
    if len(text.train_ids) // batch_size <= N_STEPS:
        raise DataError(
            f"the text of {len(text.train_ids) + len(text.valid_ids)} characters is too short for "
            f"batch_size={batch_size} rows of {N_STEPS} steps"
        )
    # Each row validates on its own part of the text: shorter steps if the parts are short.
    n_valid_steps = max(1, min(N_STEPS, len(text.valid_ids) // batch_size - 1))
    return (
        components.split_stateful(text.train_ids, N_STEPS, batch_size=batch_size),
        components.split_stateful(text.valid_ids, n_valid_steps, batch_size=batch_size),
    )


def train(run, options, components):
    """Train on the rows of a text.

    Arguments and result are those of :func:`solutions.models.char_rnn.train`; the model that comes
    back is stateless, with the weights of the one that was trained.
    """
    chapter = options.recipe == "chapter"
    n_epochs, rate = (50, 0.001) if chapter else (5, LEARNING_RATE)
    options = options.or_else(epochs=n_epochs, units=128, batch_size=32, learning_rate=rate)
    dropout = 0.2 if chapter else 0.0
    # As in the chapter's notebook.
    recurrent_dropout = 0.0 if tf.config.list_physical_devices("GPU") else dropout

    text = load_text(options, components)
    train_data, valid_data = split(text, options.batch_size, components)

    settings = {**options.settings, **text.settings}
    # On one device: the state of a row lives where the row was read.
    with run.start("stateful-char-rnn", settings, text.source, one_device=True):
        model = build_char_rnn(
            text.tokenizer.vocab_size,
            units=options.units,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            stateful_batch_size=options.batch_size,
        )
        adam = keras.optimizers.Adam(options.learning_rate)
        model.compile(loss="sparse_categorical_crossentropy", optimizer=adam)
        for epoch in run.epochs(model, options.epochs):
            if not chapter:
                model.optimizer.learning_rate = options.learning_rate * DECAY**epoch
            callbacks = [ResetStates(), *run.callbacks]
            model.fit(train_data, validation_data=valid_data, callbacks=callbacks, verbose=0)
        stateless = copy_weights(model)
        run.finish(stateless)

    example = next(iter(train_data))[0]
    stateful = copy_weights(model, stateful_batch_size=options.batch_size)  # its memory is empty
    difference = np.abs(stateful(example) - stateless(example)).max()
    return stateless, [
        *losses_of(run.history),
        "the stateless copy, with the weights carried over, differs by at most "
        f"{difference:.1e} on the first batch",
    ]
