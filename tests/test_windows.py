"""What a correct ``split_windows`` does, one property a test."""

from itertools import zip_longest

import numpy as np
from hypothesis import assume, example, given
from hypothesis import strategies as st

from grading.expect import holds, refused, same
from tests.strategies import distinct_items, forms, sizes

lengths = sizes(0, 23)
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
    return list(zip_longest(inputs_of(batches), targets_of(batches), fillvalue=[]))


@given(n=lengths, n_steps=steps, shift=shifts)
@example(n=15, n_steps=4, shift=2)
def test_windows_start_at_0_shift_2_shift_and_so_on(windows, n, n_steps, shift):
    sequence = distinct_items(n)
    batches = windows.batches(sequence, n_steps, shift=shift, batch_size=100)
    expected = [window[:-1] for window in expected_windows(sequence, n_steps, shift)]
    same(inputs_of(batches), expected, "the inputs")


@given(n=lengths, n_steps=steps, shift=shifts)
@example(n=15, n_steps=4, shift=2)
def test_targets_are_the_inputs_one_item_later(windows, n, n_steps, shift):
    sequence = distinct_items(n)
    batches = windows.batches(sequence, n_steps, shift=shift, batch_size=100)
    expected = [window[1:] for window in expected_windows(sequence, n_steps, shift)]
    same(targets_of(batches), expected, "the targets")


@given(n_steps=steps, n_windows=sizes(1, 9), batch_size=batch_sizes)
def test_batches_hold_batch_size_windows_and_the_last_one_what_is_left(
    windows, n_steps, n_windows, batch_size
):
    sequence = distinct_items(n_steps + n_windows)
    batches = windows.batches(sequence, n_steps, batch_size=batch_size)
    full, rest = divmod(n_windows, batch_size)
    expected = [(batch_size, n_steps)] * full + [(rest, n_steps)] * (rest > 0)
    same([inputs.shape for inputs, _ in batches], expected, "the shapes of the inputs")
    same([targets.shape for _, targets in batches], expected, "the shapes of the targets")


@given(n=lengths, n_steps=steps)
def test_windows_shift_by_one_item_where_no_shift_is_given(windows, n, n_steps):
    sequence = distinct_items(n)
    expected = [window[:-1] for window in expected_windows(sequence, n_steps, shift=1)]
    same(inputs_of(windows.batches(sequence, n_steps)), expected, "the inputs")


@given(extra=sizes(1, 40))
def test_batches_hold_32_windows_where_no_batch_size_is_given(windows, extra):
    batches = windows.batches(distinct_items(32 + extra + 2), 2)
    same(batches[0][0].shape[0], 32, "the size of the first batch")


@given(n_steps=steps, missing=sizes(1, 6), shuffle_buffer=st.sampled_from([None, 3]))
def test_a_sequence_too_short_for_a_window_gives_an_empty_dataset(
    windows, n_steps, missing, shuffle_buffer
):
    sequence = distinct_items(max(0, n_steps + 1 - missing))
    batches = windows.batches(sequence, n_steps, shuffle_buffer=shuffle_buffer)
    same(len(batches), 0, "the number of batches")
    # One item more than too short is enough for one window: an empty dataset is no answer to all.
    batches = windows.batches(distinct_items(n_steps + 1), n_steps, shuffle_buffer=shuffle_buffer)
    same(len(batches), 1, "the number of batches of a sequence that just fills one window")


@given(n=sizes(2, 20), n_steps=steps, shift=shifts)
def test_ids_stay_integers(windows, n, n_steps, shift):
    assume(n > n_steps)
    for batch in windows.batches(distinct_items(n), n_steps, shift=shift):
        for part, name in zip(batch, ("inputs", "targets"), strict=True):
            kind = part.dtype
            holds(kind.kind in "iu", f"the {name} to be integers", f"{kind} {name}")


@given(n=sizes(2, 20), n_steps=steps, shift=shifts, form=forms)
def test_any_sequence_will_do_a_list_a_tuple_an_array_a_tensor(windows, n, n_steps, shift, form):
    assume(n > n_steps)
    sequence = distinct_items(n)
    batches = windows.batches_of(form, sequence, n_steps, shift=shift)
    expected = [window[:-1] for window in expected_windows(sequence, n_steps, shift)]
    same(inputs_of(batches), expected, "the inputs")


@given(n=sizes(3, 20), n_steps=sizes(1, 2), shift=shifts, shuffle_buffer=st.sampled_from([None, 5]))
def test_the_sequence_that_was_given_is_not_changed(windows, n, n_steps, shift, shuffle_buffer):
    sequence = distinct_items(n)
    afterwards = windows.sequence_afterwards(
        sequence, n_steps, shift=shift, shuffle_buffer=shuffle_buffer
    )
    same(afterwards, np.array(sequence), "the sequence")


