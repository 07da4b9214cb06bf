"""Probes of the exercise ``attention_tests``: the student's tests, and what they reach."""

import itertools
import math

import numpy as np

from grading.beside.probes.base import Unusable, array_of, probe
from grading.beside.show import describe
from grading.beside.suites import ask, prepare, run_tests, shown_run, within

MOST = 2_000  # numbers in an array; the scores are as many as two arrays' numbers multiplied
MOST_SCORES = MOST**2


__all__ = ["prepare", "run", "use"]


@probe("your tests, run on {form}", shown=shown_run)
def run(module, form, small=False):
    """Run the student's tests; gives how many there are, and the first that fails."""
    given = {"scaled_dot_product_attention": scaled_dot_product_attention}
    return run_tests(module, given, small)


def use(module, query, value, key, mask, causal):
    """The outputs and the weights."""
    shapes = [np.shape(array) for array in (query, value, key, mask) if array is not None]
    within(MOST, *map(math.prod, shapes))
    within(MOST_SCORES, _most_scores(shapes))
    answer = module.scaled_dot_product_attention(query, value, key, mask=mask, causal=causal)
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise Unusable(f"attention gave {describe(answer)}")
    return [array_of(part, "each part of the answer") for part in answer]


def _most_scores(shapes):
    """The most numbers that arrays of these shapes become when axes of size 1 are stretched."""
    leading = itertools.zip_longest(*(shape[-3::-1] for shape in shapes), fillvalue=1)
    rows, columns = (max((1, 1, *shape)[at] for shape in shapes) for at in (-2, -1))
    return math.prod(max(1, *sizes) for sizes in leading) * rows * max(rows, columns)


def scaled_dot_product_attention(query, value, key=None, *, mask=None, causal=False):
    """The function under test, as the student's tests see it: a pair of arrays."""
    arrays = [None if array is None else np.asarray(array) for array in (query, value, key, mask)]
    outputs, weights = ask("use", *arrays, bool(causal))
    return outputs, weights
