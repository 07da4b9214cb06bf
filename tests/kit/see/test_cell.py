"""The pictures in a notebook's cell, and the SVG that they are drawn as."""

import xml.etree.ElementTree as ET

import pytest

from grading.notebooks import check
from grading.student.see import svg
from grading.student.see.cell import see
from grading.student.see.looking import Difference
from grading.student.see.parts import Bars, Cell, Cells, Lines, Tree, Trouble
from tests.kit.see import modules

NAME = "tokenizer"  # it needs no TensorFlow
NAN, INF = float("nan"), float("inf")
EVIL = "<script>alert(1)</script>&\"'\0\x1b"
PARTS = {
    "cells": Cells(
        [[Cell(EVIL, 1, EVIL, shade=0.7), None, Cell("x", 2, shade=NAN, kind="hidden")]], [EVIL]
    ),
    "empty cells": Cells([], note="nothing"),
    "a ragged table": Cells([[Cell("a")], [Cell("b"), Cell("c", kind="target")]], [], ["x", "yyy"]),
    "a map": Cells([[Cell("", k / 9, shade=k / 9) for k in range(9)]] * 20),
    "bars": Bars([EVIL, "b\n1", "c"], [0.25, NAN, INF], [0.5, NAN, 1]),
    "no bars": Bars([], []),
    "lines": Lines([0, 1, 2], {EVIL: [0.0, NAN, INF], "b": [2.0]}, "x", lit=1.0),
    "a tree": Tree(
        [
            {"name": "s", "depth": 0, "parent": None, "text": EVIL, "tip": EVIL, "kind": "kept"},
            {"name": "a", "depth": 1, "parent": 0, "text": "a", "tip": "a", "kind": "best"},
            {"name": "b", "depth": 1, "parent": 0, "text": "b", "tip": "b", "kind": "cut"},
        ],
        [[1]],
        ["result 0"],
    ),
    "trouble": Trouble("raised", [EVIL, "  at line 3"]),
}


@pytest.mark.parametrize("label", PARTS)
@pytest.mark.parametrize("is_lit", [False, True])
def test_what_a_student_can_make_it_show_stays_text(label, is_lit):
    lit = Difference(0, 1, EVIL, EVIL, "2") if is_lit else None
    text = svg.draw(PARTS[label], lit, EVIL, tips=True)
    assert "<script" not in text
    root = ET.fromstring(text)
    assert not any(n in (e.get("d") or "") for e in root.iter() for n in ("nan", "inf"))
    assert float(root.get("width")) > 0 and float(root.get("height")) > 0
    assert text == svg.draw(PARTS[label], lit, EVIL, tips=True)
    if is_lit and label not in ("trouble", "lines"):  # curve 0 has nothing to be seen there
        assert f'"{svg.LIGHT.wrong}"' in text


def test_a_right_module_is_shown_beside_the_reference():
    shown = see(NAME, modules.right(NAME), text="HELL, first")
    assert "<script" not in shown._repr_html_()
    page = shown._repr_html_()
    assert page.count("<svg") == 6 and page.count("yours") >= 3 and "≠" not in page
    assert "text=&#x27;HELL, first&#x27;" in page
    assert "Back again: decode" in repr(shown)


def test_alone_the_references_results_are_not_there():
    assert see(NAME, modules.right(NAME), alone=True)._repr_html_().count("<svg") == 3


def test_a_wrong_module_is_lit_and_a_stub_says_what_is_not_written():
    wrong = see(NAME, modules.wrong(NAME))
    assert "≠ first difference at character 1: found ' '" in repr(wrong)
    assert svg.LIGHT.wrong in wrong._repr_html_()
    assert "is not written yet" in see(NAME, modules.missing(NAME))._repr_html_()


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"text": " "}, "The text to encode is empty: type at least one character."),
        ({"txet": "a"}, "see() has no input 'txet' here; there are: learnt, text"),
        ({"text": 5}, "text must be a text, such as text='First, citizen'"),
    ],
)
def test_what_cannot_be_shown_gets_a_sentence(inputs, said):
    assert repr(see(NAME, modules.right(NAME), **inputs)) == said


def test_an_exercise_without_pictures_is_said():
    assert "There are no pictures of 'tokenizer_tests'" in repr(see("tokenizer_tests", ""))
    assert "n_steps must be a number" in repr(see("windows", "", n_steps="4"))
    assert (
        repr(see("windows", "", n_steps=[4])) == "n_steps must be a text or a number, and is list"
    )


def test_the_source_is_that_of_the_module_cell_as_it_was_last_run(monkeypatch):
    monkeypatch.setattr(check, "_history", lambda: ["x = 1", "class CharTokenizer: pass"])
    assert check.source_of(NAME) == "class CharTokenizer: pass"
    for name, said in ((NAME, "run the module cell first"), ("nothing", "no exercise is called")):
        monkeypatch.setattr(check, "_history", lambda: [])
        with pytest.raises(check.CannotCheck, match=said):
            check.source_of(name)
