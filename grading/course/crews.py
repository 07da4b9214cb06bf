"""Judge all submissions of an assignment side by side; what was judged is never lost.

Each result is kept, in one step, as soon as it is there. Whoever is interrupted, by whatever, runs
the same again: only what is missing is judged.
"""

from concurrent.futures import ThreadPoolExecutor, as_completed

from grading.course import judge as course_judge
from grading.course.cluster import Cluster
from grading.course.judges import Judges, NotJudged
from grading.course.worker import request_of


def judge_all(folder, submissions, crew, told=None):
    """Judge those submissions that have no result yet.

    Args:
        folder: the course's, where the results are kept.
        submissions: as from :func:`grading.course.submissions.submissions_of`. Equal ones are
            judged once.
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
