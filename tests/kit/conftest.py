"""Fixtures that several files of these tests use: processes that stay warm from file to file."""

import pytest

from grading.processes.forkserver import ForkServers
from grading.running.pool import Judges


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
