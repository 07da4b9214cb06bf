"""Run tests in this process, quietly, and keep the results: the one way to run tests.

A :class:`Recorder` is in every run, also in one that ``pytest`` itself began, and fills a
:class:`grading.running.result.Run`. The board, ``unrolled watch``, check cells, the judge of
submissions and the kit's tests of itself all read from that, so they agree.
"""

import threading
from dataclasses import asdict

import pytest

from grading.catalogue import progress
from grading.catalogue.memory import Memory
from grading.catalogue.paths import ROOT
from grading.catalogue.syllabus import NAMES
from grading.catalogue.where import resolve
from grading.processes.forkserver import ForkServers
from grading.running.collection import exercise_of
from grading.running.diagnosis import Diagnosis
from grading.running.failure import Failure, sentence
from grading.running.outcome import Kind
from grading.running.result import Result, Run

# Nothing on the screen, no test's output caught (tests print nothing, and what a student's code
# prints is kept by its own process), and no collection of garbage after each run: it takes long.
QUIET = ("terminal", "xdist", "faulthandler", "unraisableexception")

IN_ORDER = {"in_order": True}  # as one expects who reads what pytest prints


class Recorder:
    """The pytest plugin that fills a :class:`Run`, and can end it from another thread.

    Args:
        servers: the :class:`grading.processes.forkserver.ForkServers` that the run's subjects use,
            for one who shares them with other runs; they stay when the run has ended. None if this
            is the only run of this process.
        on_failure: called with the facts of each failing test as soon as they are known.
        on_test: called after each test.
        ahead: options of :class:`grading.running.ahead.Ahead`, a dict, to try known examples before
            the tests are run; None for not to, but in the only run, where that is done in order.
        most_hangs: tests whose calls do not return after which the others are not run; None for
            all.
        instead: a plugin that does something else with the tests than to run them, and is given
            the run's subjects, such as :class:`grading.running.preparing.Preparing`; or None.
    """

    def __init__(
        self,
        servers=None,
        on_failure=None,
        on_test=None,
        ahead=None,
        most_hangs=None,
        instead=None,
    ):
        self.is_alone = servers is None
        self.servers, self.run = servers or ForkServers(), Run()
        self.ahead = ahead or (IN_ORDER if self.is_alone else None)
        self.instead = instead
        self._on_failure, self._on_test = on_failure, on_test
        self._most_hangs = most_hangs
        self._stop = threading.Event()
        self._config = self._subjects = None

    def begin(self, config, implementation, subjects):
        """Learn what is tested, from the kit's own plugin."""
        self._config, self._subjects = config, subjects
        if self._stop.is_set():  # before there was anything to end
            subjects.abandon()
        if not config.pluginmanager.hasplugin("terminal"):
            # Long tracebacks of our own code take longer to write than the tests to run.
            config.option.tbstyle = "native"
        self.run.implementation = implementation

    def stop(self):
        """End the run as soon as can be; may be called from any thread."""
        self._stop.set()
        if self._subjects is not None:
            self._subjects.abandon()

    def _is_worker(self):
        """Whether this is a worker of pytest-xdist, which reports to another process."""
        return hasattr(self._config, "workerinput")

    def _is_stopped(self):
        if self._stop.is_set():
            self.run.abandoned = True
            self._config.option.diagnose = False
        return self._stop.is_set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items):
        for item in items:
            name = exercise_of(item.path, self._config)
            if name is not None:
                self.run.tests.setdefault(name, []).append(item.name)

    def pytest_collectreport(self, report):
        if report.failed:
            self.run.error = str(report.longrepr)

    def pytest_internalerror(self, excinfo):
        self.run.error = f"{excinfo.typename}: {excinfo.value}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item):
        if self._is_stopped():
            item.session.shouldstop = "stopped"
            return True  # done with this test, which comes to no result
        hangs = [kind for kind in self.run.failed.values() if kind is Kind.HUNG]
        if self._most_hangs and len(hangs) >= self._most_hangs:
            self.run.n_left_out += 1
            return True
        return None

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report):
        if not hasattr(report, "exercise") or self._is_stopped():
            return  # stopped: it is the report of a call that was ended by us
        result = Result(report.exercise, report.nodeid.split("::")[-1], report.outcome)
        if report.skipped:
            result.reason = str(report.longrepr[-1]).removeprefix("Skipped: ")
        elif report.failed:
            result.failure = getattr(report, "failure", None) or _error(report, result)
        elif report.when != "call":
            return
        if report.when == "call":
            result.seconds = report.duration
        self.run.results[result.id] = result
        if not self._is_worker():
            self._count(result)
        if report.failed and self._on_failure:
            self._on_failure(result.failure)
        if self._on_test:
            self._on_test()

    def _count(self, result):
        tally, test = self._tally(result.exercise), result.test
        for names in (tally.passed, tally.failed, tally.unwritten):
            names.discard(test)
        if result.state == "passed":
            tally.passed.add(test)
        elif result.state == "failed":
            (tally.unwritten if result.is_unwritten else tally.failed).add(test)

    def _tally(self, name):
        if name not in self.run.tallies:
            cache = getattr(self._config, "cache", None)
            known = progress.remembered(cache, self.run.implementation, name)
            self.run.tallies[name] = known
        return self.run.tallies[name]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self):
        run = self.run
        run.abandoned |= self._stop.is_set()
        if self._is_worker():
            diagnoses = {key: asdict(diagnosis) for key, diagnosis in run.diagnoses.items()}
            self._config.workeroutput["unrolled"] = {"tests": run.tests, "diagnoses": diagnoses}
            return
        specs = run.implementation.specs
        run.tallies = {name: self._tally(name) for name in NAMES if name in specs}
        for name, tests in run.tests.items():
            tally, results = run.tallies[name], run.of(name)
            known = {t for t in tests if t not in results or results[t].state != "skipped"}
            tally.total, tally.problem = len(known), run.problem_of(name)
            for names in (tally.passed, tally.failed, tally.unwritten):
                names &= known

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        told = getattr(node, "workeroutput", {}).get("unrolled", {"tests": {}, "diagnoses": {}})
        self.run.tests.update(told["tests"])
        for key, diagnosis in told["diagnoses"].items():
            self.run.results[key].diagnosis = Diagnosis(**diagnosis)


