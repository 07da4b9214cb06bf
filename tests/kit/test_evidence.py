"""How a misconception shows in a call, where results are frequencies that chance moves."""

import numpy as np
import pytest

from grading.beside.probes import generation as probes
from grading.misconceptions import library
from grading.running.evidence import Evidence, Seen, is_not_written
from grading.running.library import REFERENCE
from grading.running.outcome import Fault, Kind, Outcome
from grading.running.subject import Call

RIGHT, NEAR, FAR = [0.29, 0.71], [0.44, 0.56], [0.6, 0.4]


class Known:
    """Stands in for a library: what the reference and the misconceptions give is known."""

    def __init__(self, **values):
        self.values = {REFERENCE: RIGHT, **values}

    def outcome(self, name, call):
        return Outcome(value=self.values[name])

    def key(self, name, call):
        return name, id(call)

    def recognised(self, call):
        return ()


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
