"""What a correct ``truncate_vocabulary`` and ``build_table`` do, one property a test."""

import functools
import re

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from grading.expect import holds, refused, same, titled
from grading.running.properties import examples
from solutions.data import sample_text
from tests.strategies import sizes

WORDS = ["the", "sea", "and", "ship", "whale", "a", "of", "storm", "The", "SEA", "café", "日本"]
STRANGERS = ["captain", "she", "wa", "th", "sEA", "thesea", "ocean", "x", "Whale", "storms", "caf"]

words = st.sampled_from(WORDS)
vocabularies = st.lists(words, min_size=1, max_size=6, unique=True)
larger_vocabularies = st.lists(words, min_size=5, max_size=9, unique=True)
strangers = st.lists(st.sampled_from(STRANGERS), min_size=1, max_size=5)
buckets = sizes(1, 5)

# Counts that differ: the order of the words is that of their counts; none of them ties.
different_counts = st.dictionaries(words, sizes(1, 99), min_size=1, max_size=7).filter(
    lambda counts: len(set(counts.values())) == len(counts)
)
counts_with_ties = st.dictionaries(words, sizes(0, 3), min_size=1, max_size=9)

COUNT_FORMS = (
    "a dict",
    "a Counter",
    "a mapping",
    "a list of the pairs",
    "a generator of the pairs",
    "the items",
)


def most_frequent(counts, max_size):
    """The definition: by count, ties by first appearance, and no more than max_size."""
    words = list(counts)
    return sorted(words, key=lambda word: (-counts[word], words.index(word)))[:max_size]


def in_shape(words, *shape):
    """Words as an array of that shape, taken round and round."""
    array = np.empty(shape, dtype=object)
    array.flat = [words[i % len(words)] for i in range(array.size)]
    return array


def row(words):
    return in_shape(words, len(words))


@functools.cache
def real_words():
    """The different words of the shipped sample with their counts, in order of appearance."""
    counts = {}
    for word in re.findall(r"[A-Za-z']+", sample_text()):
        counts[word] = counts.get(word, 0) + 1
    return counts


@functools.cache
def rare_words():
    return [word for word, n in real_words().items() if n == 1 and word not in WORDS]


def real_strangers(count, start=0):
    """Rare real words, of many lengths and letters; none of them is in WORDS."""
    return rare_words()[start : start + count]


# Which words are kept.


def check_kept(kept, counts, max_size, form=COUNT_FORMS[0]):
    """The right words in the right order; the title says in which way they are not."""
    expected = most_frequent(counts, max_size)
    n, title = min(len(kept), len(expected)), None
    if not all(isinstance(word, str) for word in kept):
        title = "the vocabulary is a list of words"
    elif kept[:n] == expected[:n]:
        title = "as many words are kept as max_size says, or all there are"
    elif [word.lower() for word in kept] == [word.lower() for word in expected]:
        title = "words are kept as they were given, capitals too"
    elif [counts.get(word) for word in kept] == [counts[word] for word in expected]:
        title = "of equally frequent words the one seen first comes first"
    with about(form):
        same(kept, expected, "the words", title=title if form == COUNT_FORMS[0] else None)


def about(form):
    """What fails in this form, but not in the first, is a matter of the form."""
    return titled(None if form == COUNT_FORMS[0] else f"counts may be {form}")


@given(counts=different_counts)
@example(counts={"and": 1, "The": 3, "of": 2})
def test_the_most_frequent_word_comes_first_then_the_next(vocabulary, counts):
    kept = vocabulary.kept("a dict", counts, len(counts))
    check_kept(kept, counts, len(counts))


@given(counts=different_counts, max_size=sizes(1, 7))
@example(counts={"sea": 1, "The": 3, "of": 2}, max_size=2)
@example(counts={"sea": 1, "": 3, "of": 2}, max_size=2)
def test_max_size_words_are_kept_the_most_frequent_ones(vocabulary, counts, max_size):
    kept = vocabulary.kept("a dict", counts, max_size)
    check_kept(kept, counts, max_size)


@given(counts=different_counts, more=sizes(1, 100))
@example(counts={"and": 1, "The": 3, "of": 2}, more=1)
@example(counts={}, more=3)
def test_all_words_are_kept_where_there_are_fewer_than_max_size(vocabulary, counts, more):
    kept = vocabulary.kept("a dict", counts, len(counts) + more)
    check_kept(kept, counts, len(counts) + more)


@given(counts=counts_with_ties)
@example(counts={"sea": 1, "the": 1})
@examples(3)
def test_a_max_size_of_0_keeps_no_word_and_1_keeps_one(vocabulary, counts):
    for form in COUNT_FORMS:
        with about(form):
            same(vocabulary.kept(form, counts, 0), [], "the words for a max_size of 0")
            kept = vocabulary.kept(form, counts, 1)
        check_kept(kept, counts, 1, form)


