"""What the check cells of a notebook show of a module: the tests of one group, or of all."""

import tempfile
from pathlib import Path

from grading.catalogue.points import group_named, group_of, groups_of, tests_of
from grading.catalogue.refused import Refused
from grading.running import hidden_tests
from grading.running.outcome import Kind
from grading.running.reporting import in_short
from grading.running.run import IN_ORDER, Recorder, run_tests, test_file

WIDTH = 88  # of a report, in characters: what fits beside the folders in JupyterLab


class Checks:
    """Runs tests on modules, with fork servers that all runs share.

    Args:
        servers: the :class:`grading.processes.forkserver.ForkServers`.
    """

    def __init__(self, servers):
        self.servers, self._ready = servers, {}
        # An instructor's, where nbgrader runs a notebook; a student has none.
        self._hidden = hidden_tests.folder_of_the_environment()

    def check(self, exercise, group, source, place):
        """Run the tests of one group, or of all, on a module; gives an answer as a plain dict.

        A few tests alone may take one misconception for another, which the other tests would tell
        apart. So where a group shows one, all tests are run, as pytest does, and the answers for
        the other groups are ready when their check cells ask for them.

        Args:
            exercise: its name.
            group: the name of one of its groups, or None for all of them.
            source: the text of the module.
            place: what to call the module's file.

        Raises:
            Refused: no test could be run; or there is no such exercise or group.
        """
        tests = [*tests_of(exercise), *self._hidden_tests(exercise)]
        if group is None:
            return answer_of(self._run(exercise, source, place, tests), exercise)
        group_named(exercise, group)  # raises for an unknown name
        # Each answer is given once: running the same cell again runs the tests again.
        ready = self._ready.pop((exercise, source, group), None)
        if ready:
            return ready
        own = [test for test in tests if group_of(exercise, test).name == group]
        run = self._run(exercise, source, place, own)
        hung = any(failure.kind is Kind.HUNG for failure in run.failures)
        if not run.diagnoses or hung:
            return answer_of(run, exercise)
        run = self._run(exercise, source, place, tests)
        self._ready = {
            (exercise, source, other.name): answer_of(
                run, exercise, lambda test, other=other: group_of(exercise, test) == other
            )
            for other in groups_of(exercise)
        }
        return self._ready.pop((exercise, source, group))

    def _hidden_tests(self, exercise):
        """The hidden tests of an exercise: a dict from their names to their files."""
        files = hidden_tests.files_in(self._hidden) if self._hidden else {}
        return {test: path for path, tests in files.get(exercise, {}).items() for test in tests}

    def _run(self, exercise, source, place, tests):
        """Run some tests of an exercise; gives a :class:`grading.running.result.Run`."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / f"{exercise}.py").write_bytes(source.encode("utf-8", "replace"))
            hidden = self._hidden_tests(exercise)
            ids = [f"{hidden.get(test, test_file(exercise))}::{test}" for test in tests]
            options = hidden_tests.options(self._hidden) if hidden else ()
            run = run_tests(folder, ids, Recorder(self.servers, ahead=IN_ORDER), options)
        if not run.results:
            why = run.error or "it found none"
            raise Refused(f"pytest ran no test ({why}); run the cell again")
        for failure in run.failures:
            failure.file = place
        return run


def answer_of(run, exercise, belongs=lambda test: True):
    """What became of those tests that ``belongs`` gives True for, as a plain dict."""
    results = [result for result in run.of(exercise).values() if belongs(result.test)]
    failed = [r for r in results if r.state == "failed" and not r.is_unwritten]
    unwritten = {r.test: r.failure.message for r in results if r.is_unwritten}
    return {
        "passed": [r.test for r in results if r.state == "passed"],
        "failed": [r.test for r in failed],
        "unwritten": {t: w.removeprefix("NotImplementedError: ") for t, w in unwritten.items()},
        "skipped": {r.test: r.reason for r in results if r.state == "skipped"},
        "text": in_short([r.failure for r in failed], run, WIDTH),
    }
