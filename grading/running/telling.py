"""Tests that are tried without pytest and hypothesis, and which of their examples tell most."""

import contextlib
import importlib
import warnings

from hypothesis.errors import HypothesisDeprecationWarning

from grading.catalogue.syllabus import NAMES, exercise
from grading.running.collection import exercise_of
from grading.running.library import MODULE
from grading.running.properties import EXAMPLES, count_of, try_example

SIMPLE = 5  # tests, with which a file begins: a student had better meet them first
FIRST = 6  # of the drawn examples, of which the largest tells most


def in_two(item, drawn):
    """The examples of a test: those that tell most, and the others.

    Args:
        item: the test.
        drawn: what hypothesis draws for it; None if it is no property, or if that is not known.
    """
    if not hasattr(item.obj, "hypothesis"):
        return [{}], []
    # Decorators are applied from the last one to the first.
    explicit = reversed(getattr(item.obj, "hypothesis_explicit_examples", ()))
    explicit, drawn = [example.kwargs for example in explicit], drawn or []
    if explicit:
        return explicit, drawn[len(explicit) :]
    # Hypothesis begins with the smallest ones, which tell little.
    largest = max(drawn[:FIRST], key=lambda example: len(repr(example)), default=None)
    return [e for e in drawn if e is largest], [e for e in drawn if e is not largest]


def try_on(item, example, given):
    """Call the body of a test once, with an example and the subjects that it asks for."""
    if hasattr(item.obj, "hypothesis"):
        try_example(item.obj, example, given)
    else:
        item.obj(**given)


@contextlib.contextmanager
def without_hypothesis():
    """Where :func:`try_on` is used: a property may say assume(), which warns without hypothesis."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisDeprecationWarning)
        yield


def first_of(items):
    """The tests to try first: simple ones, and those that together catch every known mistake."""
    chosen = {*items[:SIMPLE], *covering(items)}
    return [item for item in items if item in chosen]


def covering(items):
    """Few and quick ones of some tests, which catch every known mistake that all of them catch."""
    by_name = {item.name: item for item in items}
    caught_by = importlib.import_module(MODULE).caught_by
    left = [
        tests & by_name.keys()
        for name in {name for item in items for name in item._fixtureinfo.argnames}
        for tests in caught_by(name).values()
    ]
    chosen = []
    while left := [tests for tests in left if tests and tests.isdisjoint(chosen)]:
        n_caught = {test: sum(test in tests for tests in left) for test in by_name}
        chosen.append(max(by_name, key=lambda test: n_caught[test] * _quickness(by_name[test])))
    return [by_name[test] for test in chosen]


def _quickness(item):
    """How many examples are tried of a property tells how long each takes."""
    return count_of(item.obj) if hasattr(item.obj, "hypothesis") else EXAMPLES


def is_known(item, config):
    """Whether a test of an exercise asks nothing but subjects, and tests no student's tests."""
    return exercise_of(item.path, config) is not None and all(
        name in NAMES and not exercise(name).tests_of for name in item._fixtureinfo.argnames
    )
