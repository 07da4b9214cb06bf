"""Which tests belong to which exercise, and which are collected."""

from pathlib import Path

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.syllabus import NAMES

# Further test files, as resolved paths, with their exercises: a dict, set by another plugin.
TESTS_BESIDE = pytest.StashKey()


def exercise_of(path, config=None):
    """The exercise that a test file tests, the kit's own or one that ``config`` names; or None.

    Args:
        path: the file.
        config: pytest's configuration.
    """
    path = Path(path)
    name = path.stem.removeprefix("test_")
    is_test = path.parent == ROOT / "tests" and path.stem.startswith("test_")
    if is_test and name in NAMES:
        return name
    beside = config.stash.get(TESTS_BESIDE, {}) if config else {}
    return beside.get(path.resolve()) if beside else None


class Collection:
    """A pytest plugin that leaves out the tests of exercises that are not there."""

    def __init__(self, config, implementation):
        self.config, self.implementation = config, implementation

    @pytest.hookimpl
    def pytest_ignore_collect(self, collection_path):
        name = exercise_of(collection_path, self.config)
        return True if name and name not in self.implementation.specs else None
