"""At how many seeds is each known mistake caught? What is caught at some only is caught by luck."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from grading.misconceptions import caught_by
from grading.processes.forkserver import ForkServers
from grading.running.many import judge

_servers = None  # of a process of the pool


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
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(wheres)), spawn, _start) as pool:
        for where, seeds in pool.map(_escapes_of, wheres, [n_seeds] * len(wheres)):
            found[where] = seeds
            if told:
                told()
    return found


def _start():
    global _servers
    _servers = ForkServers()


def _escapes_of(where, n_seeds):
    exercise, _, key = where.rpartition(":")[2].partition("/")
    likely, escaped = sorted(caught_by(exercise).get(key, ())), []
    for seed in range(n_seeds):
        # What caught it last is tried first: it mostly does so again.
        tries = [["-k", likely[0]]] if likely else []
        for chosen in [*tries, []]:
            options = ["--no-diagnosis", f"--hypothesis-seed={seed}", *chosen]
            failed = judge(where, _servers, True, options).failed
            if failed:
                likely = [test.split("::")[1].partition("[")[0] for test in failed]
                break
        else:
            escaped.append(seed)
    return where, escaped
