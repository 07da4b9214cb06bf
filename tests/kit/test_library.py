"""The library keeps what its calls come to from one run to the next, where that is lasting."""

import pytest

from grading.beside.probes import tokenizer as probes
from grading.misconceptions import caught_by
from grading.running.library import REFERENCE, Library, OutOfCalls
from grading.running.outcome import Fault, Kind, Outcome
from grading.running.preparing import ask_library
from grading.running.subject import Call


class Stand:
    """Stands in for a driver: gives an outcome, and counts how often it is asked."""

    def __init__(self, outcome):
        self.outcome, self.n_asked = outcome, 0

    def call(self, *args, **kwargs):
        self.n_asked += 1
        return self.outcome


def call_with(text):
    return Call("encoding", [text, text], {}, Outcome(value=1), probes.encoding)


@pytest.mark.parametrize(
    ("outcome", "n_asked"),
    [
        (Outcome(value=[1]), 1),
        (Outcome(fault=Fault(Kind.RAISED, "no", error="KeyError")), 1),
        (Outcome(fault=Fault(Kind.HUNG, limit=1.0)), 1),
        (Outcome(fault=Fault(Kind.DIED)), 2),
    ],
    ids=["a value", "an exception", "hung", "died"],
)
def test_only_what_died_is_asked_again_in_the_next_run(outcome, n_asked):
    driver, call = Stand(outcome), call_with(f"{outcome} once")
    for _ in range(2):
        library = Library("tokenizer", [driver])
        assert library.outcome("a-name", call) == library.outcome("a-name", call) == outcome
    assert driver.n_asked == n_asked


def test_calls_are_counted():
    driver = Stand(Outcome(value=2))
    library = Library("tokenizer", [driver], most_calls=2)
    library.outcome("a-name", call_with("counted once"))
    library.outcome("a-name", call_with("counted twice"))
    library.outcome("a-name", call_with("counted once"))
    with pytest.raises(OutOfCalls):
        library.outcome("a-name", call_with("counted a third time"))


def test_ahead_of_need_a_mistake_that_hangs_waits_for_the_others():
    class Driver:
        def call(self, probe, args=(), kwargs=None, subject=None):
            if probe == "names":
                return Outcome(value=names)
            asked.append(subject)
            return Outcome(fault=Fault(Kind.HUNG)) if subject == names[0] else Outcome(value=1)

    asked, names, known = [], ["ids-from-1", "rarest-first"], caught_by("tokenizer")
    test = min(known[names[0]] & known[names[1]])
    calls = {test: [call_with("ahead"), call_with("of need")]}
    assert ask_library("tokenizer", calls, [Driver()], lambda: True)
    assert asked == [REFERENCE, REFERENCE, names[0], names[1], names[1], names[0]]


def test_ahead_of_need_the_tests_that_a_mistake_fails_come_first():
    class Driver:
        def call(self, probe, args=(), kwargs=None, subject=None):
            if probe == "names":
                return Outcome(value=names)
            asked.append((subject, args[0]))
            return Outcome(value=1)

    asked, names, known = [], ["ids-from-1", "rarest-first"], caught_by("tokenizer")
    fails_one = min(known[names[0]] - known[names[1]])
    fails_both = min(known[names[0]] & known[names[1]])
    calls = {fails_one: [call_with("one")], fails_both: [call_with("both")]}
    assert ask_library("tokenizer", calls, [Driver()], lambda: True)
    assert asked.index((names[1], "both")) < asked.index((names[1], "one")) == len(asked) - 1
