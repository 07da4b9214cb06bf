"""Exercise 1: windows. Cut one long text into many short training examples.

The chapter trains a character RNN on the works of Shakespeare: one sequence of a million
characters. A recurrent network cannot be unrolled over a million steps (backpropagation through
that many layers is slow and its gradients vanish), so the text is cut into overlapping windows of
a hundred steps or so. Each window teaches the network to predict, at every step, the character
that comes next: the targets are the inputs, one step later.

Chapter 16, "Chopping the Sequential Dataset into Multiple Windows".
"""

import numpy as np
import tensorflow as tf


def split_windows(sequence, n_steps, *, shift=1, batch_size=32, shuffle_buffer=None, seed=None):
    """Cut a sequence of ids into batches of (inputs, targets) windows.

    Each window holds ``n_steps + 1`` consecutive items. Windows start at items 0, shift,
    2 * shift, and so on; one that would run past the end of the sequence is dropped, never padded
    and never wrapped round to the start. The first ``n_steps`` items of a window are its inputs,
    the last ``n_steps`` its targets.

    Args:
        sequence: n integer ids: a list, an array, a tensor. It is not changed.
        n_steps: how many steps the network is unrolled over; at least 1.
        shift: how many items lie between the starts of two windows; at least 1.
        batch_size: windows in a batch; at least 1. The last batch holds what is left, so it may
            be smaller.
        shuffle_buffer: None keeps the windows in order. A number shuffles them, window by window,
            through a buffer of that many windows: inputs stay beside their targets, and every
            window still comes exactly once. The larger the buffer, the better the mixture. Free:
            whether windows from further away are mixed, too.
        seed: an integer from 0 up makes the shuffled order the same at every run.

    Returns:
        A ``tf.data.Dataset`` of pairs ``(inputs, targets)``, each of shape ``[b, n_steps]`` with
        ``b <= batch_size``, integers. It ends after every window came once, and can be iterated
        again. A sequence too short for one window gives an empty dataset.

    Raises:
        ValueError: ``n_steps``, ``shift`` or ``batch_size`` is below 1. Raised by this call, not
            later by the dataset; the message names the argument and its value.

    Example:
        >>> for inputs, targets in split_windows(range(8), n_steps=3, shift=2, batch_size=2):
        ...     print(inputs.numpy().tolist(), targets.numpy().tolist())
        [[0, 1, 2], [2, 3, 4]] [[1, 2, 3], [3, 4, 5]]
        [[4, 5, 6]] [[5, 6, 7]]
    """
    raise NotImplementedError("Exercise windows: split_windows is not written yet")
