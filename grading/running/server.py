"""The judge behind the check cells of a notebook: a process beside the kernel, kept warm.

    python -m grading.running.server      requests as JSON lines on stdin, answers on stdout

The tests run here and the student's module in workers of this process, so the kernel imports
neither pytest nor the tests, and TensorFlow is imported once for all checks of a notebook.
"""

import json
import os
import queue
import sys
import tempfile
import threading
from pathlib import Path

from grading.catalogue.points import group_named, group_of, groups_of, tests_of
from grading.processes.forkserver import ForkServers
from grading.running import hidden_tests
from grading.running.outcome import Kind
from grading.running.reporting import in_short
from grading.running.run import Recorder, run_tests, test_file

WIDTH = 88  # of a report, in characters: what fits beside the folders in JupyterLab


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
            return answer_of(self._run(request, tests), name)
        group_named(name, group)  # refuses a name that is none
        # Once each: who runs the same cell again wants the tests to be run again.
        ready = self._ready.pop((name, request["source"], group), None)
        if ready:
            return ready
        own = [test for test in tests if group_of(name, test).name == group]
        found = self._run(request, own)
        hung = any(failure.kind is Kind.HUNG for failure in found.failures)
        if not found.diagnoses or hung:
            return answer_of(found, name)
        found = self._run(request, tests)
        self._ready = {
            (name, request["source"], other.name): answer_of(
                found, name, lambda test, other=other: group_of(name, test) == other
            )
            for other in groups_of(name)
        }
        return self._ready.pop((name, request["source"], group))

    def _run(self, request, tests):
        """Run some tests of an exercise; gives a :class:`grading.running.result.Run`."""
        name = request["exercise"]
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / f"{name}.py").write_bytes(request["source"].encode("utf-8", "replace"))
            hidden = self._hidden_tests(name)
            ids = [f"{hidden.get(test, test_file(name))}::{test}" for test in tests]
            options = hidden_tests.options(self._hidden) if hidden else ()
            found = run_tests(folder, ids, Recorder(self.servers), options)
        for failure in found.failures:
            failure.file = request["place"]
        return found


def answer_of(run, name, belongs=lambda test: True):
    """What became of those tests that ``belongs`` gives True for, as a plain dict."""
    results = [result for result in run.of(name).values() if belongs(result.test)]
    failed = [r for r in results if r.state == "failed" and not r.is_unwritten]
    unwritten = {r.test: r.failure.message for r in results if r.is_unwritten}
    return {
        "passed": [r.test for r in results if r.state == "passed"],
        "failed": [r.test for r in failed],
        "unwritten": {t: w.removeprefix("NotImplementedError: ") for t, w in unwritten.items()},
        "skipped": {r.test: r.reason for r in results if r.state == "skipped"},
        "text": in_short([r.failure for r in failed], run, WIDTH),
    }


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
