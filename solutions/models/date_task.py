"""The date task as numbers, for both translation models: "April 22, 2019" to "2019-04-22"."""

import numpy as np

from solutions.data import random_dates
from solutions.data.dates import MONTHS

N_TRAIN, N_VALID, N_TEST = 10_000, 1_000, 1_000
MAX_TRAIN = 100_000  # of 73,049 days: about a quarter of them stays unseen
N_TARGET_STEPS = len("2019-04-22")
PAD_ID = 0  # of the texts to translate; no character has this id


class DateTask:
    """Texts and ids of the task; knows its two alphabets.

    Args:
        tokenizer_class: the ``CharTokenizer`` of the exercises.

    Attributes:
        source_vocab_size: ids of the texts to translate run below this; 0 is padding.
        target_vocab_size: ids of the translations run below this; 0 is a character like others.
        sos_id: start-of-sequence, the id after all of these: the decoder reads it but never
            writes it.
    """

    def __init__(self, tokenizer_class):
        self._source = tokenizer_class().fit("0123456789/, " + "".join(MONTHS))
        self._target = tokenizer_class().fit("0123456789-")
        self.source_vocab_size = self._source.vocab_size + 1
        self.target_vocab_size = self._target.vocab_size
        self.sos_id = self.target_vocab_size

    def encode(self, texts):
        """Give the ids of texts to translate ``[n, longest]``, padded on the right.

        Raises:
            ValueError: a text holds a character that no date has.
        """
        rows = [np.asarray(self._source.encode(text)) + 1 for text in texts]
        ids = np.full([len(rows), max(map(len, rows))], PAD_ID, dtype=np.int64)
        for row, its in zip(ids, rows, strict=True):
            row[: len(its)] = its
        return ids

    def encode_targets(self, texts):
        """Give the ids of translations ``[n, steps]``."""
        return np.stack([np.asarray(self._target.encode(text)) for text in texts])

    def decode(self, ids):
        """Give the texts of translations, from ids ``[n, steps]``."""
        return [self._target.decode(row) for row in np.asarray(ids)]

    def examples(self, n_dates, seed, exclude=()):
        """Give n random examples: ``(source_ids, target_ids)``; no day of ``exclude`` is used."""
        texts, iso_texts = random_dates(n_dates, seed, exclude)
        return self.encode(texts), self.encode_targets(iso_texts)
