"""Counting by hand, and a table of sorted bytes in NumPy with a homely hash; gives arrays."""

from types import SimpleNamespace

import numpy as np


def truncate_vocabulary(counts, max_size):
    if not max_size >= 0:
        raise ValueError(f"cannot keep {max_size} words (max_size)")
    by_count = {}
    for word, count in counts.items() if hasattr(counts, "items") else counts:
        by_count.setdefault(count, []).append(word)
    kept = []
    for count in sorted(by_count, reverse=True):
        kept += by_count[count]
    return kept[:max_size]


def build_table(vocabulary, num_oov_buckets):
    if num_oov_buckets <= 0:
        raise ValueError(f"num_oov_buckets: {num_oov_buckets} buckets are too few")
    known = [word if isinstance(word, bytes) else word.encode("utf8") for word in vocabulary]
    order = sorted(range(len(known)), key=known.__getitem__)
    ranked = [known[i] for i in order]

    def find(word):
        low, high = 0, len(ranked)
        while low < high:
            middle = (low + high) // 2
            if ranked[middle] < word:
                low = middle + 1
            else:
                high = middle
        if low < len(ranked) and ranked[low] == word:
            return order[low]
        return len(known) + sum(word) % num_oov_buckets  # the sum of a word's bytes spreads too

    def lookup(words):
        array = np.asarray(words.numpy(), dtype=object)
        return np.array([find(word) for word in array.flat], dtype=np.int64).reshape(array.shape)

    return SimpleNamespace(lookup=lookup, size=lambda: np.int64(len(known) + num_oov_buckets))
