"""What a correct ``split_windows`` does, one property a test."""

import itertools
from collections import Counter

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from grading.expect import holds, refused, same
from grading.running.properties import examples
from solutions.data import sample_text
from tests.strategies import FORMS, distinct_items, sizes

beyond = sizes(0, 17)  # items beyond those of the first window
steps = sizes(1, 5)
shifts = sizes(1, 7)
batch_sizes = sizes(1, 6)


def expected_windows(sequence, n_steps, shift):
    """The windows by their definition: n_steps + 1 items from 0, shift, 2 * shift, ..."""
    windows, start = [], 0
    while start + n_steps + 1 <= len(sequence):
        windows.append(list(sequence[start : start + n_steps + 1]))
        start += shift
    return windows


def inputs_of(batches):
    return [row.tolist() for inputs, _ in batches for row in inputs]


def targets_of(batches):
    return [row.tolist() for _, targets in batches for row in targets]


def pairs_of(batches):
    return list(itertools.zip_longest(inputs_of(batches), targets_of(batches), fillvalue=[]))


def check_inputs(batches, windows, what="the inputs"):
    """The inputs of the right windows in the right order; the title says how they are not."""
    found, expected = inputs_of(batches), [window[:-1] for window in windows]
    n, title = min(len(found), len(expected)), None
    if n and len(found[0]) != len(expected[0]):
        title = "each row of the inputs holds n_steps items"
    elif found[:n] == expected[:n]:
        few, many = "no window that fits is left out", "a window that runs past the end is dropped"
        title = few if len(found) < len(expected) else many
    elif found == [window[1:] for window in windows]:
        title = "the inputs are the first n_steps items of each window"
    elif sorted(found) == sorted(expected):
        title = "windows keep their order where nothing is to be shuffled"
    same(found, expected, what, title=title)


def check_targets(batches, windows, what="the targets"):
    """The targets of the right windows; whether the windows are wrong, the inputs tell."""
    found, inputs = targets_of(batches), inputs_of(batches)
    pairs = list(zip(inputs, found, strict=False))
    are_later = all(row != late and row[1:] == late[:-1] for row, late in pairs)
    title = "windows start at 0, shift, 2 * shift and so on" if are_later else None
    same(found, [window[1:] for window in windows], what, title=title)


def ids_of(text):
    """The ids of a text's characters: the most frequent one is 0, as in the next exercise."""
    known = [character for character, _ in Counter(text.lower()).most_common()]
    ids = {character: i for i, character in enumerate(known)}
    return [ids[character] for character in text.lower()]


@given(more=beyond, n_steps=steps, shift=shifts, seed=st.none() | sizes(0, 99))
@example(more=4, n_steps=2, shift=2, seed=None)
@example(more=5, n_steps=2, shift=1, seed=1)
@example(more=20, n_steps=2, shift=1, seed=1)
@example(more=19, n_steps=3, shift=3, seed=None)
@example(more=19, n_steps=3, shift=4, seed=None)
@examples(12)
def test_windows_start_at_0_shift_2_shift_and_so_on(windows, more, n_steps, shift, seed):
    sequence = distinct_items(n_steps + 1 + more)
    # Without a shuffle_buffer, a seed has nothing to do.
    batches = windows.batches(sequence, n_steps, shift=shift, batch_size=100, seed=seed)
    check_inputs(batches, expected_windows(sequence, n_steps, shift))


@given(more=beyond, n_steps=steps, shift=shifts)
@example(more=4, n_steps=2, shift=2)
@examples(6)
def test_targets_are_the_inputs_one_item_later(windows, more, n_steps, shift):
    sequence = distinct_items(n_steps + 1 + more)
    batches = windows.batches(sequence, n_steps, shift=shift, batch_size=100)
    check_targets(batches, expected_windows(sequence, n_steps, shift))