@given(words=st.lists(words, min_size=2, unique=True), count=sizes(1, 3), max_size=sizes(1, 12))
@example(words=["the", "of", "sea"], count=1, max_size=3)
def test_of_equally_frequent_words_the_one_seen_first_comes_first(
    vocabulary, words, count, max_size
):
    counts = dict.fromkeys(words, count)
    check_kept(vocabulary.kept("a dict", counts, max_size), counts, max_size)


@given(counts=counts_with_ties, max_size=sizes(1, 9))
@example(counts={"sea": 0, "the": 3}, max_size=2)
@example(counts={"sea": 2**24, "the": 2**24 + 1, "of": 3 * 10**9}, max_size=3)
@examples(2)
def test_counts_may_be_a_dict_a_counter_or_pairs_even_from_a_generator(
    vocabulary, counts, max_size
):
    for form in COUNT_FORMS:
        with about(form):
            kept = vocabulary.kept(form, counts, max_size)
        check_kept(kept, counts, max_size, form)


@given(small=sizes(1, 9), capital=sizes(1, 9), max_size=sizes(1, 4))
@examples(3)
def test_words_that_differ_in_case_are_different_words(vocabulary, small, capital, max_size):
    counts = {"THE": 5, "the": small, "The": capital, "sea": 4}
    for form in COUNT_FORMS:
        with about(form):
            kept = vocabulary.kept(form, counts, max_size)
        check_kept(kept, counts, max_size, form)


@given(counts=counts_with_ties, max_size=sizes(1, 9))
@examples(3)
def test_words_given_as_bytes_stay_bytes(vocabulary, counts, max_size):
    for form in COUNT_FORMS:
        with about(form):
            kept = vocabulary.kept_bytes(form, counts, max_size)
            expected = [word.encode() for word in most_frequent(counts, max_size)]
            same(kept, expected, "the words")


@given(counts=counts_with_ties, max_size=sizes(1, 4))
@example(counts={"sea": 1, "the": 3}, max_size=1)
@examples(5)
def test_the_counts_are_not_changed(vocabulary, counts, max_size):
    expected = [list(pair) for pair in counts.items()]
    for form in ("a dict", "a Counter", "a list of the pairs"):
        afterwards = vocabulary.counts_afterwards(form, counts, max_size)
        same(afterwards, expected, "the counts afterwards, as pairs")


@given(max_size=sizes(1, 3000))
@examples(2)
def test_the_most_frequent_words_of_a_real_text_are_kept(vocabulary, max_size):
    counts = real_words()
    position = {word: i for i, word in enumerate(counts)}
    ranked = sorted(counts, key=lambda word: (-counts[word], position[word]))
    for form in ("a Counter", "a generator of the pairs"):
        same(vocabulary.kept(form, counts, max_size), ranked[:max_size], "the words")


@given(counts=counts_with_ties, max_size=sizes(-9, -1))
@examples(3)
def test_a_max_size_below_0_is_refused(vocabulary, counts, max_size):
    for form in COUNT_FORMS:
        with refused("max_size", max_size):
            vocabulary.kept(form, counts, max_size)


# Known words.


@given(words=vocabularies)
def test_a_known_word_gets_its_position_in_the_vocabulary(vocabulary, words):
    found = vocabulary.ids(words, 1, row(words[::-1]))
    same(found, np.arange(len(words))[::-1], "the ids")


@given(words=vocabularies, num_oov_buckets=sizes(2, 1000))
@example(words=["sea", " sea", "sea "], num_oov_buckets=2)
@example(words=["the", "sea", "The"], num_oov_buckets=3)
@examples(18)
def test_known_words_keep_their_ids_however_many_buckets_there_are(
    vocabulary, words, num_oov_buckets
):
    found = vocabulary.ids(words, num_oov_buckets, row(words))
    taken = [words[i].strip().lower() if i < len(words) else "" for i in found.tolist()]
    is_tidied = taken == [word.strip().lower() for word in words]
    title = "case and spaces make another word" if is_tidied else None
    same(found, np.arange(len(words)), "the ids", title=title)


@given(words=larger_vocabularies, num_oov_buckets=buckets)
def test_every_word_of_the_vocabulary_is_known_the_first_one_too(
    vocabulary, words, num_oov_buckets
):
    found = vocabulary.known(words, num_oov_buckets, row(words), len(words))
    same(found.tolist(), [True] * len(words), "whether each word is known")


@given(words=vocabularies, num_oov_buckets=buckets)
def test_the_vocabulary_may_hold_bytes(vocabulary, words, num_oov_buckets):
    as_bytes = [word.encode() for word in words]
    found = vocabulary.ids(as_bytes, num_oov_buckets, row(words[::-1]))
    same(found, np.arange(len(words))[::-1], "the ids")


