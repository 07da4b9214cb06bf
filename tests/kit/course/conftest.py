"""Courses for the tests of this folder."""

import os
import subprocess
from unittest import mock

import pytest

from tests.kit.course.courses import make_course


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A course whose tokenizer is released, to be copied."""
    from tests.kit.course import inside

    return inside.release(make_course(tmp_path_factory.mktemp("template") / "c"))


@pytest.fixture
def course(template, tmp_path):
    """A course of its own, in a folder whose name needs care."""
    folder = tmp_path / "my course (1)"
    subprocess.run(["cp", "-a", template, folder], check=True)
    return folder


@pytest.fixture(autouse=True)
def environment_restored():
    """A course's configuration sets a variable in the process that loads it: here, of all tests."""
    with mock.patch.dict(os.environ):
        yield
