"""Ways to keep the wrong words, and to look words up wrongly."""

import random
import types
from collections import Counter
from collections.abc import Mapping

import numpy as np

from grading.misconceptions import Library, changed

LIBRARY = Library()

MANY = 30  # unknown words that show how buckets are chosen; on a few, chance may look like it


# Truncation.


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


# Tables.


def _table(reference, id_of, size=None):
    """A table in plain Python: ``id_of(word, words, num_oov_buckets)`` with words as bytes."""
    import tensorflow as tf

    def build_table(vocabulary, num_oov_buckets):
        if num_oov_buckets < 1:
            raise ValueError(f"num_oov_buckets must be at least 1, got {num_oov_buckets}")
        words = {tf.compat.as_bytes(word): i for i, word in enumerate(vocabulary)}

        def lookup(tensor):
            found = (
                [id_of(word, words, num_oov_buckets) for word in tensor.numpy().flat]
                if tensor.shape.rank
                else [id_of(tensor.numpy(), words, num_oov_buckets)]
            )
            return tf.reshape(tf.constant(found, dtype=tf.int64), tensor.shape)

        count = len(words) + num_oov_buckets
        return types.SimpleNamespace(lookup=lookup, size=lambda: count)

    return changed(reference, build_table=build_table)


def _stable(word):
    """A hash of bytes that is the same everywhere."""
    import zlib

    return zlib.crc32(word)


def _mapped(reference, change_ids=lambda ids, v, n: ids, change_words=lambda words: words):
    """The reference's table with its words changed on the way in, its ids on the way out."""

    def build_table(vocabulary, num_oov_buckets):
        table, v = reference.build_table(vocabulary, num_oov_buckets), len(vocabulary)

        def lookup(words):
            return change_ids(table.lookup(change_words(words)), v, num_oov_buckets)

        return types.SimpleNamespace(lookup=lookup, size=table.size)

    return changed(reference, build_table=build_table)


def _many_unknown(probe, args, value):
    """From a call on many unknown words: (their ids by word, size of the vocabulary, buckets)."""
    if probe != "ids" or args[1] < 2:
        return None
    vocabulary, buckets, words = args
    pairs = zip(np.ravel(words).tolist(), np.ravel(value).tolist(), strict=True)
    ids = {word: i for word, i in pairs if word not in vocabulary}
    return (ids, len(vocabulary), buckets) if len(ids) >= MANY else None


def _marked(mark):
    """A ``recognise`` from a condition on the ids of many unknown words."""

    def recognise(probe, args, kwargs, value):
        unknown = _many_unknown(probe, args, value)
        return unknown is not None and bool(mark(*unknown))

    return recognise


@_marked
def _all_in_one(ids, v, buckets):
    return len(set(ids.values())) == 1


@_marked
def _below_the_buckets(ids, v, buckets):
    return min(ids.values()) < v and max(ids.values()) < buckets and len(set(ids.values())) > 1


@_marked
def _one_too_late(ids, v, buckets):
    return min(ids.values()) == v + 1 and max(ids.values()) == v + buckets


@_marked
def _one_after_another(ids, v, buckets):
    return list(ids.values()) == [v + i % buckets for i in range(len(ids))]


@_marked
def _by_pythons_hash(ids, v, buckets):
    return all(i == v + hash(word) % buckets for word, i in ids.items())


@LIBRARY.add(
    "id-0-is-false",
    "a table that takes the word with id 0 for an unknown one",
    """The most frequent word lands in a bucket, and all others are right. It is the slip
    "ids.get(word) or bucket": the word is found, its id is 0, and 0 is false in Python, so the
    right-hand side is taken. It is in the chapter's own sources. Ask whether the word is in the
    vocabulary, not whether its id is true. The docstring: the first word gets id 0.""",
)
def id_0_is_false(reference):
    def id_of(word, words, buckets):
        return words.get(word) or len(words) + _stable(word) % buckets

    return _table(reference, id_of)


@LIBRARY.add(
    "one-bucket-for-all",
    "unknown words that all share one bucket",
    """However many buckets there are, every unknown word gets the same id, as with a single
    "<unk>" token. It is simple and usual elsewhere, but then the network cannot tell one rare
    word from another, and num_oov_buckets - 1 rows of the embedding are never used. The docstring
    spreads unknown words by a hash.""",
    recognise=_all_in_one,
)
def one_bucket_for_all(reference):
    return _table(reference, lambda word, words, buckets: words.get(word, len(words)))


