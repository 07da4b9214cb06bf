"""Run the tests on many subjects, in warm processes side by side, and tell what each came to.

The kit uses it on itself: to see that stubs fail, that alternatives pass, and that every
misconception and every mutant is caught.
"""

import collections

from grading.running.failure import Failure
from grading.running.library import misconception_of, where_of
from grading.running.pool import Crew, Judges, NotJudged, request
from grading.running.result import Result, Run

PARTS = 2  # of the mistakes of an exercise, for as many processes
FEW = 0.3  # of the examples of a property: what is wrong in most of them is soon found


def judge(judges, where, first=False, options=(), noted=False):
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


def judge_all(wheres, jobs=2, first=False, options=(), told=None, noted=False, judges=None):
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
    """Find a test that fails on each of many known mistakes.

    Few examples are tried first, of the tests that are known to catch it, and all tests with all
    examples only on the mistakes that pass.

    Args:
        wheres: the mistakes, as in ``--impl``.
        jobs, told, judges: see :func:`judge_all`.

    Returns:
        The runs, in the order of ``wheres``; each ends with the first test that fails.
    """
    keys = collections.defaultdict(list)
    for where in wheres:
        exercise, key = misconception_of(where)
        keys[exercise].append(key)
    parts = [(name, some[n::PARTS]) for name, some in keys.items() for n in range(PARTS)]
    options, found = ["--no-diagnosis"], {}
    how = {"options": [*options, f"--examples-times={FEW}"]}
    with Crew(jobs, judges or Judges(), stay=judges is not None) as crew:
        asked = {
            crew.ask(request("catch", exercise=name, keys=some, **how)): name
            for name, some in parts
            if some
        }
        for done in crew.as_completed(asked):
            for key, failure in done.result().items():
                run = _caught(asked[done], key, Failure.of_plain(failure))
                found[run.where] = run
                if told:
                    told(run)
    escaped = [where for where in wheres if where not in found]
    for run in judge_all(escaped, jobs, True, options, told, judges=judges) if escaped else ():
        found[run.where] = run
    return [found[where] for where in wheres]


def _caught(exercise, key, failure):
    run = Run(where_of(exercise, key))
    result = Result(exercise, failure.test, "failed", failure=failure)
    run.results[result.id] = result
    return run
