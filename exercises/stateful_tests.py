"""Exercise 15: stateful_tests. Write the tests that tell stateful batches from others.

Batches of the right shape can still be useless: the state of row i then meets a passage from
somewhere else. Your tests are run on right ways to cut a sequence, and on wrong ones, each with a
mistake that somebody really made. All of your tests must pass on every right one, so demand no more
than the contract in the docstring of ``split_stateful`` does (see ``stateful.py``): it leaves free
which parts are longer by one, and what becomes of a remainder at the end. For each wrong one, at
least one of your tests must fail.

A test is a function whose name begins with ``test_``. It is given the function ``split_stateful``
by that name; all else that it takes is drawn by hypothesis, as ``@given`` says, or listed in
``@pytest.mark.parametrize``. Write as many as you like, with helper functions and strategies of
your own. The first one is begun here.

``split_stateful(sequence, n_steps, batch_size=...)`` gives you a list of pairs
``(inputs, targets)`` of NumPy arrays, one for each batch. Use short sequences, up to 5,000 items.
Do not import a ``split_stateful``; the one to test is handed in.

Chapter 16, "Stateful RNN".
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

steps = st.integers(1, 5)
rows = st.integers(2, 4)
windows = st.integers(1, 4)  # in each part


@given(n_windows=windows, n_steps=steps, batch_size=rows)
def test_all_batches_have_one_shape(split_stateful, n_windows, n_steps, batch_size):
    """Inputs and targets of all batches have the shape ``(batch_size, n_steps)``."""
    raise NotImplementedError("Exercise stateful_tests: test_all_batches_have_one_shape is not written yet")