def run_tests(where, tests, recorder=None, options=(), *, remember=False, shown=False):
    """Run tests in this process.

    Args:
        where: what to test, as in ``--impl``.
        tests: names of exercises, or what else pytest takes: paths, and ids of tests.
        recorder: the :class:`Recorder`, for one who lends fork servers or may stop the run.
        options: more options for pytest.
        remember: keep what the run finds for later ones, as pytest itself does.
        shown: print what pytest prints; else nothing is printed.

    Returns:
        A :class:`Run`.

    Raises:
        NoImplementation: there is nothing to test.
    """
    implementation = resolve(where, ".")
    before = {name: progress.fingerprint(implementation, name) for name in tests if remember}
    quiet = () if shown else QUIET
    left_out = [f"no:{plugin}" for plugin in (*quiet, *["cacheprovider"] * (not remember))]
    arguments = [word for plugin in left_out for word in ("-p", plugin)] + ["-s"] * (not shown)
    paths = [test_file(name) if name in NAMES else str(name) for name in tests]
    own = recorder is None
    recorder = recorder or Recorder()
    found, recorder.run.where = recorder.run, where
    try:
        found.code = int(pytest.main([*arguments, "--impl", where, *options, *paths], [recorder]))
    finally:
        if own:
            recorder.servers.close()
    if found.abandoned:
        return found
    if found.code > 1 and found.error is None:
        found.error = f"pytest ended with exit code {found.code}"
    if found.error is None and remember:
        # A module that changed while its tests ran is left to the next run.
        now = {name: progress.fingerprint(implementation, name) for name in found.tests}
        same = {name: found.tallies[name] for name in now if now[name] == before[name]}
        progress.remember(Memory(), implementation, same)
    return found


def test_file(name):
    """The path of an exercise's tests."""
    return str(ROOT / "tests" / f"test_{name}.py")


test_file.__test__ = False


def known_tallies(implementation):
    """What earlier runs found out about every exercise that is there."""
    memory = Memory()
    return {
        name: progress.remembered(memory, implementation, name) for name in implementation.specs
    }


def _error(report, result):
    """The facts of a failure that is not the student's: a broken test, or a fixture that failed."""
    title = sentence(result.test)
    return Failure(result.exercise, result.test, title, Kind.ERROR, str(report.longrepr))
