"""Cut down to whole batches first: parts are then a whole number of windows long."""

import numpy as np
import tensorflow as tf


def split_stateful(sequence, n_steps, *, batch_size):
    wrong = {k: v for k, v in {"n_steps": n_steps, "batch_size": batch_size}.items() if v < 1}
    if wrong:
        raise ValueError(f"these must be positive: {wrong}")
    ids = np.asarray(list(sequence), dtype=np.int64)
    n_batches = max(0, len(ids) - 1) // (batch_size * n_steps)
    used = n_batches * batch_size * n_steps
    rows_first = (batch_size, n_batches, n_steps)
    inputs = np.swapaxes(ids[:used].reshape(rows_first), 0, 1)
    targets = np.swapaxes(ids[1 : used + 1].reshape(rows_first), 0, 1)
    return tf.data.Dataset.from_tensor_slices((inputs, targets))
