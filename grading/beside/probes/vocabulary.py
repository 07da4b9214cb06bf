"""Probes of the exercise ``vocabulary``."""

import collections
import types

import numpy as np

from grading.beside.probes.base import Unusable, array_of, find, probe
from grading.beside.show import describe, no_error


def is_repeatable(probe_name, args, kwargs):
    """Whether a result does not depend on what is free: which bucket an unknown word gets.

    With a single bucket nothing is free. Nor is it with no more buckets than known words, where
    only "is it known?" is asked: then even a bucket number that lacks its offset is below the size.
    """
    if probe_name in ("ids", "ids_of", "ids_after", "ids_beside_another"):
        num_oov_buckets = args[2] if probe_name == "ids_of" else args[1]
        return num_oov_buckets == 1
    if probe_name == "known":
        return args[1] <= len(args[0])
    return True


@probe("truncate_vocabulary({form} of {counts}, {max_size})")
def kept(module, form, counts, max_size):
    """The words that are kept; ``counts`` is a dict, handed over in some form."""
    return _kept(module, _in_form(form, counts), max_size)


@probe("truncate_vocabulary({form} of {counts}, but with its words as bytes, {max_size})")
def kept_bytes(module, form, counts, max_size):
    """The same, with words that are bytes."""
    given = {word.encode(): count for word, count in counts.items()}
    return _kept(module, _in_form(form, given), max_size)


@probe("counts = {form} of {counts}; truncate_vocabulary(counts, {max_size}); counts")
def counts_afterwards(module, form, counts, max_size):
    """The counts as they are afterwards, as a list of [word, count]."""
    given = _in_form(form, counts)
    _kept(module, given, max_size)
    return [list(pair) for pair in (given.items() if isinstance(given, dict) else given)]


@probe("build_table({vocabulary}, {num_oov_buckets})", shown=no_error)
def build(module, vocabulary, num_oov_buckets):
    """Only make the table."""
    find(module, "build_table")(vocabulary, num_oov_buckets)


@probe("build_table({vocabulary}, {num_oov_buckets}).size()")
def size(module, vocabulary, num_oov_buckets):
    """How many ids the table has."""
    return _size(_table(module, vocabulary, num_oov_buckets))


@probe(
    "table = build_table({vocabulary}, {num_oov_buckets}); table.lookup(tf.constant({words})); "
    "table.size()"
)
def size_after(module, vocabulary, num_oov_buckets, words):
    """The same, after some words were looked up."""
    table = _table(module, vocabulary, num_oov_buckets)
    _lookup(table, words)
    return _size(table)


@probe("build_table({vocabulary}, {num_oov_buckets}).lookup(tf.constant({words}))")
def ids(module, vocabulary, num_oov_buckets, words):
    """The ids of an array of words."""
    return _lookup(_table(module, vocabulary, num_oov_buckets), words)


@probe("build_table({vocabulary}, {num_oov_buckets}).lookup(tf.constant({words})) < {size}")
def known(module, vocabulary, num_oov_buckets, words, size):
    """Which words the table knows: their ids are below the size of the vocabulary.

    Unlike the ids, this is the same for every right answer.
    """
    found = _lookup(_table(module, vocabulary, num_oov_buckets), words)
    return np.asarray(found) < size


@probe("build_table({form} of {vocabulary}, {num_oov_buckets}).lookup(tf.constant({words}))")
def ids_of(module, form, vocabulary, num_oov_buckets, words):
    """The ids from a table whose vocabulary was a list, a tuple or an array."""
    given = {"a list": list, "a tuple": tuple, "an array": np.array}[form](vocabulary)
    return _lookup(_table(module, given, num_oov_buckets), words)


@probe(
    "table = build_table({vocabulary}, {num_oov_buckets}); table.lookup(tf.constant({before})); "
    "table.lookup(tf.constant({words}))"
)
def ids_after(module, vocabulary, num_oov_buckets, before, words):
    """The ids of words when others were looked up in the same table before."""
    table = _table(module, vocabulary, num_oov_buckets)
    _lookup(table, before)
    return _lookup(table, words)


@probe(
    "table = build_table({vocabulary}, {num_oov_buckets}); "
    "build_table({another}, {num_oov_buckets}); table.lookup(tf.constant({words}))"
)
def ids_beside_another(module, vocabulary, num_oov_buckets, another, words):
    """The ids from one table, when a second one was made and used after it."""
    table = _table(module, vocabulary, num_oov_buckets)
    _lookup(_table(module, another, num_oov_buckets), words)
    return _lookup(table, words)


@probe("vocabulary = {vocabulary}; build_table(vocabulary, {num_oov_buckets}); vocabulary")
def vocabulary_afterwards(module, vocabulary, num_oov_buckets):
    """The list of words as it is after a table was made of it and used."""
    given = list(vocabulary)
    _lookup(_table(module, given, num_oov_buckets), np.array(vocabulary, dtype=object))
    return given


def _kept(module, counts, max_size):
    words = find(module, "truncate_vocabulary")(counts, max_size)
    if not isinstance(words, list):
        raise Unusable(f"truncate_vocabulary must give a list, but it gave {describe(words)}")
    return words


def _in_form(form, counts):
    if form == "a generator of the pairs":
        return (pair for pair in counts.items())
    return {
        "a dict": dict,
        "a Counter": collections.Counter,
        "a mapping": types.MappingProxyType,
        "a list of the pairs": lambda counts: list(counts.items()),
        "the items": dict.items,
    }[form](counts)


def _table(module, vocabulary, num_oov_buckets):
    table = find(module, "build_table")(vocabulary, num_oov_buckets)
    for name in ("lookup", "size"):
        _method(table, name)
    return table


def _method(table, name):
    method = getattr(table, name, None)
    if callable(method):
        return method
    raise Unusable(
        f"build_table must give an object with a method {name}(), but it gave {describe(table)}"
        + (f", whose {name} is {describe(method)}" if hasattr(table, name) else "")
    )


def _size(table):
    found = _method(table, "size")()
    try:
        return int(found)
    except (TypeError, ValueError):
        raise Unusable(f"size() must give an int, but it gave {describe(found)}") from None


def _lookup(table, words):
    import tensorflow as tf

    found = array_of(table.lookup(tf.constant(words, dtype=tf.string)), "what lookup returns")
    ids = np.asarray(found.numpy() if hasattr(found, "numpy") else found)
    if ids.dtype.kind not in "iuf":
        raise Unusable(f"lookup must give integers, but it gave {describe(found)}")
    if ids.shape != words.shape:
        raise Unusable(
            f"lookup must give an id for each word: for words of shape {words.shape} it gave "
            f"{describe(found)}"
        )
    return ids
