"""Tables of positions that a wrong one can fill differently."""

import numpy as np

from grading.misconceptions import changed


def table_of(angles, even=np.sin, odd=np.cos):
    """Sines in the even columns and cosines in the odd ones of ``[max_steps, D / 2]`` angles."""
    return np.stack([even(angles), odd(angles)], axis=-1).reshape(len(angles), -1)


def angles_of(max_steps, max_dims, first=0, base=10_000.0):
    even_dims = max_dims + max_dims % 2
    positions = first + np.arange(max_steps)[:, np.newaxis]
    return positions / base ** (np.arange(0, even_dims, 2) / even_dims)


def with_table(reference, make_table):
    """The reference with another table; ``make_table(max_steps, max_dims)`` gives it."""

    class PositionalEncoding(reference.PositionalEncoding):
        def __init__(self, max_steps, max_dims, **kwargs):
            super().__init__(max_steps, max_dims, **kwargs)
            self.table = make_table(max_steps, max_dims).astype(np.float32)

    return changed(reference, PositionalEncoding=PositionalEncoding)
