"""Probes that ``windows`` and ``stateful`` share: both split a sequence into batches of windows."""

import numpy as np

from grading.beside.probes.base import find, in_form, pairs_of, passes_of, probe, taking_ids
from grading.beside.show import batches_picture, no_error, passes_picture


def probes_of(name):
    """The probes of a function ``name(sequence, n_steps, **options)`` that gives a dataset.

    Returns:
        The probes ``batches``, ``batches_twice``, ``split``, ``batches_of`` and
        ``sequence_afterwards``.
    """

    def dataset_of(module, sequence, n_steps, options):
        return find(module, name)(sequence, n_steps, **options)

    def read(dataset, sequence):
        return pairs_of(dataset, name, len(sequence) + 2)

    @probe(f"list({name}({{*}}))", shown=batches_picture)
    def batches(module, sequence, n_steps, **options):
        """The batches, each ``[inputs, targets]``."""
        return read(dataset_of(module, sequence, n_steps, options), sequence)

    @probe(
        f"dataset = {name}({{*}}); first = list(dataset); next(iter(dataset), None); "
        "first, list(dataset)",
        shown=passes_picture,
    )
    def batches_twice(module, sequence, n_steps, **options):
        """The batches of two iterations over one dataset, and one that is left between them."""
        dataset = dataset_of(module, sequence, n_steps, options)
        return passes_of(dataset, name, len(sequence) + 2)

    @probe(f"{name}({{*}})", shown=no_error)
    def split(module, sequence, n_steps, **options):
        """Only make the dataset, and never iterate it."""
        dataset_of(module, sequence, n_steps, options)

    @probe(f"list({name}({{form}} of {{sequence}}, {{*}}))", shown=batches_picture)
    def batches_of(module, form, sequence, n_steps, **options):
        """The batches of a sequence given as a list, a tuple, a range, an array or a tensor."""
        return taking_ids(
            lambda ids: read(dataset_of(module, ids, n_steps, options), sequence),
            sequence_in(form, sequence),
        )

    @probe(f"sequence = {{form}} of {{sequence}}; list({name}(sequence, {{*}})); sequence")
    def sequence_afterwards(module, form, sequence, n_steps, **options):
        """The list or array that was split, as a list, after the dataset was iterated."""
        given = sequence_in(form, sequence)
        read(dataset_of(module, given, n_steps, options), sequence)
        return list(given)

    return batches, batches_twice, split, batches_of, sequence_afterwards


def sequence_in(form, sequence):
    """A list of evenly spaced numbers in a form: ``"a range"``, or one of ``in_form``'s."""
    if form == "a range":
        step = sequence[1] - sequence[0] if len(sequence) > 1 else 1
        return range(sequence[0], sequence[-1] + 1, step)
    if form == "an int32 array":
        return np.array(sequence, dtype=np.int32)
    return in_form(form, sequence)
