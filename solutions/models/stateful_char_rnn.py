"""The stateful character RNN: the memory of a row is kept from one batch to the next.

This is the quick way to the chapter's result: each character is read once an epoch, and the
network still learns patterns longer than a window. On two CPU cores the chapter's loss of 1.6317
comes in well under a minute, with the chapter's own batches (32 rows of 100 characters), a larger
learning rate that sinks a little each epoch, and no dropout.

Chapter 16, "Stateful RNN".
"""

import numpy as np
from tensorflow import keras

from solutions.data import DataError
from solutions.models.char_rnn import (
    N_STEPS,
    build_char_rnn,
    load_text,
    losses_of,
    recurrent_dropout_of_chapter,
    stateless_copy,
)
from solutions.models.training import Task

MODULES = ("tokenizer", "stateful")

LEARNING_RATE, DECAY = 0.01, 0.9  # of the default recipe: after each epoch, times DECAY


class ResetStates(keras.callbacks.Callback):
    """Forget everything before each pass over a text, be it for training or for validation."""

    def on_epoch_begin(self, epoch, logs=None):
        """Start the training text with an empty memory."""
        self.model.reset_states()

    def on_test_begin(self, logs=None):
        """Start the validation text with an empty memory."""
        self.model.reset_states()


def make_task(options, components):
    """Say how the stateful character RNN is trained."""
    text = load_text(options, components)
    chapter = options.recipe == "chapter"
    units = options.choose("units", 128)
    batch_size = options.choose("batch_size", 32)
    learning_rate = options.choose("learning_rate", 0.001 if chapter else LEARNING_RATE)
    dropout = 0.2 if chapter else 0.0
    recurrent_dropout = recurrent_dropout_of_chapter() if chapter else 0.0
    if len(text.train_ids) // batch_size <= N_STEPS:
        raise DataError(
            f"the text of {len(text.train_ids) + len(text.valid_ids)} characters is too short for "
            f"batch_size={batch_size} rows of {N_STEPS} steps"
        )

    def build():
        model = build_char_rnn(
            text.tokenizer.vocab_size,
            units=units,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            stateful_batch_size=batch_size,
        )
        model.compile(
            loss="sparse_categorical_crossentropy",
            optimizer=keras.optimizers.Adam(learning_rate),
        )
        return model

    def before_epoch(model, epoch):
        if not chapter:
            model.optimizer.learning_rate = learning_rate * DECAY**epoch

    train_data = components.split_stateful(text.train_ids, N_STEPS, batch_size=batch_size)
    # Each row validates on its own part of the text: shorter steps if the parts are short.
    n_valid_steps = max(1, min(N_STEPS, len(text.valid_ids) // batch_size - 1))
    valid_data = components.split_stateful(text.valid_ids, n_valid_steps, batch_size=batch_size)
    example = next(iter(train_data))[0]

    def report(model, history):
        vocab_size = text.tokenizer.vocab_size
        stateful = build_char_rnn(vocab_size, units=units, stateful_batch_size=batch_size)
        stateful.set_weights(model.get_weights())
        difference = np.abs(stateful(example) - model(example)).max()
        return [
            *losses_of(history),
            "the stateless copy, with the weights carried over, differs by at most "
            f"{difference:.1e} on the first batch",
        ]

    return Task(
        name="stateful-char-rnn",
        build=build,
        train_data=lambda epoch: train_data,
        valid_data=valid_data,
        epochs=options.choose("epochs", 50 if chapter else 5),
        before_epoch=before_epoch,
        callbacks=[ResetStates()],
        settings={
            "model": "stateful-char-rnn",
            "recipe": options.recipe,
            **text.settings,
            "units": units,
            "batch_size": batch_size,
            "learning_rate": learning_rate,
            "seed": options.seed,
        },
        final_model=stateless_copy,
        report=report,
        source=text.source,
        one_device=True,  # the state of a row lives where the row was read
    )
