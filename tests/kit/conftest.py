"""What several files of these tests use: processes that stay warm; and in what order they run."""

import itertools
from collections import Counter
from pathlib import Path

import pytest

from grading.processes.forkserver import ForkServers
from grading.running.pool import Judges

# Those that take longest, so that where several run side by side all end at about the same time;
# CI tells the seconds of each.
FIRST = (
    "test_misconceptions.py", "test_diagnosis.py", "test_alternatives.py", "test_own_tests.py",
    "test_smoke.py", "test_every_way.py", "test_right_reasons.py", "test_grading_again.py",
    "test_attacks.py", "test_nbgrader.py", "test_grade.py", "test_looking.py", "test_submission.py",
    "test_training.py", "test_check.py",
)  # fmt: skip


def pytest_collection_modifyitems(items):
    rank = {name: number for number, name in enumerate(FIRST)}
    items.sort(key=lambda item: rank.get(Path(item.path).name, len(FIRST)))


def pytest_terminal_summary(terminalreporter):
    """Where ``--durations`` is given, also tell the seconds of whole files."""
    if terminalreporter.config.getoption("durations") is None:
        return
    seconds = Counter()
    for report in itertools.chain(*terminalreporter.stats.values()):
        if hasattr(report, "duration"):
            seconds[report.nodeid.partition("::")[0]] += report.duration
    terminalreporter.section("slowest files")
    for file, its in seconds.most_common(40):
        terminalreporter.write_line(f"{its:.0f}s {file}")


@pytest.fixture(scope="session")
def servers():
    """Fork servers: TensorFlow is imported once for all files that a process of pytest runs."""
    servers = ForkServers()
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def judges():
    """Warm processes for :func:`grading.running.many.judge_all`."""
    judges = Judges()
    yield judges
    judges.end()
