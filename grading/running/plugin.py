"""The pytest plugin: ``--impl``, a fixture for each exercise, reports for students, the board."""

import collections
import contextlib
import dataclasses
import inspect
import os
import sys
from pathlib import Path

import pytest
from _pytest.config.findpaths import determine_setup

from grading.catalogue import board, progress
from grading.catalogue.stubs import ROOT
from grading.catalogue.syllabus import NAMES, exercise
from grading.catalogue.where import NoImplementation, resolve
from grading.processes.forkserver import ForkServers
from grading.running.diagnosis import SECONDS, TestRecord, diagnose, library_spec, slowness_of
from grading.running.driver import CALL_LIMIT, InlineDriver, WorkerDriver
from grading.running.properties import SHRINK_SECONDS, bound, use_profile
from grading.running.replays import Replays
from grading.running.report import (
    complaint,
    display_path,
    facts_of,
    headline,
    render,
    render_diagnosis,
)
from grading.running.subject import Subject
from grading.running.suites import TestingDriver, candidates_spec

# Further test files, as resolved paths, with their exercises: a dict, set by another plugin.
TESTS_BESIDE = pytest.StashKey()
REPLAYS = Replays()  # of all runs of this process
NOT_WRITTEN, REPEATED = "not written", "failed for a reason shown above"
TESTS_TIMES = 3  # a call that runs all of a student's tests may take as many times as long
FULL_REPORTS = 3  # of each exercise; further failures take two lines, unless -v is given


def pytest_addoption(parser):
    group = parser.getgroup("unrolled", "the exercise kit")
    group.addoption(
        "--impl",
        metavar="WHERE",
        default="exercises",
        help="what to test: exercises (the default), solutions, or a folder with modules",
    )
    group.addoption("--data", metavar="PATH", help="the real Shakespeare text, or its folder")
    group.addoption(
        "--time-limit",
        metavar="SECONDS",
        type=float,
        default=CALL_LIMIT,
        help=f"how long one call of your function may take (default: {CALL_LIMIT:g})",
    )
    group.addoption(
        "--examples-times",
        metavar="N",
        type=float,
        default=1,
        help="try N times as many examples of every property (a fraction: fewer)",
    )
    group.addoption(
        "--inline",
        action="store_true",
        help="run your code in pytest's own process, for a debugger (--pdb, breakpoint())",
    )
    group.addoption(
        "--no-diagnosis",
        dest="diagnose",
        action="store_false",
        help="do not look for the known misconception behind a failing test",
    )
    group.addoption(
        "--diagnosis-time",
        metavar="SECONDS",
        type=float,
        default=SECONDS,
        help=f"how long to look for it, for each exercise (default: {SECONDS:g}, more where calls "
        "are slow)",
    )
    group.addoption(
        "--plots", metavar="DIR", help="draw heat maps of wrong arrays as PNG files in this folder"
    )
    group.addoption("--no-shrink", action="store_true", help="report the first failing example")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    """Look for pyproject.toml again, now that ``--impl WHERE`` is known to be an option.

    pytest does so before it loads plugins, and then takes WHERE for a folder of tests: with a
    folder outside the project it would find neither our settings nor our tests.
    """
    known = early_config.known_args_namespace
    more = {}
    if "override_ini" in inspect.signature(determine_setup).parameters:  # not in pytest 8, Colab's
        more["override_ini"] = known.override_ini
    root, ini, settings, *_ = determine_setup(
        inifile=known.inifilename,
        args=known.file_or_dir,
        rootdir_cmd_arg=known.rootdir or None,
        invocation_dir=early_config.invocation_params.dir,
        **more,
    )
    if root != early_config.rootpath:
        early_config._rootpath, early_config._inipath = root, ini
        name = "_inicfg" if hasattr(early_config, "_inicfg") else "inicfg"
        setattr(early_config, name, settings)
        early_config._inicache.clear()
        known.confcutdir = str(root)


