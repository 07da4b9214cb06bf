"""What tests of a sandbox share."""

import pytest

from grading.processes import sandbox
from grading.processes.sandbox import Limits

needs_sandbox = pytest.mark.skipif(sandbox.missing() is not None, reason=str(sandbox.missing()))
LIMITS = Limits(memory=512 * 2**20, processes=60, disk=32 * 2**20)


def refused(code):
    """Code that says which error some code ends in."""
    return f"try:\n    said = {code}\nexcept OSError as error:\n    said = error.strerror"
