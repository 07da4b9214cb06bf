"""The truncated vocabulary."""

from collections import Counter
from collections.abc import Mapping

from grading.misconceptions import Library, changed

LIBRARY = Library()


def _pairs(counts):
    return list(counts.items() if isinstance(counts, Mapping) else counts)


def _keeping(reference, keep):
    """The reference with ``keep(pairs, max_size)`` in the place of its sort."""

    def truncate_vocabulary(counts, max_size):
        if max_size < 0:
            raise ValueError(f"max_size must be at least 0, got {max_size}")
        return keep(_pairs(counts), max_size)

    return changed(reference, truncate_vocabulary=truncate_vocabulary)


@LIBRARY.add(
    "one-word-too-few",
    "a vocabulary cut one word too early",
    """Only max_size - 1 words are kept. Perhaps a place was set aside for unknown words, as Keras'
    layers do with their max_tokens; here unknown words get buckets of their own behind the
    vocabulary, and max_size counts words only. The docstring keeps max_size of them.""",
)
def one_word_too_few(reference):
    def truncate_vocabulary(counts, max_size):
        return reference.truncate_vocabulary(counts, max_size)[: max(0, max_size - 1)]

    return changed(reference, truncate_vocabulary=truncate_vocabulary)


@LIBRARY.add(
    "one-word-too-many",
    "a vocabulary cut one word too late",
    """max_size + 1 words are kept. The loop stops when it has seen that there are enough, which is
    one word late (a "<=" where "<" is meant). The docstring keeps at most max_size words, and
    none for a max_size of 0.""",
)
def one_word_too_many(reference):
    def truncate_vocabulary(counts, max_size):
        if max_size < 0:
            raise ValueError(f"max_size must be at least 0, got {max_size}")
        return reference.truncate_vocabulary(counts, max_size + 1)

    return changed(reference, truncate_vocabulary=truncate_vocabulary)


@LIBRARY.add(
    "rarest-kept",
    "a vocabulary of the rarest words",
    """The words are sorted by count, but Python sorts upwards, so the first max_size of them are
    the least common ones. The network would know the words that it hardly ever meets, and send
    "the" to a bucket. The docstring keeps the most frequent words, most frequent first.""",
)
def rarest_kept(reference):
    def keep(pairs, max_size):
        return [word for word, _ in sorted(pairs, key=lambda pair: pair[1])[:max_size]]

    return _keeping(reference, keep)


@LIBRARY.add(
    "frequent-ones-last",
    "the right words, the most frequent one last",
    """The most frequent words were picked, but they stand in rising order: the last max_size items
    of a list sorted upwards. Ids are positions, so the most frequent word gets the largest. The
    docstring wants it first.""",
)
def frequent_ones_last(reference):
    def truncate_vocabulary(counts, max_size):
        return reference.truncate_vocabulary(counts, max_size)[::-1]

    return changed(reference, truncate_vocabulary=truncate_vocabulary)


@LIBRARY.add(
    "not-sorted",
    "the first words that came, however frequent they are",
    """The first max_size words are taken in the order in which counts gives them. A Counter shows
    its most frequent items first only when it is printed; when you go through it, or through a
    dict, the words come in the order in which they were first seen. Sort by count first.""",
)
def not_sorted(reference):
    return _keeping(reference, lambda pairs, max_size: [word for word, _ in pairs][:max_size])


@LIBRARY.add(
    "sorted-by-word",
    "a vocabulary sorted by the words, not by their counts",
    """sorted() was given pairs (word, count), or just the words, and compares the words first:
    the alphabet decides which are kept. It needs to be told to compare the counts. The docstring
    asks for the most frequent words, most frequent first.""",
)
def sorted_by_word(reference):
    def keep(pairs, max_size):
        return [word for word, _ in sorted(pairs)[:max_size]]

    return _keeping(reference, keep)


@LIBRARY.add(
    "ties-alphabetical",
    "equally frequent words in alphabetical order",
    """The counts are right, but among words with equal counts the alphabet decides: the word
    itself is part of the sort key. The docstring puts the one first that came first in counts.
    Python's sort leaves equal items where they were, if the count alone is the key.""",
)
def ties_alphabetical(reference):
    def keep(pairs, max_size):
        ranked = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
        return [word for word, _ in ranked[:max_size]]

    return _keeping(reference, keep)


