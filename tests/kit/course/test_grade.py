"""``unrolled grade``: every score as expected, whatever was handed in."""

import csv
import json
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from grading.catalogue.paths import ROOT
from grading.course import grades
from grading.course.grades import GradeRefused
from tests.kit.course.classes import FILES, files_in, scores
from tests.kit.course.courses import (
    GOOD,
    HIDDEN_TEST,
    JOIN,
    SLY,
    STUB,
    WRONG,
    grade_by_nbgrader_itself,
    run_nbgrader,
    submit,
)
from tests.kit.course.grading import PART, UNSAFE, grade, graded_here, released
from tests.kit.running import run_unrolled

pytest.importorskip("nbgrader")


LOUD = b'raise ValueError("<script>alert(1)</script>")\n        ' + JOIN


EXPECTED = {"ada": 10, "bob": PART, "cyd": 0, "sly": 9.83, "a [b]*": 10, "=1+1": 10, "stamped": 10}


EXPECTED |= dict.fromkeys(FILES, 0) | {"<img src=x>": 7.67, "\t=2": 10, "\u202eeve": 10}


def _with_all_ids_alike(path):
    notebook = json.loads(path.read_bytes())
    for cell in notebook["cells"]:
        cell["id"] = "\x1b[2Jalike"
    path.write_text(json.dumps(notebook))


def _with_thousands_of_cells(path):
    notebook = json.loads(path.read_bytes())
    notebook["cells"] += [{"cell_type": "raw", "metadata": {}, "source": "x"}] * 100_000
    path.write_text(json.dumps(notebook))


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class with every kind of submission, its hidden tests, and what grading it said."""
    course = released(tmp_path_factory.mktemp("class") / "c", hidden=("tokenizer/fit",))
    (course / "hidden_tests").mkdir()
    (course / "hidden_tests" / "test_tokenizer_more.py").write_text(HIDDEN_TEST)
    for student, module in {"ada": GOOD, "bob": WRONG, "cyd": STUB, "sly": SLY}.items():
        submit(course, student, module)
    submit(course, "a [b]*", GOOD)
    submit(course, "=1+1", GOOD)
    submit(course, "<img src=x>", GOOD.replace(JOIN, LOUD))
    _with_all_ids_alike(submit(course, "\t=2", GOOD))
    _with_thousands_of_cells(submit(course, "\u202eeve", GOOD))
    (submit(course, "stamped", GOOD).parent / "timestamp.txt").write_text("never")
    for student, damage in FILES.items():
        damage(submit(course, student, GOOD))
    os.mkfifo(course / "submitted" / "ada" / "tokenizer" / "notes.txt")
    before = files_in(course / "submitted")
    done = grade(course)
    assert files_in(course / "submitted") == before
    return SimpleNamespace(course=course, done=done)


def test_a_class_gets_its_scores_and_damage_costs_only_itself(graded):
    assert graded.done.returncode == 0, graded.done.stdout + graded.done.stderr
    assert scores(graded.course) == pytest.approx(EXPECTED, abs=0.005)
    said = graded.done.stdout
    assert "damaged empty: tokenizer.ipynb: it is empty" in said
    assert "damaged linked: tokenizer.ipynb: it is a symbolic link" in said
    assert "damaged huge: tokenizer.ipynb: it has 100.0 MB" in said
    assert "damaged stamped: timestamp.txt: it holds no time that can be read; it counts" in said
    assert "damaged pipe: tokenizer.ipynb: it is no plain file" in said
    assert f"{len(EXPECTED)} submissions in" in said
    assert "Traceback" not in said + graded.done.stderr
    assert "alike" not in said + graded.done.stderr


def test_nothing_that_is_done_is_done_again(graded):
    results = files_in(graded.course / ".unrolled" / "results")
    autograded = files_in(graded.course / "autograded")
    again = grade(graded.course)
    assert f"0 imported, {len(EXPECTED)} there already, 0 without a grade" in again.stdout
    assert files_in(graded.course / ".unrolled" / "results") == results
    assert files_in(graded.course / "autograded") == autograded


def test_a_notebook_that_cannot_be_read_gets_a_page_that_says_so(graded):
    (notebook,) = (graded.course / "autograded" / "empty").rglob("*.ipynb")
    assert "tokenizer.ipynb: it is empty" in notebook.read_text()
    page = (graded.course / "feedback_pages" / "tokenizer" / "empty.html").read_text()
    assert "tokenizer.ipynb: it is empty" in page
    done = run_nbgrader(graded.course, "generate_feedback", "tokenizer", "--student", "empty")
    assert done.returncode == 0, done.stdout


def test_pages_escape_what_students_wrote(graded):
    pages = list((graded.course / "feedback_pages").rglob("*.html"))
    assert len(pages) == len(EXPECTED)
    for path in (*pages, graded.course / "class" / "tokenizer.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text and "<img" not in text and "\u202e" not in text
        assert "http://" not in text and "https://" not in text
    loud = graded.course / "feedback_pages" / "tokenizer" / "<img src=x>.html"
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in loud.read_text()


def test_a_page_has_the_diagnosis_and_no_code_of_a_hidden_test(graded):
    pages = graded.course / "feedback_pages" / "tokenizer"
    assert "a decode that puts spaces between the characters" in (pages / "bob.html").read_text()
    text = (pages / "sly.html").read_text()
    assert "encode of texts that only the instructor knows" in text
    assert "expected the number of ids" in text
    assert "secret word" not in text  # the report of a hidden test would show the call
    # The groups that --hide names: names and messages only.
    text = (pages / "bob.html").read_text()
    fit = text[text.index(">fit: ") : text.index(">what is refused: ")]
    assert "two tokenizers share nothing" in fit
    assert "called" not in fit


def test_the_page_of_the_class_and_the_points_as_csv(graded):
    text = (graded.course / "class" / "tokenizer.html").read_text(encoding="utf-8")
    assert "a decode that puts spaces between the characters" in text
    assert "../feedback_pages/tokenizer/a%20%5Bb%5D%2A.html" in text
    with open(graded.course / "class" / "tokenizer_scores.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    total = {}
    for row in rows:
        student = {"eve": "\u202eeve"}.get(row["student"], row["student"].removeprefix("'"))
        total[student] = total.get(student, 0) + float(row["points"])
    assert total == pytest.approx(EXPECTED, abs=0.005)
    assert {"'=1+1", "'\t=2"} < {row["student"] for row in rows}


def run_as_installed(*words, cwd):
    """Run ``unrolled`` as its script does, which imports nothing from the current folder."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grading.cli import main; main()"
    command = [sys.executable, "-I", "-c", code, *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)


