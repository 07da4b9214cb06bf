"""Steps of the exercise ``tokenizer``: method after method, each first naive."""

from tests.kit.hour.steps import step

HEAD = """import numpy as np
from collections import Counter


class CharTokenizer:
    def __init__(self):
        self.chars = None
"""
CHECK = """        if self.chars is None:
            raise RuntimeError("call fit(text) first")
"""
SIZE = f"""
    @property
    def vocab_size(self):
{CHECK}        return len(self.chars)
"""


def fit(line):
    return f"""
    def fit(self, text):
        self.chars = {line}
        return self
"""


def encode(body, unseen=True):
    refuse = """        for c in text:
            if c not in self.chars:
                raise ValueError(f"unknown character {c!r}")
"""
    return f"""
    def encode(self, text):
{CHECK}        text = text.lower()
{refuse * unseen}        {body}
"""


def decode(join, check=True):
    refuse = """        for i in ids:
            if not 0 <= i < len(self.chars):
                raise ValueError(f"no id {i}")
"""
    return f"""
    def decode(self, ids):
{CHECK}        ids = [int(i) for i in ids]
{refuse * check}        return {join}
"""


BY_COUNT = "[c for c, _ in Counter(text.lower()).most_common()]"
IDS = "return np.array([self.chars.index(c) for c in text], dtype=int)"
JOIN = "''.join(self.chars[i] for i in ids)"

STEPS = (
    step(
        "sorted characters, encode without a check, decode not there yet",
        HEAD
        + fit("sorted(set(text.lower()))")
        + SIZE
        + encode(IDS, unseen=False)
        + "\n    def decode(self, ids):\n        raise NotImplementedError\n",
        "alphabetical-ids",
        leads="most_frequent",
    ),
    step(
        "by count, but upwards",
        HEAD
        + fit("sorted(set(text.lower()), key=text.lower().count)")
        + SIZE
        + encode(IDS)
        + decode(JOIN),
        "rarest-first",
        "ties-in-the-order-of-a-set",
        leads="most_frequent",
    ),
    step(
        "by count, of a set",
        HEAD
        + fit("sorted(set(text.lower()), key=text.lower().count, reverse=True)")
        + SIZE
        + encode(IDS)
        + decode(JOIN),
        "ties-in-the-order-of-a-set",
        leads="equally_frequent",
    ),
    step(
        "ids from 1, and spaces between the characters",
        HEAD
        + fit(BY_COUNT)
        + SIZE
        + encode("return np.array([self.chars.index(c) + 1 for c in text], dtype=int)")
        + decode("' '.join(self.chars[i - 1] for i in ids)"),
        "ids-from-1",
        "spaces-between",
        leads="most_frequent",
    ),
    step(
        "case kept in fit",
        HEAD
        + fit("[c for c, _ in Counter(text).most_common()]")
        + SIZE
        + encode(IDS)
        + decode(JOIN),
        "fit-keeps-case",
        leads="capital",
    ),
    step(
        "no checks at all, -1 is the last character",
        HEAD + fit(BY_COUNT) + SIZE + encode(IDS, unseen=False) + decode(JOIN, check=False),
        "negative-ids-wrap",
        leads="refused",
    ),
    step(
        "right, but for the dtype of an empty array, which is free",
        HEAD
        + fit(BY_COUNT)
        + SIZE
        + encode("return np.array([self.chars.index(c) for c in text])")
        + decode(JOIN),
    ),
    step("right", HEAD + fit(BY_COUNT) + SIZE + encode(IDS) + decode(JOIN)),
)
