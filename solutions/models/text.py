"""A text as ids, for the two character RNNs."""

import math
from collections import namedtuple

import numpy as np

from solutions.data import DataError, fingerprint, load_shakespeare
from solutions.tokenizer import CharTokenizer

N_STEPS = 100  # characters in a window
TRAIN_PERCENT = 90

Text = namedtuple("Text", "tokenizer train_ids valid_ids source settings")


def load_text(options, components):
    """Load a text as ids: the first 90% to train on, the rest to validate on.

    Returns:
        A ``Text`` with the ``tokenizer``, ``train_ids`` and ``valid_ids``, a few words on the
        ``source``, and ``settings``: what tells this text from another one, with all that it takes
        to write such a text.

    Raises:
        DataError: the text is too short for a window of training and one of validation.
    """
    text, source = load_shakespeare(options.data)
    text = text[: options.limit]
    tokenizer = components.CharTokenizer().fit(text)
    ids = np.asarray(tokenizer.encode(text))
    n_train = len(ids) * TRAIN_PERCENT // 100
    if len(ids) - n_train <= N_STEPS:
        n_needed = N_STEPS * 100 // (100 - TRAIN_PERCENT) + 1
        raise DataError(
            f"the text of {len(ids)} characters is too short: at least {n_needed} are needed"
        )
    if tokenizer.vocab_size < 2:
        raise DataError("the text holds only one character again and again: nothing to learn")
    train_ids, valid_ids = ids[:n_train], ids[n_train:]
    settings = {
        "alphabet": tokenizer.decode(range(tokenizer.vocab_size)),
        "n_characters": len(ids),
        "data": fingerprint(train_ids.tolist(), valid_ids.tolist()),
    }
    return Text(tokenizer, train_ids, valid_ids, source, settings)


def tokenizer_of(alphabet):
    """Give the tokenizer whose ids are the places in an alphabet, as settings keep it."""
    # A text that has the characters in the order of their frequency gives back their ids.
    n = len(alphabet)
    text = "".join(character * (n - i) for i, character in enumerate(alphabet))
    return CharTokenizer().fit(text)


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
