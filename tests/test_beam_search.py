"""What a correct ``beam_search`` does, one property a test.

The networks here are tables of random numbers. Where each prefix has a row of its own (a tree), no
two sequences are equally likely, so only one order is right. What a narrow beam must find is told
by itself: with one step more it finds the likeliest continuations of what it found before.
"""

import itertools

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from grading.expect import close, holds, refused, same
from grading.running.properties import examples
from tests.strategies import sizes

seeds = sizes(0, 9999)
widths = sizes(1, 5)

# The likeliest first item is 0, but nothing very likely follows it. The best two are 1 and 2.
DETOUR = [[0.35, 0.25, 0.4], [0.06, 0.04, 0.9], [0.3, 0.2, 0.5], [0.5, 0.4, 0.1]]
# With 0 as the end: to end at once is likelier than any longer sequence, though not item by item.
SHORT = [[0.2, 0.3, 0.5], [0.2, 0.45, 0.35], [0.3, 0.28, 0.42], [0.4, 0.33, 0.27]]


def chances(seed, n_rows, n_items):
    """Random rows of probabilities with four decimals, none of them tiny."""
    rows = np.random.default_rng(seed).dirichlet(np.full(n_items, 0.7), size=n_rows)
    rows = ((rows + 0.01) / (1 + 0.01 * n_items)).round(4)
    rows[:, 0] += 1 - rows.sum(axis=1)
    return rows.round(4).tolist()


def bigrams(seed, n_items):
    """Probabilities of the next item after each item, and after the start."""
    return chances(seed, n_items + 1, n_items)


def tree(seed, n_items, n_steps):
    """Probabilities of the next item after each prefix of fewer than ``n_steps`` items."""
    return chances(seed, sum(n_items**step for step in range(n_steps)), n_items)


def row_after(table, prefix, n_items):
    """The row of a tree for a prefix."""
    k = 0
    for item in prefix:
        k = n_items * k + item + 1
    return table[k]


def probability(table, ids):
    """The logarithm of a sequence's probability, by a table of bigrams."""
    before = [len(table) - 1, *ids[:-1]]
    return float(sum(np.log(table[a][b]) for a, b in zip(before, ids, strict=True)))


def until_the_end(ids, eos_id):
    """A sequence without what follows the end of sequence, if that is there."""
    return ids[: ids.index(eos_id) + 1] if eos_id in ids else ids


def every_sequence(table, n_items, n_steps, eos_id=None):
    """All sequences with their log-probabilities by a tree, the likeliest first."""
    found = {}
    for ids in itertools.product(range(n_items), repeat=n_steps):
        ids = until_the_end(ids, eos_id)
        rows = [row_after(table, ids[:t], n_items) for t in range(len(ids))]
        found[ids] = float(sum(np.log(row[item]) for row, item in zip(rows, ids, strict=True)))
    return sorted(([list(ids), total] for ids, total in found.items()), key=likelihood)


def likelihood(pair):
    """What pairs are sorted by to have the likeliest first."""
    return -pair[1]


def renamed(table, names):
    """A table of bigrams whose item i is called ``names[i]``; the start has the last row.

    All other items up to the largest name are very unlikely.
    """
    n_items = max(names) + 1
    new = np.full([n_items + 1, n_items], 1e-6)
    for row, old in zip([*names, n_items], table, strict=True):
        new[row, names] = old
    return new.tolist()


def continued(table, pairs, n_items, eos_id=None):
    """The sequences that have ended, and the others one item longer, the likeliest first."""
    ended = [[ids, total] for ids, total in pairs if eos_id in ids]
    longer = [
        [[*ids, item], total + float(np.log(row_after(table, ids, n_items)[item]))]
        for ids, total in pairs
        for item in range(n_items)
        if eos_id not in ids
    ]
    return sorted(ended + longer, key=likelihood)


def check_pairs(found, expected, because=""):
    """The same sequences in the same order, with the same log-probabilities."""
    title = "no more than beam_width sequences are kept" if len(found) > len(expected) else None
    same([ids for ids, _ in found], [ids for ids, _ in expected], "the sequences", because, title)
    close([p for _, p in found], [p for _, p in expected], "their log-probabilities")