@LIBRARY.add(
    "bucket-without-offset",
    "bucket numbers that were not moved behind the vocabulary",
    """An unknown word gets hash modulo num_oov_buckets: a number from 0 on, where the known words
    have their ids. So a rare word looks like one of the most frequent ones. The buckets come
    after the V known words: the docstring gives them the ids V ... V + num_oov_buckets - 1.""",
    recognise=_below_the_buckets,
)
def bucket_without_offset(reference):
    def id_of(word, words, buckets):
        return words[word] if word in words else _stable(word) % buckets

    return _table(reference, id_of)


@LIBRARY.add(
    "hash-over-all-ids",
    "unknown words spread over all ids, those of known words too",
    """The hash is taken modulo size() and not modulo num_oov_buckets, so that an unknown word may
    get the id of a known one. The docstring keeps the first V ids for the known words, and gives
    unknown ones an id in V ... V + num_oov_buckets - 1.""",
)
def hash_over_all_ids(reference):
    def id_of(word, words, buckets):
        return words[word] if word in words else _stable(word) % (len(words) + buckets)

    return _table(reference, id_of)


@LIBRARY.add(
    "buckets-one-off",
    "buckets that begin one id too late",
    """The id after the last known word is never used, and the last bucket lies at
    V + num_oov_buckets, beyond the last id that there is: an embedding of size() rows has no such
    row. The known words have ids 0 ... V - 1, so the first bucket is V.""",
    recognise=_one_too_late,
)
def buckets_one_off(reference):
    def shift(ids, v, n):
        import tensorflow as tf

        return tf.where(ids >= v, ids + 1, ids)

    return _mapped(reference, change_ids=shift)


@LIBRARY.add(
    "buckets-first",
    "a table with the buckets in front of the known words",
    """Unknown words get the ids 0 ... num_oov_buckets - 1, and known ones follow. That is how
    Keras' StringLookup lays its ids out. Here it is the other way round, as in the chapter's
    tf.lookup.StaticVocabularyTable: word i of the vocabulary gets id i, the first one id 0.""",
)
def buckets_first(reference):
    def move(ids, v, n):
        import tensorflow as tf

        return tf.where(ids < v, ids + n, ids - v)

    return _mapped(reference, change_ids=move)


@LIBRARY.add(
    "ids-from-1",
    "known words numbered from 1",
    """Word i of the vocabulary gets id i + 1, as if 0 were kept for padding. Then the last known
    word has the id of the first bucket. The docstring: word i gets id i, the first one id 0.""",
)
def ids_from_1(reference):
    def shift(ids, v, n):
        import tensorflow as tf

        return tf.where(ids < v, ids + 1, ids)

    return _mapped(reference, change_ids=shift)


@LIBRARY.add(
    "pythons-hash",
    "buckets chosen by Python's own hash()",
    """hash(word) of a text is different in every Python process, on purpose (it protects web
    servers). Within one run all looks well. But a model that was trained in one process and used
    in another finds its rare words in other buckets, and nothing says so. The docstring warns of
    it: a word's id is the same in every process, which takes a hash that is fixed once and for
    all.""",
    recognise=_by_pythons_hash,
)
def pythons_hash(reference):
    def id_of(word, words, buckets):
        return words[word] if word in words else len(words) + hash(word) % buckets

    return _table(reference, id_of)


@LIBRARY.add(
    "first-come-first-served",
    "buckets given out in the order in which unknown words turn up",
    """Each new unknown word gets the next bucket. They are used evenly, but a word's id now
    depends on what was looked up before: another order of the reviews, or another run, and the
    word has another id, which the trained network does not know. The docstring lets the id depend
    on the word alone; a hash does that without remembering anything.""",
    recognise=_one_after_another,
)
def first_come_first_served(reference):
    import tensorflow as tf

    def build_table(vocabulary, num_oov_buckets):
        if num_oov_buckets < 1:
            raise ValueError(f"num_oov_buckets must be at least 1, got {num_oov_buckets}")
        v, seen = len(vocabulary), {}
        words = {tf.compat.as_bytes(word): i for i, word in enumerate(vocabulary)}

        def id_of(word):
            if word in words:
                return words[word]
            return v + seen.setdefault(word, len(seen) % num_oov_buckets)

        def lookup(tensor):
            found = [id_of(word) for word in tf.reshape(tensor, [-1]).numpy()]
            return tf.reshape(tf.constant(found, dtype=tf.int64), tensor.shape)

        return types.SimpleNamespace(lookup=lookup, size=lambda: v + num_oov_buckets)

    return changed(reference, build_table=build_table)


