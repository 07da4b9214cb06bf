"""The commands ``train``, ``generate``, ``plot`` and ``bench``, as they are typed."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import grading.catalogue.memory
import grading.develop.benchmarks
import solutions
from grading.catalogue import progress, stubs, where
from grading.catalogue.board import Tally
from grading.catalogue.memory import Memory
from grading.cli import main
from grading.commands import generate
from solutions.models import MODELS, bidirectional, char_rnn


def call(*words):
    """Run ``unrolled`` with these words."""
    return main([str(word) for word in words])


TINY = ["--data", "sample", "--limit", 2_500, "--units", 4, "--epochs", 1]


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "char-rnn"
    assert call("train", "char-rnn", *TINY, "--out", folder) == 0
    return folder


def test_the_help_imports_no_tensorflow():
    code = (
        "import sys, argparse\n"
        "from grading.commands import train, generate, plot, bench\n"
        "s = argparse.ArgumentParser().add_subparsers()\n"
        "for c in (train, generate, plot, bench): c.add_parser(s)\n"
        "sys.exit('tensorflow' in sys.modules or 'matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_every_model_has_a_module_that_says_how_it_is_trained():
    import importlib

    assert list(MODELS) == [
        "char-rnn", "stateful-char-rnn", "sentiment", "pretrained", "translation",
        "bidirectional", "transformer",
    ]  # fmt: skip
    for info in MODELS.values():
        module = importlib.import_module(info.module)
        assert callable(module.train) and isinstance(module.MODULES, tuple)


def test_train_prints_the_chapters_figure_beside_the_one_reached(tmp_path, capsys):
    words = ["train", "bidirectional", "--limit", 64, "--epochs", 1, "--out", tmp_path / "run"]
    assert call(*words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("bidirectional: ")
    assert lines[1] == "data: random numbers"
    assert any(line.startswith("epoch 1/1  loss ") for line in lines)
    assert "  660 and 1,320 parameters" in lines
    assert "the chapter prints: 660 and 1,320 parameters, not trained" in lines
    assert (tmp_path / "run" / "model.weights.h5").is_file()
    words[words.index(64)] = 65
    assert call(*words) == 1
    assert "holds a run with n_examples=64, not 65" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["char-rnn", "--data", "nowhere.txt"], "--data nowhere.txt: there is no file"),
        (["sentiment", "--data", "nowhere.csv"], "--data nowhere.csv: there is no such file"),
        (["char-rnn", "--epochs", "0"], "--epochs must be at least 1, got 0"),
        (["char-rnn", "--batch-size", "0"], "--batch-size must be at least 1, got 0"),
        (["char-rnn", "--batch-size", 10**23], "--batch-size must be at most 2147483647, got 1"),
        (["char-rnn", "--learning-rate", "-1"], "--learning-rate must be above 0 and finite, got"),
        (["char-rnn", "--learning-rate", "inf"], "--learning-rate must be above 0 and finite, got"),
        (["char-rnn", "--seed", "-1"], "--seed must be in 0"),
        (["char-rnn", "--impl", "nowhere"], "--impl nowhere: there is no such folder"),
        (["pretrained", "--data", "sample", "--embedding", "nowhere"], "--embedding nowhere"),
        (["transformer", "--data", "x"], "--data is of char-rnn, stateful-char-rnn, sentiment, pr"),
        (["char-rnn", "--masking", "manual"], "--masking is of sentiment, not of char-rnn"),
        (["sentiment", "--embedding", "x"], "--embedding is of pretrained, not of sentiment"),
        (["transformer", "--units", "6"], "--units 6: must be a multiple of the 4 heads"),
    ],
)
def test_train_refuses_in_one_line(tmp_path, capsys, words, message):
    assert call("train", *words, "--out", tmp_path / "run") == 1
    error = capsys.readouterr().err
    assert error.startswith("unrolled train: ") and message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_too_little_memory_is_told(monkeypatch, tmp_path, capsys):
    def fail(*arguments):
        raise MemoryError

    monkeypatch.setattr(bidirectional, "make_examples", fail)
    assert call("train", "bidirectional", "--out", tmp_path / "run") == 1
    assert "smaller --units, --batch-size or --limit need less" in capsys.readouterr().err


def test_train_tells_a_students_missing_and_failing_components(tmp_path, capsys):
    student = tmp_path / "student"
    student.mkdir()
    words = ["train", "char-rnn", *TINY, "--impl", student, "--out", tmp_path / "run"]
    assert call(*words) == 1
    assert f"{student / 'tokenizer.py'} is not there" in capsys.readouterr().err
    for name in ("tokenizer", "windows"):
        shutil.copy(Path(solutions.__file__).parent / f"{name}.py", student)
    path = student / "windows.py"
    # Right on the small example, wrong on long texts only: found while training starts.
    path.write_text(
        path.read_text().replace(
            "    def cut(", "    if len(sequence) > 100:\n        sequence['x']\n\n    def cut("
        )
    )
    assert call(*words) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"unrolled train: {path}, line ") and error.count("\n") == 1


@pytest.fixture
def student(tmp_path, monkeypatch):
    """A student's folder with the two answers of char-rnn, and a memory of test runs of its own."""
    monkeypatch.setattr(grading.catalogue.memory, "FOLDER", tmp_path / "memory")
    student = tmp_path / "student"
    student.mkdir()
    for name in ("tokenizer", "windows"):
        shutil.copy(Path(solutions.__file__).parent / f"{name}.py", student)
    return student


