"""``unrolled doctor`` says what is missing and how to mend it."""

import argparse
import sys

import pytest

from grading.catalogue.stubs import build
from grading.commands import doctor


@pytest.fixture
def tensorflow(monkeypatch):
    def seen(**found):
        monkeypatch.setattr(doctor, "_look_at_tensorflow", lambda: found)

    seen(version="2.15.1", gpus=[], addons="0.23.0")
    return seen


def diagnosed(capsys):
    code = doctor.run(argparse.Namespace())
    return code, capsys.readouterr().out


def test_all_that_every_student_needs_is_there(tensorflow, capsys):
    code, said = diagnosed(capsys)
    assert code == 0, said
    for name in (
        "Python",
        "packages",
        "TensorFlow",
        "exercises",
        "disk",
        "Shakespeare",
        "nbgrader",
    ):
        assert name in said
    assert "BROKEN" not in said


def test_what_is_missing_comes_with_the_command_that_mends_it(tensorflow, capsys):
    tensorflow(problem="ModuleNotFoundError: No module named 'tensorflow'")
    code, said = diagnosed(capsys)
    assert code == 1
    assert "BROKEN  TensorFlow" in said
    assert "No module named 'tensorflow'" in said
    assert "mend it: uv sync" in said


def test_what_only_some_need_breaks_nothing(tensorflow, capsys, monkeypatch):
    tensorflow(version="2.15.1", gpus=[], problem="ImportError: no wheel")
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    monkeypatch.setenv("KERAS_HOME", "/nowhere")
    code, said = diagnosed(capsys)
    assert code == 0
    assert "missing TF-Addons" in said
    assert "missing Shakespeare" in said


def test_with_keras_3_nothing_is_missing_because_there_is_no_tf_addons(tensorflow, capsys):
    tensorflow(version="2.21.0", keras="3.15.1", gpus=[], problem="ModuleNotFoundError: no module")
    code, said = diagnosed(capsys)
    assert code == 0, said
    assert "TensorFlow    2.21.0, Keras 3.15.1" in said
    assert "missing TF-Addons" not in said
    assert "none for Keras 3" in said


def test_stack_c_has_another_tensorflow_on_purpose(monkeypatch):
    monkeypatch.setattr(doctor, "_version_of", lambda name: "0.0.1")
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    (line,) = doctor.check_packages()
    assert "numpy 0.0.1 instead of ==" in line.detail
    assert "tensorflow" not in line.detail


def test_a_folder_that_cannot_be_written_to_is_broken(tmp_path):
    (line,) = doctor.check_desk(tmp_path / "nowhere")
    assert (line.state, line.needed) == (doctor.MISSING, True)
    assert line.mend
    build(tmp_path)
    (line,) = doctor.check_desk(tmp_path)
    assert line.state == doctor.OK
    (tmp_path / "tokenizer.py").unlink()
    (line,) = doctor.check_desk(tmp_path)
    assert "tokenizer" in line.detail
    assert "reset tokenizer" in line.mend
    assert list(tmp_path.glob("tmp*")) == []


def test_a_wrong_version_is_told(monkeypatch):
    monkeypatch.setattr(doctor, "_version_of", lambda name: "0.0.1")
    (line,) = doctor.check_packages()
    assert line.state == doctor.MISSING
    assert "numpy 0.0.1 instead of ==" in line.detail


def test_tensorflow_is_looked_at_in_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr(doctor, "_LOOK_AT_TENSORFLOW", "raise SystemExit('no CPU for this')")
    assert doctor._look_at_tensorflow() == {"problem": "no CPU for this"}
    monkeypatch.setattr(doctor, "_LOOK_AT_TENSORFLOW", "import os; os.abort()")
    assert "exit code" in doctor._look_at_tensorflow()["problem"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is a sandbox on Linux only")
@pytest.mark.parametrize(
    ("problem", "detail", "mend"),
    [
        (
            "bwrap is not installed: sudo apt-get install it",
            "bwrap is not installed",
            "sudo apt-get",
        ),
        ("it does not start (bwrap: no idea)", "it does not start (bwrap: no idea)", ""),
        (None, "bwrap", ""),
    ],
)
def test_the_sandbox_is_looked_at_as_grading_does(monkeypatch, problem, detail, mend):
    monkeypatch.setattr(doctor.sandbox, "missing", lambda: problem)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: f"/usr/bin/{name}")
    line = next(line for line in doctor.check_instructors() if line.name == "sandbox")
    assert line.state == (doctor.MISSING if problem else doctor.OK)
    assert line.detail.endswith(detail)
    assert line.mend.startswith(mend) and bool(line.mend) == bool(mend)
