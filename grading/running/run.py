"""Run the tests of some exercises in this very process, quietly, and keep what they found.

The board, ``unrolled watch``, hints and scores all read from one :class:`Found`, so they agree.
"""

import threading
import time
from dataclasses import dataclass, field

import pytest

from grading.catalogue import board, progress
from grading.catalogue.memory import Memory
from grading.catalogue.stubs import ROOT
from grading.processes.forkserver import ForkServers
from grading.running.report import sentence

# Nothing on the screen (no:terminal), and no test's output caught: tests print nothing, and what a
# student's code prints is kept by its own process.
QUIET = ("-p", "no:terminal", "-s", "-p", "no:xdist", "-p", "no:faulthandler")


@dataclass
class Found:
    """What a run of the tests found.

    Attributes:
        implementation: what was tested.
        tallies: a :class:`grading.catalogue.board.Tally` for every exercise that is there; for those that
            were not run, what earlier runs found.
        failures: the facts of each failing test, in order; see :mod:`grading.running.report`.
        diagnoses: by exercise and test, the misconception that was recognised.
        tests: for each exercise that ran, its tests in order.
        seconds: how long each test took, by ``EXERCISE::TEST``.
        abandoned: whether the run was stopped halfway; then nothing above is complete.
        error: why the tests could not be run, or None.
    """

    implementation: object = None
    tallies: dict = field(default_factory=dict)
    failures: list = field(default_factory=list)
    diagnoses: dict = field(default_factory=dict)
    tests: dict = field(default_factory=dict)
    seconds: dict = field(default_factory=dict)
    abandoned: bool = False
    error: str | None = None

    def failures_of(self, name):
        """The facts of the failing tests of one exercise, in order."""
        return [facts for facts in self.failures if facts["exercise"] == name]

    def diagnosis_of(self, facts):
        """The misconception behind a failing test, as a dict, or None."""
        return self.diagnoses.get(facts["exercise"], {}).get(facts["item"])


class Observer:
    """A pytest plugin that keeps what a run finds, and can end the run from another thread.

    Args:
        fork servers: lent to the kit's own plugin, so that several runs share warm processes.
        on_failure: called with the facts of each failing test as soon as it is known.
    """

    def __init__(self, servers=None, on_failure=None):
        self.servers, self.found = servers or ForkServers(), Found()
        self._on_failure = on_failure
        self._stop = threading.Event()
        self._config = self._session = None

    def stop(self):
        """End the run as soon as can be; may be called from any thread."""
        self._stop.set()
        kit = self._kit()
        if kit is not None:
            kit.abandon()

    def _kit(self):
        config = self._config
        return config.pluginmanager.get_plugin("unrolled-kit") if config else None

    def pytest_sessionstart(self, session):
        self._session, self._config = session, session.config

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self):
        return True if self._look_for_stop() else None  # done with this test, unseen

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report):
        if self._look_for_stop():
            return  # of a call that was ended by us: no verdict
        if report.when == "call" and hasattr(report, "exercise"):
            self.found.seconds[f"{report.exercise}::{_test_of(report)}"] = report.duration
        if not report.failed or not hasattr(report, "exercise"):
            return
        facts = getattr(report, "facts", None) or _facts_of_an_error(report)
        self.found.failures.append(facts)
        if self._on_failure:
            self._on_failure(facts)

    def pytest_collectreport(self, report):
        if report.failed:
            self.found.error = str(report.longrepr)

    def _look_for_stop(self):
        if self._stop.is_set() and self._session is not None:
            self._session.shouldstop = "stopped"
            self._config.option.diagnose = False
            self.found.abandoned = True
        return self._stop.is_set()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self):
        kit = self._kit()
        self.found.abandoned |= self._stop.is_set()
        self.found.implementation = kit.implementation
        self.found.tallies = kit.final_tallies()
        self.found.diagnoses = kit.diagnoses
        self.found.tests = {name: list(tests) for name, tests in kit.totals.items()}


def run_tests(names, where, observer=None, options=()):
    """Run the tests of some exercises, print nothing, and remember the outcome for later runs.

    Args:
        names: the exercises.
        where: what to test, as in ``--impl``.
        observer: an :class:`Observer`; a new one if None.
        options: more options for pytest.

    Returns:
        A :class:`Found`.
    """
    own = observer is None
    observer = observer or Observer()
    found = observer.found
    files = [str(ROOT / "tests" / f"test_{name}.py") for name in names]
    before = None
    try:
        implementation = _resolved(where)
        before = {name: progress.fingerprint(implementation, name) for name in names}
        code = int(pytest.main([*QUIET, *options, "--impl", where, *files], [observer]))
    finally:
        if own:
            observer.servers.close()
    if found.abandoned:
        return found
    if code > 1 and found.error is None:
        found.error = f"pytest ended with exit code {code}"
    if found.error is None:
        # What was changed while its tests ran is judged by the next run.
        ran = {
            name: found.tallies[name]
            for name in found.tests
            if progress.fingerprint(implementation, name) == before[name]
        }
        progress.remember(Memory(), implementation, ran)
    return found


def known_tallies(implementation):
    """What earlier runs found out about every exercise that is there."""
    memory = Memory()
    return {
        name: progress.remembered(memory, implementation, name) for name in implementation.specs
    }


def to_work_on(tallies):
    """The exercise to work on; one that was changed since its tests ran counts as begun."""
    begun = (board.STARTED, board.BROKEN, board.UNKNOWN)
    order = board.order_of(tallies)
    return next((n for n in order if tallies[n].state in begun), board.next_exercise(tallies))


def the_failure_that_matters(failures):
    """Of failing tests, in order, the one to look at: the first written answer that is wrong."""
    written = [facts for facts in failures if facts["kind"] != "not written"]
    return next(iter(written or failures), None)


def timed(function, *arguments):
    """A function's result, and the seconds it took."""
    start = time.perf_counter()
    return function(*arguments), time.perf_counter() - start


def _resolved(where):
    from grading.catalogue.where import resolve

    return resolve(where, ".")


def _test_of(report):
    return report.nodeid.split("::")[-1]


def _facts_of_an_error(report):
    """Facts of a failure that is not the student's: a broken test, or a fixture that failed."""
    test = _test_of(report)
    return {
        "exercise": report.exercise,
        "item": test,
        "title": sentence(test),
        "kind": "error",
        "message": str(report.longrepr)[-2000:],
    }