@given(words=vocabularies, num_oov_buckets=buckets)
@examples(6)
def test_the_vocabulary_may_be_a_list_a_tuple_or_an_array(vocabulary, words, num_oov_buckets):
    for form in ("a list", "a tuple", "an array"):
        found = vocabulary.ids_of(form, words, num_oov_buckets, row(words[::-1]))
        same(found, np.arange(len(words))[::-1], "the ids")


@given(words=larger_vocabularies, num_oov_buckets=buckets)
@example(words=["café", "sea", "SEA", "The", "日本"], num_oov_buckets=2)
def test_case_accents_and_spaces_make_another_word(vocabulary, words, num_oov_buckets):
    alike = [
        f"{words[0]} ",
        f" {words[0]}",
        words[0] * 2,
        "tHE",
        "Café",
        "cafe",
        "cafè",
        "cafe\u0301",
        "本日",
        "",
    ]
    found = vocabulary.known(words, num_oov_buckets, row([*words, *alike]), len(words)).tolist()
    expected = [True] * len(words) + [False] * len(alike)
    strange = [words[0] * 2, ""]  # not even alike
    is_strange = any(found[len(words) + alike.index(word)] for word in strange)
    title = "an unknown word gets an id behind the vocabulary" if is_strange else None
    same(found, expected, "whether each word is known", title=title)


@given(words=vocabularies, num_oov_buckets=buckets)
def test_building_a_table_does_not_change_the_vocabulary(vocabulary, words, num_oov_buckets):
    same(vocabulary.vocabulary_afterwards(words, num_oov_buckets), words, "the vocabulary")


@given(words=vocabularies, another=vocabularies, num_oov_buckets=buckets, others=strangers)
@example(words=["sea", "the"], another=["the"], num_oov_buckets=1, others=["x"])
def test_two_tables_share_nothing(vocabulary, words, another, num_oov_buckets, others):
    found = vocabulary.ids_beside_another(words, num_oov_buckets, another, row([*words, *others]))
    same(found[: len(words)], np.arange(len(words)), "the ids of known words")
    alone = vocabulary.ids(words, num_oov_buckets, row(others))
    because = "a table alone gives these"
    title = "an unknown word keeps its bucket whatever other tables were made"
    same(found[len(words) :], alone, "the ids of unknown words", because, title=title)


# The tensor of ids.


@given(words=vocabularies, num_oov_buckets=buckets, others=strangers)
def test_the_ids_are_int64(vocabulary, words, num_oov_buckets, others):
    found = vocabulary.ids(words, num_oov_buckets, row([*words, *others]))
    same(found[: len(words)], np.arange(len(words)), "the ids of the known words")
    holds(found.dtype == np.int64, "ids of type int64", f"ids of type {found.dtype}")


@given(
    words=vocabularies,
    num_oov_buckets=buckets,
    shape=st.lists(sizes(1, 3), max_size=3),
    others=st.lists(st.sampled_from(STRANGERS), max_size=2),
)
def test_words_may_come_in_a_tensor_of_any_shape(vocabulary, words, num_oov_buckets, shape, others):
    array = in_shape([*words, *others], *shape)
    found = vocabulary.ids(words, num_oov_buckets, array)
    expected = [words.index(word) if word in words else -1 for word in array.flat]
    known = [int(i) if i < len(words) else -1 for i in found.flat]
    same(known, expected, "the ids one after another (-1 where the word is unknown)")


@given(words=vocabularies, num_oov_buckets=buckets)
@examples(4)
def test_a_tensor_without_words_gives_one_without_ids(vocabulary, words, num_oov_buckets):
    for shape in ((0,), (0, 3), (2, 0), (2, 0, 3)):
        empty = in_shape(words, *shape)
        same(vocabulary.ids(words, num_oov_buckets, empty).shape, shape, "the shape of the ids")
    full = row(words)
    same(vocabulary.ids(words, num_oov_buckets, full), np.arange(len(words)), "the ids of words")


# Unknown words.


@given(words=larger_vocabularies, num_oov_buckets=buckets, others=strangers)
@example(words=["the", "sea", "of"], num_oov_buckets=1, others=["x", "ocean", "she"])
@example(words=["the", "café"], num_oov_buckets=2, others=[b"caf\xc3"])  # "café" less a byte
def test_an_unknown_word_gets_an_id_behind_the_vocabulary(
    vocabulary, words, num_oov_buckets, others
):
    found = vocabulary.known(words, num_oov_buckets, row(others), len(words))
    same(found.tolist(), [False] * len(others), "whether each word is known")


