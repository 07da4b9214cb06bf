"""The runs of ``unrolled watch``: one at a time, in a thread of their own, on warm processes."""

import os
import traceback
from concurrent.futures import ThreadPoolExecutor

from grading.catalogue.where import NoImplementation
from grading.processes.forkserver import ForkServers
from grading.running.outcome import Kind
from grading.running.result import Run
from grading.running.run import Recorder, run_tests

JOBS = min(4, os.cpu_count() or 1)  # tests at a time, each with a process of its own
MOST_HANGS = 2  # a run ends then: what is left will hang, too


class Runs:
    """Runs the tests of one exercise after another.

    Args:
        on_failure: called, in the thread of the run, with each failing test's failure.
        on_telling: called there when nothing fails on the examples that tell most.
        on_test: called there after each test.
        on_end: called there with the :class:`grading.running.result.Run` when it is over, or with
            None if the module has just gone.
    """

    def __init__(self, on_failure, on_telling, on_test, on_end):
        self._on_failure, self._on_telling = on_failure, on_telling
        self._on_test, self._on_end = on_test, on_end
        self.servers = ForkServers()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tests")
        self._recorder, self._is_closed = None, False

    @property
    def is_running(self):
        return self._recorder is not None

    @property
    def count(self):
        """How many tests have come to an end, and how many there are."""
        run = self._recorder.run
        return len(run.results), sum(map(len, run.tests.values()))

    def begin(self, folder, name, last=None):
        """Begin a run; the one before has ended. The test called ``last`` comes first."""
        ahead = {"jobs": JOBS, "last": last, "told": self._on_telling}
        self._recorder = Recorder(self.servers, self._failed, self._on_test, ahead, MOST_HANGS)
        self._thread.submit(self._run, self._recorder, folder, name)

    def ended(self):
        """Take note that the run has ended."""
        self._recorder = None

    def stop(self):
        """End the run that is under way, as soon as can be; may be called from any thread."""
        recorder = self._recorder
        if recorder is not None:
            recorder.stop()

    def kill(self):
        """End the run and all processes, to quit."""
        self._is_closed = True
        self.stop()
        self.servers.kill()  # else quitting would wait for TensorFlow's import

    def close(self):
        """Wait for the end of everything."""
        self.stop()
        self._thread.shutdown()
        self.servers.close()

    def warm(self, name):
        """Start what the tests of an exercise need, ahead of need."""
        if not self._is_closed:
            self.servers.warm(name)

    def _run(self, recorder, folder, name):
        run = None
        try:
            run = run_tests(folder, [name], recorder, remember=True)
        except NoImplementation:
            pass
        except Exception:  # an error of the kit's own; the next save starts a new run
            run = Run(folder, error=traceback.format_exc())
        self._on_end(run)

    def _failed(self, failure):
        if failure.kind is not Kind.NOT_WRITTEN:
            self._on_failure(failure)