def test_toy_windows_of_0_to_14_start_at_0_2_4_6_8_10(windows):
    batches = windows.batches(list(range(15)), 4, shift=2)
    starts = [0, 2, 4, 6, 8, 10]
    same(inputs_of(batches), [[s, s + 1, s + 2, s + 3] for s in starts], "the inputs")
    same(targets_of(batches), [[s + 1, s + 2, s + 3, s + 4] for s in starts], "the targets")


@given(n_steps=steps, n_windows=sizes(1, 9), batch_size=batch_sizes)
@example(n_steps=2, n_windows=1100, batch_size=500)
@example(n_steps=3, n_windows=7, batch_size=3)
@examples(8)
def test_batches_hold_batch_size_windows_and_the_last_one_what_is_left(
    windows, n_steps, n_windows, batch_size
):
    sequence = distinct_items(n_steps + n_windows)
    batches = windows.batches(sequence, n_steps, batch_size=batch_size)
    full, rest = divmod(n_windows, batch_size)
    expected = [(batch_size, n_steps)] * full + [(rest, n_steps)] * (rest > 0)
    same([inputs.shape for inputs, _ in batches], expected, "the shapes of the inputs")
    same([targets.shape for _, targets in batches], expected, "the shapes of the targets")


@given(more=beyond, n_steps=steps)
@examples(4)
def test_windows_shift_by_one_item_where_no_shift_is_given(windows, more, n_steps):
    sequence = distinct_items(n_steps + 1 + more)
    expected = expected_windows(sequence, n_steps, shift=1)
    check_inputs(windows.batches(sequence, n_steps), expected)


@given(extra=sizes(1, 40))
@examples(4)
def test_batches_hold_32_windows_where_no_batch_size_is_given(windows, extra):
    batches = windows.batches(distinct_items(32 + extra + 2), 2)
    expected = [32, extra] if extra <= 32 else [32, 32, extra - 32]
    same([len(inputs) for inputs, _ in batches], expected, "the sizes of the batches")


@given(n_steps=steps, missing=sizes(1, 6))
@examples(3)
def test_a_sequence_too_short_for_a_window_gives_an_empty_dataset(windows, n_steps, missing):
    short, enough = distinct_items(max(0, n_steps + 1 - missing)), distinct_items(n_steps + 1)
    for shuffle_buffer in (None, 3):
        batches = windows.batches(short, n_steps, shuffle_buffer=shuffle_buffer)
        same(len(batches), 0, "the number of batches")
        # An item more than too short is enough for a window: an empty dataset is no answer to all.
        batches = windows.batches(enough, n_steps, shuffle_buffer=shuffle_buffer)
        title, what = "no window that fits is left out", "of a sequence that just fills one window"
        same(len(batches), 1, f"the number of batches {what}", title=title)


@given(n_steps=steps, more=sizes(0, 15), shift=shifts)
@examples(3)
def test_ids_stay_integers_however_large(windows, n_steps, more, shift):
    for factor in (5_000_003, 1):
        sequence = [factor * item for item in distinct_items(n_steps + 1 + more)]
        batches = windows.batches(sequence, n_steps, shift=shift)
        others = {str(x.dtype) for batch in batches for x in batch if x.dtype.kind not in "iu"}
        holds(not others, "inputs and targets to be integers", f"dtype {', '.join(others)}")
        check_inputs(batches, expected_windows(sequence, n_steps, shift))


@given(n_steps=steps, more=sizes(0, 15), shift=shifts)
@examples(3)
def test_any_sequence_will_do_a_list_a_range_an_array_a_tensor(windows, n_steps, more, shift):
    sequence = distinct_items(n_steps + 1 + more)
    expected = expected_windows(sequence, n_steps, shift)
    for form in (*FORMS, "a range", "an int32 array"):
        batches = windows.batches_of(form, sequence, n_steps, shift=shift)
        check_inputs(batches, expected)
        check_targets(batches, expected)


