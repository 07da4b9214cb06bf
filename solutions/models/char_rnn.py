"""The character RNN: two GRU layers that predict the next character at every step.

The chapter feeds it shuffled windows and trains for 15.5 hours. The default recipe here differs in
four ways, each measured: windows start every 10 characters, not at every one (an epoch of the
chapter's reads each character a hundred times); no dropout (the model is too small to overfit);
a larger learning rate; and the shuffle is over all the windows.

Chapter 16, "Generating Shakespearean Text Using a Character RNN".
"""

import tensorflow as tf
from tensorflow import keras

from solutions.models.run_files import load_run
from solutions.models.text import N_STEPS, load_text, losses_of, tokenizer_of

MODULES = ("tokenizer", "windows")


class OneHot(keras.layers.Layer):
    """Turn ids ``[...]`` into one-hot vectors ``[..., vocab_size]``."""

    def __init__(self, vocab_size, **kwargs):
        super().__init__(**kwargs)
        self.vocab_size = vocab_size

    def call(self, ids):
        """Give the vectors, in the dtype the model computes in."""
        return tf.one_hot(tf.cast(ids, tf.int64), self.vocab_size, dtype=self.compute_dtype)


def build_char_rnn(
    vocab_size, *, units=128, dropout=0.0, recurrent_dropout=0.0, stateful_batch_size=None
):
    """Build the character RNN: one-hot, two GRU layers and a softmax.

    Args:
        vocab_size: V, the number of characters.
        units: the size of each GRU layer.
        dropout: of the layers' inputs; the cuDNN kernel of a GPU copes with it.
        recurrent_dropout: of the state. It rules the cuDNN kernel out, so it is left at 0 where
            there is a GPU.
        stateful_batch_size: None for a stateless model; a number of rows for one that keeps the
            state of each row from batch to batch.

    Returns:
        A ``keras.Model`` from ids ``[batch, steps]`` to probabilities ``[batch, steps, V]``.
    """
    how = {
        "return_sequences": True,
        "stateful": stateful_batch_size is not None,
        "dropout": dropout,
        "recurrent_dropout": recurrent_dropout,
    }
    return keras.Sequential(
        [
            keras.Input(shape=[None], batch_size=stateful_batch_size, dtype=tf.int64),
            OneHot(vocab_size),
            keras.layers.GRU(units, **how),
            keras.layers.GRU(units, **how),
            # The softmax in float32 also where the layers compute in 16 bits.
            keras.layers.Dense(vocab_size, activation="softmax", dtype=tf.float32),
        ]
    )


def train(run, options, components):
    """Train on shuffled windows of a text.

    Args:
        run: where to, a :class:`solutions.models.run.Run`.
        options: :class:`solutions.models.Options`.
        components: the exercises' answers.

    Returns:
        A pair of the model and the lines that tell how good it is.
    """
    chapter = options.recipe == "chapter"
    if chapter:
        options = options.or_else(epochs=10, units=128, batch_size=32, learning_rate=0.001)
    else:
        options = options.or_else(epochs=3, units=128, batch_size=64, learning_rate=0.005)
    shift = 1 if chapter else 10  # characters from the start of a window to that of the next
    dropout = 0.2 if chapter else 0.0
    # As in the chapter's notebook.
    recurrent_dropout = 0.0 if tf.config.list_physical_devices("GPU") else dropout

    text = load_text(options, components)
    shuffle_buffer = 10_000 if chapter else max(1, len(text.train_ids) // shift)
    valid_data = components.split_windows(
        text.valid_ids, N_STEPS, shift=N_STEPS, batch_size=options.batch_size
    )

    with run.start("char-rnn", {**options.settings, **text.settings}, text.source):
        model = build_char_rnn(
            text.tokenizer.vocab_size,
            units=options.units,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
        )
        adam = keras.optimizers.Adam(options.learning_rate)
        model.compile(loss="sparse_categorical_crossentropy", optimizer=adam)
        for epoch in run.epochs(model, options.epochs):
            train_data = components.split_windows(
                text.train_ids,
                N_STEPS,
                shift=shift,
                batch_size=options.batch_size,
                shuffle_buffer=shuffle_buffer,
                seed=options.seed + epoch,
            )
            model.fit(train_data, validation_data=valid_data, callbacks=run.callbacks, verbose=0)
        run.finish(model)
    return model, losses_of(run.history)


def load(folder):
    """Give ``(model, tokenizer)`` of a finished run of a character RNN, stateful or not.

    Raises:
        RunError: the folder holds no such run; the message says what to do.
    """

    def build(settings):
        return build_char_rnn(len(settings["alphabet"]), units=settings["units"])

    names = ("char-rnn", "stateful-char-rnn")
    model, settings = load_run(folder, build, names, "character RNN")
    return model, tokenizer_of(settings["alphabet"])
