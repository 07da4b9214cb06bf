"""Probes of the exercise ``windows``."""

from grading.beside.probes.splitting import probes_of

batches, batches_twice, split, batches_of, sequence_afterwards = probes_of("split_windows")


def is_repeatable(probe_name, args, kwargs):
    """Whether all right answers give the same result: in what order windows are shuffled is free.

    Args:
        probe_name: a probe of this module.
        args, kwargs: what it was called with.
    """
    return kwargs.get("shuffle_buffer") is None