@given(seed=seeds, n_items=sizes(2, 4), n_steps=sizes(1, 4), eos=st.booleans(), more=sizes(0, 9))
@example(seed=1, n_items=2, n_steps=3, eos=True, more=0)
@examples(12)
def test_a_beam_wide_enough_finds_what_trying_everything_finds(
    beam_search, seed, n_items, n_steps, eos, more
):
    table, eos_id = tree(seed, n_items, n_steps), seed % n_items if eos else None
    expected = every_sequence(table, n_items, n_steps, eos_id)
    width = len(expected) + more
    found = beam_search.found_in_tree(
        table, n_items, max_steps=n_steps, beam_width=width, eos_id=eos_id
    )
    check_pairs(found[:3], expected[:3])


@given(seed=seeds, n_items=sizes(2, 3), n_steps=sizes(1, 3), eos=st.booleans(), more=sizes(1, 99))
@example(seed=1, n_items=2, n_steps=3, eos=True, more=5)
@examples(12)
def test_a_beam_wider_than_there_are_sequences_gives_each_of_them_once(
    beam_search, seed, n_items, n_steps, eos, more
):
    table, eos_id = tree(seed, n_items, n_steps), seed % n_items if eos else None
    expected = every_sequence(table, n_items, n_steps, eos_id)
    width = len(expected) + more
    found = beam_search.found_in_tree(
        table, n_items, max_steps=n_steps, beam_width=width, eos_id=eos_id
    )
    same(sorted(ids for ids, _ in found), sorted(ids for ids, _ in expected), "the sequences")


@given(seed=seeds, n_items=sizes(2, 5), n_steps=sizes(1, 6))
@example(seed=0, n_items=3, n_steps=4)
def test_a_beam_of_one_takes_the_likeliest_item_each_time(beam_search, seed, n_items, n_steps):
    table, ids = bigrams(seed, n_items), []
    for _ in range(n_steps):
        ids.append(int(np.argmax(table[ids[-1] if ids else -1])))
    found = beam_search.found(table, n_items, max_steps=n_steps, beam_width=1)
    check_pairs(found, [[ids, probability(table, ids)]])


@given(seed=seeds, n_items=sizes(2, 5), n_steps=sizes(1, 6))
@example(seed=0, n_items=3, n_steps=4)
def test_a_beam_of_one_ends_where_the_likeliest_item_is_the_end(
    beam_search, seed, n_items, n_steps
):
    table, ids, eos_id = bigrams(seed, n_items), [], seed % n_items
    while len(ids) < n_steps and eos_id not in ids:
        ids.append(int(np.argmax(table[ids[-1] if ids else -1])))
    found = beam_search.found(table, n_items, max_steps=n_steps, beam_width=1, eos_id=eos_id)
    check_pairs(found, [[ids, probability(table, ids)]])


@given(names=st.permutations([0, 1, 2]), width=sizes(2, 4))
@example(names=[0, 1, 2], width=2)
@example(names=[257, 256, 258], width=2)  # ids that do not fit into one byte
def test_a_beam_finds_the_way_that_begins_with_the_second_best_item(beam_search, names, width):
    table = renamed(DETOUR, names)
    best = [names[1], names[2]]
    found = beam_search.found(table, len(table) - 1, max_steps=2, beam_width=width)
    check_pairs(found[:1], [[best, probability(table, best)]])


@given(seed=seeds, n_items=sizes(2, 6), width=widths)
@example(seed=0, n_items=4, width=3)
def test_with_one_step_the_likeliest_items_are_found(beam_search, seed, n_items, width):
    table = bigrams(seed, n_items)
    expected = sorted(([[i], float(np.log(table[-1][i]))] for i in range(n_items)), key=likelihood)
    found = beam_search.found(table, n_items, max_steps=1, beam_width=width)
    check_pairs(found, expected[:width])


@given(seed=seeds, n_items=sizes(2, 4), n_steps=sizes(1, 4), width=widths)
@example(seed=3, n_items=3, n_steps=2, width=2)
@example(seed=1, n_items=3, n_steps=1, width=3)  # all come from one sequence
@example(seed=11, n_items=4, n_steps=1, width=4)
def test_with_one_step_more_the_likeliest_continuations_are_found_wherever_they_come_from(
    beam_search, seed, n_items, n_steps, width
):
    table = tree(seed, n_items, n_steps + 1)
    before = beam_search.found_in_tree(table, n_items, max_steps=n_steps, beam_width=width)
    same(len(before), min(width, n_items**n_steps), f"the number of sequences of {n_steps} items")
    expected = continued(table, before, n_items)[:width]
    found = beam_search.found_in_tree(table, n_items, max_steps=n_steps + 1, beam_width=width)
    check_pairs(found, expected, "these are the likeliest continuations of what is found before")


