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
    ### BEGIN SOLUTION
    n = batch_size * (n_windows * n_steps + 1)
    batches = split_stateful(range(n), n_steps, batch_size=batch_size)
    assert len(batches) == n_windows
    for inputs, targets in batches:
        assert inputs.shape == targets.shape == (batch_size, n_steps)


@given(n_windows=windows, n_steps=steps, batch_size=rows, more=st.integers(0, 3))
def test_each_row_counts_on_through_all_batches(
    split_stateful, n_windows, n_steps, batch_size, more
):
    n = batch_size * (n_windows * n_steps + 1) + more
    # Of the numbers 0, 1, 2, ... each says where it stood in the sequence.
    batches = split_stateful(range(n), n_steps, batch_size=batch_size)
    walks = np.concatenate([inputs for inputs, _ in batches], axis=1)
    assert (np.diff(walks, axis=1) == 1).all()
    for inputs, targets in batches:
        assert (targets == inputs + 1).all()


@given(n_windows=windows, n_steps=steps, batch_size=rows, more=st.integers(0, 3))
def test_the_rows_start_equally_far_apart(split_stateful, n_windows, n_steps, batch_size, more):
    n = batch_size * (n_windows * n_steps + 1) + more
    inputs, _ = split_stateful(range(n), n_steps, batch_size=batch_size)[0]
    starts = inputs[:, 0]
    gaps = np.diff(starts)
    assert starts[0] == 0
    assert gaps.min() >= n_windows * n_steps
    assert gaps.max() - gaps.min() <= 1
    assert gaps.max() <= -(-n // batch_size)


@given(n_windows=windows, n_steps=steps, missing=st.integers(0, 4))
def test_a_single_row_reads_the_sequence_to_its_last_whole_window(
    split_stateful, n_windows, n_steps, missing
):
    n = n_windows * n_steps + 1 + min(missing, n_steps - 1)
    batches = split_stateful(range(n), n_steps, batch_size=1)
    read = [item for inputs, _ in batches for item in inputs.ravel().tolist()]
    assert read == list(range(n_windows * n_steps))


@given(n_steps=steps, batch_size=rows)
def test_a_sequence_too_short_gives_no_batch(split_stateful, n_steps, batch_size):
    assert split_stateful(range(n_steps * batch_size), n_steps, batch_size=batch_size) == []
    ### END SOLUTION
