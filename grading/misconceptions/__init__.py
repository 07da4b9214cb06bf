"""Known-wrong solutions, each with the sentence that explains it to the student who wrote it.

One module an exercise, or a folder with a module for each part of it where one would be too long;
``common.py`` is what the parts share. One more in ``in_public/`` has those that were made in public
and mended there. They serve twice: each must be caught by that exercise's tests, which shows that
the tests are good; and when a student's answer gives the results of one of them, the report says
what it looks like.
"""

import dataclasses
import functools
import importlib
import json
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grading.misconceptions import unfinished

CAUGHT_BY = Path(__file__).with_name("caught_by.json")


@dataclass(frozen=True)
class Misconception:
    """One way to be wrong.

    Attributes:
        name: short, for tables: "shift-forgotten".
        title: what was done, as the end of "This looks like ...".
        explanation: for the student: what was done, why it seems right, what it does to the
            result, and where the docstring or the chapter says otherwise. No solution code.
        make: makes the wrong module from the reference module.
        recognise: for results that depend on chance, and so cannot be compared with those of
            ``make``: ``recognise(probe, args, kwargs, value)`` tells from a call of a probe (its
            name and plain arguments) and its plain result whether it bears this misconception's
            mark.
        unrepeatable: for mistakes with a seed: whether equal calls with that seed give different
            results, ``unrepeatable(seed)``.
        unchecked: whether all that is wrong is that a call is not refused, whatever it gives.
        found_in: where it was made in public and mended: ``"owner/repository#number"`` of issues
            and pull requests on GitHub.
        hint: a word of the hint that fits it, see :class:`grading.catalogue.spec.Hint`, where that
            of the test which shows it does not; or None.
    """

    name: str
    title: str
    explanation: str
    make: Callable
    recognise: Callable | None = None
    unrepeatable: Callable | None = None
    unchecked: bool = False
    found_in: tuple[str, ...] = ()
    hint: str | None = None


class Library(dict):
    """The misconceptions of one exercise, by name, in the order in which they were added."""

    def add(self, name, title, explanation, recognise=None, *, found_in=(), **more):
        """Decorate a function that takes the reference module and returns the wrong one."""

        def register(make):
            if name in self:
                raise ValueError(f"two misconceptions are called {name!r}")
            text = " ".join(explanation.split())
            more["found_in"] = tuple(found_in)
            self[name] = Misconception(name, title, text, make, recognise, **more)
            return make

        return register

    @classmethod
    def of(cls, *modules):
        """The misconceptions of several modules, in this order."""
        pairs = [pair for module in modules for pair in module.LIBRARY.items()]
        names = [name for name, _ in pairs]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"two misconceptions are called {', '.join(twice)}")
        return cls(pairs)

    def hint(self, word, *names):
        """Say which hint fits some misconceptions better than that of the test that shows them.

        Of the tests that fail, those with the word in their names are shown first.
        """
        for name in names:
            self[name] = dataclasses.replace(self[name], hint=word)

    def note(self, name, *found_in):
        """Note of a misconception where it was made in public and mended."""
        self[name] = dataclasses.replace(self[name], found_in=found_in)


def changed(reference, **parts):
    """The reference module with some of its functions or classes replaced."""
    public = {name: value for name, value in vars(reference).items() if name[:1] != "_"}
    return types.SimpleNamespace(**{**public, **parts})


def library(exercise):
    """The misconceptions of an exercise; empty if it has none yet."""
    modules = [f"grading.misconceptions.{folder}{exercise}" for folder in ("", "in_public.")]
    found = Library()
    for module in modules:  # the second one adds to the library of the first
        try:
            found = importlib.import_module(module).LIBRARY
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
    return found


@functools.cache
def caught_by(exercise):
    """The tests that each misconception of an exercise fails: a dict from its name to a set.

    It is read from a file that ``unrolled misconceptions --save`` writes; a misconception that is
    not in it yet is left out.
    """
    text = CAUGHT_BY.read_text(encoding="utf-8") if CAUGHT_BY.is_file() else "{}"
    return {name: frozenset(tests) for name, tests in json.loads(text).get(exercise, {}).items()}


def subject(name):
    """The wrong module called ``EXERCISE/NAME``, for a worker; the right one without a NAME.

    Several names, as in ``A+B``, are mistakes made one after the other; ``A+B@PART`` are made in
    a module that lacks a part, see :mod:`grading.misconceptions.unfinished`.
    """
    exercise, _, names = name.partition("/")
    names, _, lacks = names.partition("@")
    if lacks:
        module = unfinished.without(exercise, lacks)
    else:
        module = importlib.import_module(f"solutions.{exercise}")
    for key in filter(None, names.split("+")):
        module = library(exercise)[key].make(module)
    return module