@given(n=sizes(2, 20), n_steps=steps, shift=shifts, batch_size=batch_sizes)
def test_the_dataset_can_be_iterated_again(windows, n, n_steps, shift, batch_size):
    assume(n > n_steps)
    sequence = distinct_items(n)
    first, second = windows.batches_twice(sequence, n_steps, shift=shift, batch_size=batch_size)
    expected = [window[:-1] for window in expected_windows(sequence, n_steps, shift)]
    same(inputs_of(first), expected, "the inputs of the first iteration")
    same(inputs_of(second), expected, "the inputs of the second iteration")


shuffle_buffers = st.sampled_from([1, 2, 5, 1000])


@given(
    n_windows=sizes(1, 20),
    n_steps=steps,
    shift=shifts,
    batch_size=batch_sizes,
    shuffle_buffer=shuffle_buffers,
    seed=sizes(1, 99),
)
def test_shuffling_loses_and_repeats_no_window(
    windows, n_windows, n_steps, shift, batch_size, shuffle_buffer, seed
):
    sequence = distinct_items((n_windows - 1) * shift + n_steps + 1)
    batches = windows.batches(
        sequence,
        n_steps,
        shift=shift,
        batch_size=batch_size,
        shuffle_buffer=shuffle_buffer,
        seed=seed,
    )
    expected = [window[:-1] for window in expected_windows(sequence, n_steps, shift)]
    same(sorted(inputs_of(batches)), expected, "the inputs, when sorted again")


@given(n_windows=sizes(1, 20), n_steps=steps, shift=shifts, shuffle_buffer=shuffle_buffers)
def test_shuffled_inputs_stay_beside_their_targets(
    windows, n_windows, n_steps, shift, shuffle_buffer
):
    sequence = distinct_items((n_windows - 1) * shift + n_steps + 1)
    batches = windows.batches(
        sequence, n_steps, shift=shift, batch_size=3, shuffle_buffer=shuffle_buffer
    )
    pairs = expected_windows(sequence, n_steps, shift)
    expected = [(window[:-1], window[1:]) for window in pairs]
    same(sorted(pairs_of(batches)), expected, "the pairs (inputs, targets), when sorted again")


@given(n_steps=sizes(2, 4), shift=sizes(1, 3), seed=sizes(1, 99))
def test_shuffling_mixes_windows_not_whole_batches(windows, n_steps, shift, seed):
    # 40 windows in batches of 8: the chance that all five batches keep neighbours is nil.
    sequence = distinct_items(39 * shift + n_steps + 1)
    batches = windows.batches(
        sequence, n_steps, shift=shift, batch_size=8, shuffle_buffer=40, seed=seed
    )
    in_order = expected_windows(sequence, n_steps, shift)
    number = {window[0]: i for i, window in enumerate(in_order)}
    for inputs, _ in batches:
        numbers = [number.get(int(row[0])) for row in inputs]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            return
    holds(
        False,
        "windows from all over the sequence to meet in one batch",
        "each batch holds neighbouring windows in order, as if only whole batches were shuffled",
    )


@given(n_steps=sizes(1, 4), seed=sizes(1, 99), shuffle_buffer=st.sampled_from([8, 30, 1000]))
def test_shuffling_changes_the_order_of_the_windows(windows, n_steps, seed, shuffle_buffer):
    sequence = distinct_items(30 + n_steps)
    batches = windows.batches(sequence, n_steps, shuffle_buffer=shuffle_buffer, seed=seed)
    in_order = [window[:-1] for window in expected_windows(sequence, n_steps, shift=1)]
    holds(inputs_of(batches) != in_order, "another order than the sequence's", "the same order")


@given(n_steps=sizes(1, 4), seed=sizes(1, 99))
def test_the_items_inside_a_window_stay_in_order(windows, n_steps, seed):
    sequence = distinct_items(12 + n_steps)
    batches = windows.batches(sequence, n_steps, shuffle_buffer=50, seed=seed)
    known = [window[:-1] for window in expected_windows(sequence, n_steps, shift=1)]
    strange = [row for row in inputs_of(batches) if row not in known]
    holds(not strange, "only windows of neighbouring items", f"{strange[:1]}")
    same(len(inputs_of(batches)), len(known), "the number of windows")


@given(n_steps=sizes(1, 4), seed=sizes(1, 99))
def test_the_same_seed_gives_the_same_order(windows, n_steps, seed):
    sequence = distinct_items(20 + n_steps)
    first = windows.batches(sequence, n_steps, shuffle_buffer=20, seed=seed)
    second = windows.batches(sequence, n_steps, shuffle_buffer=20, seed=seed)
    same(len(inputs_of(first)), 20, "the number of windows")
    same(inputs_of(second), inputs_of(first), "the inputs of a second dataset with that seed")


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
