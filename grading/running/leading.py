"""Of the tests that fail, the one to look at first."""

from grading.catalogue.syllabus import exercise
from grading.running.failure import Failure
from grading.running.outcome import Kind
from grading.running.report import render

SHORT_REPORT = 11  # lines; with the explanation of a misconception it fits a screen
SHORT_CALLS = 240  # characters
SHORT_EXPECTED = 40  # characters


def the_failure_that_matters(failures, diagnosis_of=lambda failure: None):
    """Of failing tests, in order, the one to look at first.

    What should have been refused comes after what is computed, and what is not written yet last. Of
    each, those whose misconception is known come first. One whose example is large gives way to
    others of its kind, and one that the hint for its misconception is not about gives way to one
    that it is about, even if that is a little larger.

    Args:
        failures: the facts of failing tests, in the order of their file.
        diagnosis_of: gives the misconception behind a failure, or None.
    """

    def rank(failure):
        if failure.kind in (Kind.NOT_WRITTEN, Kind.UNLOADABLE):
            return failure.kind is Kind.NOT_WRITTEN, 0, False
        known = diagnosis_of(failure) is not None
        return False, 2 * _should_be_refused(failure) + (not known), is_large(failure)

    def rank_by_hint(failure):
        apart = _apart(failure, first_diagnosis)
        return is_large(failure, 1 if apart else 1.5), apart

    first = min(failures, key=rank, default=None)
    first_diagnosis = diagnosis_of(first) if first else None
    if first_diagnosis is None:
        return first
    alike = [failure for failure in failures if diagnosis_of(failure) == first_diagnosis]
    refused = _should_be_refused(first)
    return min((f for f in alike if _should_be_refused(f) == refused), key=rank_by_hint)


def _should_be_refused(failure):
    """Whether the test asks for an exception."""
    return "refuse" in failure.test or str(failure.expected).startswith("a ValueError")


def is_large(failure, patience=1):
    """Whether its report, or the calls of its example, take more than a look to read."""
    characters = sum(len(call.spelled) for call in failure.calls)
    lines = len(render(failure))
    return characters > patience * SHORT_CALLS or lines > patience * SHORT_REPORT


def _apart(failure, diagnosis):
    """How far a test is from what the hint for its misconception is about, from 0 to 2."""
    if diagnosis.hint is None:
        return 1
    if diagnosis.hint in failure.test:
        return 0
    entry = exercise(failure.exercise)
    return 1 if entry.hints_for(failure.test) == entry.hints_for(diagnosis.hint) else 2


def outline(failure):
    """A failure whose smallest example is not known yet, as if that were short."""
    known = {"kind": failure.kind, "expected": failure.expected[:SHORT_EXPECTED]}
    return Failure(failure.exercise, failure.test, failure.title, **known)
