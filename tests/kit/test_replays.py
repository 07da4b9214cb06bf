"""Examples that were drawn once judge every later subject just as drawing them anew does."""

import copy
import functools
import inspect
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.catalogue.where import resolve
from grading.running import properties, subjects, submission
from grading.running.driver import InlineDriver
from grading.running.properties import Replays
from grading.running.subject import Subject
from tests import test_tokenizer
from tests.kit.grading_class.test_submission import RIGHT, failed_in
from tests.kit.test_bad_input import wrong

QUICK = {"sandbox": False, "diagnose": False, "options": ("--examples-times=0.5",)}
WRONG = {
    "ids from 1": RIGHT.replace(b"enumerate(self._characters)", b"enumerate(self._characters, 1)"),
    "no such function": RIGHT.replace(b"def decode", b"def decoded"),
    "wrong at random": wrong(
        decode="import random; return random.choice(['a', 'b']) + str(len(ids))"
    ).encode(),
}


def judged(source):
    return submission.judge_submission({"tokenizer": source}, **QUICK)["exercises"]["tokenizer"]


def outcome(source):
    result = judged(source)
    failed = failed_in({"exercises": {"tokenizer": result}})
    return result["points"], {test: (f["kind"], f["report"]) for test, f in failed.items()}


@pytest.fixture
def drawn(monkeypatch):
    """Names of the tests that hypothesis drew examples for."""
    names, draw = [], properties._draw

    def noting(test, subjects):
        names.append(test.__name__)
        return draw(test, subjects)

    monkeypatch.setattr(properties, "_draw", noting)
    monkeypatch.setattr(subjects, "REPLAYS", Replays())
    return names


def test_the_second_submission_is_tried_on_the_examples_of_the_first(drawn):
    first = judged(RIGHT)
    n_properties = len(drawn)
    assert n_properties > 10
    second = judged(RIGHT + b"\n# another student\n")
    assert len(drawn) == n_properties, drawn[n_properties:]
    assert first["points"] == second["points"] == first["max_points"]


@pytest.mark.parametrize("source", [WRONG[k] for k in list(WRONG)[:2]], ids=list(WRONG)[:2])
def test_a_wrong_submission_fails_the_same_tests_with_the_same_reports(drawn, source):
    fresh = outcome(source)
    assert fresh[1], "a wrong submission that passes"
    judged(RIGHT)
    assert outcome(source) == fresh


@pytest.mark.parametrize("source", [WRONG[k] for k in list(WRONG)[:2]], ids=list(WRONG)[:2])
def test_without_shrinking_it_fails_on_the_examples_that_hypothesis_finds(monkeypatch, source):
    monkeypatch.setitem(QUICK, "options", ("--examples-times=0.5", "--no-shrink"))
    replayed = outcome(source)
    assert replayed[1]
    monkeypatch.setattr(Replays, "drawn", lambda *arguments: None)  # hypothesis draws and tries
    assert outcome(source) == replayed


def test_a_wrong_first_submission_spoils_no_example(drawn):
    judged(WRONG["ids from 1"])
    result = judged(RIGHT)
    assert result["points"] == result["max_points"]
    assert len(drawn) == len(set(drawn))


def test_answers_at_random_are_told_as_such_also_after_others(drawn):
    judged(RIGHT)
    points, failed = outcome(WRONG["wrong at random"])
    assert points < 10
    assert {kind for kind, _ in failed.values()} <= {"wrong", "flaky", "raised"}, failed


def test_other_settings_draw_other_examples(drawn):
    judged(RIGHT)
    n_properties = len(drawn)
    submission.judge_submission({"tokenizer": RIGHT}, **{**QUICK, "options": ()})
    assert len(drawn) == 2 * n_properties


def test_what_is_drawn_without_a_subject_is_what_hypothesis_tries_on_one():
    found = inspect.getmembers(test_tokenizer, lambda test: hasattr(test, "hypothesis"))
    assert len(found) > 20
    driver = InlineDriver(resolve("solutions", ".").specs["tokenizer"])
    for name, test in found:
        properties.settle(test)
        tried, body = [], properties.body_of(test.hypothesis)

        @functools.wraps(body)
        def note(tokenizer, body=body, tried=tried, **drawn):
            tried.append(copy.deepcopy(drawn))
            body(tokenizer=tokenizer, **drawn)

        test.hypothesis.inner_test = note
        try:
            test(tokenizer=Subject("tokenizer", driver))
        finally:
            test.hypothesis.inner_test = body
        assert properties._draw(test, ["tokenizer"]) == tried, name


def test_so_it_is_where_a_strategy_uses_the_global_generators():
    tried = []

    @st.composite
    def by_chance(draw):
        return draw(st.integers(0, 9)), random.random(), np.random.rand()

    @given(case=by_chance())
    def property_(case):
        tried.append({"case": case})

    properties.settle(property_)
    drawn = properties._draw(property_, [])
    property_()
    assert len(drawn) > 5 and drawn == tried
