"""Where TF-Addons cannot be had, all exercises and models work all the same."""

import os
import sys

import pytest

from grading.catalogue.paths import ROOT
from grading.notebooks import check as notebook
from tests.kit.running import board_of, run_pytest


@pytest.fixture
def hidden(monkeypatch, tmp_path):
    """Hide the package from this process, and from those that are given this environment."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['tensorflow_addons'] = None\n", encoding="utf-8"
    )
    monkeypatch.setitem(sys.modules, "tensorflow_addons", None)
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}


def test_the_encoder_decoders_tests_pass_without_it(hidden):
    done = run_pytest(
        "--impl", "solutions", "-q", "-k", "translation", "tests/test_encoder_decoder.py", **hidden
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [row] = [line for line in board_of(done.stdout) if line.split()[2:3] == ["encoder_decoder"]]
    assert "in progress" in row
    assert "skipped" not in done.stdout


def test_the_translation_is_trained_without_it(hidden):
    from solutions.models import Options, translation
    from solutions.models.components import reference
    from tests.kit.models.tiny import what_is_fitted

    task = what_is_fitted(translation, Options(limit=10, units=4), reference())
    assert task.model.count_params() > 0


def test_the_chapters_own_translator_says_what_it_needs(hidden):
    from solutions.models.addons import Translator

    with pytest.raises(ImportError, match="needs tensorflow-addons") as error:
        Translator(9, 4)
    assert "\n" not in str(error.value)


def test_a_check_of_tests_that_are_all_left_out_bears_no_red_cross(capsys):
    reason = "the full text is not there"
    answer = {"unwritten": {}, "skipped": {"a": reason, "b": reason}, "text": ""}
    notebook._show("encoder_decoder", answer, n_passed=0, n_run=0, points=9)
    said = capsys.readouterr().out
    assert "✗" not in said
    assert f"2 tests left out: {reason}" in said
