"""Every known-wrong solution is caught by a test, and explained."""

import re

import pytest

from grading.catalogue import points as groups
from grading.catalogue.syllabus import BUILT
from grading.misconceptions import caught_by, library
from grading.running.library import REFERENCE
from grading.running.many import catch_all
from grading.running.outcome import Kind
from grading.running.pool import request
from tests.kit.running import JOBS

CASES = [(name, key) for name in BUILT for key in library(name)]


@pytest.fixture(scope="module")
def verdicts(judges):
    wheres = [f"variant:grading.misconceptions:{name}/{key}" for name, key in CASES]
    return dict(zip(CASES, catch_all(wheres, JOBS, judges=judges), strict=True))


@pytest.mark.parametrize("name", BUILT)
def test_every_exercise_has_at_least_ten(name):
    assert len(library(name)) >= 10


def test_many_were_made_and_mended_in_public():
    public = [case for name in BUILT for case in library(name).values() if case.found_in]
    assert len(public) >= 25
    for case in public:
        assert all(re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", place) for place in case.found_in), (
            case.name
        )


@pytest.mark.parametrize(("name", "key"), CASES, ids=[f"{name}-{key}" for name, key in CASES])
def test_it_is_caught_by_a_test(verdicts, name, key):
    failed = verdicts[name, key].failed
    assert failed, "no test catches it"
    assert Kind.ERROR not in failed.values(), verdicts[name, key].messages
    assert Kind.NOT_WRITTEN not in failed.values()


@pytest.mark.parametrize("name", ["tokenizer", "sampling", "stateful"])
def test_the_reference_is_not_caught_in_the_same_process(judges, name):
    wrong = next(iter(library(name)))
    caught = judges.ask(request("catch", exercise=name, keys=[wrong, REFERENCE, wrong]))
    assert caught.keys() == {wrong}


@pytest.mark.parametrize(("name", "key"), CASES, ids=[f"{name}-{key}" for name, key in CASES])
def test_its_explanation_is_one_a_teacher_would_give(name, key):
    case = library(name)[key]
    assert case.title[0].islower() or case.title.split()[0].isupper(), 'ends "This looks like"'
    assert not case.title.endswith(".")
    assert 120 <= len(case.explanation) <= 900
    assert case.explanation.endswith(".")


@pytest.mark.parametrize("name", BUILT)
def test_what_the_diagnosis_looks_up_is_up_to_date(name):
    """Which tests each misconception fails; if this fails: unrolled misconceptions --save."""
    noted = caught_by(name)
    chance = {key for key, case in library(name).items() if case.recognise}
    assert noted.keys() == library(name).keys() - chance
    for key, tests in noted.items():
        assert tests, key
        assert tests <= set(groups.tests_of(name)), key
