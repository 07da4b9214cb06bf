"""Probes of the exercise ``windows``."""

import numpy as np

from grading.beside.probes.base import find, in_form, pairs_of, passes_of, probe, taking_ids
from grading.beside.show import batches_picture, passes_picture


@probe("list(split_windows({*}))", shown=batches_picture)
def batches(module, sequence, n_steps, **options):
    """The batches, each ``[inputs, targets]``."""
    split_windows = find(module, "split_windows")
    limit = len(sequence) + 2
    return pairs_of(split_windows(sequence, n_steps, **options), "split_windows", limit)


@probe(
    "dataset = split_windows({*}); first = list(dataset); next(iter(dataset), None); "
    "first, list(dataset)",
    shown=passes_picture,
)
def batches_twice(module, sequence, n_steps, **options):
    """The batches of two whole iterations over one dataset, and one that is left between them."""
    dataset = find(module, "split_windows")(sequence, n_steps, **options)
    return passes_of(dataset, "split_windows", len(sequence) + 2)


@probe("split_windows({*})")
def split(module, sequence, n_steps, **options):
    """Only make the dataset, and never iterate it."""
    find(module, "split_windows")(sequence, n_steps, **options)


@probe("list(split_windows({form} of {sequence}, {*}))", shown=batches_picture)
def batches_of(module, form, sequence, n_steps, **options):
    """The batches of a sequence given as a list, a tuple, a range, an array or a tensor."""
    split_windows, given = find(module, "split_windows"), sequence_in(form, sequence)
    return taking_ids(
        lambda ids: pairs_of(split_windows(ids, n_steps, **options), "split_windows", 99), given
    )


@probe("sequence = {form} of {sequence}; list(split_windows(sequence, {*})); sequence")
def sequence_afterwards(module, form, sequence, n_steps, **options):
    """The list or array that was split, as a list, after the dataset was iterated."""
    given = sequence_in(form, sequence)
    pairs_of(find(module, "split_windows")(given, n_steps, **options), "split_windows", 99)
    return list(given)


def sequence_in(form, sequence):
    """A list of evenly spaced numbers in a form: ``"a range"``, or one of ``in_form``'s."""
    if form == "a range":
        step = sequence[1] - sequence[0] if len(sequence) > 1 else 1
        return range(sequence[0], sequence[-1] + 1, step)
    if form == "an int32 array":
        return np.array(sequence, dtype=np.int32)
    return in_form(form, sequence)


def is_repeatable(probe_name, args, kwargs):
    """Whether all right answers give the same result: in what order windows are shuffled is free.

    Args:
        probe_name: a probe of this module.
        args, kwargs: what it was called with.
    """
    return kwargs.get("shuffle_buffer") is None
