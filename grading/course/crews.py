"""Judge all submissions of an assignment side by side; what was judged is never lost.

Each result is kept, in one step, as soon as it is there. Whoever is interrupted, by whatever, runs
the same again: only what is missing is judged.
"""

import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from grading.course import judge as course_judge
from grading.course.cluster import Cluster
from grading.course.judges import Judges, NotJudged
from grading.course.reading import Answer, NotTaken, read_file, read_submission
from grading.course.worker import request_of

_STAMP = "timestamp.txt"


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
    arguments = [str(folder.resolve()), *unsafe]
    return Cluster(scheduler, arguments) if scheduler else _Crew(jobs, arguments)


class _Crew:
    """Warm processes that judge, on this machine."""

    def __init__(self, jobs, arguments):
        self.pool, self.judges = ThreadPoolExecutor(jobs), Judges(arguments)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.judges.end()

    def submit(self, request):
        return self.pool.submit(self.judges.ask, request)

    def as_completed(self, asked):
        return as_completed(asked)


def _is_folder(path):
    return path.is_dir() and not path.is_symlink()
