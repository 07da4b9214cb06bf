"""The character RNN: two GRU layers that predict the next character at every step.

The chapter feeds it shuffled windows and trains for 15.5 hours. The default recipe here differs in
four ways, each measured: windows start every 10 characters, not at every one (an epoch of the
chapter's reads each character a hundred times); no dropout (the model is too small to overfit);
a larger learning rate; and the shuffle is over all the windows.

Chapter 16, "Generating Shakespearean Text Using a Character RNN".
"""

import json
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from tensorflow import keras

from solutions.data import DataError, fingerprint, load_shakespeare
from solutions.models.run_folder import SETTINGS, WEIGHTS, RunError
from solutions.models.training import Task
from solutions.tokenizer import CharTokenizer

N_STEPS = 100
TRAIN_PERCENT = 90


class OneHot(keras.layers.Layer):
    """Turn ids ``[...]`` into one-hot vectors ``[..., vocab_size]``."""

    def __init__(self, vocab_size, **kwargs):
        super().__init__(**kwargs)
        self.vocab_size = vocab_size

    def call(self, ids):
        """Give the vectors, in the dtype the model computes in."""
        return tf.one_hot(tf.cast(ids, tf.int64), self.vocab_size, dtype=self.compute_dtype)

    def get_config(self):
        """Give what it takes to make the layer again."""
        return {**super().get_config(), "vocab_size": self.vocab_size}


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
    stateful = stateful_batch_size is not None

    def gru():
        return keras.layers.GRU(
            units,
            return_sequences=True,
            stateful=stateful,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
        )

    return keras.Sequential(
        [
            keras.Input(shape=[None], batch_size=stateful_batch_size, dtype=tf.int64),
            OneHot(vocab_size),
            gru(),
            gru(),
            # The softmax in float32 also where the layers compute in 16 bits.
            keras.layers.Dense(vocab_size, activation="softmax", dtype=tf.float32),
        ]
    )


def stateless_copy(model):
    """Give a stateless model with the weights of a stateful one, for any number of rows.

    Dropout is left out: it does nothing outside training.
    """
    vocab_size, units = model.output_shape[-1], model.layers[1].units
    copy = build_char_rnn(vocab_size, units=units)
    copy.set_weights(model.get_weights())
    return copy


class TextData(NamedTuple):
    """A text as ids: the first 90% to train on, the rest to validate on."""

    tokenizer: CharTokenizer
    train_ids: np.ndarray
    valid_ids: np.ndarray
    source: str

    @property
    def settings(self):
        """What tells this text from another one, with all that it takes to write such a text."""
        return {
            "alphabet": self.tokenizer.decode(range(self.tokenizer.vocab_size)),
            "n_characters": len(self.train_ids) + len(self.valid_ids),
            "data": fingerprint(self.train_ids.tolist(), self.valid_ids.tolist()),
        }


def load_text(options, components):
    """Load a text and give it as :class:`TextData`.

    Raises:
        DataError: the text is too short for a window of training and one of validation.
    """
    text, source = load_shakespeare(options.data)
    text = text[: options.limit]
    tokenizer = components.CharTokenizer().fit(text)
    ids = np.asarray(tokenizer.encode(text))
    n_train = len(ids) * TRAIN_PERCENT // 100
    if len(ids) - n_train <= N_STEPS:
        raise DataError(
            f"the text of {len(ids)} characters is too short: at least "
            f"{N_STEPS * 100 // (100 - TRAIN_PERCENT) + 1} are needed"
        )
    if tokenizer.vocab_size < 2:
        raise DataError("the text holds only one character again and again: nothing to learn")
    return TextData(tokenizer, ids[:n_train], ids[n_train:], source)


def recurrent_dropout_of_chapter():
    """Give the book's 0.2, or 0 where there is a GPU, as in the chapter's notebook."""
    return 0.0 if tf.config.list_physical_devices("GPU") else 0.2


def in_bits(loss):
    """Turn nats a character into bits a character."""
    return loss / math.log(2)


def losses_of(history):
    """Give the lines that tell how good the last epoch was."""
    last = history[-1]
    return [
        f"training loss {last['loss']:.4f}",
        f"loss on the last 10% of the text {last['val_loss']:.4f} nats a character, "
        f"{in_bits(last['val_loss']):.4f} bits a character",
    ]


def load_run(folder):
    """Give ``(model, tokenizer)`` of a finished run of a character RNN.

    Raises:
        RunError: the folder holds no such run; the message says what to do.
    """
    folder = Path(folder)
    if not (folder / SETTINGS).is_file():
        raise RunError(f"{folder} holds no trained model: try `unrolled train stateful-char-rnn`")
    if not (folder / WEIGHTS).is_file():
        raise RunError(f"the run in {folder} is not finished: the same `unrolled train` goes on")
    try:
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        if "alphabet" not in settings:
            raise RunError(f"{folder} holds no character RNN, but {settings['model']!r}")
        characters = settings["alphabet"]
        model = build_char_rnn(len(characters), units=settings["units"])
        model.load_weights(folder / WEIGHTS)
    except (OSError, ValueError, KeyError, TypeError) as error:  # of damaged files
        raise RunError(f"the run in {folder} cannot be read: {error}") from None
    # A text that has the characters in the order of their frequency gives back their ids.
    n = len(characters)
    text = "".join(character * (n - i) for i, character in enumerate(characters))
    return model, CharTokenizer().fit(text)


MODULES = ("tokenizer", "windows")


def make_task(options, components):
    """Say how the character RNN is trained on shuffled windows."""
    text = load_text(options, components)
    chapter = options.recipe == "chapter"
    units = options.choose("units", 128)
    batch_size = options.choose("batch_size", 32 if chapter else 64)
    learning_rate = options.choose("learning_rate", 0.001 if chapter else 0.005)
    shift = 1 if chapter else 10
    shuffle_buffer = 10_000 if chapter else max(1, len(text.train_ids) // shift)
    dropout = 0.2 if chapter else 0.0
    recurrent_dropout = recurrent_dropout_of_chapter() if chapter else 0.0

    def build():
        model = build_char_rnn(
            text.tokenizer.vocab_size,
            units=units,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
        )
        model.compile(
            loss="sparse_categorical_crossentropy",
            optimizer=keras.optimizers.Adam(learning_rate),
        )
        return model

    def train_data(epoch):
        return components.split_windows(
            text.train_ids,
            N_STEPS,
            shift=shift,
            batch_size=batch_size,
            shuffle_buffer=shuffle_buffer,
            seed=options.seed + epoch,
        )

    return Task(
        name="char-rnn",
        build=build,
        train_data=train_data,
        valid_data=components.split_windows(
            text.valid_ids, N_STEPS, shift=N_STEPS, batch_size=batch_size
        ),
        epochs=options.choose("epochs", 10 if chapter else 3),
        settings={
            "model": "char-rnn",
            "recipe": options.recipe,
            **text.settings,
            "units": units,
            "batch_size": batch_size,
            "learning_rate": learning_rate,
            "seed": options.seed,
        },
        report=lambda model, history: losses_of(history),
        source=text.source,
    )
