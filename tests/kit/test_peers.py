"""Our mistakes put to another kit's tests: what is seen through its interface is counted."""

import dataclasses
import importlib
import types

from grading.catalogue.paths import ROOT
from grading.misconceptions import library

CELLS = """
import what_is_not_there

def test_unit_ids():
    tokenizer = CharTokenizer(["b", "a"])
    assert tokenizer.encode("ab!") == [2, 1, 0]

def test_unit_that_no_answer_passes():
    assert False
"""
THEIRS = """
from tinytorch.core.tokenization import CharTokenizer

def test_decode():
    tokenizer = CharTokenizer()
    tokenizer.build_vocab(["ab"])
    assert tokenizer.decode([1, 2]) == "ab"
"""


def test_only_mistakes_seen_through_the_other_kit_count(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "kit" / "peers"))
    run, adapter = (importlib.import_module(name) for name in ("run", "of_tinytorch"))
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "cells.py").write_text(CELLS)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_theirs.py").write_text(THEIRS)
    monkeypatch.chdir(tmp_path)
    tests = (
        "src/cells.py::test_unit_ids",
        "src/cells.py::test_unit_that_no_answer_passes",
        "tests/test_theirs.py::test_decode",
    )
    tokenizer = dataclasses.replace(adapter.COMPONENTS[-1], tests=tests)
    kit = types.SimpleNamespace(COMPONENTS=[tokenizer], run=adapter.run)
    few = ("decode-one-off", "spaces-between", "newlines-dropped", "case-kept")
    monkeypatch.setattr(run, "library", lambda name: {key: library(name)[key] for key in few})
    ((component, passed, caught),) = run.table(kit)
    assert component is tokenizer and passed == [tests[0], tests[2]]
    # The other kit keeps case, so that one is no mistake there.
    assert caught == {"decode-one-off": True, "spaces-between": True, "newlines-dropped": False}