@given(seed=seeds, n_items=sizes(2, 4), n_steps=sizes(1, 4), width=sizes(2, 5))
@example(seed=1, n_items=2, n_steps=2, width=2)
@example(seed=1, n_items=2, n_steps=2, width=3)
def test_what_has_ended_competes_with_what_goes_on(beam_search, seed, n_items, n_steps, width):
    table, eos_id = tree(seed, n_items, n_steps + 1), seed % n_items
    options = {"beam_width": width, "eos_id": eos_id}
    before = beam_search.found_in_tree(table, n_items, max_steps=n_steps, **options)
    holds(1 <= len(before) <= width, f"1 to {width} sequences", f"{len(before)}")
    expected = continued(table, before, n_items, eos_id)[:width]
    found = beam_search.found_in_tree(table, n_items, max_steps=n_steps + 1, **options)
    check_pairs(found, expected, "these follow from what is found with one step less")


@given(names=st.permutations([0, 1, 2]), n_steps=sizes(2, 7), width=sizes(2, 5))
@example(names=[0, 1, 2], n_steps=7, width=3)
@example(names=[259, 256, 258], n_steps=3, width=2)  # the end may be any id
def test_a_short_sequence_may_be_likelier_than_all_longer_ones(beam_search, names, n_steps, width):
    table, eos_id = renamed(SHORT, names), names[0]
    options = {"max_steps": n_steps, "beam_width": width, "eos_id": eos_id}
    found = beam_search.found(table, len(table) - 1, **options)
    check_pairs(found[:1], [[[eos_id], np.log(0.4)]])


@given(seed=seeds, n_items=sizes(2, 4), n_steps=sizes(2, 7), width=widths, eos_first=st.booleans())
@example(seed=0, n_items=3, n_steps=5, width=3, eos_first=True)
@example(seed=0, n_items=3, n_steps=5, width=3, eos_first=False)
def test_a_sequence_ends_with_the_end_of_sequence_or_has_max_steps_items(
    beam_search, seed, n_items, n_steps, width, eos_first
):
    eos_id = 0 if eos_first else n_items - 1
    table = bigrams(seed, n_items)
    options = {"max_steps": n_steps, "beam_width": width, "eos_id": eos_id}
    found = beam_search.found(table, n_items, **options)
    holds(found, "at least one sequence", "none")
    for ids, _ in found:
        holds(eos_id not in ids[:-1], f"nothing after the end-of-sequence id {eos_id}", f"{ids}")
        ends = ids[-1:] == [eos_id] or len(ids) == n_steps
        holds(ends, f"{n_steps} items, or the end-of-sequence id {eos_id} at the end", f"{ids}")


@given(seed=seeds, n_items=sizes(2, 4), n_steps=sizes(1, 6), width=widths)
@example(seed=0, n_items=2, n_steps=4, width=3)
@example(seed=0, n_items=1, n_steps=2, width=2)  # nothing to choose from
def test_without_an_end_of_sequence_id_all_sequences_have_max_steps_items(
    beam_search, seed, n_items, n_steps, width
):
    found = beam_search.found(bigrams(seed, n_items), n_items, max_steps=n_steps, beam_width=width)
    count = min(width, n_items**n_steps)
    same([len(ids) for ids, _ in found], [n_steps] * count, "the lengths of the sequences")


@given(seed=seeds, n_items=sizes(2, 5), n_steps=sizes(2, 6), width=sizes(2, 6), eos=st.booleans())
@example(seed=0, n_items=2, n_steps=2, width=2, eos=False)
def test_log_prob_is_the_sum_of_the_logarithms_along_the_sequence(
    beam_search, seed, n_items, n_steps, width, eos
):
    table, eos_id = bigrams(seed, n_items), seed % n_items if eos else None
    options = {"max_steps": n_steps, "beam_width": width, "eos_id": eos_id}
    found = beam_search.found(table, n_items, **options)
    holds(len(found) >= 2, "at least two sequences", f"{len(found)}")
    expected = [probability(table, ids) for ids, _ in found]
    close([p for _, p in found], expected, "the log_prob of each sequence")


