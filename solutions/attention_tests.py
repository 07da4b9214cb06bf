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
    ### BEGIN SOLUTION
    query, value, key = drawn(seed)
    outputs, weights = scaled_dot_product_attention(query, value, key)
    assert outputs.shape == (2, 3, 6)
    assert weights.shape == (2, 3, 5)
    assert np.allclose(weights.sum(axis=-1), 1, atol=1e-5)


def attend(query, value, key, visible=True):
    """The formula, in float64: outputs and weights."""
    scores = np.einsum("...qd,...kd->...qk", query, key).astype(float) / key.shape[-1] ** 0.5
    scores = np.where(visible, scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights @ value, weights


def check(found, expected):
    assert np.allclose(found[1], expected[1], atol=1e-4)
    assert np.allclose(found[0], expected[0], atol=1e-4)


@given(seed=seeds)
def test_it_is_what_the_formula_says(scaled_dot_product_attention, seed):
    query, value, key = drawn(seed)
    check(scaled_dot_product_attention(query, value, key), attend(query, value, key))
    check(scaled_dot_product_attention(query, key), attend(query, key, key))


@given(seed=seeds, causal=st.booleans())
def test_hidden_keys_count_for_nothing(scaled_dot_product_attention, seed, causal):
    query, value, key = drawn(seed)
    mask = np.random.default_rng(seed).random([2, 3, 5]) < 0.5
    mask[..., 0] = True  # a query that sees nothing has no answer
    visible = mask & np.tri(3, 5, dtype=bool) if causal else mask
    found = scaled_dot_product_attention(query, value, key, mask=mask, causal=causal)
    check(found, attend(query, value, key, visible))


@given(seed=seeds)
def test_a_causal_query_sees_itself_and_the_past(scaled_dot_product_attention, seed):
    query, value, key = drawn(seed)
    found = scaled_dot_product_attention(query, value, key, causal=True)
    check(found, attend(query, value, key, np.tri(3, 5, dtype=bool)))


@given(seed=seeds)
def test_large_scores_neither_overflow_nor_show_a_hidden_key(scaled_dot_product_attention, seed):
    query, value, key = drawn(seed)
    query, key = np.sign(query) * 70, np.sign(key) * 70  # scores up to 1e4
    mask = np.arange(5) < 3
    found = scaled_dot_product_attention(query, value, key, mask=mask)
    check(found, attend(query, value, key, mask))


@given(seed=seeds)
def test_float64_is_computed_and_given_back_as_float64(scaled_dot_product_attention, seed):
    outputs, weights = scaled_dot_product_attention(*drawn(seed, np.float64))
    assert outputs.dtype == weights.dtype == np.float64
    ### END SOLUTION
