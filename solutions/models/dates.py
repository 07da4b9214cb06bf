"""The date task as numbers, for both translation models: "April 22, 2019" to "2019-04-22"."""

import numpy as np
import tensorflow as tf

from solutions.data import random_dates
from solutions.data.dates import MONTHS, TARGET_LENGTH
from solutions.models.run_files import RunError

N_TRAIN, N_VALID, N_TEST = 10_000, 1_000, 1_000
MAX_TRAIN = 100_000  # of 73,049 days: about a quarter of them stays unseen
PAD_ID = 0  # of the texts to translate; no character has this id


class DateTask:
    """Texts and ids of the task; knows its two alphabets.

    Args:
        components: the exercises' answers.

    Attributes:
        source_vocab_size: ids of the texts to translate run below this; 0 is padding.
        target_vocab_size: ids of the translations run below this; 0 is a character like others.
        sos_id: start-of-sequence, the id after all of these: the decoder reads it but never
            writes it.
    """

    def __init__(self, components):
        self.components = components
        self._source = components.CharTokenizer().fit("0123456789/, " + "".join(MONTHS))
        self._target = components.CharTokenizer().fit("0123456789-")
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

    def decode(self, ids):
        """Give the texts of translations, from ids ``[n, steps]``."""
        return [self._target.decode(row) for row in np.asarray(ids)]

    def examples(self, n_dates, seed, exclude=()):
        """Give n random examples: ``(source_ids, target_ids)``; no day of ``exclude`` is used."""
        texts, iso_texts = random_dates(n_dates, seed, exclude)
        target_ids = np.stack([np.asarray(self._target.encode(text)) for text in iso_texts])
        return self.encode(texts), target_ids

    def split(self, n_train, seed):
        """Give examples ``(train, valid, test)``; all days of valid and test are new ones."""
        if n_train > MAX_TRAIN:
            raise RunError(f"--limit {n_train}: at most {MAX_TRAIN:,}, to keep days for the test")
        train = self.examples(n_train, seed)
        seen = set(self.decode(train[1]))
        return (
            train,
            self.examples(N_VALID, seed + 1, exclude=seen),
            self.examples(N_TEST, seed + 2, exclude=seen),
        )

    def batches(self, examples, batch_size, seed=None):
        """Give batches ``((source_ids, decoder_ids), target_ids)``, shuffled with a seed."""
        source_ids, targets = examples
        decoder_ids = np.asarray(self.components.teacher_forcing_inputs(targets, self.sos_id))
        dataset = tf.data.Dataset.from_tensor_slices(((source_ids, decoder_ids), targets))
        if seed is not None:
            dataset = dataset.shuffle(len(targets), seed=seed)
        return dataset.batch(batch_size).prefetch(1)

    def translate(self, model, source_ids):
        """Give the translations by greedy decoding, ids ``[n, steps]``."""
        decode = self.components.greedy_decode
        return np.asarray(decode(model, source_ids, TARGET_LENGTH, self.sos_id))

    def report(self, model, history, test):
        """Give the lines that tell how good a model is on examples it has not seen."""
        source_ids, targets = test
        exact = (self.translate(model, source_ids) == targets).all(axis=1).mean()
        texts = ["April 22, 2019", "7 July 2032"]
        written = self.decode(self.translate(model, self.encode(texts)))
        return [
            f"training loss {history[-1]['loss']:.4f}",
            f"exact match by greedy decoding {exact:.2%} of {len(targets):,} days it has not seen",
            *(f'"{text}" becomes {its}' for text, its in zip(texts, written, strict=True)),
        ]