def pytest_configure(config):
    for option in ("--examples-times", "--time-limit", "--diagnosis-time"):
        if not config.getoption(option) > 0:
            raise pytest.UsageError(f"{option} {config.getoption(option):g}: must be above 0")
    try:
        start = config.invocation_params.dir
        implementation = resolve(config.getoption("--impl"), start)
    except NoImplementation as error:
        raise pytest.UsageError(str(error)) from None
    seeded = config.getoption("--hypothesis-seed", None) is not None
    use_profile(
        times=config.getoption("--examples-times"),
        repeatable=not seeded,
        shrink=not config.getoption("--no-shrink"),
    )
    config.pluginmanager.register(Kit(config, implementation), "unrolled-kit")


def _subject_fixture(name):
    @pytest.fixture(scope="session", name=name)
    def subject(request):
        return request.config.pluginmanager.get_plugin("unrolled-kit").subject(name)

    subject.__doc__ = f"The implementation of the exercise {name} under test."
    return subject


for _name in NAMES:
    globals()[f"_{_name}_fixture"] = _subject_fixture(_name)


def exercise_of(path):
    """The exercise that a test file tests, or None."""
    path = Path(path)
    name = path.stem.removeprefix("test_")
    is_test = path.parent == ROOT / "tests" and path.stem.startswith("test_")
    return name if is_test and name in NAMES else None


