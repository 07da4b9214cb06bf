"""Name a mistake: which known-wrong solution gives the same results as the student's?

The calls that the tests made are made again, with the same arguments, on the reference and on the
misconceptions of that exercise. A misconception is named for a failing test only if

* it gives the student's result on every call of that test's final example in which the student
  differs from the reference, and there is such a call;
* wherever else it differs from the reference, in any call of any test of the exercise, the student
  differs in just the same way. One who holds this misconception would have made it there too.

Of several, the one that shares most wrong results with the student is named. It all happens after
the tests, and only for exercises with failing tests.
"""

import contextlib
import importlib
import time
from dataclasses import dataclass, field

from grading.differences import differences
from grading.driver import Outcome

LIBRARY = "tests.misconceptions"
SECONDS = 2.0  # for one exercise
CALLS = 60  # compared for one exercise


@dataclass
class TestRecord:
    """What one test of an exercise saw of the student's answer.

    Attributes:
        test: the test's name.
        failed: whether it failed.
        last: the calls of its last example; the failing one, if it failed.
        earlier: calls of some earlier examples.
    """

    test: str
    failed: bool
    last: list
    earlier: list = field(default_factory=list)


@dataclass(frozen=True)
class Diagnosis:
    """The misconception that a failing test shows, for the student."""

    name: str
    title: str
    explanation: str


def diagnose(exercise, records, driver, seconds=SECONDS):
    """Look for a known misconception behind each failing test of one exercise.

    Args:
        exercise: its name.
        records: a :class:`TestRecord` for each test that ran.
        driver: reaches the library of misconceptions; see :func:`library_spec`.
        seconds: how long it may take.

    Returns:
        A dict from the names of failing tests to a :class:`Diagnosis`; tests without one are left
        out.
    """
    return _Search(exercise, records, driver, time.monotonic() + seconds).run()


def library_spec(exercise):
    """What a driver needs to know to reach the misconceptions of an exercise."""
    return {"exercise": exercise, "library": LIBRARY}


class _OutOfTime(Exception):
    """What is not compared to the end is not known, and nothing is said about it."""


class _Search:
    def __init__(self, exercise, records, driver, end):
        self.records, self.driver, self.end = records, driver, end
        self.longest = driver.limit
        self.probes = importlib.import_module(f"grading.probes.{exercise}")
        self.outcomes, self.scores = {}, {}

    def run(self):
        found = {}
        with contextlib.suppress(_OutOfTime):
            self._look(found)
        return found

    def _look(self, found):
        names = self._call("names").value or []
        for record in self.records:
            if not (record.failed and record.last):
                continue
            telling = [call for call in record.last if self._is_wrong(call)]
            # What explains one failing test often explains the next; try that before all others.
            known = list(dict.fromkeys(diagnosis.name for diagnosis in found.values()))
            best = self._best(known, record, telling) or self._best(names, record, telling)
            if best:
                explanation = self._call("explain", subject=best).value
                found[record.test] = Diagnosis(best, **explanation)

    def _best(self, names, record, telling):
        """The one of these misconceptions that fits a failing test, and the others, best."""
        best, best_score = None, 0
        for name in names:
            if self.scores.get(name, 0) is None:
                continue  # refuted before
            marked = self._bears_mark(name, record) and self._explains_all(name)
            if not marked and not (telling and all(self._matches(name, c) for c in telling)):
                continue
            if name not in self.scores:
                self.scores[name] = self._shared_mistakes(name)
            if self.scores[name] is not None and self.scores[name] + marked > best_score:
                best, best_score = name, self.scores[name] + marked
        return best

    def _shared_mistakes(self, name):
        """How many wrong results the student shares with a misconception; None if refuted."""
        shared = 0
        for call in self._evidence():
            if self._equal(call, self._outcome(name, call), self._outcome("", call)):
                continue  # the misconception does not show in this call
            if not self._matches(name, call):
                return None
            shared += 1
        return shared

    def _evidence(self):
        """The calls to compare: those of failing tests first, their last examples before all."""
        calls = []
        for failed in (True, False):
            records = [record for record in self.records if record.failed == failed]
            calls += [call for record in records for call in record.last]
            calls += [call for record in records for call in record.earlier]
        return [call for call in calls if self._is_repeatable(call)][:CALLS]

    def _is_wrong(self, call):
        right = self._outcome("", call) if self._is_repeatable(call) else call.outcome
        return not self._equal(call, call.outcome, right)

    def _matches(self, name, call):
        return self._equal(call, call.outcome, self._outcome(name, call))

    def _bears_mark(self, name, record):
        chance = [c for c in record.last if not self._is_repeatable(c) and c.outcome.fault is None]
        return any(
            self._call(
                "recognise",
                [call.probe, call.args, call.kwargs, call.outcome.value],
                subject=name,
            ).value
            for call in chance
        )

    def _explains_all(self, name):
        """Whether no result of the student is wrong in a way that the misconception is not.

        A mark on results of chance is weaker evidence than equal results: it only counts where
        there is nothing else to explain.
        """
        return all(
            not self._is_wrong(call) or self._matches(name, call) for call in self._evidence()
        )

    def _is_repeatable(self, call):
        rule = getattr(self.probes, "is_repeatable", None)
        return rule is None or rule(call.probe, call.args, call.kwargs)

    def _outcome(self, name, call):
        key = (name, id(call))
        if key not in self.outcomes:
            self.outcomes[key] = self._call(call.probe, call.args, call.kwargs, subject=name)
        return self.outcomes[key]

    def _call(self, *args, **kwargs):
        left = self.end - time.monotonic()
        if left <= 0:
            raise _OutOfTime
        self.driver.limit = min(left, self.longest)
        outcome = self.driver.call(*args, **kwargs)
        if time.monotonic() > self.end:  # it may have been ended for that, not for a loop
            raise _OutOfTime
        return outcome

    def _equal(self, call, one, other):
        rtol, atol = getattr(self.probes, call.probe).probe_tolerance
        return same_outcome(one, other, rtol, atol)


def same_outcome(one: Outcome, other: Outcome, rtol=1e-4, atol=1e-5):
    """Whether two calls came to the same: equal values, or faults of the same kind."""
    if (one.fault is None) != (other.fault is None):
        return False
    if one.fault is None:
        return not differences(one.value, other.value, rtol, atol)
    (kind, what), (other_kind, other_what) = (next(iter(o.fault.items())) for o in (one, other))
    if kind != other_kind:
        return False
    if kind == "raised":
        return what["kind"] == other_what["kind"]
    return kind != "unusable" or what == other_what
