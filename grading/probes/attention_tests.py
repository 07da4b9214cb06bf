"""Probes of the exercise ``attention_tests``: the student's tests, and what they reach."""

import numpy as np

from grading.asking import ask
from grading.own_tests import prepare, run_tests, shown_run, within
from grading.probes.base import Unusable, array_of, probe
from grading.show import describe

MOST = 2_000  # numbers in an array; the scores are as many as two arrays' numbers multiplied


__all__ = ["prepare", "run", "use"]


@probe("your tests, run on {form}", shown=shown_run)
def run(module, form, small=False):
    """Run the student's tests; gives how many there are, and the first that fails."""
    given = {"scaled_dot_product_attention": scaled_dot_product_attention}
    return run_tests(module, given, small)


def use(module, query, value, key, mask, causal):
    """The outputs and the weights."""
    within(MOST, *(np.size(array) for array in (query, value, key, mask) if array is not None))
    answer = module.scaled_dot_product_attention(query, value, key, mask=mask, causal=causal)
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise Unusable(f"attention gave {describe(answer)}")
    return [array_of(part, "each part of the answer") for part in answer]


def scaled_dot_product_attention(query, value, key=None, *, mask=None, causal=False):
    """The function under test, as the student's tests see it: a pair of arrays."""
    arrays = [None if array is None else np.asarray(array) for array in (query, value, key, mask)]
    outputs, weights = ask("use", *arrays, bool(causal))
    return outputs, weights
