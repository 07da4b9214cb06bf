"""Fixtures that several files of these tests use."""

import pytest

from grading.processes.forkserver import ForkServers


@pytest.fixture(scope="module")
def servers():
    """Fork servers that the tests of a file share."""
    servers = ForkServers()
    yield servers
    servers.close()
