"""``unrolled new``: a whole exercise to begin with, and the kit's tests say what is missing."""

import os
import shutil
import subprocess
import sys

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.syllabus import NAMES
from grading.develop.new_exercise import ORDER, NotPossible, create

TITLE = 'find the beat in a "line"'
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "runs", "build", "dist", "*.csv"
)


@pytest.fixture
def root(tmp_path):
    (tmp_path / ORDER).parent.mkdir(parents=True)
    shutil.copy(ROOT / ORDER, tmp_path / ORDER)
    return tmp_path


def files_in(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Rhythm", "lower-case"),
        ("../rhythm", "lower-case"),
        ("", "lower-case"),
        ("class", "word of Python"),
        ("random", "can be imported already"),
        ("numpy", "can be imported already"),
        ("models", "used inside the kit"),
        ("shakespeare", "what pytest calls"),
        (NAMES[0], "already"),
    ],
)
def test_a_name_that_would_be_in_the_way_is_refused(root, name, said):
    before = files_in(root)
    with pytest.raises(NotPossible, match=said):
        create(name, TITLE, root=root)
    assert files_in(root) == before


@pytest.mark.parametrize("options", [{"title": " "}, {"title": "two\nlines"}, {"points": 0}])
def test_a_title_or_points_that_make_no_sense_are_refused(root, options):
    with pytest.raises(NotPossible, match="--"):
        create("rhythm", **{"title": TITLE, **options}, root=root)


def test_a_file_that_is_there_is_never_written_over(root):
    mine = root / "grading" / "misconceptions" / "rhythm.py"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    before = files_in(root)
    with pytest.raises(NotPossible, match="misconceptions"):
        create("rhythm", TITLE, root=root)
    assert files_in(root) == before


def test_where_a_file_cannot_be_written_nothing_is_left_behind(root):
    (root / "tests").mkdir()
    (root / "tests" / "kit").write_text("a file, where a folder should be")
    before = files_in(root)
    with pytest.raises(NotPossible, match="nothing was written"):
        create("rhythm", TITLE, root=root)
    assert files_in(root) == before


def test_the_kits_own_tests_say_what_is_missing(tmp_path):
    kit = tmp_path / "kit"
    shutil.copytree(ROOT, kit, ignore=LEFT_OUT)

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=kit,
            env={**os.environ, "PYTHONPATH": str(kit), "COLUMNS": "100"},
            capture_output=True,
            text=True,
        )

    done = run("grading.cli", "new", "rhythm", "--title", TITLE, "--section", "Beats")
    assert done.returncode == 0, done.stderr
    assert "tests/test_rhythm.py" in done.stdout
    assert not (ROOT / "tests" / "test_rhythm.py").exists()

    built = run("grading.cli", "build")
    assert built.stdout == "wrote exercises/notebooks/rhythm.ipynb\n", built.stdout + built.stderr
    fine = run("pytest", "-q", "-k", "rhythm", "tests/kit/test_stubs.py")
    assert fine.returncode == 0, fine.stdout
    missing = run(
        "pytest", "-q", "-k", "rhythm", "-p", "no:cacheprovider", "tests/kit/hour/test_hints.py",
        "tests/kit/test_misconceptions.py::test_every_exercise_has_at_least_ten",
    )  # fmt: skip
    assert "test_every_exercise_has_at_least_ten[rhythm]" in missing.stdout
    assert "a_question_a_pointer_and_nearly_the_answer[rhythm]" in missing.stdout
    assert " error" not in missing.stdout.splitlines()[-1]

    board = run("grading.cli", "check").stdout
    assert f"{len(NAMES) + 1} · rhythm" in board
    again = run("grading.cli", "new", "rhythm", "--title", TITLE)
    assert again.returncode == 2
    assert "already" in again.stderr
    ruff = shutil.which("ruff") or os.path.join(os.path.dirname(sys.executable), "ruff")
    if os.path.exists(ruff):
        made = [line.removeprefix("wrote ") for line in done.stdout.splitlines() if "wrote" in line]
        made = [p for p in made if p.endswith(".py") and not p.startswith("exercises/")]
        for command in (["format", "--check"], ["check"]):
            checked = subprocess.run(
                [ruff, *command, *made], cwd=kit, capture_output=True, text=True
            )
            assert checked.returncode == 0, checked.stdout
