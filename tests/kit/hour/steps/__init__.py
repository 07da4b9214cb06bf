"""A student's hour, step after step: modules as a student would save them, and what is said first.

``python -m tests.kit.hour.steps [EXERCISE ...]`` prints for each step the leading test, its title
and the name of the misconception, to be read.
"""

import importlib
from dataclasses import dataclass

from grading.running.many import judge_all
from tests.kit import golden


@dataclass(frozen=True)
class Step:
    """One save.

    Attributes:
        label: what the student has written.
        source: the module.
        names: the misconceptions that may be named; empty where the library knows none of it.
        leads: a part of the name of the test that is shown first; None if all pass.
    """

    label: str
    source: str
    names: frozenset
    leads: str | None


def step(label, source, *names, leads=None):
    return Step(label, source, frozenset(names), leads)


def steps_of(exercise):
    """The steps of an exercise, in order."""
    return importlib.import_module(f"tests.kit.hour.steps.{exercise}").STEPS


def take(exercise, folder, jobs=1):
    """Save the steps one after the other; gives for each its leading failure and its diagnosis."""
    wheres = []
    for number, one in enumerate(steps_of(exercise)):
        where = folder / f"{number}"
        where.mkdir()
        (where / f"{exercise}.py").write_text(one.source, encoding="utf-8")
        wheres.append(str(where))
    runs = judge_all(wheres, jobs, options=["--diagnosis-time=300"])
    return [golden.leading(run) if run.failed else (None, None) for run in runs]
