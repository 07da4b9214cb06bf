"""Probes of the exercise ``stateful``."""

import numpy as np

from grading.beside.probes.base import find, pairs_of, passes_of, probe, taking_ids
from grading.beside.probes.windows import sequence_in
from grading.beside.show import batches_picture, passes_picture


@probe("list(split_stateful({*}))", shown=batches_picture)
def batches(module, sequence, n_steps, **options):
    """The batches, each ``[inputs, targets]``."""
    dataset = find(module, "split_stateful")(sequence, n_steps, **options)
    return pairs_of(dataset, "split_stateful", len(sequence) + 2)


@probe(
    "dataset = split_stateful({*}); first = list(dataset); next(iter(dataset), None); "
    "first, list(dataset)",
    shown=passes_picture,
)
def batches_twice(module, sequence, n_steps, **options):
    """The batches of two whole iterations over one dataset, and one that is left between them."""
    dataset = find(module, "split_stateful")(sequence, n_steps, **options)
    return passes_of(dataset, "split_stateful", len(sequence) + 2)


@probe("split_stateful({*})")
def split(module, sequence, n_steps, **options):
    """Only make the dataset, and never iterate it."""
    find(module, "split_stateful")(sequence, n_steps, **options)


@probe("list(split_stateful({form} of {sequence}, {*}))", shown=batches_picture)
def batches_of(module, form, sequence, n_steps, **options):
    """The batches of a sequence given as a list, a tuple, a range, an array or a tensor."""
    split_stateful, given = find(module, "split_stateful"), sequence_in(form, sequence)
    limit = len(sequence) + 2
    return taking_ids(
        lambda ids: pairs_of(split_stateful(ids, n_steps, **options), "split_stateful", limit),
        given,
    )


@probe("sequence = {form} of {sequence}; list(split_stateful(sequence, {*})); sequence")
def sequence_afterwards(module, form, sequence, n_steps, **options):
    """The list or array that was split, as a list, after the dataset was iterated."""
    given = sequence_in(form, sequence)
    dataset = find(module, "split_stateful")(given, n_steps, **options)
    pairs_of(dataset, "split_stateful", len(sequence) + 2)
    return list(given)


def is_repeatable(probe_name, args, kwargs):
    """Whether right answers agree: what becomes of a remainder of the sequence is free.

    Args:
        probe_name: a probe of this module.
        args, kwargs: what it was called with; the last list among ``args`` is the sequence.
    """
    if probe_name in ("split", "sequence_afterwards"):
        return True
    sequence = next(value for value in args if isinstance(value, list | np.ndarray))
    return kwargs["batch_size"] < 1 or len(sequence) % kwargs["batch_size"] == 0
