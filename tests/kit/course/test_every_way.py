"""One class of twelve gets the same points in every way of grading, and on each platform."""

import json
import shutil

import pytest

pytest.importorskip("nbgrader")

from grading import cli
from grading.course import grades, gradescope, results
from grading.course.folder import course_in
from grading.processes import sandbox
from tests.kit.course import inside
from tests.kit.course.classes import commented, scores
from tests.kit.course.courses import (
    BRIEF,
    GOOD,
    JOIN,
    START,
    STUB,
    WRONG,
    grade_by_nbgrader_itself,
    keep_what_is_graded,
    make_course,
    run_nbgrader,
    submit,
)
from tests.kit.course.test_classroom50 import RUNNER
from tests.kit.running import THOROUGH

ENCODE, DECODE = b"    def encode(self, text):\n", b"    def decode(self, ids):\n"


def in_encode(code):
    """The solution with a line of code before the answer of ``encode``."""
    return GOOD.replace(START, b"        " + code + b"\n" + START)


CLASS = {
    "ada": GOOD,
    "bob": WRONG,
    "cyd": STUB,
    "dan": commented(1),
    "eve": GOOD + b"\ndef fit(:\n",  # no Python
    "fay": in_encode(b"raise KeyError(text)"),
    "gus": in_encode(b"return None"),
    "hal": in_encode(b"text = text.upper()"),
    "ida": in_encode(b"text = text.strip()"),
    "jon": GOOD.replace(JOIN, b"return list("),
    "kim": in_encode(b"return [1] * len(text)"),
    "leo": b"# nothing but this\n",
}


@pytest.fixture(scope="module")
def class_of_twelve(tmp_path_factory):
    """A course with the submissions, and what ``unrolled grade`` makes of them."""
    assert len(set(CLASS.values())) == len(CLASS) == 12
    course = make_course(tmp_path_factory.mktemp("ways") / "c", exercises=["tokenizer"])
    inside.release(course)
    for student, module in CLASS.items():
        submit(course, student, module)
    stock = course.parent / "stock"
    shutil.copytree(course, stock)
    graded = grades.grade(course, "tokenizer", safe=not sandbox.missing())
    assert not graded.failed
    return course, stock, {student: score.final for student, score in graded.scores.items()}


@pytest.fixture(scope="module")
def points(class_of_twelve):
    _, _, points = class_of_twelve
    assert points["ada"] == points["dan"] == 10
    assert points["cyd"] == points["eve"] == points["leo"] == 0
    assert len({*points.values()}) >= 6
    return points


@pytest.fixture
def brief(monkeypatch):
    """Leave out what takes long and changes no points."""
    monkeypatch.setenv("PYTEST_ADDOPTS", BRIEF)


@pytest.mark.skipif(not THOROUGH, reason="it takes long; test_nbgrader.py has some submissions")
def test_stock_nbgrader(class_of_twelve, points, brief):
    _, stock, _ = class_of_twelve
    for path in (stock / "submitted").rglob("*.ipynb"):
        keep_what_is_graded(path)
    grade_by_nbgrader_itself(stock)
    done = run_nbgrader(stock, "autograde", "tokenizer")
    assert done.returncode == 0, done.stdout
    assert scores(stock) == points


def test_check_and_classroom_50(tmp_path, points, brief, monkeypatch, capsys):
    for name, value in RUNNER.items():
        monkeypatch.setenv(name, value)
    file, found = tmp_path / "result.json", {}
    for student, module in CLASS.items():
        (tmp_path / "tokenizer.py").write_bytes(module)
        words = ["check", "--impl", str(tmp_path), "--json", "--classroom50", str(file)]
        assert cli.main(words) == 0
        told, result = json.loads(capsys.readouterr().out), json.loads(file.read_bytes())
        found[student] = told["points"]
        assert result["score"] / 100 == told["points"], student
    assert found == points


def test_gradescope(class_of_twelve, points, tmp_path):
    course, _, _ = class_of_twelve
    found = {}
    for student, module in CLASS.items():
        folder = tmp_path / student
        folder.mkdir()
        (folder / "tokenizer.py").write_bytes(module)
        answer = gradescope.answer_in(folder, ["tokenizer"])
        # The same judge has judged it already: its result is read as Gradescope's program does.
        result = results.kept(course, answer.modules)
        told = gradescope.results_of(answer, result, ["tokenizer"])
        found[student] = told["score"]
        assert told["score"] == pytest.approx(sum(test["score"] for test in told["tests"]))
    assert found == points
    assert course_in(course).exercises == ("tokenizer",)
