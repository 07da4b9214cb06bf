"""Keys where the terminal is a Windows console, seen through a stand-in for Python's msvcrt."""

import queue
import sys
import types

import pytest

from grading.student.watch import keys


@pytest.fixture
def console(monkeypatch):
    """A console that gives the characters put into it, and then none."""
    typed = queue.SimpleQueue()
    fake = types.SimpleNamespace(kbhit=lambda: not typed.empty(), getwch=typed.get)
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    monkeypatch.setattr(keys, "os", types.SimpleNamespace(name="nt"))
    return typed


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        (["n"], ["n"]),
        (["h", "q"], ["h", "q"]),
        (["\xe0", "H", "r"], ["r"]),  # an arrow comes as two characters
        (["\x00", ";", "r"], ["r"]),  # and so does a function key
        (["\x03"], [None]),  # Ctrl-C ends the input
    ],
)
def test_keys_of_a_console_arrive_one_by_one(console, typed, heard):
    for character in typed:
        console.put(character)
    got = queue.Queue()
    with keys.Keys(got.put) as listening:
        assert [got.get(timeout=10) for _ in heard] == heard
        listening.resume()  # nothing to do here, and no error
    assert got.empty()
