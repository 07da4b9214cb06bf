"""Name a mistake: which known-wrong solution gives the same results as the student's?

The calls that the tests made are made again, with the same arguments, on the reference and on the
misconceptions of that exercise. A misconception is named for a failing test only if

* it gives the student's result on every call of that test's final example in which the student
  differs from the reference, and there is such a call;
* wherever else it differs from the reference, in any call of any test of the exercise, the student
  differs in just the same way. One who holds this misconception would have made it there too.

Of several, the one that shares most wrong results with the student is named. It all happens after
the tests, and only for exercises with failing tests. Which tests each misconception fails is known
(:func:`grading.misconceptions.caught_by`): a student who passes one of them does not hold it, and
no call has to be made to see that.
"""

import collections
import contextlib
import importlib
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from grading.running.differences import differences
from grading.running.outcome import Kind, Outcome

LIBRARY = "grading.misconceptions"
SECONDS = 2.0  # for one exercise
CALLS = 40  # compared at most to see whether a misconception is refuted
ENOUGH = 12  # of earlier examples

LIKELY = 0.75  # of the tests that fail, or would: those are looked at before all others


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

    @property
    def function(self):
        """The test's name without its parameters."""
        return self.test.partition("[")[0]


@dataclass(frozen=True)
class Diagnosis:
    """The misconception that a failing test shows, for the student."""

    name: str
    title: str
    explanation: str


def diagnose(exercise, records, drivers, seconds=SECONDS):
    """Look for a known misconception behind each failing test of one exercise.

    Args:
        exercise: its name.
        records: a :class:`TestRecord` for each test that ran.
        drivers: reach the library of misconceptions, see :func:`library_spec`; several work side
            by side.
        seconds: how long it may take.

    Returns:
        A dict from the names of failing tests to a :class:`Diagnosis`; tests without one are left
        out.
    """
    return _Search(exercise, records, drivers, time.monotonic() + seconds).run()


def library_spec(exercise):
    """What a driver needs to know to reach the misconceptions of an exercise."""
    return {"exercise": exercise, "library": LIBRARY}


def slowness_of(exercise):
    """How many times longer than elsewhere its calls take, as its probes say by ``SLOWNESS``."""
    return getattr(importlib.import_module(f"grading.beside.probes.{exercise}"), "SLOWNESS", 1)


class _OutOfTime(Exception):
    """What is not compared to the end is not known, and nothing is said about it."""


