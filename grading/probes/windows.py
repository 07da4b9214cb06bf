"""Probes of the exercise ``windows``."""

import numpy as np

from grading.pictures import batches_picture, passes_picture
from grading.probes.base import find, in_form, pairs_of, probe


@probe("list(split_windows({*}))", shown=batches_picture)
def batches(module, sequence, n_steps, **options):
    """The batches, each ``[inputs, targets]``."""
    split_windows = find(module, "split_windows")
    limit = len(sequence) + 2
    return pairs_of(split_windows(sequence, n_steps, **options), "split_windows", limit)


@probe("list(split_windows({*})), twice over the same dataset", shown=passes_picture)
def batches_twice(module, sequence, n_steps, **options):
    """The batches of a first and a second iteration over one dataset."""
    dataset = find(module, "split_windows")(sequence, n_steps, **options)
    limit = len(sequence) + 2
    return [pairs_of(dataset, "split_windows", limit) for _ in range(2)]


@probe("split_windows({*})")
def split(module, sequence, n_steps, **options):
    """Only make the dataset, and never iterate it."""
    find(module, "split_windows")(sequence, n_steps, **options)


@probe("list(split_windows({form} of {sequence}, {*}))", shown=batches_picture)
def batches_of(module, form, sequence, n_steps, **options):
    """The batches of a sequence given as a list, a tuple, an array or a tensor."""
    given = in_form(form, sequence)
    return pairs_of(find(module, "split_windows")(given, n_steps, **options), "split_windows", 99)


@probe("sequence = np.array({sequence}); list(split_windows(sequence, {*})); sequence")
def sequence_afterwards(module, sequence, n_steps, **options):
    """The array that was split, as it is after the dataset was iterated."""
    given = np.array(sequence)
    pairs_of(find(module, "split_windows")(given, n_steps, **options), "split_windows", 99)
    return given
