"""Tables: ids and buckets."""

from grading.misconceptions import Library
from grading.misconceptions.vocabulary.common import mapped, marked, table_of

LIBRARY = Library()


def _stable(word):
    """A hash of bytes that is the same everywhere."""
    import zlib

    return zlib.crc32(word)


@marked
def _all_in_one(ids, v, buckets):
    return len(set(ids.values())) == 1


@marked
def _below_the_buckets(ids, v, buckets):
    return min(ids.values()) < v and max(ids.values()) < buckets and len(set(ids.values())) > 1


@marked
def _one_too_late(ids, v, buckets):
    return min(ids.values()) == v + 1 and max(ids.values()) == v + buckets


@marked
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

    return table_of(reference, id_of)


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
    return table_of(reference, lambda word, words, buckets: words.get(word, len(words)))


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

    return table_of(reference, id_of)


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

    return table_of(reference, id_of)


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

    return mapped(reference, change_ids=shift)


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

    return mapped(reference, change_ids=move)


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

    return mapped(reference, change_ids=shift)


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

    return table_of(reference, id_of)
