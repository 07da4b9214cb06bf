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

from grading import course_judge
from grading.class_worker import request_of
from grading.reading import Answer, read_submission
from grading.stubs import ROOT

PER_PROCESS = 25  # submissions; then a new process begins with a clean memory


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
        sorted(p.name for p in root.iterdir() if _is_folder(p / assignment))
        if root.is_dir()
        else []
    )
    for student in only:
        if student not in found:
            raise ValueError(f"{student!r} handed in nothing for {assignment}")
    return [
        Submission(name, read_submission(root / name / assignment, {assignment: exercises}, root))
        for name in found
        if not only or name in only
    ]


def judge_all(folder, submissions, *, jobs=2, sandbox=True, told=None, scheduler=None):
    """Judge those submissions that have no result yet.

    Args:
        folder: the course's, where the results are kept.
        submissions: as from :func:`submissions_of`. Equal ones are judged once.
        jobs: how many at the same time.
        sandbox: whether students' code runs under bubblewrap.
        told: called with each submission as soon as it has a result.
        scheduler: the address of a Dask scheduler whose workers do it; they need to see the
            course's folder under the same path, and to have the kit installed.

    Returns:
        A dict from the students of those that could not be judged to the reason.
    """
    waiting = {}
    for submission in submissions:
        if not submission.modules or course_judge.ready(folder, submission.modules):
            if told:
                told(submission)
        else:
            waiting.setdefault(request_of(submission.modules), []).append(submission)
    crew = _dask(folder, sandbox, scheduler) if scheduler else _Crew(folder, sandbox, jobs)
    failed = {}
    with crew as judge:
        asked = {judge(request): same for request, same in waiting.items()}
        for done in as_completed(asked) if not scheduler else _as_dask_completes(asked):
            for submission in asked[done]:
                try:
                    answer = done.result()
                    if "error" in answer:
                        raise NotJudged(answer["error"])
                except Exception as error:  # of the cluster, of the process: none is the student's
                    failed[submission.student] = str(error) or type(error).__name__
                    continue
                course_judge.keep(folder, submission.modules, answer["result"])
                if told:
                    told(submission)
    return failed


class _Crew:
    """Warm processes that judge, on this machine."""

    def __init__(self, folder, sandbox, jobs):
        self.command = _command(folder, sandbox)
        self.pool = ThreadPoolExecutor(jobs)
        self.mine = threading.local()
        self.processes = set()

    def __enter__(self):
        return lambda request: self.pool.submit(self._judge, request)

    def __exit__(self, *error):
        self.pool.shutdown(wait=not error[0], cancel_futures=True)
        for process in list(self.processes):
            self._end(process)

    def _judge(self, request):
        for _ in range(2):  # a process that fell may have fallen over an earlier submission
            process = self._process()
            with contextlib.suppress(OSError, ValueError):
                process.stdin.write(request)
                process.stdin.flush()
                return json.loads(process.stdout.readline())
            said = self._end(process)
        raise NotJudged(f"the judge's process ended by itself: {said}")

    def _process(self):
        process, count = getattr(self.mine, "process", None), getattr(self.mine, "count", 0)
        if process is not None and (count >= PER_PROCESS or process.poll() is not None):
            self._end(process)
            process = None
        if process is None or process not in self.processes:
            self.mine.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
            process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.mine.errors,
                text=True,
                cwd=ROOT,
                env=_environment(),
            )
            process.errors = self.mine.errors
            self.processes.add(process)
            self.mine.process, count = process, 0
        self.mine.count = count + 1
        return process

    def _end(self, process):
        self.processes.discard(process)
        with contextlib.suppress(OSError):
            process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        process.stdout.close()
        with process.errors as errors:
            errors.seek(0)
            lines = errors.read()[-3000:].strip().splitlines()
        return lines[-1] if lines else f"exit code {process.returncode}"


@contextlib.contextmanager
def _dask(folder, sandbox, scheduler):
    from distributed import Client

    try:
        client = Client(scheduler, timeout=20)
    except OSError as error:
        raise ValueError(f"--scheduler {scheduler}: no Dask scheduler answers there") from error
    command = _command(folder, sandbox)[1:]
    with client:
        yield lambda request: client.submit(judge_apart, request, command, pure=False)


def _as_dask_completes(asked):
    from distributed import as_completed as completed

    return completed(list(asked))


def judge_apart(request, arguments):
    """Answer one request in a process of its own, on whatever machine this is."""
    done = subprocess.run(
        [sys.executable, *arguments],
        input=request,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=_environment(),
    )
    try:
        return json.loads(done.stdout)
    except ValueError:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise NotJudged(f"the judge's process ended by itself: {lines[-1]}") from None


def _command(folder, sandbox):
    unsafe = [] if sandbox else ["--unsafe"]
    return [sys.executable, "-m", "grading.class_worker", str(folder.resolve()), *unsafe]


def _environment():
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"}


def _is_folder(path):
    return path.is_dir() and not path.is_symlink()
