"""The judge behind the check cells of a notebook: a process beside the kernel, kept warm.

    python -m grading.running.server      requests as JSON lines on stdin, answers on stdout

The tests run here and the student's module in workers of this process, so the kernel imports
neither pytest nor the tests, and TensorFlow is imported once for all checks of a notebook.
"""

import io
import json
import os
import queue
import shutil
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from _pytest._io import TerminalWriter

from grading.catalogue.points import group_named, group_of, groups_of, tests_of
from grading.catalogue.stubs import ROOT
from grading.processes.forkserver import ForkServers
from grading.running import hidden_tests
from grading.running.many import QUIET
from grading.running.plugin import FULL_REPORTS
from grading.running.report import complaint

WIDTH = 88  # of a report, in characters: what fits beside the folders in JupyterLab


class Observer:
    """A pytest plugin that lends its fork servers to the kit's, and keeps the reports.

    Attributes:
        passed, skipped, unwritten: for each such test its name, and why it was skipped or what is
            not written.
        failed: for each failing test its report.
        diagnoses: for each failing test that shows one, its misconception; the reports look there.
    """

    def __init__(self, servers, place):
        self.servers, self.place = servers, place
        self.passed, self.skipped, self.unwritten, self.failed = {}, {}, {}, {}
        self.diagnoses = {}

    def pytest_runtest_logreport(self, report):
        test = report.nodeid.split("::")[-1]
        if report.failed:
            facts = getattr(report, "facts", None) or {"kind": "error"}
            facts["file"] = self.place
            if facts["kind"] == "not written":
                self.unwritten[test] = facts["message"].removeprefix("NotImplementedError: ")
            else:
                self.failed[test] = report
        elif report.skipped:
            self.skipped[test] = str(report.longrepr[-1]).removeprefix("Skipped: ")
        elif report.when == "call":
            self.passed[test] = None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        kit = session.config.pluginmanager.get_plugin("unrolled-kit")
        for found in kit.diagnoses.values():
            self.diagnoses |= found

    def answer(self, belongs):
        """What became of those tests that ``belongs`` gives True for, as a plain dict."""

        def chosen(found):
            return {test: what for test, what in found.items() if belongs(test)}

        failed = chosen(self.failed)
        return {
            "passed": list(chosen(self.passed)),
            "failed": list(failed),
            "unwritten": chosen(self.unwritten),
            "skipped": chosen(self.skipped),
            "text": _text(failed.values()),
        }


class Judge:
    """Runs tests on modules, with its fork servers shared by all runs."""

    def __init__(self):
        self.servers = ForkServers()
        self._folder = tempfile.TemporaryDirectory(prefix="unrolled-")
        tempfile.tempdir = self._folder.name  # the fork servers' own folders go with it
        self._ready = {}
        # An instructor's, where nbgrader runs a notebook; a student has none.
        self._hidden = hidden_tests.folder_of_the_environment()

    def _hidden_tests(self, name):
        """The hidden tests of an exercise: a dict from their names to their files."""
        files = hidden_tests.files_in(self._hidden) if self._hidden else {}
        return {test: path for path, tests in files.get(name, {}).items() for test in tests}

    def close(self):
        """End all workers, also in the middle of a test, and leave no file behind."""
        self.servers.close()
        self._folder.cleanup()

    def check(self, request):
        """Run the tests of one group, or of all, on a module; gives an answer as a plain dict.

        A few tests alone may take one misconception for another, which the other tests would tell
        apart. So where a group shows one, all tests are run, as pytest does, and the answers for
        the other groups are ready when their check cells ask for them.

        Args:
            request: a dict with the keys ``exercise``, ``group`` (None for all of them),
                ``source`` (the text of the module) and ``place`` (what to call the module's file).
        """
        name, group = request["exercise"], request["group"]
        tests = [*tests_of(name), *self._hidden_tests(name)]
        if group is None:
            return self._run(request, tests).answer(lambda test: True)
        group_named(name, group)  # refuses a name that is none
        # Once each: who runs the same cell again wants the tests to be run again.
        ready = self._ready.pop((name, request["source"], group), None)
        if ready:
            return ready
        observer = self._run(request, [t for t in tests if group_of(name, t).name == group])
        hung = any(_kind(report) == "hung" for report in observer.failed.values())
        if not observer.diagnoses or hung:
            return observer.answer(lambda test: True)
        observer = self._run(request, tests)
        self._ready = {
            (name, request["source"], other.name): observer.answer(
                lambda test, other=other: group_of(name, test) == other
            )
            for other in groups_of(name)
        }
        return self._ready.pop((name, request["source"], group))

    def _run(self, request, tests):
        name, observer = request["exercise"], Observer(self.servers, request["place"])
        folder = tempfile.mkdtemp()
        try:
            (Path(folder) / f"{name}.py").write_bytes(request["source"].encode("utf-8", "replace"))
            file, hidden = ROOT / "tests" / f"test_{name}.py", self._hidden_tests(name)
            ids = [f"{hidden.get(test, file)}::{test}" for test in tests]
            options = hidden_tests.options(self._hidden) if hidden else ()
            pytest.main([*QUIET, *options, "--impl", folder, *ids], [observer])
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return observer


def _text(reports):
    """The reports of some failing tests as pytest shows them: the first ones in full."""
    writer = TerminalWriter(io.StringIO())
    writer.hasmarkup, writer.fullwidth = True, WIDTH
    complaints, explained, n_shown, n_repeated = set(), set(), 0, 0
    for report in reports:
        if not hasattr(report, "facts"):  # an error of the kit's own
            writer.line(f"{report.longrepr}\n")
            continue
        reason = complaint(report.facts)
        if reason in complaints:
            n_repeated += 1
            continue
        complaints |= {reason} - {None}
        report.longrepr.brief, report.longrepr.explained = n_shown >= FULL_REPORTS, explained
        report.longrepr.toterminal(writer)
        writer.line()
        n_shown += 1
    if n_repeated:
        writer.line(f"{n_repeated} test{'s' * (n_repeated != 1)} more failed for a reason above")
    return writer._file.getvalue().rstrip()


def _kind(report):
    return getattr(report, "facts", {}).get("kind")


def main():
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what pytest and the tests print must not get between the answers
    judge, requests = Judge(), queue.Queue()
    threading.Thread(target=_listen, args=(requests, judge), daemon=True).start()
    while True:
        request = requests.get()
        try:
            answer = judge.check(request)
            if not any(answer[kind] for kind in ("passed", "failed", "unwritten", "skipped")):
                answer = {"problem": "pytest ran no test"}
        except Exception as error:
            answer = {"problem": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


def _listen(requests, judge):
    """Take requests in; when the kernel is gone, end at once, also in the middle of a test."""
    for line in sys.stdin.buffer:
        requests.put(json.loads(line))
    try:
        judge.close()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
