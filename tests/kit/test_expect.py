"""An error must name the value that is wrong, and not every value that it might be."""

import contextlib

import numpy as np
import pytest

from grading.beside.show import beside
from grading.expect import close, holds, refused, same, titled
from grading.running.driver import InlineDriver
from grading.running.failure import Failure
from grading.running.faults import SubjectError, WrongAnswer
from grading.running.outcome import Kind
from grading.running.report import headline
from grading.running.subject import Subject
from tests.kit.test_bad_input import wrong
from tests.kit.test_driver import spec_of

HONEST = [
    ("n_steps must be at least 1, got 0, with shift=2", ("n_steps", 0), []),
    ("n_steps must be at least 1, got -3", ("n_steps", -3), []),
    ("n_steps=-3, shift=1, batch_size=32, seed=None: all must be 1 or more", ("n_steps", -3), []),
    ("the temperature must lie above 0 and below inf, but is nan", ("temperature", np.nan), []),
    ("temperature -inf must be > 0", ("temperature", -np.inf), []),
    ("temperature=-0.001 is not a finite number above 0.0", ("temperature", -1e-3), []),
    ("id 7 is not among 0 ... 6", (7,), []),
    ("n_heads=4 does not divide 6 (dims), in a layer of 2x5x6 for 3 inputs", ("dims", 6, 4), []),
    ("inputs of shape (2, 5, 8) exceed max_steps=3, max_dims=10", (5, 3), []),
    (f"ids out of range: {[*range(20), -2]}", (-2,), [["a text", [*range(20), -2]], {}]),
    (f"n_steps is 0, for {np.arange(40)}", ("n_steps", 0), [[range(40)], {"n_steps": 0}]),
    (f"max_size -2 for {np.eye(12) / 7}", (-2,), [[{"x": np.eye(12) / 7}, -2], {}]),
    ("max_size " + "9" * 400 + " or 10 or -4", ("max_size", -4), [[10**400, -4], {}]),
    ("prompt 'a1 2 3 4 5 6 7 8 9 10 11 12' is empty", ("prompt",), []),
]
TELLS_NOTHING = [
    ("n_steps shift batch_size -3 -2 -1 0", ("n_steps", 0)),
    ("n_steps shift batch_size -3 -2 -1 0", ("n_steps", -3)),
    ("n_steps shift batch_size -2, -1, 0", ("n_steps", 0)),
    (f"dims n_heads {list(range(13))}", ("dims", 6, "n_heads", 4)),
    (f"max_dims {' '.join(map(str, range(100)))}", (17, 9)),
    ("temperature 0 -1 -0.5 -0.001 nan inf -inf", ("temperature", 0.0)),
    ("temperature 0 -1 -0.5 -0.001 nan inf -inf", ("temperature", np.nan)),
    (f"{[i / 2 for i in range(30)]}", (3,)),
]


def error_of(message, given=()):
    error = SubjectError("ValueError", ["ValueError"], message)
    error.given = given
    return error


@pytest.mark.parametrize(("message", "names", "given"), HONEST)
def test_an_honest_message_may_name_arguments_and_bounds(message, names, given):
    with refused(*names):
        raise error_of(message, given)


@pytest.mark.parametrize(("message", "names"), TELLS_NOTHING)
def test_a_message_that_names_every_value_names_none(message, names):
    with pytest.raises(WrongAnswer) as told, refused(*names):
        raise error_of(message)
    assert "the message names many other numbers, too: " in told.value.details[0]


@pytest.mark.parametrize(("said", "is_named"), [("given", True), ("[*range(60)]", False)])
def test_the_arguments_of_the_call_are_known(tmp_path, said, is_named):
    source = wrong(decode=f"raise ValueError(f'{{{said}}}: there are 3 characters')")
    subject = Subject("tokenizer", InlineDriver(spec_of(tmp_path, source)))
    with contextlib.nullcontext() if is_named else pytest.raises(WrongAnswer), refused(29):
        subject.decoding("abc", list(range(30)))


@pytest.mark.parametrize(
    "check",
    [
        lambda title: same([1], [2], title=title),
        lambda title: close(1.0, 2.0, title=title),
        lambda title: holds(False, "it", title=title),
    ],
    ids=["same", "close", "holds"],
)
@pytest.mark.parametrize("title", [None, "what is wrong"])
def test_a_check_may_have_a_title_of_its_own(check, title):
    with pytest.raises(WrongAnswer) as told:
        check(title)
    assert told.value.title == title


def test_a_report_in_one_line_does_not_point_at_a_picture_that_is_not_there():
    with pytest.raises(WrongAnswer) as told:
        same([[1, 2], [3, 4]], [[1, 2], [3, 5]], "the inputs")
    wrong = told.value
    assert "on the right" in wrong.expected
    failure = Failure("windows", "test_it", "it", Kind.WRONG, expected=wrong.expected)
    failure.picture, failure.details = list(wrong.picture), wrong.details
    assert headline(failure) == "the inputs: at [1][1]: found 4, expected 5"


@pytest.mark.parametrize(
    ("found", "expected"),
    [([[7] * 30], [[1] * 30]), ([[1234] * 8], [[5] * 9]), ([], [[1]])],
    ids=["many", "wide", "none"],
)
def test_two_tables_stand_side_by_side_in_a_narrow_report(found, expected):
    lines = beside(found, expected)
    assert max(map(len, lines)) <= 67
    assert "<-" in lines[1]


def test_a_row_is_marked_by_its_numbers_not_by_their_width():
    lines = beside([[1], [100]], [[1], [2]])
    assert "<-" not in lines[1] and "<-" in lines[2]


@pytest.mark.parametrize("error", [SubjectError("KeyError"), WrongAnswer("1")])
def test_what_fails_in_a_block_gets_its_title_and_keeps_one_of_its_own(error):
    with pytest.raises(type(error)) as told, titled("outer"), titled("inner"):
        raise error
    assert told.value.title == "inner"
