"""The driver of an exercise in which students write tests: their tests, on many implementations.

The student's tests run in a process of their own, like any answer; the implementation that they
test runs in another one, of ours, and only plain values go between
(:mod:`grading.beside.suites`). The tests are run on all implementations, in an order that nobody
knows, the right ones among the wrong ones, each time in a process that remembers nothing of the
times before; see :mod:`grading.running.suite_run`. So there is no way to tell right from wrong but
to test. And all that the tests say must be said twice, so that tests which fail at random earn
nothing.
"""

import importlib
import itertools
import random
from concurrent.futures import ThreadPoolExecutor

from grading.catalogue.spec import LibrarySpec
from grading.running.outcome import Fault, Kind, Outcome
from grading.running.suite_run import Answers, Known, SuiteRun

LIBRARY = "grading.misconceptions.candidates"
RIGHT = "all right answers"  # in the place of a candidate's name
UNSTEADY = (
    "your tests were run twice on the same implementation, and failed only once; they must say the "
    "same each time, whatever chance does, in them or in what they test"
)


def candidates_spec(exercise):
    """What a driver needs to know to reach the candidates of an exercise."""
    return LibrarySpec(exercise, LIBRARY)


class TestingDriver:
    """Calls a student's tests on the candidates of an exercise.

    Args:
        lanes: one pair of drivers, or two, with which the two runs go side by side. The first of a
            pair reaches the student's module, best in processes that have imported what tests are
            written with; the second reaches the library of candidates.
        exercise: the exercise's name.
        together: whether one process may run the tests on many candidates, as long as these answer
            alike.
        known: a :class:`grading.running.suite_run.Known`, which may be kept for the next driver.
    """

    __test__ = False

    def __init__(self, lanes, exercise, together=False, known=None):
        self.lanes, self.together = lanes, together
        names = importlib.import_module(LIBRARY)
        self._right, self._wrong = names.RIGHT[exercise], names.WRONG[exercise]
        known = known or Known()
        self._runs = [
            SuiteRun(driver, Answers(candidates, known, backwards=number % 2 == 1))
            for number, (driver, candidates) in enumerate(lanes)
        ]
        self._outcomes = {}

    def call(self, probe, args=(), kwargs=None):
        """Give what the tests say of one candidate, or of all that are right.

        Args:
            probe: ``run``.
            args: the candidate's name or ``RIGHT``. The student's process is not told it.

        Returns:
            An :class:`grading.running.outcome.Outcome`. Of the right answers it tells the first
            that the tests fail, with a small example, or that they pass all; of a wrong one that
            the tests pass, also the title.
        """
        (candidate,) = args
        if not self._outcomes:
            self._outcomes = self._run_all(probe)
        if candidate != RIGHT:
            outcome = self._outcomes[candidate]
            if _passed(outcome):  # asked there, as the library may import TensorFlow
                told = self.lanes[0][1].call("explain", subject=candidate).value or {}
                value = {**outcome.value, "title": told.get("title", candidate)}
                return Outcome(value, printed=outcome.printed)
            return outcome
        outcomes = [self._outcomes[name] for name in self._right]
        return next((outcome for outcome in outcomes if not _passed(outcome)), outcomes[0])

    def abandon(self):
        for driver in itertools.chain(*self.lanes):
            driver.abandon()

    def close(self):
        for driver in itertools.chain(*self.lanes):
            driver.close()

    def _run_all(self, probe):
        names = [*self._right, *self._wrong]
        random.SystemRandom().shuffle(names)
        if len(self._runs) == 1:
            first = self._run_once(self._runs[0], probe, names)
            # Where one run says that a right answer fails or a wrong one passes, that stands, as
            # where it came to no end.
            again = [
                name
                for name in names
                if first[name].fault is None and _passed(first[name]) == (name in self._right)
            ]
            second = self._run_once(self._runs[0], probe, again)
        else:
            with ThreadPoolExecutor(len(self._runs)) as threads:
                jobs = [threads.submit(self._run_once, run, probe, names) for run in self._runs]
            first, second = (job.result() for job in jobs)
        outcomes = {name: _said_twice(first[name], second.get(name)) for name in names}
        # Only now, when it does no harm that the student's code can tell what it is run on.
        for name in self._right:
            if not _passed(outcomes[name]) and outcomes[name].fault is None:
                again = self._runs[0].outcomes(probe, [name], small=True)[name]
                if again.fault is None and not _passed(again):
                    outcomes[name] = again
                break
        return outcomes

    def _run_once(self, run, probe, names):
        """Run the tests on candidates, until two runs came to no end, or all have been run."""
        outcomes, left, n_ended = {}, names, 0
        while left:
            found = run.outcomes(probe, left if self.together else left[:1])
            outcomes |= found
            left = [name for name in left if name not in outcomes]
            for outcome in {id(outcome): outcome for outcome in found.values()}.values():
                n_ended += outcome.kind not in (None, Kind.UNUSABLE)
                # Where two runs came to no end, others will come to none; a stub or a module that
                # cannot be loaded is one for all.
                if n_ended == 2 or _is_hopeless(outcome):
                    return {**dict.fromkeys(left, outcome), **outcomes}
        return outcomes


def _said_twice(first, second):
    """The outcome of two runs on a candidate, of which the second may be left out."""
    if second is None or first.fault:
        return first
    if not second.fault and _passed(first) != _passed(second):
        return Outcome(fault=Fault(Kind.UNUSABLE, UNSTEADY))
    return second


def _passed(outcome):
    return outcome.fault is None and outcome.value["failed"] is None


def _is_hopeless(outcome):
    return outcome.kind in (Kind.RAISED, Kind.MISSING, Kind.UNLOADABLE)
