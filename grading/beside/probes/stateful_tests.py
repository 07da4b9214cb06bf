"""Probes of the exercise ``stateful_tests``: the student's tests, and what they reach."""

import numpy as np

from grading.beside.probes.base import pairs_of, probe
from grading.beside.suites import ask, prepare, run_tests, shown_run, within

MOST = 5_000  # items, steps or rows


__all__ = ["prepare", "run", "use"]


@probe("your tests, run on {form}", shown=shown_run)
def run(module, form, small=False):
    """Run the student's tests; gives how many there are, and the first that fails."""
    return run_tests(module, {"split_stateful": split_stateful}, small)


def use(module, sequence, n_steps, batch_size):
    """The batches, each ``[inputs, targets]``."""
    within(MOST, len(sequence), np.size(sequence), n_steps, batch_size)
    dataset = module.split_stateful(sequence, n_steps, batch_size=batch_size)
    return pairs_of(dataset, "split_stateful", len(sequence) + 2)


def split_stateful(sequence, n_steps, *, batch_size):
    """The function under test, as the student's tests see it: its batches, as a list of pairs."""
    pairs = ask("use", sequence, n_steps, batch_size)
    return [(inputs, targets) for inputs, targets in pairs]