@given(n=sizes(3, 20), n_steps=sizes(1, 2), shift=shifts)
@examples(2)
def test_the_sequence_that_was_given_is_not_changed(windows, n, n_steps, shift):
    sequence = distinct_items(n)[::-1]
    for form, shuffle_buffer in itertools.product(("a list", "an array"), (None, 5)):
        afterwards = windows.sequence_afterwards(
            form, sequence, n_steps, shift=shift, shuffle_buffer=shuffle_buffer
        )
        same(afterwards, sequence, "the sequence")


@given(n_steps=steps, more=sizes(0, 15), shift=shifts, batch_size=batch_sizes)
@examples(5)
def test_the_dataset_can_be_iterated_again(windows, n_steps, more, shift, batch_size):
    sequence = distinct_items(n_steps + 1 + more)
    first, second = windows.batches_twice(sequence, n_steps, shift=shift, batch_size=batch_size)
    expected = [window[:-1] for window in expected_windows(sequence, n_steps, shift)]
    same(inputs_of(first), expected, "the inputs of the first iteration")
    same(inputs_of(second), expected, "the inputs of the second iteration")


@given(start=sizes(0, 80_000), n=sizes(60, 300), n_steps=sizes(5, 20), shift=sizes(1, 30))
@example(start=30095, n=11, n_steps=2, shift=1)  # "that's what" has the window "hat" twice
@examples(3)
def test_windows_of_real_text_read_as_the_text_does(windows, start, n, n_steps, shift):
    text = sample_text()[start : start + n]
    batches = windows.batches([ord(character) for character in text], n_steps, shift=shift)
    expected = expected_windows(text, n_steps, shift)
    same(
        ["".join(map(chr, row)) for row in inputs_of(batches)],
        ["".join(window[:-1]) for window in expected],
        "the inputs, as text",
    )
    same(
        ["".join(map(chr, row)) for row in targets_of(batches)],
        ["".join(window[1:]) for window in expected],
        "the targets, as text",
    )


def test_a_sequence_of_40_000_items_gives_all_its_windows(windows):
    batches = windows.batches(range(40_000), 1, shift=3, batch_size=2000)
    starts = [[start] for start in range(0, 39_999, 3)]
    same(inputs_of(batches), starts, "the inputs")
    same(targets_of(batches), [[start + 1] for [start] in starts], "the targets")


def test_the_full_text_gives_all_its_windows(windows, shakespeare):
    ids = ids_of(shakespeare)
    batches = windows.batches(np.array(ids), 100, shift=1000)
    # Windows start at 0, 1000, 2000, ... as long as 101 items are left.
    n_windows = (len(ids) - 101) // 1000 + 1
    full, rest = divmod(n_windows, 32)
    expected = [(32, 100)] * full + [(rest, 100)] * (rest > 0)
    same([inputs.shape for inputs, _ in batches], expected, "the shapes of the inputs")
    rows = zip(inputs_of(batches), targets_of(batches), strict=True)
    for number, (inputs, targets) in enumerate(rows):
        start = 1000 * number
        same(inputs, ids[start : start + 100], f"the inputs of window {number}")
        same(targets, ids[start + 1 : start + 101], f"the targets of window {number}")


@given(
    n_windows=sizes(1, 20),
    n_steps=steps,
    shift=shifts,
    batch_size=batch_sizes,
    seed=sizes(1, 99),
    n_different=st.sampled_from([1000, 2]),
)
@example(n_windows=9, n_steps=2, shift=1, batch_size=4, seed=1, n_different=2)
@examples(2)
def test_shuffling_loses_and_repeats_no_window(
    windows, n_windows, n_steps, shift, batch_size, seed, n_different
):
    # Where the items repeat, some windows are equal; each of them counts.
    n = (n_windows - 1) * shift + n_steps + 1
    sequence = [10 * (position % n_different + 1) for position in range(n)]
    expected = sorted(window[:-1] for window in expected_windows(sequence, n_steps, shift))
    full, rest = divmod(n_windows, batch_size)
    options = {"shift": shift, "batch_size": batch_size, "seed": seed}
    for shuffle_buffer in (1, 2, 5, 1000):
        batches = windows.batches(sequence, n_steps, shuffle_buffer=shuffle_buffer, **options)
        same(sorted(inputs_of(batches)), expected, "the inputs, when sorted")
        sizes_expected = [batch_size] * full + [rest] * (rest > 0)
        sizes_found = [len(inputs) for inputs, _ in batches]
        title = "shuffled batches are full, but for the last one"
        same(sizes_found, sizes_expected, "the sizes of the batches", title=title)


