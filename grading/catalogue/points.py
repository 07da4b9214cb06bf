"""Groups of tests: what a check cell of a notebook runs, and what its points are given for.

The tests themselves know nothing of groups; see :class:`grading.catalogue.entry.Group`. A new test
always belongs to exactly one group of its exercise, and specific groups come last.
"""

import ast
import re

from grading.catalogue.entry import Group
from grading.catalogue.paths import ROOT
from grading.catalogue.refused import Refused
from grading.catalogue.syllabus import exercise


class NoSuchGroup(Refused, ValueError):
    """An exercise has no group of that name; the message lists those it has."""


def groups_of(name):
    """The groups of an exercise, in the order of its check cells; one of all tests if none is set.

    Raises:
        NoSuchExercise: there is no such exercise.
    """
    item = exercise(name)
    return item.groups or (Group("all tests", item.points),)


def group_named(name, group):
    """The group of an exercise that has this name.

    Raises:
        NoSuchGroup: there is none.
    """
    for candidate in groups_of(name):
        if candidate.name == group:
            return candidate
    known = ", ".join(repr(candidate.name) for candidate in groups_of(name))
    raise NoSuchGroup(f"the exercise {name} has no group {group!r}; its groups are: {known}")


def group_of(name, test):
    """The group that a test of an exercise belongs to.

    Args:
        name: the exercise.
        test: the name of the test function; what stands in brackets behind it does not matter.
    """
    sentence = test.partition("[")[0].replace("_", " ")
    first, *others = groups_of(name)
    for group in reversed(others):
        if any(re.search(rf"\b{re.escape(words)}\b", sentence) for words in group.words):
            return group
    return first


def group_points(group, n_passed, n_counted):
    """The points of a group in proportion to its tests that pass, rounded to hundredths.

    Args:
        group: the :class:`Group`.
        n_passed: how many of its tests passed.
        n_counted: how many count; skipped tests count neither way, one without an outcome failed.

    Returns:
        A float from 0 to the group's points; 0.0 if no test counts.
    """
    return round(group.points * n_passed / n_counted, 2) if n_counted else 0.0


def earned(name, passed, counted):
    """The points of an exercise: the sum over its groups, each rounded to hundredths.

    Args:
        name: the exercise.
        passed: the names of the tests that pass.
        counted: the names of all tests that count; skipped ones do not.
    """
    points = 0.0
    for group in groups_of(name):
        of_group = [test for test in counted if group_of(name, test) == group]
        points += group_points(group, sum(test in passed for test in of_group), len(of_group))
    return round(points, 2)


def tests_of(name):
    """The names of all tests of an exercise, in the order of its test file."""
    return tests_in((ROOT / "tests" / f"test_{name}.py").read_bytes())


def tests_in(source):
    """The names of the tests that a test file defines, in order.

    Raises:
        SyntaxError, ValueError: it is no Python.
    """
    functions = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return [function for function in functions if function.startswith("test_")]


def tests_by_group(name):
    """A dict from each group of an exercise to the list of its tests."""
    found = {group: [] for group in groups_of(name)}
    for test in tests_of(name):
        found[group_of(name, test)].append(test)
    return found
