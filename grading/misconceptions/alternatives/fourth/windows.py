"""The chapter's way: a dataset of items, window(), flat_map(), shuffle(), batch()."""

import tensorflow as tf


def split_windows(sequence, n_steps, *, shift=1, batch_size=32, shuffle_buffer=None, seed=None):
    too_small = [
        f"{name} is {value}"
        for name, value in dict(n_steps=n_steps, shift=shift, batch_size=batch_size).items()
        if value < 1
    ]
    if too_small:
        raise ValueError("must be at least 1: " + ", ".join(too_small))
    sequence = tf.cast(tf.convert_to_tensor(sequence), tf.int64)
    dataset = tf.data.Dataset.from_tensor_slices(sequence)
    dataset = dataset.window(n_steps + 1, shift=shift, drop_remainder=True)
    dataset = dataset.flat_map(lambda window: window.batch(n_steps + 1))
    dataset = dataset.map(lambda window: (window[:-1], window[1:]))
    if shuffle_buffer is not None:
        dataset = dataset.shuffle(shuffle_buffer, seed=seed)
    return dataset.batch(batch_size).prefetch(tf.data.AUTOTUNE)
