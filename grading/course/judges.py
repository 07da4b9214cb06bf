"""Processes that judge submissions, kept warm from one to the next."""

import contextlib
import json
import subprocess
import sys
import tempfile
import threading

from grading.catalogue.paths import kit_environment
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import ROOT
from grading.running.submission import GRACE, TIME

PER_PROCESS = 100  # submissions; then a new process begins with a clean memory
# Seconds for one submission: the judge's own limit, and what its process needs to begin and to end.
PATIENCE = TIME + GRACE + 120


class NotJudged(Refused, RuntimeError):
    """A submission could not be judged, which says nothing about it: no grade may be written."""


class Judges:
    """As many processes of :mod:`grading.course.worker` as threads ask at the same time.

    Args:
        arguments: of the processes.
        idle_seconds: how long one may wait for the next request before it is ended; None for ever.
    """

    def __init__(self, arguments, idle_seconds=None):
        self.arguments, self.idle_seconds = arguments, idle_seconds
        self._all, self._idle, self._lock = set(), {}, threading.Lock()
        self._is_over = False

    def ask(self, request):
        """The answer to a request, see :mod:`grading.course.worker`.

        Raises:
            NotJudged: none came, of two processes.
        """
        for is_last in (False, True):  # a process may have fallen over an earlier submission
            judge = self._take()
            try:
                answer = judge.ask(request)
            except NotJudged:
                self._end(judge)
                if is_last or self._is_over:
                    raise
            else:
                self._keep(judge)
                return answer

    def end(self):
        """End all processes, whatever they are doing."""
        with self._lock:
            self._is_over = True
            judges, self._all = self._all, set()
        for judge in judges:
            judge.end()

    def _take(self):
        with self._lock:
            if self._is_over:
                raise NotJudged("the judges were ended")
            if self._idle:
                judge, alarm = self._idle.popitem()
                if alarm:
                    alarm.cancel()
                return judge
            judge = Judge(self.arguments)
            self._all.add(judge)
            return judge

    def _keep(self, judge):
        if judge.count >= PER_PROCESS:
            self._end(judge)
            return
        alarm = None
        if self.idle_seconds is not None:
            alarm = threading.Timer(self.idle_seconds, self._end_idle, [judge])
            alarm.daemon = True
        with self._lock:
            self._idle[judge] = alarm
        if alarm:
            alarm.start()

    def _end_idle(self, judge):
        with self._lock:
            is_idle = self._idle.pop(judge, self) is not self
        if is_idle:
            self._end(judge)

    def _end(self, judge):
        with self._lock:
            self._all.discard(judge)
        judge.end()


class Judge:
    """A warm process of :mod:`grading.course.worker`, with these arguments."""

    def __init__(self, arguments):
        self.count = 0
        self.errors = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "grading.course.worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            cwd=ROOT,
            env=kit_environment(TF_CPP_MIN_LOG_LEVEL="3"),
        )

    def ask(self, request):
        """The answer to a request.

        Raises:
            NotJudged: none came.
        """
        self.count += 1
        alarm = threading.Timer(PATIENCE, self.popen.kill)
        alarm.daemon = True
        alarm.start()
        try:
            self.popen.stdin.write(request)
            self.popen.stdin.flush()
            return json.loads(self.popen.stdout.readline())
        except (OSError, ValueError):
            raise NotJudged(f"the judge's process ended by itself: {self._last_words()}") from None
        finally:
            alarm.cancel()

    def end(self):
        """End the process, whatever it is doing; it gets some seconds to clean up."""
        with contextlib.suppress(OSError):
            self.popen.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(10)
        self.popen.kill()
        self.popen.wait()

    def _last_words(self):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(5)
        self.errors.seek(0)
        lines = self.errors.read()[-3000:].strip().splitlines()
        return lines[-1] if lines else f"exit code {self.popen.poll()}"
