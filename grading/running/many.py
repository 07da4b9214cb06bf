"""Run the tests on many subjects from one warm process, and tell what each came to.

    python -m grading.running.many [--first] WHERE ...      verdicts as JSON lines

The kit uses it on itself: to see that stubs fail, that alternatives pass, and that every
misconception and every mutant is caught.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from grading.catalogue.paths import kit_environment
from grading.catalogue.stubs import ROOT
from grading.processes.forkserver import ForkServers
from grading.running.result import Run
from grading.running.run import Recorder, run_tests

FEW = 0.3  # of the examples of a property: what is wrong in most of them is soon found


def judge(where, servers, first=False, options=(), noted=None):
    """Run the tests that fit a subject, in this process.

    Args:
        where: the subject, as in ``--impl``.
        fork servers: shared by all calls, so that TensorFlow is imported once.
        first: stop at the first failing test.
        options: more options for pytest.
        noted: of a misconception, run only the tests that are known to catch it: "all" of them, or
            the "first".
    """
    tests = noted_tests(where)[: 1 if noted == "first" else None] if noted else [ROOT / "tests"]
    return run_tests(where, tests, Recorder(servers), ["--no-shrink", *["-x"] * first, *options])


def noted_tests(where):
    """The tests that ``caught_by.json`` names for a misconception; a file where there is none."""
    from grading.misconceptions import caught_by

    exercise, _, key = where.rpartition(":")[2].partition("/")
    noted = sorted(caught_by(exercise).get(key, ()))
    file = str(ROOT / "tests" / f"test_{exercise}.py")
    return [f"{file}::{test}" for test in noted] or [file]


def judge_all(wheres, jobs=2, first=False, options=(), told=None, noted=None):
    """Judge many subjects in ``jobs`` warm processes.

    Args:
        wheres: the subjects, as in ``--impl``.
        told: called with each :class:`grading.running.result.Run` as it comes in.
        noted: see :func:`judge`.

    Returns:
        The verdicts, in the order of ``wheres``.
    """
    # Neighbours (the misconceptions of one exercise) are dealt out, so that the shares are alike.
    shares = [wheres[i::jobs] for i in range(jobs)]
    command = [sys.executable, "-m", "grading.running.many", *["--first"] * first]
    command += [f"--option={option}" for option in options] + [f"--noted={noted}"] * bool(noted)

    def ask(share):
        if not share:
            return
        with tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(
                [*command, *share],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=ROOT,
                env=kit_environment(),
            )
            for line in process.stdout:
                verdict = Run.of_plain(json.loads(line))
                verdicts[verdict.where] = verdict
                if told:
                    told(verdict)
            if process.wait():
                errors.seek(0)
                complaints.append(errors.read()[-3000:])

    verdicts, complaints = {}, []
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(ask, shares))
    missing = [where for where in wheres if where not in verdicts]
    if missing:
        said = "\n".join(complaints)
        raise RuntimeError(f"no verdict on {', '.join(missing)}\n{said}")
    return [verdicts[where] for where in wheres]


def catch_all(wheres, jobs=2, told=None):
    """Find a test that fails on each of many subjects; see :func:`judge_all`.

    Few examples are tried first, of one test that is known to catch it, and all tests with all
    examples only on the subjects that pass.
    """
    options = ["--no-diagnosis"]
    few = [*options, f"--examples-times={FEW}"]

    def tell(verdict):
        if verdict.failed and told:
            told(verdict)

    tried = judge_all(wheres, jobs, True, few, tell, noted="first")
    found = {verdict.where: verdict for verdict in tried}
    escaped = [where for where in wheres if not found[where].failed]
    for verdict in judge_all(escaped, jobs, True, options, told) if escaped else ():
        found[verdict.where] = verdict
    return [found[where] for where in wheres]


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m grading.running.many")
    parser.add_argument("--first", action="store_true", help="stop at the first failing test")
    parser.add_argument("--option", action="append", default=[], help="one more for pytest")
    parser.add_argument("--noted", choices=("first", "all"), help="only tests known to fail")
    parser.add_argument("where", nargs="+", help="subjects, as in pytest --impl")
    args = parser.parse_args(arguments)
    servers = ForkServers()
    answers = os.fdopen(os.dup(1), "w")  # what pytest and the tests print must not get in between
    os.dup2(2, 1)
    try:
        for where in args.where:
            verdict = judge(where, servers, args.first, args.option, args.noted)
            print(json.dumps(verdict.as_plain()), file=answers, flush=True)
    finally:
        servers.close()


if __name__ == "__main__":
    main()
