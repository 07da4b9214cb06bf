"""A call that does not get the processor is waited for; one that uses its time, or none, hangs."""

import time

import pytest

from grading.running import patience as module
from grading.running.patience import LOOK, Patience


def used_over_time(*seconds):
    """Tells one of these after another."""
    values = iter(seconds)
    return lambda: next(values)


def test_a_call_that_used_its_time_hangs():
    assert Patience(used_over_time(0.0, 5.0), limit=5.0).more() == 0


def test_a_call_that_waits_for_the_processor_gets_more_time():
    patience = Patience(used_over_time(0.0, 0.2, 0.4, 0.6), limit=5.0)
    assert [patience.more() for _ in range(3)] == [LOOK] * 3


def test_a_call_that_does_nothing_is_looked_at_once_and_then_hangs():
    patience = Patience(used_over_time(1.0, 1.2, 1.2), limit=5.0)
    assert [patience.more(), patience.more()] == [LOOK, 0]


def test_a_call_whose_time_is_nearly_over_is_not_looked_at_for_long():
    patience = Patience(used_over_time(0.0, 0.7, 0.95, 0.99), limit=1.0)
    assert [round(patience.more(), 3) for _ in range(3)] == [0.3, module.SHORTEST, 0]


def test_a_call_that_does_not_get_the_processor_is_looked_at_as_long():
    patience = Patience(used_over_time(0.0, *[0.5] * 9), limit=1.0)
    looks = [patience.more() for _ in range(5)]
    assert sum(looks) == LOOK and looks[-1] == 0


def test_no_call_is_waited_for_without_end(monkeypatch):
    patience = Patience(used_over_time(0.0, 0.1), limit=5.0)
    later = time.monotonic() + module.MOST * 5.0
    monkeypatch.setattr(module.time, "monotonic", lambda: later)
    assert patience.more() == 0


@pytest.mark.parametrize(("load", "more"), [(0.5, 0.0), (8.0, 15.0)])
def test_where_processor_time_is_unknown_the_load_counts_once(monkeypatch, load, more):
    monkeypatch.setattr(module.os, "getloadavg", lambda: (load, 0, 0), raising=False)
    monkeypatch.setattr(module.os, "cpu_count", lambda: 2)
    patience = Patience(lambda: None, limit=5.0)
    assert [patience.more(), patience.more()] == [more, 0.0]
