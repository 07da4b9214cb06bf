"""The pytest plugin that turns failures of exercises into reports for students."""

import contextlib
import io
from dataclasses import dataclass

import pytest
from _pytest._io import TerminalWriter

from grading.catalogue.paths import display_path
from grading.running.collection import exercise_of
from grading.running.failure import Failure
from grading.running.outcome import Kind
from grading.running.report import Briefness, headline, render, render_diagnosis

NOT_WRITTEN, REPEATED = "not written", "failed for a reason shown above"


class Reporting:
    """Gives each failing test of an exercise a :class:`.failure.Failure`, and prints that.

    Args:
        config: pytest's configuration.
        subjects: the run's :class:`grading.running.subjects.Subjects`.
        run: the :class:`grading.running.result.Run`, which knows the diagnoses.
    """

    def __init__(self, config, subjects, run):
        self.config, self.subjects, self.run = config, subjects, run
        self.briefness = Briefness()
        if config.get_verbosity() >= 1:
            self.briefness.n_full = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item, call):
        name = exercise_of(item.path, self.config)
        if name is None:
            return (yield)
        with self._short_tracebacks():
            report = yield
        report.exercise = name
        if report.failed and call.excinfo is not None:
            failure = self.subjects.failure_of(item, call.excinfo.value)
            if failure is not None:
                failure.plot = self._plot(failure, call.excinfo.value)
                report.failure = failure
                report.longrepr = "\n".join(render(failure))
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

    def _plot(self, failure, error):
        folder, values = self.config.getoption("--plots"), getattr(error, "values", None)
        if not folder or values is None:
            return None
        from grading.running.heatmaps import save_heatmap

        path = save_heatmap(folder, f"{failure.exercise}: {failure.title}", *values)
        return display_path(path) if path else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report):
        failure = getattr(report, "failure", None)
        if failure is not None and not hasattr(self.config, "workerinput"):
            is_new, is_brief = self.briefness.tell(failure)
            report.is_repeated = not is_new
            report.longrepr = StudentReport(failure, is_brief, self.run, self.briefness)

    def pytest_report_teststatus(self, report):
        failure = getattr(report, "failure", None)
        if failure is None or report.when != "call":
            return None
        if failure.kind is Kind.NOT_WRITTEN:
            return NOT_WRITTEN, "-", (NOT_WRITTEN.upper(), {"yellow": True})
        if getattr(report, "is_repeated", False):
            return REPEATED, "F", ("FAILED", {"red": True})
        return None

    # Between the processes of pytest-xdist only plain data travels.

    @pytest.hookimpl(wrapper=True)
    def pytest_report_to_serializable(self, report):
        data = yield
        if data is not None and hasattr(report, "failure"):
            data["failure"] = report.failure.as_plain()
        return data

    @pytest.hookimpl(wrapper=True)
    def pytest_report_from_serializable(self):
        report = yield
        if hasattr(report, "failure"):
            report.failure = Failure.of_plain(report.failure)
        return report


@dataclass
class StudentReport:
    """What pytest prints for a failing test of an exercise."""

    failure: Failure
    is_brief: bool
    run: object
    briefness: Briefness

    @property
    def reprcrash(self):
        return _Crash(headline(self.failure))

    def toterminal(self, writer):
        failure, width = self.failure, min(writer.fullwidth, 100)
        writer.line(f"{failure.exercise}: {failure.title}", bold=True)
        if self.is_brief:
            writer.line(f"  {headline(failure)}"[:width])
        else:
            for line in render(failure, width):
                red = line.lstrip().split(" ")[0] in ("found", "raised", "but", "problem")
                writer.line(line, red=red and line[2:3] != " ")
        diagnosis = self.run.diagnosis_of(failure)
        if diagnosis:
            again = not self.briefness.is_new("explanation", diagnosis.name) or self.is_brief
            for line in render_diagnosis(diagnosis, width, again):
                writer.line(line, cyan=True)
        if not self.is_brief:
            writer.line(f"  {'test':<11}tests/{failure.id}")
        if failure.plot:
            writer.line(f"  {'plot':<11}{failure.plot}")

    def __str__(self):
        return "\n".join(render(self.failure))


def in_short(failures, run, width):
    """The reports of some failing tests of a run that is over, as a terminal shows them.

    Args:
        failures: of one exercise, in order.
        run: the run, which knows the diagnoses.
        width: in characters.
    """
    writer = TerminalWriter(io.StringIO())
    writer.hasmarkup, writer.fullwidth = True, width
    briefness, n_repeated = Briefness(), 0
    for failure in failures:
        if failure.kind is Kind.ERROR:  # of the kit's own
            writer.line(f"{failure.message}\n")
            continue
        is_new, is_brief = briefness.tell(failure)
        n_repeated += not is_new
        if is_new:
            StudentReport(failure, is_brief, run, briefness).toterminal(writer)
            writer.line()
    if n_repeated:
        writer.line(f"{n_repeated} test{'s' * (n_repeated != 1)} more failed for a reason above")
    return writer._file.getvalue().rstrip()


@dataclass
class _Crash:
    message: str

    def __str__(self):
        return self.message