def remember(folder, **tallies):
    """Remember what tests of modules found."""
    progress.remember(Memory(), where.resolve(str(folder), "."), tallies)


def test_train_refuses_a_component_that_is_not_written(student, tmp_path, capsys):
    path = student / "windows.py"
    path.write_text(stubs.expected_stub("windows"))
    words = ["train", "char-rnn", *TINY, "--impl", student, "--out", tmp_path / "run"]
    assert call(*words) == 1
    error = capsys.readouterr().err
    assert f"{path}: not written yet" in error and "tests/test_windows.py` says" in error
    path.write_text(path.read_text() + "\n# begun\n")
    remember(student, windows=Tally(total=5, unwritten=set("abcde")))
    assert call(*words) == 1
    assert f"{path}: not written yet" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_train_warns_of_tests_that_fail_and_of_tests_that_were_not_run(
    student, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(char_rnn, "train", lambda run, options, components: (None, []))
    words = ["train", "char-rnn", *TINY, "--impl", student, "--out", tmp_path / "run"]
    remember(
        student,
        tokenizer=Tally(total=2, passed={"a", "b"}),
        windows=Tally(total=6, passed={"a"}, failed={"b", "c", "d", "e"}, unwritten={"f"}),
    )
    assert call(*words) == 0
    assert capsys.readouterr().err == (
        f"unrolled train: {student / 'windows.py'}: 5 of its 6 tests do not pass (b, c, d and 1 "
        f"more), so the model may not learn; `pytest --impl {student} tests/test_windows.py` "
        "says why\n"
    )
    path = student / "tokenizer.py"
    path.write_text(path.read_text() + "\n")
    remember(student, windows=Tally(total=1, passed={"a"}))
    assert call(*words) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines()[0] == (
        f"{path}: its tests were not run since it changed; "
        f"`pytest --impl {student} tests/test_tokenizer.py` runs them"
    )


def test_what_a_students_component_does_to_the_program_is_told(student, tmp_path, capsys):
    words = ["train", "char-rnn", *TINY, "--impl", student, "--out", tmp_path / "run"]
    path = student / "tokenizer.py"
    text = path.read_text()
    line = text[: text.index("        return self")].count("\n") + 1
    for statement, code in [("exit()", 1), ("raise KeyboardInterrupt", 130)]:
        path.write_text(text.replace("        return self", f"        {statement}", 1))
        assert call(*words) == code
        said = capsys.readouterr()
        assert f"{path}, line {line}" in said.err + said.out


def test_train_uses_a_students_components(student, tmp_path, run_folder):
    out = tmp_path / "run"
    assert call("train", "char-rnn", *TINY, "--impl", student, "--out", out) == 0
    for a, b in zip(
        char_rnn.load(out)[0].get_weights(),
        char_rnn.load(run_folder)[0].get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(a, b)


def test_generate_writes_the_same_text_for_a_seed(run_folder, capsys):
    words = ["generate", "--run", run_folder, "--prompt", "First", "--chars", 30, "--seed", 5]
    assert call(*words) == 0
    text = capsys.readouterr().out
    assert text.startswith("First") and len(text) == 5 + 30 + 1
    assert call(*words) == 0
    assert capsys.readouterr().out == text
    assert call(*words, "--samples", 3) == 0
    texts = capsys.readouterr().out.split("\n----\n")
    assert len(texts) == 3 and texts[0] == text[:-1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--temperature", "0"], "temperature must be a finite number above 0"),
        (["--prompt", ""], "prompt must hold at least one character"),
        (["--prompt", "€"], "€"),
        (["--chars", "-1"], "--chars must be in 0 ... 2147483647, got -1"),
        (["--samples", "0"], "--samples must be in 1 ... 2147483647, got 0"),
        (["--seed", "-1"], "--seed must be at least 0"),
        (["--run", "nowhere"], "nowhere holds no trained model"),
    ],
)
def test_generate_refuses_in_one_line(run_folder, capsys, words, message):
    assert call("generate", "--run", run_folder, *words) == 1
    error = capsys.readouterr().err
    assert error.startswith("unrolled generate: ") and message in error


def test_generate_takes_the_last_finished_run(run_folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(run_folder, "runs/stateful-char-rnn")
    Path("runs/char-rnn").mkdir()
    shutil.copy(run_folder / "settings.json", "runs/char-rnn")  # it is still being trained
    assert call("generate", "--chars", 3) == 0
    Path("runs/stateful-char-rnn/model.weights.h5").unlink()
    Path("runs/stateful-char-rnn/settings.json").unlink()
    assert call("generate", "--chars", 3) == 1
    assert "the run in runs/char-rnn is not finished" in capsys.readouterr().err


def test_a_terminal_without_a_character_gets_its_number(monkeypatch):
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stdout)
    monkeypatch.setattr(generate, "run", lambda args: print("\u03a3"))
    call("generate")
    stdout.flush()
    assert stdout.buffer.getvalue().splitlines() == [rb"\u03a3"]


def test_plot_draws_into_the_file_asked_for(tmp_path, run_folder, capsys):
    curves, positions = tmp_path / "deep" / "curves.png", tmp_path / "positions.png"
    assert call("plot", "curves", "--run", run_folder, "--out", curves) == 0
    assert call("plot", "positional-encoding", "--out", positions) == 0
    for path in (curves, positions):
        pixels = np.asarray(Image.open(path).convert("L"))
        assert min(pixels.shape) > 300 and (pixels < 128).mean() > 0.005
    capsys.readouterr()
    assert call("plot", "curves", "--run", run_folder, "--out", tmp_path / "plain") == 0
    assert capsys.readouterr().out == f"{tmp_path / 'plain.png'}\n"
    assert (tmp_path / "plain.png").is_file()
    assert call("plot", "curves", "--run", tmp_path, "--out", curves) == 1
    assert "nothing was trained there" in capsys.readouterr().err
    assert call("plot", "attention", "--run", run_folder, "--out", curves) == 1
    assert "holds no Transformer, but 'char-rnn'" in capsys.readouterr().err
    for text in ("", "1" * 65):
        assert call("plot", "attention", "--text", text) == 1
        assert "--text must hold 1 ... 64 characters" in capsys.readouterr().err
