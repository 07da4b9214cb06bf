"""Run the tests on many subjects, in warm processes side by side, and tell what each came to.

The kit uses it on itself: to see that stubs fail, that alternatives pass, and that every
misconception and every mutant is caught.
"""

from grading.running.pool import Crew, Judges, NotJudged, request
from grading.running.result import Run

FEW = 0.3  # of the examples of a property: what is wrong in most of them is soon found


def judge(judges, where, first=False, options=(), noted=None):
    """Run the tests that fit a subject in one of some warm processes.

    Args:
        judges: the :class:`grading.running.pool.Judges`.
        where: the subject, as in ``--impl``.
        first, options, noted: see :meth:`grading.running.server.Server.subject`.

    Returns:
        A :class:`grading.running.result.Run`.

    Raises:
        NotJudged: the tests could not be run; the message names the subject.
    """
    how = {"first": first, "options": [*options], "noted": noted}
    try:
        return Run.of_plain(judges.ask(request("subject", where=where, **how)))
    except NotJudged as error:
        raise NotJudged(f"no tests of {where} were run: {error}") from None


def judge_all(wheres, jobs=2, first=False, options=(), told=None, noted=None, judges=None):
    """Run the tests that fit each of many subjects.

    Args:
        wheres: the subjects, as in ``--impl``.
        jobs: how many at the same time.
        first, options, noted: see :func:`judge`.
        told: called with each :class:`grading.running.result.Run` as it comes in.
        judges: processes that are warm already, and stay; None for new ones.

    Returns:
        The runs, in the order of ``wheres``.

    Raises:
        NotJudged: the tests of one of them could not be run; the message names it.
    """
    found = {}
    with Crew(jobs, judges or Judges(), stay=judges is not None) as crew:
        asked = {crew.submit(judge, where, first, options, noted) for where in wheres}
        for done in crew.as_completed(asked):
            run = done.result()
            found[run.where] = run
            if told:
                told(run)
    return [found[where] for where in wheres]


def catch_all(wheres, jobs=2, told=None, judges=None):
    """Find a test that fails on each of many subjects; see :func:`judge_all`.

    Few examples are tried first, of one test that is known to catch it, and all tests with all
    examples only on the subjects that pass.
    """
    options = ["--no-diagnosis"]
    few = [*options, f"--examples-times={FEW}"]

    def tell(run):
        if run.failed and told:
            told(run)

    tried = judge_all(wheres, jobs, True, few, tell, "first", judges)
    found = {run.where: run for run in tried}
    escaped = [where for where in wheres if not found[where].failed]
    for run in judge_all(escaped, jobs, True, options, told, judges=judges) if escaped else ():
        found[run.where] = run
    return [found[where] for where in wheres]
