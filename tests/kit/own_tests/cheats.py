"""Tests that cheat: they tell right from wrong by anything but what an implementation does."""

# Know no mistake, and try to guess which run is on a wrong implementation.
CHEATS = {
    "fail at random": """
import random
def test_me(CharTokenizer):
    CharTokenizer().fit("a")
    assert random.SystemRandom().random() < 0.25  # rarely lucky enough to fail a kit test
""",
    "pass the first runs and fail the others": """
seen = []
def test_me(CharTokenizer):
    CharTokenizer().fit("a")
    seen.append(1)
    assert len(seen) <= 4
""",
    "remember what all did, and fail what differs from most": """
from collections import Counter
seen = []
def test_me(CharTokenizer):
    found = []
    for text, other, ids in [("aab", "b", [0, 1]), ("ba .", "AB", [1, 0]), ("ΟΔΟΣ", "x", [9])]:
        for call in (lambda t: t.encode(text), lambda t: t.encode(other), lambda t: t.decode(ids)):
            try:
                found.append(str(call(CharTokenizer().fit(text))))
            except Exception as error:
                found.append(repr(error))
    seen.append(str(found))
    assert len(seen) < 9 or str(found) == Counter(seen).most_common(1)[0][0]
""",
    "look at the class that they are given": """
def test_me(CharTokenizer):
    tok = CharTokenizer().fit("a")
    what = repr(CharTokenizer) + CharTokenizer.__module__ + repr(vars(tok)) + str(id(tok) % 7)
    assert "solutions" in what or "alternatives" in what
""",
    "ask for another implementation": """
from grading.beside import suites
def test_me(CharTokenizer):
    CharTokenizer().fit("a")
    right = suites._answer({"probe": "use", "args": [[["fit", "a"], ["encode", "a"]]],
                            "subject": "solutions"})
    assert right == {"value": CharTokenizer().fit("a").encode("a").tolist()}
""",
    "ask for what is no answer": """
from grading.beside import suites
def test_me(CharTokenizer):
    CharTokenizer().fit("a")
    for probe in ("names", "explain", "find", "run", "__class__"):
        answer = suites._answer({"probe": probe, "args": []})
        assert "value" in answer, answer
""",
    "tell the judge that they failed": """
import sys
def test_me(CharTokenizer):
    CharTokenizer().fit("a")
    frame = sys._getframe()
    while frame:
        if frame.f_code.co_name == "run_tests":
            frame.f_locals["tests"]["test_me"] = None
        frame = frame.f_back
""",
}
