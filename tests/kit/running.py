"""Run the kit as its user does: in a process of its own, reading what it prints."""

import contextlib
import io
import os
import subprocess
import sys
from unittest import mock

from grading.catalogue.paths import ROOT
from grading.running.run import Recorder, run_tests

# Whether to try what takes too long for each change, as .ci/matrix does: "1", or a number as seed.
THOROUGH = os.environ.get("UNROLLED_THOROUGH", "")

# Exercises of which a call is quick; of the others, some files try less in each run.
QUICK = ("tokenizer", "sampling", "vocabulary", "reviews", "beam_search")

# The processes that one file may keep busy: the machine's cores, shared with pytest-xdist's others.
JOBS = max(1, (os.cpu_count() or 1) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def run_pytest(*arguments, cwd=ROOT, **environment):
    """Run pytest; gives the finished process with its text in ``stdout``."""
    return _run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments], cwd, environment
    )


def run_pytest_here(servers, where, *options, tests=ROOT / "tests"):
    """Run pytest in this process; gives what :func:`run_pytest` does, much faster.

    Args:
        servers: the fork servers of the subjects, which are warm.
        where: what to test, as in ``--impl``.
        options: for pytest.
        tests: the folder or the file.
    """
    printed = io.StringIO()
    options = ["-p", "no:faulthandler", *options]  # it is that of the outer pytest
    with contextlib.redirect_stdout(printed), mock.patch.dict(os.environ, COLUMNS="100"):
        run = run_tests(str(where), [tests], Recorder(servers), options, shown=True)
    return subprocess.CompletedProcess(["pytest", *options], run.code, printed.getvalue())


def run_unrolled(*arguments, cwd=ROOT, **environment):
    """Run ``unrolled``; gives the finished process."""
    return _run([sys.executable, "-m", "grading.cli", *arguments], cwd, environment)


def environment_with(**more):
    """The environment of a user who has the kit, with some variables more."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **more}
    env.pop("UV", None)
    return env


def _run(command, cwd, environment):
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment_with(**environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


def reports_of(output):
    """The part of pytest's output that holds the reports of failing tests."""
    return output.partition("= FAILURES =")[2].partition(" exercises -")[0]


def board_of(output):
    """The lines of the board."""
    return output.partition(" exercises -")[2].splitlines()[1:]
