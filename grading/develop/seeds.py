"""At how many seeds is each known mistake caught? What is caught at some only is caught by luck."""

from grading.misconceptions import caught_by
from grading.running.library import misconception_of
from grading.running.many import judge
from grading.running.pool import Crew, Judges


def escapes(wheres, n_seeds, jobs=2, told=None):
    """Find the seeds at which no test catches a mistake.

    Args:
        wheres: the mistakes, as in ``--impl``.
        n_seeds: the examples are drawn with the seeds 0 to ``n_seeds - 1`` in turn.
        jobs: processes.
        told: called after each mistake.

    Returns:
        A dict from each of ``wheres`` to a list of seeds, empty where it is caught at all of them.
    """
    found = {}
    with Crew(jobs, Judges()) as crew:
        asked = {crew.submit(_escapes_of, where, n_seeds): where for where in wheres}
        for done in crew.as_completed(asked):
            found[asked[done]] = done.result()
            if told:
                told()
    return {where: found[where] for where in wheres}


def _escapes_of(judges, where, n_seeds):
    exercise, key = misconception_of(where)
    likely, escaped = sorted(caught_by(exercise).get(key, ())), []
    for seed in range(n_seeds):
        # What caught it last is tried first: it mostly does so again.
        tries = [["-k", likely[0]]] if likely else []
        for chosen in [*tries, []]:
            options = ["--no-diagnosis", f"--hypothesis-seed={seed}", *chosen]
            failed = judge(judges, where, first=True, options=options).failed
            if failed:
                likely = [test.split("::")[1].partition("[")[0] for test in failed]
                break
        else:
            escaped.append(seed)
    return escaped
