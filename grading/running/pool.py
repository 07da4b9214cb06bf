"""Processes of :mod:`grading.running.server`, kept warm from one request to the next."""

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

from grading.catalogue.paths import ROOT, kit_environment
from grading.catalogue.refused import Refused

SERVER = "grading.running.server"


class NotJudged(Refused, RuntimeError):
    """A request came to no result, which says nothing about what was to be judged."""


def request(task, **what):
    """The line that asks for something; see :mod:`grading.running.server`."""
    return json.dumps({"task": task, **what}) + "\n"


class Judges:
    """As many warm processes as threads ask at the same time, started when they are needed.

    Args:
        arguments: of the processes.
        idle_seconds: how long one may wait for the next request before it is ended; None for ever.
        patience: seconds for one request, after which its process is ended; None for ever.
        per_process: requests, after which a new process begins with a clean memory; None for ever.
        program: another module than the server that speaks like it.
    """

    def __init__(
        self, arguments=(), idle_seconds=None, patience=None, per_process=None, program=SERVER
    ):
        self.arguments, self.idle_seconds, self.program = arguments, idle_seconds, program
        self.patience, self.per_process = patience, per_process
        self._all, self._idle, self._lock = set(), {}, threading.Lock()
        self._is_over = False

    def ask(self, line):
        """The result that a request comes to, see :func:`request`.

        Raises:
            NotJudged: it was refused, or no answer came, of two processes.
        """
        for is_last in (False, True):  # a process may have fallen over an earlier request
            judge = self._take()
            try:
                answer = judge.ask(line, self.patience)
            except NotJudged:
                self._end(judge)
                if is_last or self._is_over:
                    raise
            else:
                self._keep(judge)
                if "problem" in answer:
                    raise NotJudged(answer["problem"])
                return answer["result"]

    def end_all(self):
        """End all processes, whatever they are doing; the next request starts a new one."""
        with self._lock:
            judges, self._all, self._idle = self._all, set(), {}
        for judge in judges:
            judge.end()

    def end(self):
        """End all processes for good."""
        self._is_over = True
        self.end_all()

    def _take(self):
        with self._lock:
            if self._is_over:
                raise NotJudged("the judges were ended")
            if self._idle:
                judge, alarm = self._idle.popitem()
                if alarm:
                    alarm.cancel()
                return judge
            judge = Judge(self.arguments, self.program)
            self._all.add(judge)
            return judge

    def _keep(self, judge):
        if self.per_process is not None and judge.count >= self.per_process:
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
    """A warm process of a program, with these arguments."""

    def __init__(self, arguments=(), program=SERVER):
        self.count = 0
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self.popen = subprocess.Popen(
            [sys.executable, "-m", program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            encoding="utf-8",
            cwd=ROOT,
            env=kit_environment(TF_CPP_MIN_LOG_LEVEL="3"),
            # Away from the group of whoever asks: what an interrupt means is decided there.
            start_new_session=True,
        )

    def ask(self, line, patience=None):
        """The answer to a request, a dict with ``result`` or ``problem``.

        Raises:
            NotJudged: none came.
        """
        self.count += 1
        with self._ended_after(patience):
            try:
                self.popen.stdin.write(line)
                self.popen.stdin.flush()
                return json.loads(self.popen.stdout.readline())
            except (OSError, ValueError):
                why = self._last_words()
                raise NotJudged(f"the judge's process ended by itself: {why}") from None

    def end(self):
        """End the process, whatever it is doing; it gets some seconds to clean up."""
        with contextlib.suppress(OSError):
            self.popen.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(10)
        self.popen.kill()
        self.popen.wait()

    @contextlib.contextmanager
    def _ended_after(self, seconds):
        alarm = threading.Timer(seconds or 0, self.popen.kill)
        alarm.daemon = True
        if seconds is not None:
            alarm.start()
        try:
            yield
        finally:
            alarm.cancel()

    def _last_words(self):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(5)
        self.errors.seek(0)
        lines = self.errors.read()[-3000:].strip().splitlines()
        return lines[-1] if lines else f"exit code {self.popen.poll()}"


class Crew:
    """Threads that have warm processes work side by side; a context manager.

    Args:
        jobs: how many.
        judges: the :class:`Judges`, which are ended with the crew.
        stay: whether they are not, for one who has more for them to do.
    """

    def __init__(self, jobs, judges, stay=False):
        self.threads, self.judges, self.stay = ThreadPoolExecutor(jobs), judges, stay

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.threads.shutdown(wait=self.stay, cancel_futures=True)
        if not self.stay:
            self.judges.end()

    def submit(self, act, *arguments):
        """Have ``act(judges, *arguments)`` called in a thread; gives a future of its result."""
        return self.threads.submit(act, self.judges, *arguments)

    def ask(self, line):
        """Ask for something; gives a future of the result, see :meth:`Judges.ask`."""
        return self.submit(Judges.ask, line)

    def as_completed(self, asked):
        """Futures of this crew, as they come to an end."""
        return as_completed(asked)
