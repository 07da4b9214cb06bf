"""All windows gathered at once: row i of batch t starts at the start of part i plus t * n_steps.

The longer parts are the last ones.
"""

import tensorflow as tf


def split_stateful(sequence, n_steps, *, batch_size):
    for value, name in ((n_steps, "n_steps"), (batch_size, "batch_size")):
        if value < 1:
            raise ValueError(f"there must be at least one of {name}, but it is {value}")
    ids = tf.cast(tf.convert_to_tensor(sequence), tf.int64)
    n = len(sequence)
    starts = tf.constant([row * n // batch_size for row in range(batch_size)])
    n_batches = max(0, n // batch_size - 1) // n_steps

    first = starts + n_steps * tf.range(n_batches)[:, tf.newaxis]  # [batches, rows]
    inputs = first[..., tf.newaxis] + tf.range(n_steps)
    return tf.data.Dataset.from_tensor_slices((tf.gather(ids, inputs), tf.gather(ids, inputs + 1)))
