"""All windows of all parts in the order in which batches need them, then ``batch()``."""

import numpy as np
import tensorflow as tf


def split_stateful(sequence, n_steps, *, batch_size):
    if min(n_steps, batch_size) < 1:
        name = "n_steps" if n_steps < 1 else "batch_size"
        raise ValueError(f"{name} must be at least 1, but is {min(n_steps, batch_size)}")
    parts = np.array_split(np.array(sequence).astype(int), batch_size)
    shortest = min(len(part) for part in parts)
    inputs, targets = [], []
    for start in range(0, shortest - n_steps, n_steps):
        for part in parts:
            inputs.append(part[start : start + n_steps])
            targets.append(part[start + 1 : start + n_steps + 1])
    inputs = np.array(inputs, dtype=np.int64).reshape(-1, n_steps)
    targets = np.array(targets, dtype=np.int64).reshape(-1, n_steps)
    return tf.data.Dataset.from_tensor_slices((inputs, targets)).batch(batch_size)
