"""Windows as a strided view of the array; whole windows are batched, and then split."""

import numpy as np
import tensorflow as tf


def _at_least_one(**numbers):
    for name, number in numbers.items():
        if number < 1:
            raise ValueError(f"{name}={number}, but it must be 1 or more")


def split_windows(sequence, n_steps, *, shift=1, batch_size=32, shuffle_buffer=None, seed=None):
    _at_least_one(n_steps=n_steps, shift=shift, batch_size=batch_size)
    ids, length = np.asarray(sequence, dtype=np.int32), n_steps + 1
    if len(ids) < length:
        windows = np.empty((0, length), dtype=np.int32)
    else:
        windows = np.lib.stride_tricks.sliding_window_view(ids, length)[::shift]
    dataset = tf.data.Dataset.from_tensor_slices(windows)
    if shuffle_buffer is not None:
        dataset = dataset.shuffle(shuffle_buffer, seed=seed, reshuffle_each_iteration=False)
    return dataset.batch(batch_size).map(lambda batch: (batch[:, :-1], batch[:, 1:]))
