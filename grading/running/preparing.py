"""What runs will need, done ahead of need: while a student thinks, the watch has time.

The examples of all properties are drawn, and every known mistake of an exercise gets the calls that
the tests which catch it make on the examples that tell most; then those that other tests make to
the same parts of the exercise, since who makes the mistake passes them. The library keeps what they
come to, so that a mistake is named soon after a save.
"""

import collections
import importlib
import math

import pytest

from grading.running import faults
from grading.running.evidence import Evidence
from grading.running.library import MODULE, REFERENCE, Library
from grading.running.outcome import Kind
from grading.running.telling import first_of, in_two, is_known, try_on, without_hypothesis


class Preparing:
    """A pytest plugin that runs no test: it draws their examples and notes their calls.

    Attributes:
        subjects: the run's :class:`grading.running.subjects.Subjects`, those of the reference.
        calls: by test, those that it makes on the examples that tell most.
        first: the names of the tests that the watch tries first.
    """

    def __init__(self):
        self.subjects, self.calls, self.first = None, {}, []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        known = [item for item in session.items if is_known(item, session.config)]
        self.first = [item.name for item in first_of(known)]
        with without_hypothesis():
            for item in known:
                if not self.subjects.is_abandoned:
                    self.calls[item.name] = self._calls_of(item)
        return True

    def _calls_of(self, item):
        given = {name: self.subjects.get(name) for name in item._fixtureinfo.argnames}
        calls = []
        for example in in_two(item, self.subjects.drawn(item))[0]:
            for subject in given.values():
                subject.begin_test()
            try:
                try_on(item, example, given)
            except (Exception, faults.Stop):  # an example that is not wanted, or the run is over
                continue
            calls += [call for subject in given.values() for call in subject.calls]
        return calls


def ask_library(exercise, calls, drivers, is_wanted):
    """Make calls on every misconception of an exercise, as long as that is wanted.

    One on which a call hangs is gone on with when the others are done.

    Args:
        exercise: its name.
        calls: what a :class:`Preparing` noted.
        drivers: see :class:`grading.running.library.Library`.
        is_wanted: asked before each call.

    Returns:
        Whether all were made.
    """
    library = Library(exercise, drivers, math.inf, math.inf, is_wanted)
    evidence = Evidence(exercise, [], library)
    known = importlib.import_module(MODULE).caught_by(exercise)
    of_failing, of_others = [], []
    for mistake in (REFERENCE, *library.names()):
        fails = calls.keys() & known.get(mistake, calls)
        telling = [call for test in fails for call in calls[test]]
        parts = evidence.parts_of(telling)
        passing = (call for test in calls.keys() - fails for call in calls[test])
        others = [call for call in passing if evidence.parts_of([call]) <= parts]
        of_failing.append((mistake, filter(evidence.is_repeatable, telling)))
        of_others.append((mistake, filter(evidence.is_repeatable, others)))
    waiting = collections.deque(of_failing + of_others)
    while waiting:
        mistake, its_calls = waiting.popleft()
        for call in its_calls:
            if not is_wanted():
                return False
            if library.outcome(mistake, call).kind is Kind.HUNG:
                waiting.append((mistake, its_calls))  # a save would have to wait for them
                break
    return True
