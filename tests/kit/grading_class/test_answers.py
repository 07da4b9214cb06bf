"""Answers that no honest worker gives."""

import json
import time

import numpy as np
import pytest

from grading.beside import plain
from grading.beside.show import batches_picture
from grading.expect import same
from grading.running.faults import WrongAnswer
from grading.running.outcome import clean, outcome_of

# What crosses from a worker is believed only if it has the form of an answer.
FORGED = {
    "a number": 5,
    "nothing": {},
    "two at once": {"value": 1, "unusable": "x"},
    "an unknown fault": {"passed": True},
    "a fault only a judge tells": {"hung": {"limit": 1, "frames": []}},
    "an error that is text": {"raised": "ValueError"},
    "an error with more": {
        "raised": {"kind": "E", "kinds": [], "message": "", "frames": [], "x": 1}
    },
    "lines that are none": {"raised": {"kind": "E", "kinds": [], "message": "", "frames": [[1]]}},
    "too many lines": {
        "raised": {"kind": "E", "kinds": [], "message": "", "frames": [[1, "x"]] * 6}
    },
    "a message that is none": {"unusable": ["x"]},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_answer_is_no_answer(name):
    with pytest.raises(ValueError):
        outcome_of(FORGED[name])


WIRE = {
    "deep": b"[" * 100_000,
    "too deep": b"[" * 60 + b"]" * 60,
    "too many parts": b"[" + b"[]," * 1_000_001 + b"[]]",
    "an int of a million digits": b"1" * 1_000_000,
    "not a dict": b'{"!":"dict","items":[1]}',
    "another dtype": b'{"!":"array","shape":[1],"dtype":"O","data":"AAAAAAAAAAA="}',
    "a dtype of many": b'{"!":"array","shape":[1],"dtype":"(1000000000,)f8","data":""}',
    "a dtype that is none": b'{"!":"array","shape":[1],"dtype":[["a","f8"]],"data":""}',
    "an infinite size": b'{"!":"array","shape":[1e999],"dtype":"<f8","data":""}',
    "a negative size": b'{"!":"array","shape":[-1],"dtype":"<f8","data":""}',
    "an absurd size": b'{"!":"array","shape":[0,1000000000000],"dtype":"<f8","data":""}',
    "a size that a sum would fill": b'{"!":"array","shape":[0,2000000000],"dtype":"|i1","data":""}',
    "neither true nor false": b'{"!":"array","shape":[1],"dtype":"|b1","data":"Ag=="}',
    "too little data": b'{"!":"array","shape":[2],"dtype":"<f8","data":"AAAAAAAAAAA="}',
    "many sizes": b'{"!":"strings","shape":[' + b"1," * 50 + b'1],"items":["a"]}',
    "a pickle": b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x07builtins\x94.",
    "no kind": b'{"a":1}',
}


@pytest.mark.parametrize("name", WIRE)
def test_bytes_that_are_no_plain_value_are_refused(name):
    with pytest.raises(ValueError):
        plain.loads(WIRE[name])


@pytest.mark.parametrize("shape", [(2**24, 1), (1, 2**24), (10**6, 0)])
def test_a_huge_answer_is_not_drawn(shape):
    start = time.monotonic()
    for draw in (lambda huge: same(huge, np.array([[1]])), lambda huge: same(huge, [[1]])):
        with pytest.raises(WrongAnswer):
            draw(np.zeros(shape, np.int8))
    batches_picture([[np.zeros(shape, np.int8), np.zeros((2, 2))]])
    assert time.monotonic() - start < 2


def test_texts_for_people_hold_nothing_that_steers_a_terminal():
    assert clean("a\x1b[2Jb\r\nc\td\x9b\u202e\ud800") == "a�[2Jb\nc\td���"
    assert len(clean("x" * 10**6)) < 10_100
    json.dumps(clean("\ud800")).encode("utf-8")
