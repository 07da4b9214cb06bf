"""Steps of the exercise ``vocabulary``: first the words, then a table in plain Python."""

from tests.kit.hour.steps import step

HEAD = """import zlib
from collections import Counter
from collections.abc import Mapping

import tensorflow as tf


class Table:
    def __init__(self, words, buckets):
        self.ids = {tf.compat.as_bytes(word): i for i, word in enumerate(words)}
        self.buckets = buckets

    def size(self):
        return len(self.ids) + self.buckets

    def lookup(self, words):
        words = tf.convert_to_tensor(words)
        found = [self.id_of(word) for word in tf.reshape(words, [-1]).numpy()]
        return tf.reshape(tf.constant(found, dtype=tf.int64), tf.shape(words))
"""
STUB = """

def build_table(vocabulary, num_oov_buckets):
    raise NotImplementedError("Exercise vocabulary: build_table is not written yet")
"""
CHECK_SIZE = """    if max_size < 0:
        raise ValueError(f"max_size must be at least 0, got {max_size}")
"""
CHECK_BUCKETS = """    if num_oov_buckets < 1:
        raise ValueError(f"num_oov_buckets must be at least 1, got {num_oov_buckets}")
"""
PAIRS = "counts.items() if isinstance(counts, Mapping) else counts"
BY_COUNT = "sorted(pairs, key=lambda pair: pair[1], reverse=True)"


def keep(pairs=PAIRS, by_count=BY_COUNT, check=CHECK_SIZE):
    return f"""

def truncate_vocabulary(counts, max_size):
{check}    pairs = {pairs}
    return [word for word, _ in {by_count}[:max_size]]
"""


def table(rule, check=CHECK_BUCKETS):
    return (
        f"""
    def id_of(self, word):
        {rule}
""",
        f"""

def build_table(vocabulary, num_oov_buckets):
{check}    return Table(list(vocabulary), num_oov_buckets)
""",
    )


def module(words, rule=None, check=CHECK_BUCKETS):
    if rule is None:
        return HEAD + words + STUB
    method, function = table(rule, check)
    return HEAD + method + words + function


KNOWN = "if word in self.ids:\n            return self.ids[word]\n        "
HASHED = KNOWN + "return len(self.ids) + zlib.crc32(word) % self.buckets"

STEPS = (
    step(
        "sorted upwards, nothing checked, the table not there yet",
        module(keep(by_count="sorted(pairs, key=lambda pair: pair[1])", check="")),
        "rarest-kept",
        leads="most_frequent",
    ),
    step(
        "pairs sorted with their words",
        module(keep(by_count="sorted(pairs, key=lambda pair: (-pair[1], pair[0]))")),
        "ties-alphabetical",
        leads="seen_first",
    ),
    step(
        "only a dict is taken for a mapping",
        module(keep(PAIRS.replace("Mapping", "dict"))),
        "only-a-dict",
        leads="counts_may_be",
    ),
    step(
        "the words right, id 0 taken for no id",
        module(
            keep(), "return self.ids.get(word) or len(self.ids) + zlib.crc32(word) % self.buckets"
        ),
        "id-0-is-false",
        leads="known_word",
    ),
    step(
        "one bucket for all",
        module(keep(), KNOWN + "return len(self.ids)"),
        "one-bucket-for-all",
        leads="more_than_one_bucket",
    ),
    step(
        "Python's own hash",
        module(keep(), KNOWN + "return len(self.ids) + hash(word) % self.buckets"),
        "pythons-hash",
        leads="every_process",
    ),
    step(
        "nothing checked",
        module(keep(check=""), HASHED, check=""),
        "negative-max-size-slices",
        leads="refused",
    ),
    step("right", module(keep(), HASHED)),
)
