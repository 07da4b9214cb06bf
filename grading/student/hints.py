"""Hints in three tiers (a question, a pointer, nearly the answer), chosen by the test that fails.

They stand in ``grading/catalogue/exercises/NAME.py``.
"""

from pathlib import Path

from grading.catalogue import progress
from grading.catalogue.memory import Memory
from grading.catalogue.syllabus import exercise

TIERS = 3
_KEY = "unrolled/hints"


def hinted_by(failure, diagnosis=None):
    """What chooses the hint for a failing test: its name, or what the diagnosis says instead."""
    return (diagnosis.hint if diagnosis else None) or failure.test


def hints_for(name, test=None):
    """The three tiers for a failing test of an exercise; for the whole exercise if it is None."""
    return exercise(name).hints_for(test)


def asked(implementation, name, test=None, tier=None, memory=None):
    """The next tier of a hint, each time it is asked for.

    Args:
        implementation: what is being worked on.
        name: the exercise.
        test: the failing test that matters, or None.
        tier: this one, 1 to 3, instead of the next.
        memory: where to remember what was given; see :class:`grading.catalogue.memory.Memory`.

    Returns:
        A pair (tier, text). Another failing test, or a change of the module, begins with tier 1;
        after the last tier it stays the last.
    """
    memory = memory or Memory()
    given, key = memory.get(_KEY, {}), str(implementation.path(name))
    given = given if isinstance(given, dict) else {}
    now = [progress.fingerprint(implementation, name), test]
    last = given.get(key)
    known = isinstance(last, list) and last[:2] == now
    if tier is None:
        tier = min(TIERS, last[2] + 1) if known else 1
    there = {path: what for path, what in given.items() if Path(path).exists()}
    memory.set(_KEY, {**there, key: [*now, tier]})
    return tier, hints_for(name, test)[tier - 1]
