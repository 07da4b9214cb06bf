"""The driver of an exercise in which students write tests: their tests, on many implementations.

The student's tests run in a process of their own, like any answer; the implementation that they
test runs in another one, of ours, and only plain values go between
(:mod:`grading.beside.suites`). The tests are run on all implementations in one go, in an order that
nobody knows, the right ones among the wrong ones, each time in a process that remembers nothing of
the times before. So there is no way to tell right from wrong but to test. And all that the tests
say must be said twice, so that tests which fail at random earn nothing.
"""

import collections
import importlib
import os
import random
from concurrent.futures import ThreadPoolExecutor

from grading.beside import plain
from grading.catalogue.spec import LibrarySpec
from grading.running.driver import WorkerDriver
from grading.running.outcome import Fault, Kind, Outcome

ASKED = "use"  # the probe that tests reach
LIBRARY = "grading.misconceptions.candidates"
RIGHT = "all right answers"  # in the place of a candidate's name
TIMES = 2  # each implementation is tested
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
        lanes: pairs of drivers, for as many runs side by side. The first of a pair reaches the
            student's module, best in processes that have imported what tests are written with; the
            second reaches the library of candidates, by ``call(probe, args, subject=name)``.
        exercise: the exercise's name.
    """

    __test__ = False

    def __init__(self, lanes, exercise):
        self.exercise, self._outcomes = exercise, {}
        self._lanes = [_Lane(*drivers) for drivers in lanes]

    def call(self, probe, args=(), kwargs=None):
        """Give what the tests say of one candidate, or of all that are right.

        Args:
            probe: ``run``.
            args: the candidate's name or ``RIGHT``. The student's process is not told it.

        Returns:
            An :class:`grading.running.outcome.Outcome`. Of the right answers it tells the first
            that the tests fail, with a small example, or that they pass all.
        """
        (candidate,) = args
        if not self._outcomes:
            self._run_all(probe)
        if candidate != RIGHT:
            return self._outcomes[candidate]
        right = self._names().RIGHT[self.exercise]
        return next(
            (self._outcomes[name] for name in right if not _passed(self._outcomes[name])),
            self._outcomes[right[0]],
        )

    def abandon(self):
        for lane in self._lanes:
            lane.driver.abandon()
            lane.candidates.abandon()

    def close(self):
        for lane in self._lanes:
            lane.driver.close()
            lane.candidates.close()

    def _names(self):
        return importlib.import_module(LIBRARY)

    def _run_all(self, probe):
        right, wrong = self._names().RIGHT[self.exercise], self._names().WRONG[self.exercise]
        chance = random.SystemRandom()
        names = chance.sample([*right, *wrong], len(right) + len(wrong))
        # Both runs of a name are in one lane, as what the first one says decides about the second.
        parts = [names[n :: len(self._lanes)] * TIMES for n in range(len(self._lanes))]
        for part in parts:
            chance.shuffle(part)
        outcomes, ended = {}, []
        with ThreadPoolExecutor(len(self._lanes)) as threads:
            jobs = [
                threads.submit(self._run_some, lane, probe, part, outcomes, ended)
                for lane, part in zip(self._lanes, parts, strict=True)
            ]
            for job in jobs:
                job.result()
        if ended:
            outcomes = {**dict.fromkeys(names, ended[0]), **outcomes}
        self._outcomes = outcomes
        # Only now, when it does no harm that the student's code can tell what it is run on.
        for name in right:
            if not _passed(self._outcomes[name]) and self._outcomes[name].fault is None:
                again = self._lanes[0].run(probe, name, small=True)
                if again.fault is None and not _passed(again):
                    self._outcomes[name] = again
                break

    def _run_some(self, lane, probe, names, outcomes, ended):
        """Run the tests on candidates, until two runs came to no end, or all have been run."""
        right, n_ended = self._names().RIGHT[self.exercise], 0
        for name in names:
            before = outcomes.get(name)
            # Where one run says that a right answer fails or a wrong one passes, that stands.
            if ended or (before and (before.fault or _passed(before) != (name in right))):
                continue
            outcomes[name] = outcome = lane.run(probe, name)
            if before and not outcome.fault and _passed(outcome) != _passed(before):
                outcomes[name] = Outcome(fault=Fault(Kind.UNUSABLE, UNSTEADY))
            n_ended += outcome.kind not in (None, Kind.UNUSABLE)
            # Where two runs came to no end, others will come to none; a stub or a module that
            # cannot be loaded is one for all.
            if n_ended == 2 or _is_hopeless(outcome):
                ended.append(outcome)


class _Lane:
    """Runs a student's tests on one candidate after the other.

    Args:
        driver, candidates: see :class:`TestingDriver`.
    """

    def __init__(self, driver, candidates):
        self.driver, self.candidates, self._answers = driver, candidates, _Answers(candidates)
        self._asks = 0
        # Each run starts in a new process, which is forked; elsewhere that would take too long, but
        # nobody is graded there.
        self._starts_anew = isinstance(driver, WorkerDriver) and hasattr(os, "fork")

    def run(self, probe, candidate, small=False):
        """The outcome of the tests on a candidate; with a small example if they fail."""
        self._asks = 0
        self._answers.begin()

        def answer(request):
            args = request.get("args") if type(request) is dict else None
            if type(args) is not list or request.get("probe") != ASKED:  # as no test asks
                return {"unusable": "only the implementation under test can be asked"}
            self._asks += 1
            return self._answers.get(candidate, args)

        if self._starts_anew:  # so that this run knows nothing of the runs before
            self.driver.close()
        self.driver.answer = answer
        outcome = self.driver.call(probe, ["an implementation", small], {})
        if outcome.fault is None:
            outcome = _read(outcome, self._asks)
        return outcome


class _Answers:
    """What candidates answer; most is asked again when they are tested again, and then is known.

    Within a run, equal calls are calls of their own: one that answers at random must be seen to.

    Args:
        candidates: reaches them.
    """

    MOST = 16 * 2**20  # bytes to keep

    def __init__(self, candidates):
        self.candidates = candidates
        self._known, self._weight = {}, 0
        self._counts = collections.Counter()

    def begin(self):
        """A new run begins."""
        self._counts.clear()

    def get(self, candidate, args):
        """The value or the fault of a call, as a plain dict."""
        call = plain.dumps(args)
        self._counts[call] += 1
        key = (candidate, call, self._counts[call])
        if key not in self._known:
            outcome = self.candidates.call(ASKED, args, subject=candidate)
            answer = outcome.fault.as_answer() if outcome.fault else {"value": outcome.value}
            self._weight += len(key[1]) + len(plain.dumps(answer))
            if self._weight > self.MOST:
                return answer
            self._known[key] = answer
        return self._known[key]


def _read(outcome, asks):
    """The outcome of a student's tests, checked: a worker is not trusted."""
    value = outcome.value
    try:
        n_tests, failed = int(value["tests"]), value["failed"]
        if failed is not None:
            keys = ("test", "example", "error", "line", "code")
            failed = {key: str(failed[key])[:500] for key in keys}
    except (TypeError, LookupError, ValueError, OverflowError):
        message = "the tests came to an end that no tests have"
        return Outcome(fault=Fault(Kind.UNUSABLE, message))
    if failed is None and not asks:
        message = "your tests never call the implementation"
        return Outcome(fault=Fault(Kind.UNUSABLE, message))
    return Outcome({"tests": n_tests, "failed": failed}, printed=outcome.printed)


def _passed(outcome):
    return outcome.fault is None and outcome.value["failed"] is None


def _is_hopeless(outcome):
    return outcome.kind in (Kind.RAISED, Kind.MISSING, Kind.UNLOADABLE)
