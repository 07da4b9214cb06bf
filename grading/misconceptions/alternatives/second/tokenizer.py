"""NumPy on code points: np.unique counts and sorts, searchsorted looks up, no loop anywhere."""

import numpy as np


def code_points(text):
    return np.frombuffer(text.lower().encode("utf-32-le"), dtype=np.uint32)


class CharTokenizer:
    def fit(self, text):
        known, first, counts = np.unique(code_points(text), return_index=True, return_counts=True)
        order = np.lexsort((first, -counts))
        self.table = known[order]
        self.sorted_ids = np.argsort(self.table)
        self.vocab_size = len(self.table)  # before fit there is no such attribute
        return self

    def encode(self, text):
        if not hasattr(self, "table"):
            raise AttributeError("encode() needs fit() to be called before it")
        points = code_points(text)
        places = np.searchsorted(self.table, points, sorter=self.sorted_ids)
        ids = self.sorted_ids[np.minimum(places, self.vocab_size - 1)]
        unseen = points[self.table[ids] != points]
        if unseen.size:
            raise ValueError(f"never seen by fit: {''.join(map(chr, unseen))!r}")
        return ids

    def decode(self, ids):
        if not hasattr(self, "table"):
            raise AttributeError("decode() needs fit() to be called before it")
        ids = np.array(ids, dtype=np.int64)
        outside = (ids < 0) | (ids >= self.vocab_size)
        if outside.any():
            raise ValueError(f"ids out of range: {ids[outside]}")
        return self.table[ids].tobytes().decode("utf-32-le")
