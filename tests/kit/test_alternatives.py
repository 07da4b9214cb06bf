"""Correct in many ways: every alternative passes all tests of its exercise, and gets no name.

They are tried on the examples that are written down and on two that are drawn; on all where
UNROLLED_THOROUGH is set.
"""

import importlib.util

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.syllabus import BUILT
from grading.running.many import judge_all
from tests.kit.running import JOBS, THOROUGH

FOLDERS = sorted(
    p for p in (ROOT / "grading" / "misconceptions" / "alternatives").iterdir() if p.is_dir()
)
ALTERNATIVES = [
    (folder, name) for folder in FOLDERS for name in BUILT if (folder / f"{name}.py").is_file()
]
TIMES = 1 if THOROUGH else 0.1


@pytest.fixture(scope="module")
def verdicts(judges):
    options = [f"--examples-times={TIMES}"]
    runs = judge_all([str(f) for f in FOLDERS], JOBS, options=options, judges=judges)
    return dict(zip(FOLDERS, runs, strict=True))


@pytest.mark.parametrize("name", BUILT)
def test_there_are_at_least_three_alternatives(name):
    assert sum(other == name for _, other in ALTERNATIVES) >= 3


@pytest.mark.parametrize(
    ("folder", "name"), ALTERNATIVES, ids=[f"{name}-{folder.name}" for folder, name in ALTERNATIVES]
)
def test_the_alternative_passes_all_tests(verdicts, folder, name):
    text = (folder / f"{name}.py").read_text(encoding="utf-8")
    if "tensorflow_addons" in text and not importlib.util.find_spec("tensorflow_addons"):
        pytest.skip("TF-Addons is not installed: it exists for Python 3.11 only")
    verdict, file = verdicts[folder], f"test_{name}.py::"
    failed = [verdict.messages[test] for test in verdict.failed if test.startswith(file)]
    assert not failed, failed[0]
    assert any(test.startswith(file) for test in verdict.passed)
