"""How a misconception shows in a call."""

import numpy as np
import pytest

from grading.beside.probes import generation as probes
from grading.misconceptions import library
from grading.running.evidence import Evidence, Seen, TestRecord, is_not_written
from grading.running.library import REFERENCE
from grading.running.outcome import Fault, Kind, Outcome
from grading.running.subject import Call

RIGHT, NEAR, FAR = [0.29, 0.71], [0.44, 0.56], [0.6, 0.4]


class Known:
    """Stands in for a library: what the reference and the misconceptions give is known."""

    def __init__(self, right=RIGHT, **values):
        self.values = {REFERENCE: right, **values}

    def outcome(self, name, call):
        value = self.values[name]
        return Outcome(fault=value) if isinstance(value, Fault) else Outcome(value=value)

    def unchecked(self):
        return ["unchecked"]

    def unrepeatable(self, seeds):
        return {"all": [True] * len(seeds), "zero": [seed == 0 for seed in seeds]}

    def key(self, name, call):
        return name, id(call)

    def recognised(self, call):
        return ()


class BySeed(Known):
    """Calls are equal where their seeds are."""

    def key(self, name, call):
        return name, call.kwargs["seed"]


@pytest.mark.parametrize(
    ("student", "misconception", "expected"),
    [
        (RIGHT, NEAR, Seen.HIDDEN),  # it may give what the reference gives
        (RIGHT, FAR, Seen.REFUTED),
        (NEAR, FAR, Seen.HIDDEN),  # near to both: this call tells nothing
        (FAR, FAR, Seen.SHARED),
        ([0.9, 0.1], FAR, Seen.BLURRED),
    ],
)
def test_frequencies_count_only_where_chance_does_not_explain_them(
    student, misconception, expected
):
    args = ["et", [0.02, 0.98], "e", 500]
    call = Call("frequencies", args, {"temperature": 4}, Outcome(value=student), probes.frequencies)
    evidence = Evidence("generation", [], Known(flat=misconception))
    assert evidence.seen("flat", call) is expected


REFUSED = Fault(Kind.RAISED, "temperature must be above 0, got 0", "ValueError")
BY_ACCIDENT = Fault(Kind.RAISED, "probabilities contain NaN", "ValueError")
OWN = Fault(Kind.RAISED, "bad value", "ValueError", frames=((9, "raise ValueError('bad value')"),))
CRASH = Fault(Kind.RAISED, "division by zero", "ZeroDivisionError")


@pytest.mark.parametrize(
    ("student", "misconception", "expected"),
    [
        (REFUSED, "Aa", Seen.REFUTED),
        ("Ab", "Aa", Seen.SHARED),  # neither refuses; what they give instead does not matter
        (CRASH, "Aa", Seen.SHARED),
        ("Ab", CRASH, Seen.SHARED),
        (BY_ACCIDENT, "Aa", Seen.SHARED),  # the test fails for its message
        (OWN, "Aa", Seen.BLURRED),  # it is refused, by another mistake in the message
        (BY_ACCIDENT, BY_ACCIDENT, Seen.SHARED),
        (BY_ACCIDENT, REFUSED, Seen.HIDDEN),
        ("Ab", REFUSED, Seen.HIDDEN),
    ],
)
def test_whoever_does_not_refuse_what_must_be_refused_makes_the_same_mistake(
    student, misconception, expected
):
    outcome = Outcome(fault=student) if isinstance(student, Fault) else Outcome(value=student)
    call = Call("continued", ["ab", "ba", "A", 1], {"temperature": 0}, outcome, probes.continued)
    records = [TestRecord("test_refused", student is not REFUSED, [call])]
    evidence = Evidence("generation", records, Known(REFUSED, unchecked=misconception))
    assert evidence.seen("unchecked", call) is expected


def test_what_comes_back_instead_of_a_refusal_tells_other_misconceptions_apart():
    call = Call("continued", ["ab", "ba", "A", 1], {}, Outcome(value="Ab"), probes.continued)
    evidence = Evidence("generation", [], Known(REFUSED, skipped="Aa"))
    assert evidence.seen("skipped", call) is Seen.BLURRED


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({7: "xx", 0: "yy"}, set()),
        ({7: "xz", 0: "yz"}, {"all"}),
        ({7: "xx", 0: "yz"}, {"zero"}),
        ({7: "xz", 0: "yy"}, set()),
        ({None: "xz"}, set()),
    ],
)
def test_equal_calls_that_differ_say_which_seeds_are_not_kept_to(texts, expected):
    calls = [
        Call("written", ["ab", RIGHT, "a", 1], {"seed": seed}, Outcome(value=text), probes.written)
        for seed, both in texts.items()
        for text in both
    ]
    evidence = Evidence("generation", [], BySeed())
    assert evidence.marks_of_seeds(TestRecord("test_seeds", True, calls)) == expected


@pytest.mark.parametrize(
    ("fault", "is_so"),
    [
        (None, False),
        (Fault(Kind.UNLOADABLE, "SyntaxError in generation.py, line 1"), True),
        (Fault(Kind.RAISED, error="NotImplementedError"), True),
        (Fault(Kind.RAISED, error="KeyError"), False),
        (Fault(Kind.DIED), False),
    ],
)
def test_what_no_code_of_the_student_answered_says_nothing_about_mistakes(fault, is_so):
    call = Call("frequencies", [], {}, Outcome(fault=fault), probes.frequencies)
    assert is_not_written(call) is is_so


def test_torn_pairs_of_single_items_are_not_taken_for_shuffled_items():
    items, torn = [10, 20, 30, 40], [[np.array([[10], [20], [30]]), np.array([[30], [20], [40]])]]
    marked = {
        name
        for name, misconception in library("windows").items()
        if misconception.recognise and misconception.recognise("batches", [items, 1], {}, torn)
    }
    assert marked == {"inputs-and-targets-shuffled-apart"}
