"""The chapter's way: ``np.array_split``, a dataset of windows for each part, zip and stack."""

import numpy as np
import tensorflow as tf


def split_stateful(sequence, n_steps, *, batch_size):
    for name, value in (("n_steps", n_steps), ("batch_size", batch_size)):
        if value < 1:
            raise ValueError(f"{name} must be 1 or more, and not {value}")

    def windows(part):
        dataset = tf.data.Dataset.from_tensor_slices(part)
        dataset = dataset.window(n_steps + 1, shift=n_steps, drop_remainder=True)
        return dataset.flat_map(lambda window: window.batch(n_steps + 1))

    parts = [windows(part) for part in np.array_split(np.array(sequence, np.int64), batch_size)]
    rows = tf.data.Dataset.zip(tuple(parts)).map(lambda *rows: tf.stack(rows))
    return rows.map(lambda rows: (rows[:, :-1], rows[:, 1:])).prefetch(1)
