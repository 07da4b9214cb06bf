"""What a correct ``split_stateful`` does, one property a test.

The sequence is cut into parts, one for each row of the batches. It is free which parts are longer
by an item and what becomes of a remainder at the end, so the tests look where each row's walk
starts and how far it goes, not for one fixed cut.
"""

from itertools import pairwise

import numpy as np
from hypothesis import example, given

from grading.expect import holds, refused, same
from grading.running.properties import examples
from solutions.data import sample_text
from tests.strategies import FORMS, distinct_items, sizes

steps = sizes(1, 5)
batch_sizes = sizes(2, 4)
windows_in_a_part = sizes(1, 4)


def items_for(n_windows, n_steps, batch_size, extra=0):
    """A sequence whose parts hold ``n_windows`` windows, their last target, and ``extra`` items.

    ``extra`` counts for the whole sequence: below ``batch_size`` it is a remainder.
    """
    return distinct_items(batch_size * (n_windows * n_steps + 1) + extra)


def batch_counts(n, n_steps, batch_size):
    """The fewest and the most batches that n items may give."""
    fewest = (n // batch_size - 1) // n_steps
    most = ((n - 1) // batch_size) // n_steps
    return max(0, fewest), max(0, most)


def check_shapes(batches, n_steps, batch_size):
    """Every batch holds ``batch_size`` rows of ``n_steps`` items."""
    expected = [(batch_size, n_steps)] * len(batches)
    title = "every batch has batch_size rows of n_steps items"
    shapes = [inputs.shape for inputs, _ in batches]
    same(shapes, expected, "the shapes of the inputs", title=title)
    shapes = [targets.shape for _, targets in batches]
    same(shapes, expected, "the shapes of the targets", title=title)


def check_count(batches, n, n_steps, batch_size):
    """As many batches as the parts can fill."""
    fewest, most = batch_counts(n, n_steps, batch_size)
    wanted = f"{fewest}" if fewest == most else f"{fewest} or {most}"
    title = "there are as many batches as the parts can fill, no more and no fewer"
    found = f"{len(batches)}, with {n} items for {batch_size} rows"
    holds(fewest <= len(batches) <= most, f"the number of batches to be {wanted}", found, title)


def walks(batches, which=0):
    """What each row reads from the first batch to the last: ``[batch_size, T * n_steps]``."""
    return np.concatenate([batch[which] for batch in batches], axis=1)


def walk_of_one_row(batches, which):
    """What the only row reads, a list for each batch; all rows, if there are more."""
    rows = [batch[which].tolist() for batch in batches]
    return [row[0] if len(row) == 1 else row for row in rows]


def well_formed(subject, sequence, n_steps, batch_size):
    """The batches, once it is sure that they have the right shapes and that there are enough."""
    batches = subject.batches(sequence, n_steps, batch_size=batch_size)
    check_shapes(batches, n_steps, batch_size)
    check_count(batches, len(sequence), n_steps, batch_size)
    return batches


@given(n_windows=windows_in_a_part, n_steps=steps, extra=sizes(0, 4))
@example(n_windows=1, n_steps=2, extra=1)
def test_a_single_row_walks_through_the_whole_sequence_window_by_window(
    stateful, n_windows, n_steps, extra
):
    sequence = distinct_items(n_windows * n_steps + 1 + extra)
    batches = stateful.batches(sequence, n_steps, batch_size=1)
    starts = range(0, len(sequence) - n_steps, n_steps)
    expected, found = [sequence[s : s + n_steps] for s in starts], walk_of_one_row(batches, 0)
    n, title = min(len(found), len(expected)), None
    if found[:n] == expected[:n]:
        few, many = "no window that fits is left out", "the dataset ends where no window fits"
        title = few if len(found) < len(expected) else many
    same(found, expected, "the inputs of the batches", title=title)
    expected = [sequence[s + 1 : s + n_steps + 1] for s in starts]
    found, title = walk_of_one_row(batches, 1), "targets are the inputs one item later"
    same(found, expected, "the targets of the batches", title=title)


@given(n_windows=windows_in_a_part, n_steps=steps, batch_size=batch_sizes)
@example(n_windows=2, n_steps=3, batch_size=2)
@example(n_windows=150, n_steps=25, batch_size=3)
def test_every_batch_has_batch_size_rows_of_n_steps_items(stateful, n_windows, n_steps, batch_size):
    sequence = items_for(n_windows, n_steps, batch_size)
    batches = stateful.batches(sequence, n_steps, batch_size=batch_size)
    check_shapes(batches, n_steps, batch_size)
    check_count(batches, len(sequence), n_steps, batch_size)


@given(n_windows=windows_in_a_part, n_steps=steps, batch_size=batch_sizes, extra=sizes(0, 9))
def test_targets_are_the_inputs_one_item_later(stateful, n_windows, n_steps, batch_size, extra):
    sequence = items_for(n_windows, n_steps, batch_size, extra)
    batches = well_formed(stateful, sequence, n_steps, batch_size)
    after = dict(pairwise(sequence))
    for number, (inputs, targets) in enumerate(batches):
        expected = [[after.get(item, "no item") for item in row] for row in inputs.tolist()]
        same(targets.tolist(), expected, f"the targets of batch {number}")


@given(n_windows=windows_in_a_part, n_steps=sizes(2, 5), batch_size=batch_sizes)
def test_the_items_of_a_row_are_neighbours_in_the_sequence(
    stateful, n_windows, n_steps, batch_size
):
    sequence = items_for(n_windows, n_steps, batch_size)
    for number, (inputs, _) in enumerate(well_formed(stateful, sequence, n_steps, batch_size)):
        expected = [[row[0] + 10 * step for step in range(n_steps)] for row in inputs.tolist()]
        same(inputs.tolist(), expected, f"the inputs of batch {number}")


@given(n_windows=sizes(2, 4), n_steps=steps, batch_size=batch_sizes, extra=sizes(0, 9))
def test_each_row_goes_on_where_the_same_row_of_the_batch_before_stopped(
    stateful, n_windows, n_steps, batch_size, extra
):
    sequence = items_for(n_windows, n_steps, batch_size, extra)
    batches = well_formed(stateful, sequence, n_steps, batch_size)
    for number in range(1, len(batches)):
        first = batches[number][0][:, 0].tolist()
        last = batches[number - 1][1][:, -1].tolist()
        same(
            first,
            last,
            f"the first inputs of batch {number}",
            f"these are the last targets of batch {number - 1}",
        )


@given(n_windows=windows_in_a_part, n_steps=steps, batch_size=sizes(1, 4), extra=sizes(0, 9))
@example(n_windows=1, n_steps=1, batch_size=2, extra=1)
def test_the_first_row_starts_with_the_first_item(stateful, n_windows, n_steps, batch_size, extra):
    sequence = items_for(n_windows, n_steps, batch_size, extra)
    batches = well_formed(stateful, sequence, n_steps, batch_size)
    same(batches[0][0][0, 0].item(), sequence[0], "the first input of the first row")


@given(n_windows=windows_in_a_part, n_steps=steps, batch_size=batch_sizes, extra=sizes(0, 9))
@example(n_windows=2, n_steps=3, batch_size=2, extra=0)
@example(n_windows=2, n_steps=3, batch_size=4, extra=3)
@example(n_windows=2, n_steps=3, batch_size=12, extra=0)
@example(n_windows=3, n_steps=3, batch_size=3, extra=1)
@examples(18)
def test_the_rows_walk_through_parts_of_equal_length_one_after_the_other(
    stateful, n_windows, n_steps, batch_size, extra
):
    sequence = items_for(n_windows, n_steps, batch_size, extra)
    batches = well_formed(stateful, sequence, n_steps, batch_size)
    check_parts(walks(batches)[:, 0] // 10 - 1, len(sequence), len(batches) * n_steps)


@given(n_windows=windows_in_a_part, n_steps=steps, batch_size=batch_sizes, extra=sizes(0, 9))
def test_no_item_is_read_twice(stateful, n_windows, n_steps, batch_size, extra):
    sequence = items_for(n_windows, n_steps, batch_size, extra)
    read = walks(well_formed(stateful, sequence, n_steps, batch_size)).ravel().tolist()
    twice = sorted({item for item in read if read.count(item) > 1})
    holds(not twice, "every item at most once among the inputs", f"{twice} more than once")


@given(n=sizes(0, 40), n_steps=steps, batch_size=sizes(1, 5))
@example(n=14, n_steps=3, batch_size=2)
def test_the_dataset_ends_when_a_part_cannot_fill_a_window(stateful, n, n_steps, batch_size):
    # 0 is an id like any other: it does not end a sequence, nor is it padding.
    batches = stateful.batches(list(range(n)), n_steps, batch_size=batch_size)
    check_shapes(batches, n_steps, batch_size)
    check_count(batches, n, n_steps, batch_size)


@given(n_steps=steps, batch_size=sizes(1, 4), missing=sizes(0, 8))
@examples(10)
def test_a_sequence_too_short_for_one_batch_gives_an_empty_dataset(
    stateful, n_steps, batch_size, missing
):
    too_short = distinct_items(max(0, batch_size * n_steps - missing))
    same(len(stateful.batches(too_short, n_steps, batch_size=batch_size)), 0, "the batches' number")
    # A full window, with its last target, in every part is enough: empty is no answer to all.
    enough = distinct_items(batch_size * (n_steps + 1))
    same(len(stateful.batches(enough, n_steps, batch_size=batch_size)), 1, "the batches' number")


@given(n_windows=windows_in_a_part, n_steps=steps, batch_size=batch_sizes)
@examples(5)
def test_ids_stay_integers_however_large(stateful, n_windows, n_steps, batch_size):
    for factor in (2_000_003, 1):
        sequence = [factor * item for item in items_for(n_windows, n_steps, batch_size)]
        batches = well_formed(stateful, sequence, n_steps, batch_size)
        others = {str(x.dtype) for batch in batches for x in batch if x.dtype.kind not in "iu"}
        holds(not others, "inputs and targets to be integers", f"dtype {', '.join(others)}")
        known = set(sequence)
        for which, name in enumerate(["inputs", "targets"]):
            seen = {item for batch in batches for item in batch[which].ravel().tolist()}
            strange = f"{sorted(seen - known)}"
            holds(seen <= known, f"{name} that are items of the sequence", strange)


@given(n_windows=windows_in_a_part, n_steps=steps, batch_size=batch_sizes)
@examples(6)
def test_any_sequence_will_do_a_list_a_range_an_array_a_tensor(
    stateful, n_windows, n_steps, batch_size
):
    sequence = items_for(n_windows, n_steps, batch_size)
    for form in (*FORMS, "a range", "an int32 array"):
        batches = stateful.batches_of(form, sequence, n_steps, batch_size=batch_size)
        check_shapes(batches, n_steps, batch_size)
        check_count(batches, len(sequence), n_steps, batch_size)
        inputs, targets = walks(batches, 0), walks(batches, 1)
        check_parts(inputs[:, 0] // 10 - 1, len(sequence), len(batches) * n_steps)
        same(targets, inputs + 10, "the targets of each row, from the first batch on")


@given(n_windows=windows_in_a_part, n_steps=steps, batch_size=batch_sizes, extra=sizes(0, 3))
@examples(6)
def test_the_sequence_that_was_given_is_not_changed(
    stateful, n_windows, n_steps, batch_size, extra
):
    sequence = items_for(n_windows, n_steps, batch_size, extra)[::-1]
    for form in ("a list", "an array"):
        afterwards = stateful.sequence_afterwards(form, sequence, n_steps, batch_size=batch_size)
        same(afterwards, sequence, "the sequence")


@given(n_windows=windows_in_a_part, n_steps=steps, batch_size=batch_sizes)
@examples(10)
def test_the_dataset_can_be_iterated_again(stateful, n_windows, n_steps, batch_size):
    sequence = items_for(n_windows, n_steps, batch_size)
    first, second = stateful.batches_twice(sequence, n_steps, batch_size=batch_size)
    for batches in (first, second):
        check_shapes(batches, n_steps, batch_size)
        check_count(batches, len(sequence), n_steps, batch_size)
    for which, name in enumerate(["inputs", "targets"]):
        expected = walks(first, which)
        same(walks(second, which), expected, f"the {name} of each row in the second iteration")


@given(start=sizes(0, 80_000), n=sizes(100, 400), n_steps=sizes(5, 20), batch_size=sizes(1, 4))
@examples(6)
def test_each_row_reads_real_text_on_from_batch_to_batch(stateful, start, n, n_steps, batch_size):
    text = sample_text()[start : start + n]
    ids = [ord(character) for character in text]
    batches = well_formed(stateful, ids, n_steps, batch_size)
    check_text(batches, text)


def test_nine_tenths_of_the_full_text_give_313_batches_of_32_rows_and_100_steps(
    stateful, shakespeare
):
    text = shakespeare[: len(shakespeare) * 90 // 100]
    ids = np.array([ord(character) for character in text])
    batches = stateful.batches(ids, 100, batch_size=32)
    same(len(batches), 313, "the number of batches")
    check_shapes(batches, 100, 32)
    check_text(batches, text)


@given(n=sizes(0, 20), value=sizes(-3, 0))
def test_n_steps_below_1_is_refused_at_the_call(stateful, n, value):
    with refused("n_steps", value):
        stateful.split(distinct_items(n), value, batch_size=2)


@given(n=sizes(0, 20), value=sizes(-3, 0))
def test_a_batch_size_below_1_is_refused_at_the_call(stateful, n, value):
    with refused("batch_size", value):
        stateful.split(distinct_items(n), 2, batch_size=value)


def check_parts(starts, n, n_read):
    """The parts follow each other from the first item on, equal or differing by one item.

    Args:
        starts: the position in the sequence at which each row starts.
        n: items in the sequence.
        n_read: inputs that each row reads.
    """
    starts = [int(start) for start in starts]
    what = "the rows to start"
    holds(starts[0] == 0, f"{what} with row 0 at item 0", f"row 0 at item {starts[0]}")
    gaps = [after - before for before, after in pairwise(starts)]
    if not gaps:
        return
    found = f"rows that start at the items {', '.join(map(str, starts))}"
    holds(min(gaps) > 0, f"{what} one part after the other", found)
    holds(min(gaps) >= n_read, f"{what} where the row before has stopped, or later", found)
    holds(max(gaps) - min(gaps) <= 1, f"{what} equally far apart (or one item more)", found)
    # The last part must be as long as the others, or one item shorter.
    longest = -(-n // len(starts))
    holds(max(gaps) <= longest, f"{what} at most {longest} items apart, with {n} items", found)


def check_text(batches, text):
    """Each row, read on from batch to batch, is a passage of the text; the passages follow."""
    inputs = ["".join(map(chr, row)) for row in walks(batches, 0).tolist()]
    targets = ["".join(map(chr, row)) for row in walks(batches, 1).tolist()]
    place, longest = 0, -(-len(text) // len(inputs))
    for row, (read, wanted) in enumerate(zip(inputs, targets, strict=True)):
        length = len(read)
        places = [p for p in range(place, row * longest + 1) if text[p : p + length] == read]
        holds(
            places,
            f"row {row} to read on, from batch to batch, through part {row} of the text",
            f"{read[:60]!r} ...",
        )
        holds(
            any(text[p + 1 : p + 1 + length] == wanted for p in places),
            f"the targets of row {row} to be its inputs one item later",
            f"inputs {read[:60]!r} ... and targets {wanted[:60]!r} ...",
        )
        place = places[0] + length
