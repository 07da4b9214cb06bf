"""Windows by ``tf.signal.frame``, shuffled by NumPy before the dataset is made."""

import numpy as np
import tensorflow as tf


def split_windows(sequence, n_steps, *, shift=1, batch_size=32, shuffle_buffer=None, seed=None):
    if n_steps < 1:
        raise ValueError(f"n_steps must be positive, not {n_steps}")
    if shift < 1:
        raise ValueError(f"shift must be positive, not {shift}")
    if batch_size < 1:
        raise ValueError(f"batch_size must be positive, not {batch_size}")
    frames = tf.signal.frame(tf.convert_to_tensor(sequence, tf.int32), n_steps + 1, shift).numpy()
    if shuffle_buffer is not None:
        frames = np.random.default_rng(seed).permutation(frames)
    dataset = tf.data.Dataset.from_tensor_slices((frames[:, :-1], frames[:, 1:]))
    return dataset.batch(batch_size)
