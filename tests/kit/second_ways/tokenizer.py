"""Misconceptions of the exercise ``tokenizer`` as other students would write them."""

import types
from collections import Counter

import numpy as np


class Tokenizer:
    """A plain, correct tokenizer; each student below got one part of it wrong."""

    chars = None

    def fold(self, text):
        return text.lower()

    def rank(self, text):
        return sorted(dict.fromkeys(text), key=lambda c: -text.count(c))

    def fit(self, text):
        self.chars = self.rank(self.fold(text))
        return self

    @property
    def vocab_size(self):
        self.check()
        return len(self.chars)

    def check(self):
        if self.chars is None:
            raise RuntimeError("call fit first")

    def id_of(self, char):
        if char not in self.chars:
            raise ValueError(f"unseen {char!r}")
        return self.chars.index(char)

    def encode(self, text):
        self.check()
        return np.array([self.id_of(char) for char in self.fold(text)], dtype=np.int32)

    def decode(self, ids):
        self.check()
        return "".join(self.char_of(int(i)) for i in np.asarray(ids))

    def char_of(self, i):
        if not 0 <= i < len(self.chars):
            raise ValueError(f"no id {i}")
        return self.chars[i]


SECOND_WAYS, UNNAMED = {}, {}


def _student(table, name):
    """Register a class: ``make`` gives a module with a fresh subclass as its CharTokenizer."""

    def register(cls):
        table[name] = lambda reference: types.SimpleNamespace(
            CharTokenizer=type("CharTokenizer", (cls,), {})
        )
        return cls

    return register


@_student(SECOND_WAYS, "ids-from-1")
class KeepsPlaceForPadding(Tokenizer):
    def id_of(self, char):
        return 1 + super().id_of(char)

    def char_of(self, i):
        return super().char_of(i - 1)


@_student(SECOND_WAYS, "decode-one-off")
class DecodesByAShiftedTable(Tokenizer):
    def char_of(self, i):
        super().char_of(i)
        return (self.chars[-1:] + self.chars)[i]


@_student(SECOND_WAYS, "case-kept")
class NeverLowers(Tokenizer):
    def fold(self, text):
        return text


@_student(SECOND_WAYS, "lower-letter-by-letter")
class MapsLower(Tokenizer):
    def fold(self, text):
        return "".join(map(str.lower, text))


@_student(SECOND_WAYS, "spaces-between")
class JoinsWithSpaces(Tokenizer):
    def decode(self, ids):
        text = super().decode(ids)
        return "".join(char + " " for char in text)[:-1]


@_student(SECOND_WAYS, "punctuation-dropped")
class FiltersPunctuation(Tokenizer):
    def fold(self, text):
        kept = filter(lambda c: c.isalpha() or c.isdigit() or c.isspace(), text)
        return "".join(kept).lower()


@_student(SECOND_WAYS, "newlines-dropped")
class JoinsLines(Tokenizer):
    def fold(self, text):
        return "".join(text.lower().split("\n"))


@_student(SECOND_WAYS, "alphabetical-ids")
class UsesUnique(Tokenizer):
    def rank(self, text):
        return np.unique(list(text)).tolist()


@_student(SECOND_WAYS, "order-of-appearance")
class NumbersAsTheyCome(Tokenizer):
    def rank(self, text):
        chars = []
        for char in text:
            if char not in chars:
                chars.append(char)
        return chars


@_student(SECOND_WAYS, "rarest-first")
class ForgetsReverse(Tokenizer):
    def rank(self, text):
        return [c for c, _ in sorted(Counter(text).items(), key=lambda pair: pair[1])]


@_student(SECOND_WAYS, "ties-alphabetical")
class SortsTheSortedSet(Tokenizer):
    def rank(self, text):
        return sorted(sorted(set(text)), key=text.count, reverse=True)


@_student(SECOND_WAYS, "unknown-becomes-0")
class UsesADefaultDict(Tokenizer):
    def id_of(self, char):
        return self.chars.index(char) if char in self.chars else 0


@_student(SECOND_WAYS, "unknown-skipped")
class CatchesAndContinues(Tokenizer):
    def encode(self, text):
        self.check()
        ids = []
        for char in self.fold(text):
            try:
                ids.append(self.id_of(char))
            except ValueError:
                continue
        return np.array(ids, dtype=int)


@_student(SECOND_WAYS, "one-id-too-many")
class SizesTheTable(Tokenizer):
    @property
    def vocab_size(self):
        self.check()
        return len([None, *self.chars])


@_student(SECOND_WAYS, "negative-ids-wrap")
class IndexesBothWays(Tokenizer):
    def char_of(self, i):
        if i > len(self.chars) - 1:
            raise ValueError(f"no id {i}")
        return self.chars[i % len(self.chars)]


@_student(SECOND_WAYS, "refit-adds")
class KeepsItsCounts(Tokenizer):
    def rank(self, text):
        self.counts = getattr(self, "counts", Counter())
        self.counts.update(text)
        return [c for c, _ in self.counts.most_common()]


# Mistakes that the library does not know.


@_student(UNNAMED, "ids are code points")
class UsesOrd(Tokenizer):
    def id_of(self, char):
        super().id_of(char)
        return ord(char)

    def char_of(self, i):
        return chr(i)


@_student(UNNAMED, "decode gives the text backwards")
class DecodesBackwards(Tokenizer):
    def decode(self, ids):
        return super().decode(ids)[::-1]


@_student(UNNAMED, "runs of a character are encoded once")
class DropsRepeats(Tokenizer):
    def encode(self, text):
        ids = super().encode(text)
        return ids[np.insert(ids[1:] != ids[:-1], 0, True)] if len(ids) else ids


@_student(UNNAMED, "upper case instead of lower case")
class Uppers(Tokenizer):
    def fold(self, text):
        return text.upper()


@_student(UNNAMED, "vowels before consonants")
class RanksVowelsFirst(Tokenizer):
    def rank(self, text):
        return sorted(super().rank(text), key=lambda c: c not in "aeiou")


@_student(UNNAMED, "an accent is taken off")
class TakesAccentsOff(Tokenizer):
    def fold(self, text):
        return text.lower().replace("é", "e").replace("\u0301", "")
