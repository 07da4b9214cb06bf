"""Correct in many ways: every alternative passes all tests of its exercise, and gets no name.

They are tried on the examples that are written down and on two that are drawn, and of exercises
whose calls are slow one is tried; all of them, on all examples, where UNROLLED_THOROUGH is set.
"""

import collections
import importlib.util
import shutil

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.syllabus import BUILT
from grading.running.many import judge_all
from tests.kit.running import JOBS, QUICK, THOROUGH

FOLDERS = sorted(
    p for p in (ROOT / "grading" / "misconceptions" / "alternatives").iterdir() if p.is_dir()
)
ALTERNATIVES = [
    (folder, name) for folder in FOLDERS for name in BUILT if (folder / f"{name}.py").is_file()
]
TIMES = 1 if THOROUGH else 0.1


def tried():
    """Those that are tried: of each slow exercise one, from another folder than of the last."""
    slow = [name for name in BUILT if name not in QUICK and not THOROUGH]
    for name in BUILT:
        its = [folder for folder, other in ALTERNATIVES if other == name]
        some = [its[slow.index(name) % len(its)]] if name in slow and its else its
        yield from ((folder, name) for folder in some)


TRIED = list(tried())


@pytest.fixture(scope="module")
def verdicts(judges, tmp_path_factory):
    desks = collections.defaultdict(lambda: tmp_path_factory.mktemp("alternative"))
    for folder, name in TRIED:
        shutil.copy(folder / f"{name}.py", desks[folder])
    options = [f"--examples-times={TIMES}"]
    runs = judge_all([str(desk) for desk in desks.values()], JOBS, options=options, judges=judges)
    return dict(zip(desks, runs, strict=True))


@pytest.mark.parametrize("name", BUILT)
def test_there_are_at_least_three_alternatives(name):
    assert sum(other == name for _, other in ALTERNATIVES) >= 3


@pytest.mark.parametrize(
    ("folder", "name"), TRIED, ids=[f"{name}-{folder.name}" for folder, name in TRIED]
)
def test_the_alternative_passes_all_tests(verdicts, folder, name):
    text = (folder / f"{name}.py").read_text(encoding="utf-8")
    if "tensorflow_addons" in text and not importlib.util.find_spec("tensorflow_addons"):
        pytest.skip("TF-Addons is not installed: it exists for Python 3.11 only")
    verdict, file = verdicts[folder], f"test_{name}.py::"
    failed = [verdict.messages[test] for test in verdict.failed if test.startswith(file)]
    assert not failed, failed[0]
    assert any(test.startswith(file) for test in verdict.passed)