@given(n_windows=sizes(6, 20), n_steps=steps, shift=shifts)
@examples(2)
def test_shuffled_inputs_stay_beside_their_targets(windows, n_windows, n_steps, shift):
    sequence = distinct_items((n_windows - 1) * shift + n_steps + 1)
    pairs = expected_windows(sequence, n_steps, shift)
    expected = [(window[:-1], window[1:]) for window in pairs]
    for shuffle_buffer, seed in ((20, None), (5, 7), (1000, 0)):
        options = {"shift": shift, "shuffle_buffer": shuffle_buffer, "seed": seed}
        batches = windows.batches(sequence, n_steps, batch_size=3, **options)
        same(sorted(pairs_of(batches)), expected, "the pairs (inputs, targets), when sorted again")


@given(n_steps=sizes(2, 4), shift=sizes(1, 3), seed=sizes(1, 99))
@examples(3)
def test_shuffling_mixes_windows_not_whole_batches(windows, n_steps, shift, seed):
    # 40 windows in batches of 8: the chance that all five batches keep neighbours is nil.
    sequence = distinct_items(39 * shift + n_steps + 1)
    batches = windows.batches(
        sequence, n_steps, shift=shift, batch_size=8, shuffle_buffer=40, seed=seed
    )
    in_order = expected_windows(sequence, n_steps, shift)
    number = {(window[0],): i for i, window in enumerate(in_order)}
    numbers = [[number.get(tuple(row[:1].tolist())) for row in inputs] for inputs, _ in batches]
    seen = [number for batch in numbers for number in batch]
    same(sorted(seen, key=str), sorted(range(40), key=str), "the numbers of the windows seen")
    holds(
        any(batch and max(batch) - min(batch) >= 8 for batch in numbers),
        "windows from all over the sequence to meet in one batch",
        "each batch holds eight neighbouring windows, as if batches were made before shuffling",
    )


@given(n_steps=sizes(1, 4), seed=sizes(1, 99))
@examples(2)
def test_shuffling_changes_the_order_of_the_windows(windows, n_steps, seed):
    sequence = distinct_items(60 + n_steps)
    in_order = [window[:-1] for window in expected_windows(sequence, n_steps, shift=1)]
    for shuffle_buffer, batch_size in ((8, 32), (60, 1), (1000, 32)):
        options = {"shuffle_buffer": shuffle_buffer, "batch_size": batch_size, "seed": seed}
        found = inputs_of(windows.batches(sequence, n_steps, **options))
        same(len(found), 60, "the number of windows")
        holds(found != in_order, "another order than the sequence's", "the same order")
        # Chance breaks what follows less than once in a hundred million runs.
        title = "a window that does not fit in the buffer at first is shuffled later"
        later = found[8:]
        holds(later != sorted(later), "the last 52 windows to be shuffled", "their order", title)
        if shuffle_buffer >= 60:
            title = "in a buffer that holds all windows any of them may come first"
            early = [in_order.index(row) - i for i, row in enumerate(found) if row in in_order]
            wanted = "a window that comes 20 places or more before its turn"
            holds(max(early, default=0) >= 20, wanted, f"{max(early, default=0)} at most", title)