@given(seed=seeds, n_items=sizes(2, 5), n_steps=sizes(2, 6), width=sizes(2, 6), eos=st.booleans())
@example(seed=0, n_items=3, n_steps=4, width=4, eos=True)
def test_the_likeliest_sequence_comes_first_and_none_comes_twice(
    beam_search, seed, n_items, n_steps, width, eos
):
    table, eos_id = tree(seed, n_items, n_steps), seed % n_items if eos else None
    options = {"max_steps": n_steps, "beam_width": width, "eos_id": eos_id}
    found = beam_search.found_in_tree(table, n_items, **options)
    holds(2 <= len(found) <= width, f"2 to {width} sequences", f"{len(found)}")
    same(found, sorted(found, key=likelihood), "the pairs")
    twice = [ids for number, (ids, _) in enumerate(found) if ids in [i for i, _ in found[:number]]]
    holds(not twice, "no sequence twice", f"{twice}")


@given(seed=seeds, n_items=sizes(3, 5), n_steps=sizes(1, 4))
@example(seed=0, n_items=4, n_steps=2)
def test_three_sequences_are_kept_where_no_width_is_given(beam_search, seed, n_items, n_steps):
    table = tree(seed, n_items, n_steps)
    found = beam_search.found_in_tree(table, n_items, max_steps=n_steps)
    same(len(found), 3, "the number of sequences")
    options = {"max_steps": n_steps, "beam_width": 3}
    check_pairs(found, beam_search.found_in_tree(table, n_items, **options))


@given(n_items=sizes(2, 4), n_steps=sizes(1, 4), width=sizes(2, 20))
@example(n_items=2, n_steps=2, width=3)
@examples(10)
def test_equally_likely_sequences_all_count(beam_search, n_items, n_steps, width):
    table = [[1 / n_items] * n_items] * (n_items + 1)
    found = beam_search.found(table, n_items, max_steps=n_steps, beam_width=width)
    count = min(width, n_items**n_steps)
    same([len(ids) for ids, _ in found], [n_steps] * count, "the lengths of the sequences")
    same(len({tuple(ids) for ids, _ in found}), count, "the number of different sequences")
    expected = [n_steps * np.log(1 / n_items)] * count
    close([p for _, p in found], expected, "their log-probabilities")
    # So do those that have ended: here all fit into the beam.
    every = itertools.product(range(n_items), repeat=n_steps)
    expected = sorted({until_the_end(ids, 0) for ids in every})
    options = {"max_steps": n_steps, "beam_width": len(expected), "eos_id": 0}
    found = sorted(tuple(ids) for ids, _ in beam_search.found(table, n_items, **options))
    same(found, expected, "the sequences, sorted,", "the beam is wide enough for all of them")


@given(rare=st.sampled_from([1e-6, 1e-12, 1e-30]), n_steps=sizes(1, 2))
@example(rare=1e-6, n_steps=1)
@example(rare=1e-30, n_steps=2)
@examples(4)
def test_where_the_beam_has_room_unlikely_sequences_are_found_too(beam_search, rare, n_steps):
    table = [[1 - rare, rare]] * 3
    width = 2**n_steps
    expected = every_sequence(table, 2, n_steps)
    found = beam_search.found(table, 2, max_steps=n_steps, beam_width=width)
    same(len(found), width, "the number of sequences")
    close([p for _, p in found], [p for _, p in expected], "their log-probabilities")


@given(seed=seeds, n_items=sizes(2, 3), n_steps=sizes(1, 3), start=sizes(0, 2))
@example(seed=0, n_items=2, n_steps=2, start=0)
@examples(10)
def test_the_start_id_may_be_one_of_the_items(beam_search, seed, n_items, n_steps, start):
    table, sos_id = tree(seed, n_items, n_steps), start % n_items
    expected = every_sequence(table, n_items, n_steps)
    width = len(expected)
    found = beam_search.found_in_tree(table, sos_id, max_steps=n_steps, beam_width=width)
    check_pairs(found, expected, f"only the start before them all is left out, not each {sos_id}")