class Kit:
    """One run of pytest over the exercises."""

    def __init__(self, config, implementation):
        self.config, self.implementation = config, implementation
        self.is_worker = hasattr(config, "workerinput")
        self.tallies = {}
        self.totals = {}
        self.skipped = collections.defaultdict(set)
        self.problems = {}
        self.diagnoses = {}
        self.complaints = set()
        self.shown = collections.Counter()
        self.explained = set()
        self._subjects = {}
        self._records = collections.defaultdict(list)
        self.is_abandoned = False
        plugins = config.pluginmanager.get_plugins()
        self._observer = next((plugin for plugin in plugins if hasattr(plugin, "servers")), None)
        self._servers = self._observer.servers if self._observer else ForkServers()

    # Subjects.

    def subject(self, name):
        """The subject of an exercise, made when it is first asked for."""
        if name not in self._subjects:
            spec = self.implementation.specs[name]
            driver = InlineDriver(spec) if self._is_inline() else self._worker(spec)
            if exercise(name).tests_of:
                driver.limit = TESTS_TIMES * self.config.getoption("--time-limit")
                driver = TestingDriver(driver, self._worker(candidates_spec(name)), name)
            self._subjects[name] = Subject(name, driver, lambda: self._worker(spec, 1))
        if self.is_abandoned:
            self._subjects[name].abandon()
        return self._subjects[name]

    def _is_inline(self):
        return self.config.getoption("--inline")

    def _worker(self, spec, hash_seed=0):
        preload = ("tensorflow",) if _wants_tensorflow(spec) else ()
        server = self._servers.get(preload, hash_seed)
        limit = slowness_of(spec["exercise"]) * self.config.getoption("--time-limit")
        return WorkerDriver(server, spec, limit)

    def abandon(self):
        """End the calls that are being waited for: this run's verdict is not wanted any more."""
        self.is_abandoned = True
        for subject in list(self._subjects.values()):
            subject.abandon()

    def pytest_unconfigure(self):
        for subject in self._subjects.values():
            subject.close()
        if self._observer is None:
            self._servers.close()

    # Collection.

    def exercise_of(self, path):
        """The exercise that a test file tests, of the kit or beside it, or None."""
        beside = self.config.stash.get(TESTS_BESIDE, {})
        return exercise_of(path) or (beside.get(Path(path).resolve()) if beside else None)

    @pytest.hookimpl
    def pytest_ignore_collect(self, collection_path):
        name = self.exercise_of(collection_path)
        return True if name and name not in self.implementation.specs else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items):
        for item in items:
            name = self.exercise_of(item.path)
            if name is None:
                continue
            self.totals.setdefault(name, []).append(item.name)

    # Running.

    def pytest_runtest_setup(self, item):
        name = self.exercise_of(item.path)
        if name and hasattr(item.obj, "hypothesis"):
            bound(item.obj.hypothesis, self._seconds_to_shrink(name))
        if name in self._subjects:
            self._subjects[name].begin_test()

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem):
        seeded = self.config.getoption("--hypothesis-seed", None) is not None
        if self._observer is None or seeded or self.exercise_of(pyfuncitem.path) is None:
            return None
        # Whoever lends fork servers runs the same tests in this process again and again.
        return REPLAYS.run(pyfuncitem, self.config.getoption("--examples-times"))

    def _seconds_to_shrink(self, name):
        """How long a failing example may be shrunk: not long if few will look at it."""
        n_failed = sum(record.failed for record in self._records.get(name, ()))
        is_brief = n_failed >= FULL_REPORTS and self.config.get_verbosity() < 1
        return SHRINK_SECONDS / 4 if is_brief else SHRINK_SECONDS

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item, call):
        name = self.exercise_of(item.path)
        if name is None:
            return (yield)
        with self._short_tracebacks():
            report = yield
        report.exercise = name
        if report.when == "call" and name in self._subjects:
            subject = self._subjects[name]
            record = TestRecord(item.name, report.failed, list(subject.calls), subject.earlier[:])
            self._records[name].append(record)
        if report.failed and call.excinfo is not None and name in self._subjects:
            spec = self.implementation.specs[name]
            facts = facts_of(call.excinfo.value, item, self._subjects[name], spec)
            if facts is not None:
                facts["plot"] = self._plot(facts, call.excinfo.value)
                report.facts = facts
                report.longrepr = "\n".join(render(facts))
                report.sections = [s for s in report.sections if s[0] != "Hypothesis"]
        return report

    @contextlib.contextmanager
    def _short_tracebacks(self):
        """Do not have pytest read the source of all functions involved: our report replaces it."""
        options = vars(self.config.option)
        before = dict(options)
        options["tbstyle"] = "native"
        try:
            yield
        finally:
            options.clear()
            options.update(before)

    def _plot(self, facts, error):
        folder, values = self.config.getoption("--plots"), getattr(error, "values", None)
        if not folder or values is None:
            return None
        from grading.running.heatmaps import save_heatmap

        path = save_heatmap(folder, f"{facts['exercise']}: {facts['title']}", *values)
        return display_path(path) if path else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report):
        if self.is_worker or not hasattr(report, "exercise"):
            return
        facts = getattr(report, "facts", None)
        if facts is not None:
            reason = complaint(facts)
            report.is_repeated = reason in self.complaints
            if reason:
                self.complaints.add(reason)
            brief = self.shown[report.exercise] >= FULL_REPORTS and self.config.get_verbosity() < 1
            report.longrepr = StudentRepr(facts, brief, self.diagnoses, self.explained)
            self.shown[report.exercise] += not report.is_repeated
            if facts["kind"] == "unloadable":
                self.problems[report.exercise] = facts["message"]
        self._count(report, facts)

    def pytest_report_teststatus(self, report):
        facts = getattr(report, "facts", None)
        if facts is None or report.when != "call":
            return None
        if facts["kind"] == "not written":
            return NOT_WRITTEN, "-", (NOT_WRITTEN.upper(), {"yellow": True})
        if getattr(report, "is_repeated", False):
            return REPEATED, "F", ("FAILED", {"red": True})
        return None

    def _count(self, report, facts):
        tally = self._tally(report.exercise)
        test = report.nodeid.split("::")[-1]
        for names in (tally.passed, tally.failed, tally.unwritten):
            if report.when == "call" or report.failed:
                names.discard(test)
        if report.skipped:
            self.skipped[report.exercise].add(test)
        if report.failed:
            unwritten = facts is not None and facts["kind"] == "not written"
            (tally.unwritten if unwritten else tally.failed).add(test)
        elif report.when == "call" and report.passed:
            tally.passed.add(test)

    def _tally(self, name):
        if name not in self.tallies:
            cache = getattr(self.config, "cache", None)
            self.tallies[name] = progress.remembered(cache, self.implementation, name)
        return self.tallies[name]

    # The diagnosis, when all tests have run: only where a written answer failed.

    def _diagnose(self):
        for name, records in self._records.items():
            if not self.config.getoption("diagnose") or not any(r.failed for r in records):
                continue
            if exercise(name).tests_of:  # the tests that fail are named after mistakes already
                continue
            written = [r for r in records if not r.failed or _is_written(r)]
            drivers = [self._worker(library_spec(name)) for _ in range(min(2, os.cpu_count() or 1))]
            slowness = slowness_of(name)
            for driver in drivers:
                driver.limit = min(2.0 * slowness, driver.limit)
            try:
                seconds = slowness * self.config.getoption("--diagnosis-time")
                found = diagnose(name, written, drivers, seconds)
            finally:
                for driver in drivers:
                    driver.close()
            self.diagnoses[name] = {t: dataclasses.asdict(d) for t, d in found.items()}

    # pytest-xdist: only the workers collect, so they tell the totals.

    def pytest_sessionfinish(self):
        self._diagnose()
        if self.is_worker:
            self.config.workeroutput["unrolled_totals"] = self.totals
            self.config.workeroutput["unrolled_diagnoses"] = self.diagnoses

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node, error):
        output = getattr(node, "workeroutput", {})
        self.totals.update(output.get("unrolled_totals", {}))
        for name, diagnoses in output.get("unrolled_diagnoses", {}).items():
            self.diagnoses.setdefault(name, {}).update(diagnoses)

    # The board.

    def pytest_report_header(self):
        missing = [name for name in NAMES if name not in self.implementation.specs]
        line = f"unrolled: testing {self.implementation.label}"
        return line + (f" (not there: {', '.join(missing)})" if missing else "")

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter):
        if not self.totals:
            return
        tallies = self.final_tallies()
        if not self.config.getoption("collectonly"):
            cache = getattr(self.config, "cache", None)
            ran = {name: tallies[name] for name in self.totals}
            progress.remember(cache, self.implementation, ran)
        writer = terminalreporter
        writer.section("exercises", sep="-")
        folder = self.implementation.label
        width = writer._tw.fullwidth
        for text, colour in board.lines_of(tallies, folder, _speaks_unicode(), width):
            writer.write_line(text, **({colour: True} if colour else {}))

    def final_tallies(self):
        """All exercises that are there: what this run found, over what earlier ones did."""
        tallies = {name: self._tally(name) for name in NAMES if name in self.implementation.specs}
        for name, tests in self.totals.items():
            tally, known = tallies[name], set(tests) - self.skipped[name]
            tally.total = len(known)
            for names in (tally.passed, tally.failed, tally.unwritten):
                names &= known
            tally.problem = self.problems.get(name)
        return tallies


