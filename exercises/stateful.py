"""Exercise 4: stateful batches. Let each batch go on where the last one stopped.

A stateless network starts each window with an empty memory, so it never learns a pattern longer
than a window. A stateful one keeps its state from batch to batch. That only makes sense if row i
of a batch continues row i of the batch before: so the windows no longer overlap, are not shuffled,
and the text is first cut into as many long parts as a batch has rows. Row i then walks through
part i, a window at a time.

    part 0:  [ 0  1  2][ 3  4  5][ 6 ...
    part 1:  [10 11 12][13 14 15][16 ...        two rows, three steps:
               batch 0    batch 1    ...        inputs of each batch

Chapter 16, "Stateful RNN".
"""

import numpy as np
import tensorflow as tf


def split_stateful(sequence, n_steps, *, batch_size):
    """Cut a sequence of ids into batches for a stateful recurrent network.

    The sequence is cut into ``batch_size`` contiguous parts of equal length (or lengths that
    differ by one), part i before part i + 1, the first part starting with the first item. Row i of
    the batches walks through part i: its first input in batch t is its last target in batch t - 1.

    Args:
        sequence: n integer ids: a list, an array, a tensor. It is not changed.
        n_steps: steps in a batch; at least 1.
        batch_size: rows in a batch, one for each part; at least 1.

    Returns:
        A ``tf.data.Dataset`` of pairs ``(inputs, targets)``, each exactly
        ``[batch_size, n_steps]``, integers; targets are the inputs one item later. It ends when a
        part cannot fill a window any more, and can be iterated again. A sequence too short for
        one batch gives an empty dataset. Free: which parts are longer by an item, whether items
        at the end of the sequence that do not fill the parts are left out, and whether the last
        target of a part may be the first item of the next part, which is the true next item, so
        that there may be one batch more.

    Raises:
        ValueError: ``n_steps`` or ``batch_size`` is below 1. Raised by this call, not later by
            the dataset; the message names the argument and its value.

    Example:
        >>> for inputs, targets in split_stateful(range(14), n_steps=3, batch_size=2):
        ...     print(inputs.numpy().tolist(), targets.numpy().tolist())
        [[0, 1, 2], [7, 8, 9]] [[1, 2, 3], [8, 9, 10]]
        [[3, 4, 5], [10, 11, 12]] [[4, 5, 6], [11, 12, 13]]
    """
    raise NotImplementedError("Exercise stateful: split_stateful is not written yet")
