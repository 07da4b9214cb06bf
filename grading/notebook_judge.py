"""The judge behind the check cells of a notebook: a process beside the kernel, kept warm.

    python -m grading.notebook_judge      requests as JSON lines on stdin, answers on stdout

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

from grading.driver import Nurseries
from grading.groups import group_named, group_of, tests_of
from grading.judge import QUIET
from grading.stubs import ROOT

WIDTH = 88  # of a report, in characters: what fits beside the folders in JupyterLab


class Observer:
    """A pytest plugin that lends its nurseries to the kit's, and keeps the reports."""

    def __init__(self, nurseries, place):
        self.nurseries, self.place = nurseries, place
        self.passed, self.skipped, self.unwritten, self.failed = [], {}, {}, []
        self.repeated, self.diagnoses = set(), {}

    def pytest_runtest_logreport(self, report):
        test = report.nodeid.split("::")[-1]
        if report.failed:
            facts = getattr(report, "facts", None) or {"kind": "error"}
            facts["file"] = self.place
            if facts["kind"] == "not written":
                self.unwritten[test] = facts["message"].removeprefix("NotImplementedError: ")
            else:
                self.failed.append((test, report))
                if getattr(report, "is_repeated", False):
                    self.repeated.add(test)
        elif report.skipped:
            self.skipped[test] = str(report.longrepr[-1]).removeprefix("Skipped: ")
        elif report.when == "call":
            self.passed.append(test)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        kit = session.config.pluginmanager.get_plugin("unrolled-kit")
        self.diagnoses = kit.diagnoses  # the reports, too, look for theirs in this dict

    def text(self):
        """The reports as pytest shows them."""
        writer = TerminalWriter(io.StringIO())
        writer.hasmarkup, writer.fullwidth = True, WIDTH
        for test, report in self.failed:
            if test in self.repeated:
                continue
            if hasattr(report.longrepr, "toterminal"):
                report.longrepr.toterminal(writer)
            else:
                writer.line(str(report.longrepr))
            writer.line()
        if self.repeated:
            writer.line(f"{_tests(len(self.repeated))} more failed for a reason shown above")
        return writer._file.getvalue().rstrip()


class Judge:
    """Runs tests on modules, with its nurseries shared by all runs."""

    def __init__(self):
        self.nurseries = Nurseries()
        self._folder = tempfile.TemporaryDirectory(prefix="unrolled-")
        tempfile.tempdir = self._folder.name  # the nurseries' own folders go with it
        self._diagnosed = {}

    def close(self):
        """End all workers, also in the middle of a test, and leave no file behind."""
        self.nurseries.close()
        self._folder.cleanup()

    def check(self, request):
        """Run the tests of one group, or of all, on a module; gives an answer as a plain dict.

        Args:
            request: a dict with the keys ``exercise``, ``group`` (None for all of them),
                ``source`` (the text of the module) and ``place`` (what to call the module's file).
        """
        name, tests = request["exercise"], tests_of(request["exercise"])
        if request["group"] is not None:
            group = group_named(name, request["group"])
            tests = [test for test in tests if group_of(name, test) == group]
        observer = self._run(request, tests)
        if request["group"] is not None and observer.diagnoses.get(name):
            self._confirm(request, observer)
        failed = [test for test, _ in observer.failed]
        if not (observer.passed or failed or observer.unwritten or observer.skipped):
            return {"problem": "pytest ran no test"}
        return {
            "passed": observer.passed,
            "failed": failed,
            "unwritten": observer.unwritten,
            "skipped": observer.skipped,
            "text": observer.text(),
        }

    def _confirm(self, request, observer):
        """Keep only such diagnoses of a group as all tests of the exercise bear out.

        A few tests alone may take one mistake for another, which the other tests would tell apart.
        """
        name = request["exercise"]
        key = (name, request["source"])
        if key not in self._diagnosed:
            self._diagnosed = {key: self._run(request, tests_of(name)).diagnoses.get(name, {})}
        confirmed, found = self._diagnosed[key], observer.diagnoses[name]
        observer.diagnoses[name] = {test: confirmed[test] for test in found if confirmed.get(test)}

    def _run(self, request, tests):
        name, observer = request["exercise"], Observer(self.nurseries, request["place"])
        folder = tempfile.mkdtemp()
        try:
            (Path(folder) / f"{name}.py").write_bytes(request["source"].encode("utf-8", "replace"))
            file = ROOT / "tests" / f"test_{name}.py"
            ids = [f"{file}::{test}" for test in tests]
            pytest.main([*QUIET, "--impl", folder, *ids], [observer])
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return observer


def main():
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what pytest and the tests print must not get between the answers
    judge, requests = Judge(), queue.Queue()
    threading.Thread(target=_listen, args=(requests, judge), daemon=True).start()
    while True:
        request = requests.get()
        try:
            answer = judge.check(request)
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


def _tests(count):
    return f"{count} test{'s' * (count != 1)}"


if __name__ == "__main__":
    main()
