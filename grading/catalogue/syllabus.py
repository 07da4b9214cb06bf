"""The syllabus: every exercise in order; ``exercises/NAME.py`` has all that is said about one."""

import difflib
import importlib
from pathlib import PurePath

from grading.catalogue.exercises import NAMES
from grading.catalogue.refused import Refused

SYLLABUS = tuple(
    importlib.import_module(f"grading.catalogue.exercises.{name}").EXERCISE for name in NAMES
)
# Those whose module is to be written, and those in which the tests of such a module are.
BUILT = tuple(exercise.name for exercise in SYLLABUS if exercise.tests_of is None)
TESTING = tuple(exercise.name for exercise in SYLLABUS if exercise.tests_of is not None)


class NoSuchExercise(Refused, ValueError):
    """No exercise is called that; the message lists those there are."""


def exercise(name):
    """The exercise of that name.

    Raises:
        NoSuchExercise: there is none; the message lists those there are.
    """
    for candidate in SYLLABUS:
        if candidate.name == name:
            return candidate
    near = difflib.get_close_matches(name, NAMES, 1)
    meant = f"did you mean {near[0]}? " if near else ""
    raise NoSuchExercise(f"no exercise is called {name!r}; {meant}there are: {', '.join(NAMES)}")


def named(text):
    """The exercise that somebody means: by its name, its number on the board, or its file.

    Raises:
        NoSuchExercise: there is none; the message lists those there are.
    """
    if text.isdecimal() and 0 < int(text) <= len(NAMES):
        return SYLLABUS[int(text) - 1]
    name = PurePath(text.replace("\\", "/")).name.lower().removesuffix(".py")
    return exercise(name if name in NAMES else text)
