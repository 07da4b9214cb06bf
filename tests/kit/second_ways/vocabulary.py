"""Misconceptions of the exercise ``vocabulary`` as other students would write them."""

import hashlib
import types
from collections import Counter

SECOND_WAYS, UNNAMED = {}, {}


class Table:
    """A plain, correct table on a dict and MD5; each student below got one part of it wrong."""

    def __init__(self, vocabulary, num_oov_buckets):
        if num_oov_buckets < 1:
            raise ValueError(f"num_oov_buckets must be positive, not {num_oov_buckets}")
        self.ids = {self.key(word): i for i, word in enumerate(vocabulary)}
        self.v, self.n = len(self.ids), num_oov_buckets

    def key(self, word):
        return word.encode() if isinstance(word, str) else bytes(word)

    def hash(self, word):
        return int.from_bytes(hashlib.md5(word).digest(), "little")

    def unknown(self, word):
        return self.v + self.hash(word) % self.n

    def id_of(self, word):
        return self.ids[word] if word in self.ids else self.unknown(word)

    def lookup(self, words):
        import tensorflow as tf

        flat = tf.reshape(words, [-1]).numpy()
        ids = [self.id_of(self.key(word)) for word in flat]
        return tf.reshape(tf.constant(ids, tf.int64), words.shape)

    def size(self):
        return self.v + self.n


def truncate(counts, max_size):
    """A plain, correct truncation."""
    if max_size < 0:
        raise ValueError(f"max_size must not be negative, but is {max_size}")
    return [word for word, _ in Counter(dict(counts)).most_common(max_size)]


def _student(table, name):
    """Register a Table class, or a function for truncate_vocabulary."""

    def register(part):
        parts = {"truncate_vocabulary": truncate, "build_table": Table}
        parts["build_table" if isinstance(part, type) else "truncate_vocabulary"] = part
        table[name] = lambda reference: types.SimpleNamespace(**parts)
        return part

    return register


@_student(SECOND_WAYS, "one-word-too-few")
def stops_early(counts, max_size):
    words = truncate(counts, max_size)
    return words[:-1] if len(words) == max_size and words else words


@_student(SECOND_WAYS, "rarest-kept")
def takes_the_last(counts, max_size):
    counts = dict(counts)
    return sorted(truncate(counts, max_size * 0 + 10**6), key=counts.get)[
        : len(truncate(counts, max_size))
    ]


@_student(SECOND_WAYS, "not-sorted")
def lists_the_keys(counts, max_size):
    kept = len(truncate(counts := dict(counts), max_size))
    return [*counts][:kept]


@_student(SECOND_WAYS, "ties-alphabetical")
def sorts_twice(counts, max_size):
    truncate({}, max_size)
    counts = dict(counts)
    return sorted(sorted(counts), key=counts.get, reverse=True)[:max_size]


@_student(SECOND_WAYS, "ties-reversed")
def sorts_and_reverses(counts, max_size):
    truncate({}, max_size)
    pairs = sorted(dict(counts).items(), key=lambda pair: pair[1])
    pairs.reverse()
    return [word for word, _ in pairs][:max_size]


@_student(SECOND_WAYS, "pairs-returned")
def forgets_to_unpack(counts, max_size):
    truncate({}, max_size)
    return Counter(dict(counts)).most_common(max_size)


@_student(SECOND_WAYS, "zero-keeps-all")
def passes_none(counts, max_size):
    truncate({}, max_size)
    return [word for word, _ in Counter(dict(counts)).most_common(max_size or None)]


@_student(SECOND_WAYS, "id-0-is-false")
class AsksForTruth(Table):
    def id_of(self, word):
        i = self.ids.get(word)
        return i if i else self.unknown(word)


@_student(SECOND_WAYS, "one-bucket-for-all")
class UsesTheLastBucket(Table):
    def unknown(self, word):
        return self.size() - 1


@_student(SECOND_WAYS, "bucket-without-offset")
class ForgetsTheOffset(Table):
    def unknown(self, word):
        return self.hash(word) % self.n


@_student(SECOND_WAYS, "first-come-first-served")
class NumbersStrangers(Table):
    def unknown(self, word):
        self.strangers = getattr(self, "strangers", [])
        if word not in self.strangers:
            self.strangers.append(word)
        return self.v + self.strangers.index(word) % self.n


@_student(SECOND_WAYS, "lower-cased-look-up")
class LowersTheQuestion(Table):
    def id_of(self, word):
        return super().id_of(word.decode().lower().encode())


@_student(SECOND_WAYS, "ids-from-1")
class CountsFromOne(Table):
    def id_of(self, word):
        return self.ids[word] + 1 if word in self.ids else self.unknown(word)


@_student(SECOND_WAYS, "size-without-buckets")
class CountsItsDict(Table):
    def size(self):
        return len(self.ids)


# Mistakes that the library does not know.


@_student(UNNAMED, "the longest words are kept")
def prefers_long_words(counts, max_size):
    return truncate({word: len(word) for word in dict(counts)}, max_size)


@_student(UNNAMED, "words seen once are dropped")
def drops_what_is_rare(counts, max_size):
    return truncate({word: n for word, n in dict(counts).items() if n > 1}, max_size)


@_student(UNNAMED, "the positions run backwards")
class NumbersBackwards(Table):
    def id_of(self, word):
        return self.v - 1 - self.ids[word] if word in self.ids else self.unknown(word)


@_student(UNNAMED, "accents are dropped")
class DropsAccents(Table):
    def key(self, word):
        return super().key(word).decode().encode("ascii", "ignore")


@_student(UNNAMED, "only the first four letters count")
class CutsWords(Table):
    def key(self, word):
        return super().key(word)[:4]


@_student(UNNAMED, "the last bucket is beyond the end")
class RoundsUp(Table):
    def unknown(self, word):
        return self.v + self.hash(word) % (self.n + 1)
