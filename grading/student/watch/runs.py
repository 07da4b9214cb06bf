"""The runs of ``unrolled watch``: one at a time, in a thread of their own, on warm processes."""

import os
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

from grading.catalogue.where import NoImplementation
from grading.processes.forkserver import ForkServers
from grading.running.ahead import JOBS
from grading.running.lasting import library_drivers, make_spares
from grading.running.leading import the_failure_that_matters
from grading.running.outcome import Kind
from grading.running.preparing import Preparing, ask_library
from grading.running.result import Run
from grading.running.run import Recorder, run_tests

MOST_HANGS = 2  # a run ends then: what is left will hang, too


class Runs:
    """Runs the tests of one exercise after another.

    Args:
        on_failure: called, in a thread of the run, with a pair: the failure of the first test that
            fails and False, as its smallest example is not known yet; and the failure of each test
            that was run and True.
        on_telling: called there when nothing fails on the examples that tell most.
        on_settled: called there with the failing test that matters and its misconception, or None,
            when that test was run; again if more is known when all that failed were.
        on_test: called in the thread of the run after each test.
        on_end: called there with the :class:`grading.running.result.Run` when it is over, or with
            None if the module has just gone.
    """

    def __init__(self, on_failure, on_telling, on_settled, on_test, on_end):
        self._on_failure, self._on_telling, self._on_settled = on_failure, on_telling, on_settled
        self._on_test, self._on_end = on_test, on_end
        self.servers = ForkServers()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tests")
        self._recorder, self._is_closed = None, False
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="library")
        self._preparing, self._wanted = None, threading.Event()
        self._noted, self._asked = {}, set()  # by exercise, a Preparing; names of exercises
        self._prepared = None  # the name of the exercise whose next run all is ready for

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
        self._stop_preparing()
        ahead = {
            "last": last,
            "failed": lambda failure: self._failed(failure, is_smallest=False),
            "told": self._on_telling,
            "settled": lambda: self._settled(recorder.run, name),
        }
        recorder = Recorder(self.servers, self._failed, self._on_test, ahead, MOST_HANGS)
        self._recorder = recorder
        self._thread.submit(self._run, recorder, folder, name)

    def ended(self, name):
        """Take note that the run has ended."""
        self._recorder = None
        self.prepare(name)

    def stop(self):
        """End the run that is under way, as soon as can be; may be called from any thread."""
        recorder = self._recorder
        if recorder is not None:
            recorder.stop()

    def kill(self):
        """End the run and all processes, to quit."""
        self._is_closed = True
        self.stop()
        self._stop_preparing()
        self.servers.kill()  # else quitting would wait for TensorFlow's import

    def close(self):
        """Wait for the end of everything."""
        self.stop()
        self._stop_preparing()
        self._thread.shutdown()
        self._asking.shutdown()
        self.servers.close()

    def warm(self, name):
        """Start what the tests of an exercise need, ahead of need."""
        if not self._is_closed:
            self.servers.warm(name)
            self.prepare(name)

    def prepare(self, name):
        """Do what can be done ahead of the next run of an exercise, until one begins."""
        self._stop_preparing()
        if self._is_closed or not hasattr(os, "fork"):
            return  # to start many processes anew would take longer than it saves
        wanted = self._wanted = threading.Event()
        wanted.set()
        if name in self._noted:
            self._asking.submit(self._ask, name, wanted)
        else:
            self._preparing = Recorder(self.servers, instead=Preparing())
            self._thread.submit(self._note_calls, self._preparing, name)

    def is_prepared(self, name):
        """Whether there is nothing more to prepare."""
        return self._prepared == name

    def _stop_preparing(self):
        self._wanted.clear()
        self._prepared = None
        if self._preparing is not None:
            self._preparing.stop()
            self._preparing = None

    def _note_calls(self, recorder, name):
        run = run_tests("solutions", [name], recorder)
        if not run.abandoned and run.error is None:
            self._noted[name] = recorder.instead
            self._asking.submit(self._ask, name, self._wanted)

    def _ask(self, name, wanted):
        """Make the calls that were noted, in the processes that will need them to be made."""
        if not wanted.is_set():
            return
        noted = self._noted[name]
        first = [call for test in noted.first for call in noted.calls[test]]
        make_spares(name, self.servers, JOBS, first, wanted.is_set)
        if name not in self._asked and wanted.is_set():
            drivers = library_drivers(name, self.servers)
            if ask_library(name, noted.calls, drivers, wanted.is_set):
                self._asked.add(name)
        if wanted.is_set():
            self._prepared = name

    def _settled(self, run, name):
        failure = the_failure_that_matters(run.failures_of(name), run.diagnosis_of)
        if failure is not None:  # the run was not stopped meanwhile
            self._on_settled((failure, run.diagnosis_of(failure)))

    def _run(self, recorder, folder, name):
        run = None
        try:
            run = run_tests(folder, [name], recorder, remember=True)
        except NoImplementation:
            pass
        except Exception:  # an error of the kit's own; the next save starts a new run
            run = Run(folder, error=traceback.format_exc())
        self._on_end(run)

    def _failed(self, failure, is_smallest=True):
        if failure.kind is not Kind.NOT_WRITTEN:
            self._on_failure((failure, is_smallest))
