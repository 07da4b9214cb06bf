"""Judge all submissions of an assignment side by side; what was judged is never lost.

Each result is kept, in one step, as soon as it is there. After an interruption, run
the same command again: only what is missing is judged.
"""

from grading.course import results
from grading.course.cluster import Cluster
from grading.running.pool import Crew, Judges, request
from grading.running.submission import PATIENCE, PER_PROCESS


def request_of(modules):
    """The line that asks for the judgement of some modules, a dict from exercise to bytes."""
    texts = {name: data.decode("utf-8", "surrogateescape") for name, data in modules.items()}
    return request("submission", modules=dict(sorted(texts.items())))


def judge_all(folder, submissions, crew, told=None):
    """Judge submissions, and keep their results in the course's folder.

    Args:
        folder: the course's, where the results are kept.
        submissions: as from :func:`grading.course.submissions.submissions_of`. Equal ones are
            judged once.
        crew: who does it, see :func:`crew_for`.
        told: called with each submission and its result, as it is kept, as soon as that is there;
            with None if it has none for good.

    Returns:
        A dict from the students of those that could not be judged to the reason.

    Raises:
        ValueError: the scheduler of the crew does not answer, or its package is not there.
    """
    told = told or (lambda submission, result: None)
    waiting = {}
    for submission in submissions:
        waiting.setdefault(request_of(submission.modules), []).append(submission)
    failed = {}
    asked = {crew.ask(request): same for request, same in waiting.items()}
    waiting.clear()
    for done in crew.as_completed(list(asked)) if asked else ():
        same, result = asked.pop(done), None
        try:
            result = done.result()
        except Exception as error:  # of the cluster, of the process: none is the student's
            reason = str(error) or type(error).__name__
            failed |= {submission.student: reason for submission in same}
        else:
            result = results.keep(folder, same[0].modules, result)
        for submission in same:
            told(submission, result)
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
    arguments = ["--course", str(folder.resolve()), *([] if sandbox else ["--unsafe"])]
    if scheduler:
        return Cluster(scheduler, arguments)
    return Crew(jobs, Judges(arguments, patience=PATIENCE, per_process=PER_PROCESS))
