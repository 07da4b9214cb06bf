"""A module that is broken in any way costs its own exercise, with one clear message."""

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import solution_path
from tests.kit.running import board_of, reports_of, run_pytest, run_pytest_here

GOOD = solution_path("tokenizer").read_text()


def wrong(**parts):
    """A CharTokenizer that is right but for some methods."""
    lines = [f"    def {name}(self, given):\n        {body}\n" for name, body in parts.items()]
    return (
        GOOD + "\n\nclass _Right(CharTokenizer):\n    pass\n"
        "\n\nclass CharTokenizer(_Right):\n" + "\n".join(lines)
    )


BAD = {
    "syntax error": ("def fit(:\n    pass\n", ["SyntaxError in tokenizer.py, line 1", "def fit(:"]),
    "bad indentation": ("def f():\npass\n", ["IndentationError in tokenizer.py, line 2"]),
    "null bytes": ("x = 1\0\n", ["tokenizer.py"]),
    "empty": ("", ["there is no CharTokenizer", "no function or class at all"]),
    "other name": (
        GOOD.replace("CharTokenizer", "CharTokeniser"),
        ["there is no CharTokenizer", "did you mean CharTokeniser?"],
    ),
    "not a class": ("CharTokenizer = 3\n", ["CharTokenizer is the int 3"]),
    "import fails": ("import nosuchmodule\n", ["ModuleNotFoundError", "line 1", "nosuchmodule"]),
    "raises on import": ("x = 1\ny = x / 0\n", ["ZeroDivisionError", "line 2"]),
    "exits on import": ("import sys\nsys.exit(0)\n", ["sys.exit()", "line 2"]),
    "dies on import": ("import os\nos._exit(0)\n", ["ended the whole Python process"]),
    "returns None": (wrong(encode="return None"), ["encode", "but it is None"]),
    "returns a generator": (wrong(encode="yield 1"), ["encode", "but it is a generator"]),
    "returns a list": (wrong(encode="return [1, 2]"), ["encode", "but it is a list of 2 items"]),
    "dies": (
        wrong(encode="import os; os._exit(3)"),
        ["ended the whole Python process", "exit code 3"],
    ),
    "exits": (wrong(encode="raise SystemExit(3)"), ["SystemExit: 3", "raise SystemExit(3)"]),
    "raises": (wrong(encode="return {}[given]"), ["KeyError", "return {}[given]"]),
    "recursion": (wrong(encode="return self.encode(given)"), ["RecursionError"]),
    "wrong signature": (
        GOOD.replace("def encode(self, text):", "def encode(self):"),
        ["TypeError", "encode"],
    ),
    "answer too large to be plain": (wrong(encode="return object()"), ["an object"]),
}


@pytest.mark.parametrize("label", BAD)
def test_one_clear_message(tmp_path, servers, label):
    source, said = BAD[label]
    (tmp_path / "tokenizer.py").write_text(source)
    done = run_pytest_here(servers, tmp_path, "--maxfail=3")
    assert done.returncode == 1, done.stdout
    reports = reports_of(done.stdout)
    for part in said:
        assert part in " ".join(reports.split()), reports
    assert "Traceback" not in done.stdout
    assert "grading/" not in done.stdout  # the machinery is not the student's business
    assert " tokenizer " in "".join(board_of(done.stdout))


@pytest.mark.parametrize("label", ["syntax error", "exits on import", "empty", "returns a list"])
def test_the_same_message_is_not_repeated_for_every_test(tmp_path, servers, label):
    source, said = BAD[label]
    (tmp_path / "tokenizer.py").write_text(source)
    reports = reports_of(run_pytest_here(servers, tmp_path).stdout)
    assert reports.count(said[-1]) == 1


def test_a_broken_module_leaves_the_others_alone(tmp_path, servers):
    (tmp_path / "windows.py").write_text("def split_windows(sequence n_steps):\n")
    (tmp_path / "tokenizer.py").write_text(GOOD)
    done = run_pytest_here(servers, tmp_path)
    board = board_of(done.stdout)
    assert any("windows" in line and "SyntaxError in windows.py, line 1" in line for line in board)
    assert any("tokenizer" in line and "done" in line for line in board)


def test_prints_do_no_harm_and_are_shown_where_a_test_fails(tmp_path, servers):
    noisy = "import sys\nprint('at import')\nprint('to stderr', file=sys.stderr)\n"
    (tmp_path / "tokenizer.py").write_text(noisy + GOOD)
    done = run_pytest_here(servers, tmp_path)
    assert done.returncode == 0, done.stdout
    (tmp_path / "tokenizer.py").write_text(
        noisy + wrong(encode="print('I was', 'here'); return None")
    )
    assert "I was here" in run_pytest_here(servers, tmp_path).stdout


def test_a_folder_beside_the_module_may_help_but_not_get_in_the_way(tmp_path):
    (tmp_path / "my_helpers.py").write_text("ANSWER = 42\n")
    (tmp_path / "statistics.py").write_text("raise RuntimeError('not the real one')\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError('never run')\n")
    (tmp_path / "tokenizer.py").write_text(
        "import statistics\nfrom my_helpers import ANSWER\nstatistics.mean([ANSWER])\n" + GOOD
    )
    done = run_pytest("--impl", tmp_path)
    assert done.returncode == 0, done.stdout
    assert not (tmp_path / "__pycache__").exists()


def test_an_answer_that_uses_another_exercise_gets_the_reference(tmp_path):
    (tmp_path / "tokenizer.py").write_text("raise RuntimeError('the broken one')\n")
    (tmp_path / "sampling.py").write_text(
        "from exercises.tokenizer import CharTokenizer\nimport tokenizer\n"
        "CharTokenizer().fit('abc')\n" + solution_path("sampling").read_text()
    )
    done = run_pytest("--impl", tmp_path, ROOT / "tests" / "test_sampling.py")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("nowhere", "there is no such folder"),
        ("README.md", "this is a file"),
        ("grading", "holds none of the modules"),
    ],
)
def test_an_unknown_place_is_refused_with_a_way_out(where, said):
    done = run_pytest("--impl", where)
    assert done.returncode == 4
    assert f"--impl {where}" in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["--time-limit=0", "--examples-times=0"])
def test_options_that_make_no_sense_are_refused(option):
    done = run_pytest(option)
    assert done.returncode == 4
    assert option.split("=")[0] in done.stderr
