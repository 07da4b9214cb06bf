"""Inputs and targets reshaped each for itself: x[:-1] and x[1:] with (n - 1) // batch_size columns.

The last target of a part is here the first item of the next part.
"""

import numpy as np
import tensorflow as tf


def split_stateful(sequence, n_steps, *, batch_size):
    if n_steps < 1:
        raise ValueError(f"n_steps={n_steps} is below 1")
    if batch_size < 1:
        raise ValueError(f"batch_size={batch_size} is below 1")
    ids = np.array(sequence, dtype=np.int32)
    columns = max(0, len(ids) - 1) // batch_size
    inputs = ids[: columns * batch_size].reshape(batch_size, columns)
    targets = ids[1 : columns * batch_size + 1].reshape(batch_size, columns)

    def batches():
        for start in range(0, columns - n_steps + 1, n_steps):
            yield inputs[:, start : start + n_steps], targets[:, start : start + n_steps]

    spec = tf.TensorSpec([batch_size, n_steps], tf.int32)
    return tf.data.Dataset.from_generator(batches, output_signature=(spec, spec))