@given(n_steps=steps, more=sizes(0, 15), shift=shifts)
@examples(2)
def test_a_shuffled_dataset_can_be_iterated_again(windows, n_steps, more, shift):
    sequence = distinct_items(n_steps + 1 + more)
    expected = [window[:-1] for window in expected_windows(sequence, n_steps, shift)]
    for shuffle_buffer, seed in ((1, None), (5, 7), (1000, None)):
        options = {"shift": shift, "shuffle_buffer": shuffle_buffer, "seed": seed}
        passes = windows.batches_twice(sequence, n_steps, **options)
        for batches, which in zip(passes, ("first", "second"), strict=True):
            what = f"the sorted inputs of the {which} iteration"
            same(sorted(inputs_of(batches)), expected, what)


@given(n_steps=sizes(1, 4), seed=sizes(1, 99))
@examples(3)
def test_the_items_inside_a_window_stay_in_order(windows, n_steps, seed):
    sequence = distinct_items(12 + n_steps)
    batches = windows.batches(sequence, n_steps, shuffle_buffer=50, seed=seed)
    known = [window[:-1] for window in expected_windows(sequence, n_steps, shift=1)]
    strange = [row for row in inputs_of(batches) if row not in known]
    holds(not strange, "only windows of neighbouring items", f"{strange[:1]}")
    same(len(inputs_of(batches)), len(known), "the number of windows")


@given(
    n_windows=st.just(20),
    n_steps=sizes(1, 4),
    shift=sizes(1, 3),
    batch_size=st.sampled_from([32, 3]),
    seed=sizes(0, 9),
)
@example(n_windows=6, n_steps=1, shift=1, batch_size=32, seed=7)  # few are enough to be seen
@example(n_windows=6, n_steps=1, shift=1, batch_size=32, seed=0)
@example(n_windows=20, n_steps=2, shift=1, batch_size=32, seed=0)
@example(n_windows=20, n_steps=2, shift=3, batch_size=3, seed=7)
@examples(2)
def test_the_same_seed_gives_the_same_order(windows, n_windows, n_steps, shift, batch_size, seed):
    sequence = distinct_items((n_windows - 1) * shift + n_steps + 1)
    options = {"shift": shift, "batch_size": batch_size, "shuffle_buffer": 20, "seed": seed}
    first = windows.batches(sequence, n_steps, **options)
    second = windows.batches(sequence, n_steps, **options)
    same(len(inputs_of(first)), n_windows, "the number of windows")
    same(
        inputs_of(second),
        inputs_of(first),
        "the inputs of a second dataset with that seed",
        because="a first dataset with it gave them",
    )


@given(n_steps=sizes(1, 4), seed=sizes(0, 99))
@example(n_steps=2, seed=0)
@examples(3)
def test_another_seed_gives_another_order(windows, n_steps, seed):
    # 30 windows: the chance that two orders agree is nil.
    sequence = distinct_items(30 + n_steps)
    first = windows.batches(sequence, n_steps, shuffle_buffer=30, seed=seed)
    second = windows.batches(sequence, n_steps, shuffle_buffer=30, seed=seed + 1)
    same(len(inputs_of(first)), 30, "the number of windows")
    holds(inputs_of(second) != inputs_of(first), "another order", "the same order with both seeds")


@given(n=sizes(0, 12), value=sizes(-3, 0))
def test_n_steps_below_1_is_refused_at_the_call(windows, n, value):
    with refused("n_steps", value):
        windows.split(distinct_items(n), value)


@given(n=sizes(0, 12), value=sizes(-3, 0))
def test_a_shift_below_1_is_refused_at_the_call(windows, n, value):
    with refused("shift", value):
        windows.split(distinct_items(n), 2, shift=value)


@given(n=sizes(0, 12), value=sizes(-3, 0))
def test_a_batch_size_below_1_is_refused_at_the_call(windows, n, value):
    with refused("batch_size", value):
        windows.split(distinct_items(n), 2, batch_size=value)