@LIBRARY.add(
    "ties-reversed",
    "equally frequent words with the last one first",
    """The list was sorted upwards and then turned round as a whole, which turns its ties round
    too: of two equally frequent words the later one comes first. sorted(..., reverse=True) keeps
    equal items in their order. The docstring puts the one first that came first.""",
)
def ties_reversed(reference):
    def keep(pairs, max_size):
        ranked = sorted(pairs, key=lambda pair: pair[1])[::-1]
        return [word for word, _ in ranked[:max_size]]

    return _keeping(reference, keep)


@LIBRARY.add(
    "pairs-returned",
    "pairs (word, count) instead of words",
    """The result still holds the counts, as Counter.most_common() gives them. The table is built
    from the words alone: the docstring asks for a list of words, as they were given.""",
)
def pairs_returned(reference):
    def keep(pairs, max_size):
        return sorted(pairs, key=lambda pair: pair[1], reverse=True)[:max_size]

    return _keeping(reference, keep)


@LIBRARY.add(
    "pairs-counted",
    "pairs that were counted again",
    """Counter(...) was called on what was given. For a mapping that copies the counts, but for
    pairs (word, count) it counts the pairs: each was seen once, so all are equally frequent, and
    the real counts play no part. The docstring allows both, a generator of pairs too.""",
)
def pairs_counted(reference):
    def truncate_vocabulary(counts, max_size):
        if max_size < 0:
            raise ValueError(f"max_size must be at least 0, got {max_size}")
        common = Counter(counts).most_common(max_size)
        return [item[0] if isinstance(item, tuple) else item for item, _ in common]

    return changed(reference, truncate_vocabulary=truncate_vocabulary)


@LIBRARY.add(
    "generator-used-up",
    "a generator that was used up before it was read",
    """The counts are gone through twice, for example to see how many there are and then to sort
    them. A list does not mind, but a generator gives its items once: the second time it is empty,
    and no word is kept. The docstring allows any iterable of pairs, a generator too.""",
)
def generator_used_up(reference):
    def truncate_vocabulary(counts, max_size):
        pairs = counts.items() if isinstance(counts, Mapping) else counts
        total = sum(1 for _ in pairs)
        return reference.truncate_vocabulary(pairs, min(max_size, total))

    return changed(reference, truncate_vocabulary=truncate_vocabulary)


@LIBRARY.add(
    "negative-max-size-slices",
    "a negative max_size that cuts words off the end",
    """max_size goes straight into a slice, and words[:-2] means "all but the last two" in Python.
    A caller's mistake gives a plausible vocabulary. The docstring asks for a ValueError that
    names max_size and its value.""",
)
def negative_max_size_slices(reference):
    def truncate_vocabulary(counts, max_size):
        return reference.truncate_vocabulary(counts, 10**6)[:max_size]

    return changed(reference, truncate_vocabulary=truncate_vocabulary)


@LIBRARY.add(
    "zero-keeps-all",
    "a max_size of 0 that keeps every word",
    """0 is taken for "no limit", because 0 is false in Python: "max_size or None", or
    "if max_size". The docstring allows 0, and then no word is kept at all. The same slip hides in
    tables, where id 0 is the most frequent word.""",
)
def zero_keeps_all(reference):
    def truncate_vocabulary(counts, max_size):
        return reference.truncate_vocabulary(counts, max_size or 10**6)

    return changed(reference, truncate_vocabulary=truncate_vocabulary)


@LIBRARY.add(
    "words-lower-cased",
    "words that were lower-cased on the way into the vocabulary",
    """"The" and "the" are made one word. Earlier in the chapter characters were lower-cased, but
    here words are kept as they are: the table must find them as the reviews spell them. The
    docstring: words as they were given, and "The" is not "the".""",
)
def words_lower_cased(reference):
    def truncate_vocabulary(counts, max_size):
        lowered = Counter()
        for word, count in _pairs(counts):
            lowered[word.lower()] += count
        return reference.truncate_vocabulary(lowered, max_size)

    return changed(reference, truncate_vocabulary=truncate_vocabulary)


@LIBRARY.add(
    "counts-sorted-in-place",
    "a sort that changes the caller's own list",
    """counts.sort(...) puts the caller's list in another order. The result is right, but whoever
    gave the list finds it changed. sorted(counts, ...) makes a new one. The docstring says that
    counts is not changed.""",
)
def counts_sorted_in_place(reference):
    def truncate_vocabulary(counts, max_size):
        if isinstance(counts, list):
            counts.sort(key=lambda pair: pair[1], reverse=True)
        return reference.truncate_vocabulary(counts, max_size)

    return changed(reference, truncate_vocabulary=truncate_vocabulary)
