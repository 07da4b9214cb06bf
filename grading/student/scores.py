"""Points, from the same tallies as the board's: as JSON.

Each group of an exercise's tests is worth its points times the part of its tests that pass.
"""

from dataclasses import asdict

from grading.catalogue import board
from grading.catalogue.points import earned
from grading.catalogue.syllabus import exercise
from grading.running.outcome import Kind
from grading.running.report import render

LONGEST_ERROR = 2000  # characters of an error of the kit's own, from its end


def as_dict(run, names):
    """A run as plain data for JSON.

    Args:
        run: a :class:`grading.running.result.Run` of these exercises.
        names: the exercises.

    Returns:
        A dict with ``implementation``, ``points``, ``max_points`` and ``exercises``: for each its
        ``name``, ``title``, ``state`` (as on the board), ``passed``, ``total``, ``points``,
        ``max_points``, ``problem`` (why it cannot be loaded, or None) and ``failing``: for each
        failing test ``test``, ``kind``, ``message`` (the report, as lines in one text) and
        ``diagnosis`` (None, or ``name``, ``title`` and ``explanation``).
    """
    rows = [_row(run, name) for name in names]
    return {
        "implementation": run.implementation.label,
        "points": round(sum(row["points"] for row in rows), 2),
        "max_points": sum(row["max_points"] for row in rows),
        "exercises": rows,
    }


def _row(run, name):
    tally, item = run.tallies[name], exercise(name)
    return {
        "name": name,
        "title": item.title,
        "state": tally.state,
        "passed": len(tally.passed),
        "total": tally.total,
        "points": earned(name, tally.passed, _counted(tally)),
        "max_points": item.points,
        "problem": tally.problem,
        "failing": [_failing(run, failure) for failure in run.failures_of(name)],
    }


def _failing(run, failure):
    diagnosis = run.diagnosis_of(failure)
    return {
        "test": failure.test,
        "kind": failure.kind.value,
        "message": _message(failure),
        "diagnosis": asdict(diagnosis) if diagnosis else None,
    }


def _message(failure):
    if failure.kind is Kind.ERROR:
        return failure.message[-LONGEST_ERROR:]
    return "\n".join([failure.title, *render(failure, 100)])


def _counted(tally):
    """The tests that count: all but those that were skipped."""
    return tally.passed | tally.failed | tally.unwritten


def fails(tally):
    """Whether a started exercise has a failing test."""
    return tally.state in (board.STARTED, board.BROKEN)
