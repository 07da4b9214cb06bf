"""Where TF-Addons cannot be had, its exercise is left out in one line, and all else works."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from grading.catalogue import board
from grading.catalogue.board import Tally
from grading.catalogue.stubs import ROOT
from grading.catalogue.syllabus import NAMES, SYLLABUS, why_left_out
from grading.notebooks import check as notebook
from grading.running.run import to_work_on
from tests.kit.running import board_of, run_pytest

REASON = "tensorflow-addons is not installed"
LEFT_OUT = [item.name for item in SYLLABUS if item.requires == "tensorflow_addons"]


@pytest.fixture
def hidden(monkeypatch, tmp_path):
    """Hide the package from this process, and from those that are given this environment."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['tensorflow_addons'] = None\n"
    )
    monkeypatch.setitem(sys.modules, "tensorflow_addons", None)
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}


def test_only_the_encoder_decoder_is_left_out(hidden):
    assert LEFT_OUT == ["encoder_decoder"]
    assert [name for name in NAMES if why_left_out(name)] == LEFT_OUT
    assert why_left_out("encoder_decoder") == REASON


def test_its_tests_are_skipped_in_one_line_and_others_run(hidden):
    files = [f"tests/test_{name}.py" for name in ("tokenizer", "encoder_decoder")]
    done = run_pytest("--impl", "solutions", "-q", "-rs", *files, **hidden)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("test_encoder_decoder.py") == 1
    assert f"tests/test_encoder_decoder.py: {REASON}\n" in done.stdout
    rows = {line.split()[2]: line for line in board_of(done.stdout) if line[:4].strip().isdigit()}
    assert rows["encoder_decoder"].endswith(f"left out: {REASON}")
    assert "done" in rows["tokenizer"]


def test_the_board_never_sends_anybody_there(hidden):
    tallies = {name: Tally(total=1, passed={"a"}) for name in NAMES}
    tallies["encoder_decoder"] = Tally(untouched=True)
    assert board.next_exercise(tallies) is None
    assert board.next_step(tallies, "exercises") == [
        f"Well done: all {len(NAMES) - 1} exercises done."
    ]
    tallies["encoder_decoder"] = Tally()
    assert to_work_on(tallies) is None


def test_a_check_cell_says_why_nothing_was_checked(hidden):
    code = """
import json
from grading.running.server import Judge
from grading.catalogue.stubs import expected_stub
judge = Judge()
source = expected_stub("encoder_decoder")
request = {"exercise": "encoder_decoder", "group": None, "source": source, "place": "a cell"}
print(json.dumps(judge.check(request)))
judge.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **hidden},
        timeout=300,
    )
    answer = json.loads(done.stdout.splitlines()[-1])
    assert set(answer["skipped"].values()) == {REASON}
    assert not answer["passed"] and not answer["failed"] and not answer["unwritten"]


def test_a_check_of_tests_that_are_all_left_out_bears_no_red_cross(capsys):
    answer = {"unwritten": {}, "skipped": {"a": REASON, "b": REASON}, "text": ""}
    notebook._show("encoder_decoder", answer, n_passed=0, n_run=0, points=9)
    said = capsys.readouterr().out
    assert "✗" not in said
    assert f"2 tests left out: {REASON}" in said


def test_the_rest_of_its_solution_serves_the_transformer_all_the_same(hidden):
    from solutions.models.components import reference

    components = reference()
    found = components.teacher_forcing_inputs([[1, 2, 0]], sos_id=3)
    assert np.asarray(found).tolist() == [[3, 1, 2]]
    with pytest.raises(ImportError, match="needs tensorflow-addons") as error:
        components.build_translator(9, 4)
    assert "\n" not in str(error.value)


def test_training_the_translation_is_refused_in_one_line(hidden):
    from solutions.models import Options, encoder_decoder
    from solutions.models.components import reference
    from solutions.models.run_folder import RunError

    with pytest.raises(RunError, match=r"needs tensorflow-addons.*`transformer`") as error:
        encoder_decoder.make_task(Options(limit=10), reference())
    assert "\n" not in str(error.value)
