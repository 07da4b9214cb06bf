"""Datasets made from lists of batches, which a wrong one can fill differently."""

from grading.misconceptions import changed


def from_rows(reference, rows):
    """Batches of the windows that ``rows(ids, n_steps, batch_size)`` lists, batch after batch.

    Each item of the list is one batch, a list of ``(inputs, targets)``.
    """
    tf, np = reference.tf, reference.np

    def split_stateful(sequence, n_steps, *, batch_size):
        reference.split_stateful(sequence, n_steps, batch_size=batch_size)  # checks the arguments
        ids = np.array(sequence, dtype=np.int64)
        batches = [
            (np.array([pair[0] for pair in batch]), np.array([pair[1] for pair in batch]))
            for batch in rows(ids, n_steps, batch_size)
        ]
        some = tf.TensorSpec([None, None], tf.int64)
        return tf.data.Dataset.from_generator(lambda: batches, output_signature=(some, some))

    return changed(reference, split_stateful=split_stateful)


def windows_of(ids, n_steps, shift):
    """``(inputs, targets)`` at 0, shift, 2 * shift, ..."""
    starts = range(0, len(ids) - n_steps, shift)
    return [(ids[s : s + n_steps], ids[s + 1 : s + n_steps + 1]) for s in starts]
