"""Exercise 16: attention_tests. Write the tests that tell attention from what only looks like it.

A wrong attention trains as well, only worse, so nobody notices. Your tests are run on right
functions ``scaled_dot_product_attention``, and on wrong ones, each with a mistake that somebody
really made. All of your tests must pass on every right one, so demand no more than the contract in
its docstring does (see ``attention.py``), and allow for rounding. For each wrong one, at least one
of your tests must fail.

A test is a function whose name begins with ``test_``. It is given
``scaled_dot_product_attention`` by that name; all else that it takes is drawn by hypothesis, as
``@given`` says, or listed in ``@pytest.mark.parametrize``. Write as many as you like, with helper
functions and strategies of your own. The first one is begun here.

You call it with NumPy arrays of up to 2,000 numbers, and it gives you a pair
``(outputs, weights)`` of NumPy arrays. Do not import an attention; the one to test is handed in.

Chapter 16, "Multi-Head Attention".
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

seeds = st.integers(0, 1000)


def drawn(seed, dtype=np.float32):
    """A query, a value and a key of random numbers; no two of their sizes are equal."""
    rng = np.random.default_rng(seed)
    shapes = [(2, 3, 4), (2, 5, 6), (2, 5, 4)]
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


@given(seed=seeds)
def test_weights_sum_to_1(scaled_dot_product_attention, seed):
    """Each row of the weights ``[batch, queries, keys]`` sums to 1."""
    raise NotImplementedError("Exercise attention_tests: test_weights_sum_to_1 is not written yet")
