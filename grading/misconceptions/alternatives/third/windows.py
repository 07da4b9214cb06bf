"""Windows by Keras' own ``timeseries_dataset_from_array``."""

import numpy as np
import tensorflow as tf


def split_windows(sequence, n_steps, *, shift=1, batch_size=32, shuffle_buffer=None, seed=None):
    for name in ("n_steps", "shift", "batch_size"):
        if locals()[name] <= 0:
            raise ValueError(f"{name} = {locals()[name]} is not positive")
    sequence = np.array(sequence)
    if len(sequence) <= n_steps:
        empty = tf.zeros([0, n_steps], tf.int64)
        return tf.data.Dataset.from_tensor_slices((empty, empty)).batch(batch_size)
    windows = tf.keras.utils.timeseries_dataset_from_array(
        sequence,
        targets=None,
        sequence_length=n_steps + 1,
        sequence_stride=min(shift, len(sequence) - 1),  # Keras refuses longer ones
        batch_size=batch_size,
        shuffle=shuffle_buffer is not None,
        seed=seed,
    )
    return windows.map(lambda batch: (batch[:, :-1], batch[:, 1:]))
