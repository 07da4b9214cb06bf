"""An instructor's own tests, which run beside the kit's and are in nothing that students get.

They are in a folder, such as a course's ``hidden_tests/``: ``test_tokenizer_more.py`` tests the
tokenizer, with the same fixtures and helpers as ``tests/test_tokenizer.py``. Each test counts in
the group of its exercise that its name puts it in; see :mod:`grading.catalogue.points`. Their names
and messages are told, their code is not.

This module is the pytest plugin, too, that makes them tests of their exercise: ``-p
grading.running.hidden_tests --hidden-tests FOLDER``.
"""

import os
from pathlib import Path

from grading.catalogue.points import tests_in, tests_of
from grading.catalogue.refused import Refused
from grading.catalogue.syllabus import NAMES

FOLDER = "hidden_tests"  # in the folder of a course
# Names the folder where nbgrader itself runs the notebooks, so that it gives the same points.
VARIABLE = "UNROLLED_HIDDEN_TESTS"


class HiddenTestError(Refused, ValueError):
    """A file of hidden tests cannot be used; the message names it."""


def files_in(folder):
    """The hidden tests in a folder, which need not be there.

    Returns:
        A dict from each exercise that has some to a dict from its test files, as paths, to the
        names of their tests.

    Raises:
        HiddenTestError: a file is named after no exercise, cannot be parsed, has no test, or has
            one of a name that the exercise has already.
    """
    found = {}
    for path in sorted(folder.glob("*.py")) if folder.is_dir() else ():
        name = exercise_of(path)
        if name is None:
            raise HiddenTestError(f"{path} is not named test_EXERCISE_WORD.py: {', '.join(NAMES)}")
        try:
            tests = tests_in(path.read_bytes())
        except (SyntaxError, ValueError) as error:
            raise HiddenTestError(f"{path} cannot be parsed: {error}") from None
        if not tests:
            raise HiddenTestError(f"{path} has no function whose name begins with test_")
        known = [*tests_of(name), *(test for one in found.get(name, {}).values() for test in one)]
        for number, test in enumerate(tests):
            if test in known or test in tests[:number]:
                raise HiddenTestError(f"{path}: {name} has a test {test} already; rename it")
        found.setdefault(name, {})[path.resolve()] = tests
    return found


def names_in(folder):
    """The names of all hidden tests in a folder, as a set of pairs (exercise, test)."""
    files = files_in(folder)
    return {(name, test) for name in files for tests in files[name].values() for test in tests}


def exercise_of(path):
    """The exercise that a file of hidden tests is named after, or None."""
    stem = Path(path).stem
    return next((name for name in NAMES if stem.startswith(f"test_{name}_")), None)


def options(folder):
    """What pytest must be told so that the tests in a folder run with the kit's."""
    return (
        ("-p", "grading.running.hidden_tests", f"--hidden-tests={folder}")
        if files_in(folder)
        else ()
    )


def folder_of_the_environment():
    """The folder that the environment names, or None."""
    return Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None


# The pytest plugin.


def pytest_addoption(parser):
    parser.addoption("--hidden-tests", metavar="FOLDER", help="run the tests in this folder, too")


def pytest_configure(config):
    from grading.running import collection

    files = files_in(Path(config.getoption("--hidden-tests")))
    beside = {path: name for name, paths in files.items() for path in paths}
    config.stash[collection.TESTS_BESIDE] = beside
    # Where a whole test file of the kit was asked for, so are the hidden ones beside it.
    asked = {collection.exercise_of(argument) for argument in config.args if "::" not in argument}
    config.args.extend(str(path) for path, name in beside.items() if name in asked)
