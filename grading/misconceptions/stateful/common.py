"""Datasets made from lists of batches, which a wrong one can fill differently."""

import functools
import itertools

from grading.misconceptions import changed


def from_rows(reference, rows):
    """Batches of the windows that ``rows(ids, n_steps, batch_size)`` lists, batch after batch.

    Each item of the list is one batch, a list of ``(inputs, targets)``.
    """
    tf, np = reference.tf, reference.np

    def split_stateful(sequence, n_steps, *, batch_size):
        if min(n_steps, batch_size) < 1:
            return reference.split_stateful(sequence, n_steps, batch_size=batch_size)  # refused
        ids = np.array(sequence, dtype=np.int64)
        batches = [np.array(batch) for batch in rows(ids, n_steps, batch_size)]
        parts = [np.stack([*equal]) for _, equal in itertools.groupby(batches, np.shape)]
        datasets = [
            tf.data.Dataset.from_tensor_slices((part[:, :, 0], part[:, :, 1]))
            for part in parts or [np.zeros((0, batch_size, 2, n_steps), dtype=np.int64)]
        ]
        # A generator would take several times as long.
        return functools.reduce(tf.data.Dataset.concatenate, datasets)

    return changed(reference, split_stateful=split_stateful)


def windows_of(ids, n_steps, shift):
    """``(inputs, targets)`` at 0, shift, 2 * shift, ..."""
    starts = range(0, len(ids) - n_steps, shift)
    return [(ids[s : s + n_steps], ids[s + 1 : s + n_steps + 1]) for s in starts]