class _Search:
    def __init__(self, exercise, records, drivers, end):
        self.replays = _Replays(drivers, end)
        self.probes = importlib.import_module(f"grading.beside.probes.{exercise}")
        self.records, self.refuted, self.scores = records, set(), {}
        self.failing = [record for record in records if record.failed]
        self.failed = {record.function for record in self.failing}
        self.passed = {record.function for record in records if not record.failed}
        self.known = importlib.import_module(LIBRARY).caught_by(exercise)

    def run(self):
        found = {}
        with contextlib.suppress(_OutOfTime):
            self._look(found)
        return found

    def _look(self, found):
        names = [name for name in self.replays.ask("names").value or [] if self._may_hold(name)]
        likely = [name for name in names if self._fails_the_same(name)]
        for record in self.failing:
            if not record.last:
                continue
            # What explains one failing test often explains the next; try that before all others.
            before = list(dict.fromkeys(found.values()))
            again = next((known for known in before if self._explains(known.name, record)), None)
            if again:
                found[record.test] = again
                continue
            telling = [call for call in record.last if self._is_wrong(call)]
            marked = self._marked(record)
            for some in ([known.name for known in before], likely, names):
                best = self._best(some, record, telling, marked)
                if best:
                    break
            if best:
                explanation = self.replays.ask("explain", subject=best).value
                found[record.test] = Diagnosis(best, **explanation)

    def _may_hold(self, name):
        return not self.passed & self.known.get(name, frozenset())

    def _explains(self, name, record):
        """Whether a misconception is known to fail a test, and gives the student's results."""
        if record.function not in self.known.get(name, ()):
            return False
        comparable = [call for call in record.last if self._is_repeatable(call)]
        return bool(comparable) and all(self._matches(name, call) for call in comparable)

    def _fails_the_same(self, name):
        """Whether a misconception fails about the tests that the student fails."""
        tests = self.known.get(name, frozenset())
        return len(tests & self.failed) >= LIKELY * len(tests | self.failed)

    def _best(self, names, record, telling, marked):
        """The one of these misconceptions that fits a failing test, and the others, best."""
        names = [name for name in names if name not in self.refuted]
        self.replays.prepare((name, call) for name in names for call in telling[:1])
        fitting = {}
        for name in names:
            is_marked = name in marked and self._explains_all(name)
            if is_marked or (telling and self._makes_these_mistakes(name, telling)):
                if self._is_refuted(name):
                    self.refuted.add(name)
                elif self._fits(name, self._calls("earlier", [record], ENOUGH)):
                    fitting[name] = is_marked
        if len(fitting) < 2:
            return next(iter(fitting), None)
        return max(fitting, key=lambda name: self._shared_mistakes(name) + fitting[name])

    def _makes_these_mistakes(self, name, telling):
        # Frequencies may be near both to a right result and to a wrong one: hence the second half.
        return all(self._matches(name, c) and not self._is_harmless(name, c) for c in telling)

    def _is_refuted(self, name):
        """Whether the student is right somewhere, or differently wrong, where this one is wrong.

        The last example of every test is looked at, of passing ones only where it is not known
        whether they would fail; earlier examples are as time allows.
        """
        records = self.failing if name in self.known else self.records
        if not self._fits(name, self._calls("last", records, CALLS)):
            return True
        with contextlib.suppress(_OutOfTime):
            return not self._fits(name, self._calls("earlier", self.records, ENOUGH))
        return False

    def _fits(self, name, calls):
        """Whether a misconception gives the student's result wherever it shows."""
        self.replays.prepare((name, call) for call in calls)
        return all(self._matches(name, call) or self._is_harmless(name, call) for call in calls)

    def _is_harmless(self, name, call):
        """Whether a misconception does not show in a call."""
        return self._equal(call, self._outcome(name, call), self._outcome("", call))

    def _shared_mistakes(self, name):
        """How many wrong results the student shares with a misconception."""
        if name not in self.scores:
            calls = self._calls("last", self.failing, CALLS)
            self.replays.prepare(("", call) for call in calls)
            self.scores[name] = sum(self._matches(name, c) and self._is_wrong(c) for c in calls)
        return self.scores[name]

    def _marked(self, record):
        """The misconceptions whose mark a test's results of chance bear."""
        marked = set()
        for call in record.last:
            if not self._is_repeatable(call) and call.outcome.fault is None:
                question = [call.probe, call.args, call.kwargs, call.outcome.value]
                marked |= set(self.replays.ask("recognise", question).value or ())
        return marked

    def _explains_all(self, name):
        """Whether no result of the student is wrong in a way that the misconception is not.

        A mark on results of chance is weaker evidence than equal results: it only counts where
        there is nothing else to explain.
        """
        calls = self._calls("last", self.failing, CALLS)
        return all(self._matches(name, call) or not self._is_wrong(call) for call in calls)

    def _calls(self, kind, records, most):
        calls = [call for record in records for call in getattr(record, kind)]
        return [call for call in calls if self._is_repeatable(call)][:most]

    def _is_wrong(self, call):
        right = self._outcome("", call) if self._is_repeatable(call) else call.outcome
        return not self._equal(call, call.outcome, right)

    def _matches(self, name, call):
        return self._equal(call, call.outcome, self._outcome(name, call))

    def _is_repeatable(self, call):
        rule = getattr(self.probes, "is_repeatable", None)
        return rule is None or rule(call.probe, call.args, call.kwargs)

    def _outcome(self, name, call):
        return self.replays.outcome(name, call)

    def _equal(self, call, one, other):
        rtol, atol = getattr(self.probes, call.probe).probe_tolerance
        return same_outcome(one, other, rtol, atol)


class _Replays:
    """Makes calls again on misconceptions, and on the reference (whose name is empty)."""

    def __init__(self, drivers, end):
        self.drivers, self.end = drivers, end
        self.longest = [driver.limit for driver in drivers]
        self.outcomes = {}

    def ask(self, *args, **kwargs):
        """Ask the library something."""
        return self._call(0, *args, **kwargs)

    def outcome(self, name, call):
        """What a call comes to there; it is made once."""
        key = (name, id(call))
        if key not in self.outcomes:
            self.outcomes[key] = self._call(0, call.probe, call.args, call.kwargs, subject=name)
        return self.outcomes[key]

    def prepare(self, wanted):
        """Make several calls, given as pairs (name, call), all drivers at work side by side."""
        missing = collections.deque(
            (name, call) for name, call in wanted if (name, id(call)) not in self.outcomes
        )

        def work(driver):
            with contextlib.suppress(IndexError):
                while True:
                    name, call = missing.popleft()
                    made = self._call(driver, call.probe, call.args, call.kwargs, subject=name)
                    self.outcomes[name, id(call)] = made

        with ThreadPoolExecutor(len(self.drivers)) as pool:
            for done in [pool.submit(work, driver) for driver in range(len(self.drivers))]:
                done.result()

    def _call(self, number, *args, **kwargs):
        left = self.end - time.monotonic()
        if left <= 0:
            raise _OutOfTime
        driver = self.drivers[number]
        driver.limit = min(left, self.longest[number])
        outcome = driver.call(*args, **kwargs)
        if time.monotonic() > self.end:  # it may have been ended for that, not for a loop
            raise _OutOfTime
        return outcome


def same_outcome(one: Outcome, other: Outcome, rtol=1e-4, atol=1e-5):
    """Whether two calls came to the same: equal values, or faults of the same kind."""
    if (one.fault is None) != (other.fault is None):
        return False
    if one.fault is None:
        return not differences(one.value, other.value, rtol, atol)
    one, other = one.fault, other.fault
    if one.kind is not other.kind:
        return False
    if one.kind is Kind.RAISED:
        return one.error == other.error
    return one.kind is not Kind.UNUSABLE or one.message == other.message
