"""Probes of the exercise ``stateful``."""

import numpy as np

from grading.beside.probes.splitting import probes_of

batches, batches_twice, split, batches_of, sequence_afterwards = probes_of("split_stateful")


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