@LIBRARY.add(
    "random-bucket",
    "a bucket drawn at random at each look-up",
    """An unknown word gets another bucket every time. The ids are spread very well, but the
    network can learn nothing about a word whose id changes. The docstring lets the id depend on
    the word alone: a hash looks random, and yet gives the same word the same number.""",
)
def random_bucket(reference):
    def id_of(word, words, buckets):
        return words[word] if word in words else len(words) + random.randrange(buckets)

    return _table(reference, id_of)


@LIBRARY.add(
    "lower-cased-look-up",
    "a table that lower-cases the words it looks up",
    """"The" is looked up as "the". It seems tolerant, but a vocabulary may hold both, and then the
    capital one is never found. The docstring says that case matters.""",
)
def lower_cased_look_up(reference):
    def lower(words):
        import tensorflow as tf

        return tf.strings.lower(words)

    return _mapped(reference, change_words=lower)


@LIBRARY.add(
    "stripped-look-up",
    "a table that strips white space off the words",
    """" sea" is taken for "sea". The words of a review were split at spaces before, so it hardly
    ever shows, but a table looks up just what it is given: tidying up is the business of the
    preprocessing, and a word that differs in a space is another word.""",
)
def stripped_look_up(reference):
    def strip(words):
        import tensorflow as tf

        return tf.strings.strip(words)

    return _mapped(reference, change_words=strip)


@LIBRARY.add(
    "size-without-buckets",
    "a size() that leaves the buckets out",
    """size() is the length of the vocabulary. But it is asked for to make an embedding with one
    row an id, and the ids go on behind the vocabulary: with only V rows, the first unknown word
    falls outside. The docstring: size() gives V + num_oov_buckets.""",
)
def size_without_buckets(reference):
    def build_table(vocabulary, num_oov_buckets):
        table = reference.build_table(vocabulary, num_oov_buckets)
        return types.SimpleNamespace(lookup=table.lookup, size=lambda: len(vocabulary))

    return changed(reference, build_table=build_table)


@LIBRARY.add(
    "int32-ids",
    "ids of type int32",
    """The ids are right, but of TensorFlow's default integer type. The docstring asks for int64,
    which is what TensorFlow's own tables give; two tensors of different integer types cannot be
    added or compared without a cast.""",
)
def int32_ids(reference):
    def cast(ids, v, n):
        import tensorflow as tf

        return tf.cast(ids, tf.int32)

    return _mapped(reference, change_ids=cast)


@LIBRARY.add(
    "flat-ids",
    "ids that lost the shape of the words",
    """A batch of reviews is a table of words, [batch, longest], but the ids come back in one long
    row. The docstring asks for a tensor of the same shape as the words.""",
)
def flat_ids(reference):
    def flatten(ids, v, n):
        import tensorflow as tf

        return tf.reshape(ids, [-1])

    return _mapped(reference, change_ids=flatten)


@LIBRARY.add(
    "no-buckets-allowed",
    "a table that takes num_oov_buckets below 1 without a word",
    """With no bucket, or fewer than none, an unknown word has nowhere to go; here a table is made
    all the same, and the trouble comes later, if it is noticed at all. The docstring asks for a
    ValueError when the table is built, which names num_oov_buckets and its value.""",
)
def no_buckets_allowed(reference):
    def build_table(vocabulary, num_oov_buckets):
        return reference.build_table(vocabulary, max(1, num_oov_buckets))

    return changed(reference, build_table=build_table)


@LIBRARY.add(
    "vocabulary-extended",
    "a build_table that adds a word to the caller's list",
    """A token for unknown words is appended to the vocabulary that was given. The table may be
    right, but the caller's list has grown, and a second table made of it is another one. What is
    given to a function is not changed: make a new list if you need a longer one.""",
)
def vocabulary_extended(reference):
    def build_table(vocabulary, num_oov_buckets):
        table = reference.build_table(list(vocabulary), num_oov_buckets)
        if isinstance(vocabulary, list):
            vocabulary.append("<unk>")
        return table

    return changed(reference, build_table=build_table)


@LIBRARY.add(
    "only-a-dict",
    "counts that are taken for pairs unless they are a dict",
    """The code asks isinstance(counts, dict) and takes everything else for pairs. But a mapping
    need not be a dict: types.MappingProxyType, collections.UserDict and others are none, and
    iterating one gives its keys, not pairs. The docstring takes any mapping;
    collections.abc.Mapping is the question to ask.""",
)
def only_a_dict(reference):
    def truncate_vocabulary(counts, max_size):
        pairs = counts.items() if isinstance(counts, dict) else [(w, n) for w, n in counts]
        return reference.truncate_vocabulary(pairs, max_size)

    return changed(reference, truncate_vocabulary=truncate_vocabulary)