@given(
    words=vocabularies,
    num_oov_buckets=sizes(1, 9),
    start=sizes(0, 99),
    n_others=st.just(40),
)
@example(words=["the", "sea"], num_oov_buckets=1, start=0, n_others=1)
@example(words=["the", "sea"], num_oov_buckets=2, start=0, n_others=6)
def test_an_unknown_word_gets_one_of_num_oov_buckets_ids(
    vocabulary, words, num_oov_buckets, start, n_others
):
    others = real_strangers(n_others, start)
    found = vocabulary.ids(words, num_oov_buckets, row(others))
    first, last = len(words), len(words) + num_oov_buckets - 1
    wrong = [
        (word, int(i)) for word, i in zip(others, found, strict=True) if not first <= i <= last
    ]
    found_instead = "".join(f"{i} for {word!r}" for word, i in wrong[:1])
    ids = f"ids from {first} to {last}" if first < last else f"the id {first}"
    holds(not wrong, f"{ids} for unknown words", found_instead)


@given(words=vocabularies, num_oov_buckets=sizes(2, 9), start=sizes(0, 99))
def test_many_unknown_words_spread_over_more_than_one_bucket(
    vocabulary, words, num_oov_buckets, start
):
    found = vocabulary.ids(words, num_oov_buckets, row(real_strangers(60, start)))
    used = sorted({int(i) for i in found})
    holds(len(used) > 1, "60 unknown words in more than one bucket", f"all of them in {used}")


@given(words=vocabularies, num_oov_buckets=sizes(2, 9), start=sizes(0, 99), n_before=sizes(1, 40))
def test_an_unknown_word_keeps_its_bucket_whatever_was_looked_up_before(
    vocabulary, words, num_oov_buckets, start, n_before
):
    before, others = row(real_strangers(n_before, start + 40)), row(real_strangers(40, start))
    fresh = vocabulary.ids(words, num_oov_buckets, others)
    later = vocabulary.ids_after(words, num_oov_buckets, before, others)
    same(later, fresh, "the ids", "a new table gives these")


@given(words=vocabularies, num_oov_buckets=sizes(2, 9), others=strangers)
def test_an_unknown_word_keeps_its_bucket_whatever_stands_beside_it(
    vocabulary, words, num_oov_buckets, others
):
    alone = vocabulary.ids(words, num_oov_buckets, row(others[-1:]))[0]
    more = real_strangers(30)
    beside = vocabulary.ids(words, num_oov_buckets, row([*words, *more, *others]))
    same(int(beside[-1]), int(alone), f"the id of {others[-1]!r}", "alone it has that id")


# Sizes, real words.


@given(words=vocabularies, num_oov_buckets=sizes(1, 1000), others=strangers)
@example(words=["sea", "the", "of"], num_oov_buckets=3, others=["x"])
@examples(18)
def test_size_counts_the_words_and_the_buckets(vocabulary, words, num_oov_buckets, others):
    # Two tables of the same words may differ in their buckets.
    for n_buckets in (num_oov_buckets + 2, num_oov_buckets):
        expected = len(words) + n_buckets
        same(vocabulary.size(words, n_buckets), expected, "size()")
    later = vocabulary.size_after(words, num_oov_buckets, row(others))
    same(later, expected, "size() after unknown words were looked up")


@given(max_size=sizes(50, 1000), num_oov_buckets=sizes(20, 100))
@examples(5)
def test_frequent_words_of_a_real_text_are_known_and_rare_ones_are_not(
    vocabulary, max_size, num_oov_buckets
):
    counts = real_words()
    ranked = sorted(counts, key=counts.get, reverse=True)
    found = vocabulary.ids(ranked[:max_size], num_oov_buckets, row(ranked))
    same(found[:max_size], np.arange(max_size), "the ids of the words that were kept")
    others = found[max_size:]
    in_range = (others >= max_size) & (others < max_size + num_oov_buckets)
    holds(
        in_range.all(),
        f"ids from {max_size} to {max_size + num_oov_buckets - 1} for the other words",
        f"{int((~in_range).sum())} of {len(others)} ids out of that range",
    )
    holds(len(set(others.tolist())) > 1, "more than one bucket in use", "only one")


# What is refused, and what only another process can tell.


@given(words=vocabularies, num_oov_buckets=sizes(-3, 0))
def test_num_oov_buckets_below_1_is_refused_at_the_call(vocabulary, words, num_oov_buckets):
    with refused("num_oov_buckets", num_oov_buckets):
        vocabulary.build(words, num_oov_buckets)


@given(words=vocabularies, num_oov_buckets=sizes(5, 50))
@examples(2)
def test_an_unknown_word_has_the_same_bucket_in_every_process(vocabulary, words, num_oov_buckets):
    others = row(real_strangers(40))
    here = vocabulary.ids(words, num_oov_buckets, others)
    there = vocabulary.elsewhere.ids(words, num_oov_buckets, others)
    same(there, here, "the ids in another process")
