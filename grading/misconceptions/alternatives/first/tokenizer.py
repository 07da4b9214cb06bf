"""One sort with the whole definition as its key, and a dict for each direction."""

import numpy as np


class CharTokenizer:
    def __init__(self):
        self._id_of = self._char_of = None

    def fit(self, text):
        text = text.lower()
        counts, seen_at = {}, {}
        for position, char in enumerate(text):
            counts[char] = counts.get(char, 0) + 1
            seen_at.setdefault(char, position)
        ranked = sorted(counts, key=lambda char: (-counts[char], seen_at[char]))
        self._id_of = {char: i for i, char in enumerate(ranked)}
        self._char_of = dict(enumerate(ranked))
        return self

    @property
    def vocab_size(self):
        self._check_fitted()
        return len(self._id_of)

    def encode(self, text):
        self._check_fitted()
        ids = []
        for char in text.lower():
            if char not in self._id_of:
                raise ValueError(f"unknown character {char!r}")
            ids.append(self._id_of[char])
        return np.array(ids, dtype=np.int32)

    def decode(self, ids):
        self._check_fitted()
        chars = []
        for i in np.asarray(ids).tolist():
            if i not in self._char_of:
                raise ValueError(f"id {i} is not among 0 ... {self.vocab_size - 1}")
            chars.append(self._char_of[i])
        return "".join(chars)

    def _check_fitted(self):
        if self._id_of is None:
            raise ValueError("the tokenizer is not fitted")
