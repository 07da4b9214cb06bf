"""Judge all submissions of an assignment side by side; what was judged is never lost.

Each result is kept, in one step, as soon as it is there. Whoever is interrupted, by whatever, runs
the same again: only what is missing is judged.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from grading.course import judge as course_judge
from grading.course.reading import Answer, NotTaken, read_file, read_submission
from grading.course.worker import request_of
from grading.environment import kit_environment
from grading.stubs import ROOT
from grading.submission import GRACE, TIME

_STAMP = "timestamp.txt"
PER_PROCESS = 100  # submissions; then a new process begins with a clean memory
# Seconds for one submission: the judge's own limit, and what its process needs to begin and to end.
PATIENCE = TIME + GRACE + 120


class NotJudged(RuntimeError):
    """A submission could not be judged, which says nothing about it: no grade may be written."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in for an assignment, as it was read."""

    student: str
    answer: Answer

    @property
    def modules(self):
        return self.answer.modules


def submissions_of(folder, assignment, exercises, only=()):
    """Read all submissions of an assignment.

    Args:
        folder: the course's.
        assignment: its name, which is that of its notebook.
        exercises: the exercises in it.
        only: names of students; all if empty.

    Returns:
        A list of :class:`Submission`, by student. One that is damaged has problems in its answer.

    Raises:
        ValueError: a student of ``only`` handed in nothing.
    """
    root = folder / "submitted"
    found = (
        sorted(
            path.name
            for path in root.iterdir()
            if not path.name.startswith(".") and _is_folder(path / assignment)
        )
        if root.is_dir()
        else []
    )
    for student in only:
        if student not in found:
            raise ValueError(f"{student!r} handed in nothing for {assignment}")
    return [
        Submission(name, read_answer(root, name, assignment, exercises))
        for name in found
        if not only or name in only
    ]


def read_answer(root, student, assignment, exercises):
    """Read what a student handed in.

    Args:
        root: the folder that all submissions are in.
        student, assignment: their names.
        exercises: the exercises in it.

    Returns:
        An :class:`grading.course.reading.Answer`.
    """
    folder = root / student / assignment
    answer = read_submission(folder, {assignment: exercises}, root)
    try:
        time_stamp(folder, root)
    except NotTaken as error:
        answer.notes.append(f"{_STAMP}: {error}; it counts as handed in on time")
    return answer


def time_stamp(folder, root):
    """When a submission was handed in: nbgrader's file as bytes, or None if there is none.

    Raises:
        NotTaken: there is one, and it holds no time.
    """
    path = folder / _STAMP
    if not os.path.lexists(path):
        return None
    data = read_file(path, root)
    try:
        from nbgrader.utils import parse_utc

        parse_utc(data.decode().strip())
    except Exception:  # a text that is no time fails in many ways
        raise NotTaken("it holds no time that can be read") from None
    return data


def judge_all(folder, submissions, crew, told=None):
    """Judge those submissions that have no result yet.

    Args:
        folder: the course's, where the results are kept.
        submissions: as from :func:`submissions_of`. Equal ones are judged once.
        crew: who does it, see :func:`crew_for`.
        told: called with each submission as soon as it has a result, or has none for good.

    Returns:
        A dict from the students of those that could not be judged to the reason.

    Raises:
        ValueError: the scheduler of the crew does not answer, or its package is not there.
    """
    told = told or (lambda submission: None)
    waiting = {}
    for submission in submissions:
        if not submission.modules or course_judge.ready(folder, submission.modules):
            told(submission)
        else:
            waiting.setdefault(request_of(submission.modules), []).append(submission)
    failed = {}
    asked = {crew.submit(request): same for request, same in waiting.items()}
    waiting.clear()
    for done in crew.as_completed(list(asked)) if asked else ():
        same = asked.pop(done)  # what is kept on disk need not stay in memory
        try:
            answer = done.result()
            if "error" in answer:
                raise NotJudged(answer["error"])
        except Exception as error:  # of the cluster, of the process: none is the student's
            reason = str(error) or type(error).__name__
            failed |= {submission.student: reason for submission in same}
        else:
            course_judge.keep(folder, same[0].modules, answer["result"])
        for submission in same:
            told(submission)
    return failed


def crew_for(folder, *, jobs=2, sandbox=True, scheduler=None):
    """Those who judge the submissions of a course; a context manager, idle until it is asked.

    Args:
        folder: the course's.
        jobs: how many submissions at the same time.
        sandbox: whether students' code runs under bubblewrap.
        scheduler: the address of a Dask scheduler whose workers do it; they need to see the
            course's folder under the same path, and to have the kit installed.
    """
    unsafe = [] if sandbox else ["--unsafe"]
    arguments = ["-m", "grading.course.worker", str(folder.resolve()), *unsafe]
    return _Cluster(scheduler, arguments) if scheduler else _Crew(jobs, arguments)


class _Crew:
    """Warm processes that judge, on this machine."""

    def __init__(self, jobs, arguments):
        self.arguments = arguments
        self.pool = ThreadPoolExecutor(jobs)
        self.mine = threading.local()
        self.processes, self.is_over = set(), False

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.is_over = True
        self.pool.shutdown(wait=False, cancel_futures=True)
        for process in list(self.processes):
            process.end()

    def submit(self, request):
        return self.pool.submit(self._judge, request)

    def as_completed(self, asked):
        return as_completed(asked)

    def _judge(self, request):
        for is_last in (False, True):  # a process may have fallen over an earlier submission
            process = self._process()
            try:
                return process.ask(request)
            except NotJudged:
                self._end(process)
                if is_last or self.is_over:
                    raise

    def _process(self):
        process = getattr(self.mine, "process", None)
        if process is not None and process.count >= PER_PROCESS:
            self._end(process)
        if process not in self.processes:
            process = self.mine.process = _Process(self.arguments)
            self.processes.add(process)
        return process

    def _end(self, process):
        self.processes.discard(process)
        process.end()


class _Process:
    """A warm process of :mod:`grading.course.worker`, with these arguments."""

    def __init__(self, arguments):
        self.count = 0
        self.errors = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115
        self.popen = subprocess.Popen(
            [sys.executable, *arguments],
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


class _Cluster:
    """The workers of a Dask cluster."""

    def __init__(self, scheduler, arguments):
        self.scheduler, self.arguments, self.client = scheduler, arguments, None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.client is not None:
            self.client.close()

    def submit(self, request):
        self.client = self.client or self._connected()
        return self.client.submit(judge_apart, request, self.arguments, pure=False)

    def as_completed(self, asked):
        from distributed import as_completed as completed

        return completed(asked)

    def _connected(self):
        try:
            from distributed import Client
        except ImportError:
            mend = "uv sync --extra instructor --extra cluster"
            raise ValueError(f"--scheduler needs the package distributed: {mend}") from None
        try:
            return Client(self.scheduler, timeout=20)
        except (OSError, ValueError) as error:
            raise ValueError(
                f"--scheduler {self.scheduler}: no Dask scheduler answers there"
            ) from error


def judge_apart(request, arguments):
    """Answer one request in a process of its own, on whatever machine this is."""
    process = _Process(arguments)
    try:
        return process.ask(request)
    finally:
        process.end()


def _is_folder(path):
    return path.is_dir() and not path.is_symlink()
