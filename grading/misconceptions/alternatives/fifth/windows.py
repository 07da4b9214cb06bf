"""Windows by a Python generator, which makes whole batches; their static shapes are unknown."""

import random

import numpy as np
import tensorflow as tf


def split_windows(sequence, n_steps, *, shift=1, batch_size=32, shuffle_buffer=None, seed=None):
    for name, value in (("n_steps", n_steps), ("shift", shift), ("batch_size", batch_size)):
        if not value > 0:
            raise ValueError(f"bad {name}: {value}")
    items = [int(item) for item in sequence]
    starts = list(range(0, len(items) - n_steps, shift))
    if shuffle_buffer:
        random.Random(seed).shuffle(starts)

    def batches():
        for first in range(0, len(starts), batch_size):
            chosen = starts[first : first + batch_size]
            inputs = [items[start : start + n_steps] for start in chosen]
            targets = [items[start + 1 : start + n_steps + 1] for start in chosen]
            yield np.array(inputs, np.int64), np.array(targets, np.int64)

    return tf.data.Dataset.from_generator(batches, output_types=(tf.int64, tf.int64))