def test_what_is_graded_is_the_submitted_module_and_nothing_else(course):
    """A wrong module beside a right one, a right one beside a wrong one, and traps all around."""
    submit(course, "right", GOOD)
    submit(course, "wrong", WRONG)
    canary = course.parent / "canary"
    trap = f"open({str(canary)!r}, 'w')\nraise SystemExit(3)\n".encode()
    traps = ("statistics", "conftest", "sitecustomize", "numpy", "pytest", "nbgrader_config")
    for folder, module in (
        (course / "submitted" / "right" / "tokenizer", WRONG),
        (course / "submitted" / "wrong" / "tokenizer", GOOD),
        (course / "submitted" / "right", WRONG),
        (course, WRONG),
    ):
        for path in ("tokenizer.py", "exercises/tokenizer.py", "solutions/tokenizer.py"):
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(module)
        for name in traps:
            if not (folder / f"{name}.py").exists():
                (folder / f"{name}.py").write_bytes(trap)
        (folder / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\n")
    # It may even look like a course.
    here = course / "submitted" / "right" / "tokenizer"
    (here / ".unrolled.json").write_bytes((course / ".unrolled.json").read_bytes())
    done = run_as_installed("grade", "tokenizer", "--jobs", 2, *UNSAFE, cwd=here)
    assert scores(course) == {"right": 10, "wrong": PART}, done.stdout + done.stderr
    assert not canary.exists()


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (lambda course: (course / ".unrolled.json").unlink(), "holds no course"),
        (lambda course: (course / "gradebook.db").unlink(), "run nbgrader generate_assignment"),
        (lambda course: (course / "gradebook.db").write_text("x" * 5000), "not a database"),
        (grade_by_nbgrader_itself, "set judge = JudgeCells"),
        (lambda course: (course / "nbgrader_config.py").write_text("1 /"), "SyntaxError"),
        (lambda course: hidden(course, "def test_("), "cannot be parsed"),
        (lambda course: hidden(course, "def test_x(tokenizer):\n    assert 0"), "test_x fails on"),
        (lambda course: hidden(course, "import nope\ndef test_x(): 1"), "named 'nope'"),
    ],
)
def test_what_cannot_be_graded_is_refused_with_one_line_and_nothing_done(course, how, why):
    submit(course, "ada", GOOD)
    how(course)
    with pytest.raises(GradeRefused, match=re.escape(why)) as caught:
        graded_here(course)
    assert "\n" not in str(caught.value)
    assert not (course / "autograded").exists() and not (course / "feedback_pages").exists()


def hidden(course, text):
    (course / "hidden_tests").mkdir()
    (course / "hidden_tests" / "test_tokenizer_more.py").write_text(text)


def test_wrong_calls_are_refused(course, tmp_path):
    for words, why in (
        (("tokeniser", "--course", course), "has no assignment 'tokeniser'; it has windows, "),
        (("tokenizer", "--course", tmp_path), "holds no course"),
        (("tokenizer", "--course", course, "--jobs", 0), "--jobs must be at least 1, got 0"),
    ):
        done = run_unrolled("grade", *words, *UNSAFE)
        assert done.returncode == 2
        assert why in done.stderr
        assert done.stderr.count("\n") == 1
    done = run_unrolled("grade", "tokenizer", cwd=tmp_path)
    assert "is in no course: give the course's folder with --course DIR" in done.stderr


def test_without_a_sandbox_nothing_is_graded(course, monkeypatch):
    monkeypatch.setattr(grades.sandbox, "missing", lambda: "bwrap is not installed: do this")
    with pytest.raises(GradeRefused, match=r"bwrap is not installed.*--unsafe"):
        grades.grade(course, "tokenizer")
    assert grades.check(course, "tokenizer", safe=False) == ("tokenizer",)


def test_two_do_not_grade_at_the_same_time(course):
    with grades._alone(course), pytest.raises(GradeRefused, match="somebody is grading"):
        graded_here(course)


def test_a_page_that_cannot_be_written_is_no_missing_grade(tmp_path):
    (tmp_path / "file").write_text("")
    graded = grades.Graded([], imported=["ada"])
    grades._write_page(tmp_path / "file" / "ada.html", "text", "ada", graded)
    assert not graded.failed and "ada.html cannot be written" in graded.pages["ada"]