@dataclasses.dataclass
class StudentRepr:
    """What pytest prints for a failing test of an exercise."""

    facts: dict
    brief: bool
    diagnoses: dict
    explained: set

    @property
    def reprcrash(self):
        return _Crash(headline(self.facts))

    def toterminal(self, writer):
        width = min(writer.fullwidth, 100)
        writer.line(f"{self.facts['exercise']}: {self.facts['title']}", bold=True)
        if self.brief:
            writer.line(f"  {headline(self.facts)}"[:width])
        else:
            for line in render(self.facts, width):
                red = line.lstrip().split(" ")[0] in ("found", "raised", "but", "problem")
                writer.line(line, red=red and line[2:3] != " ")
        diagnosis = self.diagnoses.get(self.facts["exercise"], {}).get(self.facts["item"])
        if diagnosis:
            seen = diagnosis["name"] in self.explained
            self.explained.add(diagnosis["name"])
            for line in render_diagnosis(diagnosis, width, again=seen or self.brief):
                writer.line(line, cyan=True)
        if not self.brief:
            test = f"tests/test_{self.facts['exercise']}.py::{self.facts['item']}"
            writer.line(f"  {'test':<11}{test}")
        if self.facts["plot"]:
            writer.line(f"  {'plot':<11}{self.facts['plot']}")

    def __str__(self):
        return "\n".join(render(self.facts))


@dataclasses.dataclass
class _Crash:
    message: str

    def __str__(self):
        return self.message


def _is_written(record):
    return not any(
        "raised" in (call.outcome.fault or {})
        and call.outcome.fault["raised"]["kind"] == "NotImplementedError"
        for call in record.last
    )


def _wants_tensorflow(spec):
    item = exercise(spec["exercise"])
    if item.tensorflow or (
        "library" in spec and item.tests_of and exercise(item.tests_of).tensorflow
    ):
        return True
    try:
        return "tensorflow" in Path(spec["path"]).read_text(encoding="utf-8", errors="replace")
    except (KeyError, OSError):
        return False


def _speaks_unicode():
    return "utf" in (getattr(sys.stdout, "encoding", "") or "").lower()