@given(seed=seeds, n_items=sizes(2, 4), sos_id=sizes(4, 99), width=sizes(1, 3))
@example(seed=0, n_items=3, sos_id=7, width=2)
def test_prefixes_begin_with_the_start_id_which_is_no_part_of_the_results(
    beam_search, seed, n_items, sos_id, width
):
    table = bigrams(seed, n_items)
    prefixes = beam_search.asked(table, sos_id, max_steps=2, beam_width=width)
    found = beam_search.found(table, sos_id, max_steps=1, beam_width=width)
    expected = [[sos_id], *sorted([sos_id, *ids] for ids, _ in found)]
    same(prefixes, expected, "the prefixes that next_log_probs is asked for")
    strange = [ids for ids, _ in found if sos_id in ids]
    holds(not strange, f"no sequence with the start id {sos_id}", f"{strange}")


@given(seed=seeds, n_items=sizes(2, 4), n_steps=sizes(2, 6), width=widths, eos=st.booleans())
@example(seed=0, n_items=4, n_steps=4, width=2, eos=False)
def test_no_more_than_beam_width_prefixes_of_a_length_are_asked_for(
    beam_search, seed, n_items, n_steps, width, eos
):
    options = {"max_steps": n_steps, "beam_width": width, "eos_id": 0 if eos else None}
    prefixes = beam_search.asked(bigrams(seed, n_items), n_items, **options)
    same(prefixes[:1], [[n_items]], "the first prefix")
    for length in range(1, n_steps + 1):
        count = sum(len(prefix) == length for prefix in prefixes)
        what = f"at most {width} different prefixes with {length - 1} items"
        holds(count <= width, what, f"{count}")
        if not eos:
            holds(count >= 1, f"a prefix with {length - 1} items to be asked for", "none")


@given(seed=seeds, n_items=sizes(2, 4), width=sizes(1, 4))
@example(seed=0, n_items=3, width=2)
@examples(8)
def test_the_search_is_over_when_all_sequences_have_ended(beam_search, seed, n_items, width):
    # Wherever the search is, the end is as likely as all other items together.
    eos_id = seed % n_items
    table = [
        [p / 2 + 0.5 * (i == eos_id) for i, p in enumerate(row)] for row in bigrams(seed, n_items)
    ]
    options = {"beam_width": width, "eos_id": eos_id}
    for n_steps in range(1, 30):
        found = beam_search.found(table, n_items, max_steps=n_steps, **options)
        holds(found, "at least one sequence", "none")
        if all(ids[-1:] == [eos_id] for ids, _ in found):
            break
    else:
        holds(False, "all sequences to have ended after 29 steps", f"{found}")
    longest = beam_search.longest_asked(table, n_items, max_steps=60, **options)
    because = f"all sequences have ended after {n_steps} steps"
    same(longest, n_steps, "the number of ids in the longest prefix", because)
    check_pairs(beam_search.found(table, n_items, max_steps=60, **options), found)


@given(seed=seeds, width=sizes(1, 3))
@example(seed=0, width=1)  # a search that never prunes would have 2^300 beginnings with two
@examples(2)
def test_long_sequences_keep_their_log_probability_though_their_probability_is_too_small(
    beam_search, seed, width
):
    # No item is likelier than 0.05, and 0.05 ** 300 is 0.0 in floating point.
    table = [[0.02 * p + 0.98 / 40 for p in row] for row in bigrams(seed, 40)]
    found = beam_search.found(table, 40, max_steps=300, beam_width=width)
    same([len(ids) for ids, _ in found], [300] * width, "the lengths of the sequences")
    expected = [probability(table, ids) for ids, _ in found]
    close([p for _, p in found], expected, "the log_prob of each sequence")


@given(seed=seeds, value=sizes(-5, 0), width=widths)
def test_max_steps_below_1_is_refused(beam_search, seed, value, width):
    with refused("max_steps", value):
        beam_search.found(bigrams(seed, 3), 3, max_steps=value, beam_width=width)


@given(seed=seeds, value=sizes(-5, 0), n_steps=sizes(1, 4))
def test_a_beam_width_below_1_is_refused(beam_search, seed, value, n_steps):
    with refused("beam_width", value):
        beam_search.found(bigrams(seed, 3), 3, max_steps=n_steps, beam_width=value)
