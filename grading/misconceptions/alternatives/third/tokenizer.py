"""Keras' TextVectorization for the way in, StringLookup for the way back; results are tensors.

Their own vocabulary breaks ties in another order and starts with an id for unknown characters, so
the vocabulary is given ready-made, and 2 (for padding and unknown) is taken off again.
"""

import collections

import tensorflow as tf

SPECIAL = 2


class CharTokenizer:
    def __init__(self):
        self.forward = None

    def fit(self, text):
        chars = [char for char, _ in collections.Counter(text.lower()).most_common()]
        self.forward = tf.keras.layers.TextVectorization(
            standardize=None, split="character", vocabulary=chars
        )
        self.back = tf.keras.layers.StringLookup(vocabulary=chars, num_oov_indices=0, invert=True)
        return self

    @property
    def vocab_size(self):
        if self.forward is None:
            raise RuntimeError("not adapted to any text")
        return self.forward.vocabulary_size() - SPECIAL

    def encode(self, text):
        size, text = self.vocab_size, text.lower()
        if not text:
            return tf.zeros([0], tf.int64)
        ids = self.forward([text])[0] - SPECIAL
        if tf.reduce_any(ids < 0):
            unseen = [char for char, i in zip(text, ids.numpy(), strict=True) if i < 0]
            raise ValueError(f"{unseen[0]!r} is not in the vocabulary of {size} characters")
        return ids

    def decode(self, ids):
        size = self.vocab_size
        ids = tf.cast(ids, tf.int64)
        wrong = tf.boolean_mask(ids, (ids < 0) | (ids >= size))
        if len(wrong):
            raise ValueError(f"ids {wrong.numpy().tolist()} are not below {size}")
        return tf.strings.reduce_join(self.back(ids)).numpy().decode("utf-8")
