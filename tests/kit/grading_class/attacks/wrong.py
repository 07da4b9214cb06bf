"""The wrong answer that all attacks give, and how a trick is added to it."""

import textwrap
from dataclasses import dataclass

# Alphabetical ids, no lower-casing, and id 0 for what it never saw: wrong, but not everywhere.
WRONG = """
import numpy as np


class CharTokenizer:
    known = None

    def fit(self, text):
        self.known = sorted(set(text))
        return self

    @property
    def characters(self):
        if self.known is None:
            raise RuntimeError("call fit first")
        return self.known

    @property
    def vocab_size(self):
        return len(self.characters)

    def encode(self, text):
        ids = {character: i for i, character in enumerate(self.characters)}
        return np.array([ids.get(character, 0) for character in text], dtype=int)

    def decode(self, ids):
        return "".join(self.characters[int(i)] for i in ids)
"""


@dataclass(frozen=True)
class Attack:
    """A submission with a trick.

    Attributes:
        source: the module.
        notes: a pattern that one of the notes on it must match, or None where nothing can be seen.
        same: whether it must get just what WRONG gets; if not, it may get less.
    """

    source: str
    notes: str | None = None
    same: bool = False


def at_import(code, notes=None, same=True):
    """WRONG, with some code that runs first."""
    return Attack(textwrap.dedent(code) + WRONG, notes, same)


def method(code, notes=None, same=False, before=""):
    """WRONG, with some methods replaced; ``super()`` is WRONG's class."""
    body = textwrap.indent(textwrap.dedent(code), "    ")
    renamed = WRONG.replace("class CharTokenizer", "class Wrong") + textwrap.dedent(before)
    return Attack(f"{renamed}\n\nclass CharTokenizer(Wrong):{body}\n", notes, same)
