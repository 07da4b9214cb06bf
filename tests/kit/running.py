"""Run the kit as its user does: in a process of its own, reading what it prints."""

import os
import subprocess
import sys

from grading.catalogue.paths import ROOT

# The processes that one file may keep busy: the machine's cores, shared with pytest-xdist's others.
JOBS = max(1, (os.cpu_count() or 1) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def run_pytest(*arguments, cwd=ROOT, **environment):
    """Run pytest; gives the finished process with its text in ``stdout``."""
    return _run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments], cwd, environment
    )


def run_unrolled(*arguments, cwd=ROOT, **environment):
    """Run ``unrolled``; gives the finished process."""
    return _run([sys.executable, "-m", "grading.cli", *arguments], cwd, environment)


def _run(command, cwd, environment):
    env = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **environment}
    env.pop("UV", None)
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
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
