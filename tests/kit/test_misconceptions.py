"""Every known-wrong solution is caught by a test, explained, and named when it is met again."""

import importlib

import pytest

from grading.judge import judge_all
from grading.syllabus import NAMES
from tests.misconceptions import library

FEWER = ["--examples-times=0.3"]  # enough to fail, and to tell misconceptions apart
CASES = [(name, key) for name in NAMES for key in library(name)]


@pytest.fixture(scope="module")
def verdicts():
    wheres = [f"variant:tests.misconceptions:{name}/{key}" for name, key in CASES]
    found = judge_all(wheres, jobs=2, first=True, options=["--no-diagnosis"])
    return dict(zip(CASES, found, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_has_at_least_ten(name):
    assert len(library(name)) >= 10


@pytest.mark.parametrize(("name", "key"), CASES, ids=[f"{name}-{key}" for name, key in CASES])
def test_it_is_caught_by_a_test(verdicts, name, key):
    failed = verdicts[name, key].failed
    assert failed, "no test catches it"
    assert "error" not in failed.values(), verdicts[name, key].messages
    assert "not written" not in failed.values()


@pytest.mark.parametrize(("name", "key"), CASES, ids=[f"{name}-{key}" for name, key in CASES])
def test_its_explanation_is_one_a_teacher_would_give(name, key):
    case = library(name)[key]
    assert case.title[0].islower() or case.title.split()[0].isupper(), 'ends "This looks like"'
    assert not case.title.endswith(".")
    assert 120 <= len(case.explanation) <= 900
    assert case.explanation.endswith(".")


SECOND = [
    (name, key)
    for name in NAMES
    for key in importlib.import_module(f"tests.kit.second_ways.{name}").SECOND_WAYS
]
UNNAMED = [
    (name, label)
    for name in NAMES
    for label in importlib.import_module(f"tests.kit.second_ways.{name}").UNNAMED
]


@pytest.fixture(scope="module")
def second_verdicts():
    cases = SECOND + UNNAMED
    wheres = [f"variant:tests.kit.second_ways:{name}/{key}" for name, key in cases]
    return dict(zip(cases, judge_all(wheres, jobs=2, options=FEWER), strict=True))


@pytest.mark.parametrize(("name", "key"), SECOND, ids=[f"{name}-{key}" for name, key in SECOND])
def test_written_in_a_second_way_it_is_named(second_verdicts, name, key):
    verdict = second_verdicts[name, key]
    assert verdict.failed
    assert set(verdict.diagnoses.values()) == {key}


@pytest.mark.parametrize(("name", "label"), UNNAMED, ids=[f"{n}-{label}" for n, label in UNNAMED])
def test_a_mistake_outside_the_library_gets_no_name(second_verdicts, name, label):
    verdict = second_verdicts[name, label]
    assert verdict.failed, "this is meant to be wrong"
    assert not verdict.diagnoses
