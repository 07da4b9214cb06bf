"""A whole course through nbgrader: release, autograde, feedback, export; by us and by itself."""

import json
import os
import shutil
from unittest import mock

import pytest

from grading.catalogue.stubs import expected_stub, solution_path
from grading.catalogue.syllabus import NAMES
from grading.processes import sandbox
from tests.kit.course.courses import (
    BRIEF,
    GOOD,
    HIDDEN_TEST,
    JOIN,
    SLY,
    STUB,
    WRONG,
    cells_of,
    check_cells,
    grade_by_nbgrader_itself,
    grades,
    keep_what_is_graded,
    make_course,
    module_cell,
    run_nbgrader,
    submit,
    up_to_module,
)

pytest.importorskip("nbgrader")

HIDDEN = ("tokenizer/fit", "windows/shuffling")
WARNING = b'import sys; print("W" * 99, file=sys.stderr); print("out"); ' + JOIN.strip()
HONEST = {"ada": GOOD, "bob": WRONG, "cyd": STUB, "sly": SLY, "warns": GOOD.replace(JOIN, WARNING)}


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A course with all exercises in one notebook, and two hidden groups, after its release."""
    course = make_course(tmp_path_factory.mktemp("single") / "c", single=True, hidden=HIDDEN)
    done = run_nbgrader(course, "generate_assignment", "exercises")
    assert done.returncode == 0, done.stdout
    return course


def test_the_released_modules_are_the_stubs_byte_for_byte(released):
    (notebook,) = (released / "release").rglob("*.ipynb")
    modules = {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"]) + "\n"
        for cell in cells_of(notebook)
        if cell["metadata"]["nbgrader"]["solution"]
    }
    assert modules == {name: expected_stub(name) for name in NAMES}


def test_no_line_of_a_solution_or_of_a_hidden_check_is_in_anything_released(released):
    files = [path for path in (released / "release").rglob("*") if path.is_file()]
    assert [path.name for path in files] == ["exercises.ipynb"]
    given = texts_in(json.loads(files[0].read_bytes()))
    for name in NAMES:
        stub = {line.strip() for line in expected_stub(name).splitlines()}
        solution = solution_path(name).read_text(encoding="utf-8").splitlines()
        secret = {line.strip() for line in solution} - stub
        # Short lines, such as "return self", are in any text.
        assert not [line for line in secret if len(line) > 20 and line in given]
    assert 'check("tokenizer", "decode")' in given  # a hidden one would be found
    for hidden in HIDDEN:
        name, _, group = hidden.partition("/")
        assert f'check("{name}", "{group}")' not in given
    assert "HIDDEN TESTS" not in given


def test_no_line_of_an_instructors_own_test_is_released(course):
    (notebook,) = (path for path in (course / "release").rglob("*") if path.is_file())
    given = texts_in(json.loads(notebook.read_bytes()))
    secret = [line.strip() for line in HIDDEN_TEST.splitlines() if len(line.strip()) > 20]
    assert len(secret) > 4
    assert not [line for line in secret if line in given]


def texts_in(value):
    """All texts in plain data, keys too, one after the other; lists of lines are joined."""
    if isinstance(value, dict):
        return "\n".join(map(texts_in, [*value, *value.values()]))
    if isinstance(value, list):
        return "".join(map(texts_in, value))
    return str(value)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one assignment an exercise, of which the tokenizer is released."""
    course = make_course(tmp_path_factory.mktemp("each") / "c", hidden=HIDDEN)
    if sandbox.missing():
        with open(course / "nbgrader_config.py", "a") as file:
            file.write("c.JudgeCells.sandbox = False\n")
    (course / "hidden_tests").mkdir()
    (course / "hidden_tests" / "test_tokenizer_more.py").write_text(HIDDEN_TEST)
    done = run_nbgrader(course, "generate_assignment", "tokenizer")
    assert done.returncode == 0, done.stdout
    return course


def change(path, how):
    notebook = json.loads(path.read_bytes())
    how(notebook)
    path.write_text(json.dumps(notebook))


def copied_module(made):
    made["cells"].insert(0, {**module_cell(made), "source": WRONG.decode(), "id": "copy"})


def no_checks(made):
    up_to_module(made)
    for cell in made["cells"]:
        del cell["id"]
    made["nbformat_minor"] = 4  # from before cells had ids


def unmarked(made):
    for cell in made["cells"]:
        cell["metadata"] = {}


def flipped(made):
    for cell in made["cells"]:
        marks = cell["metadata"].get("nbgrader")
        if marks is None:
            continue
        marks |= {"grade": not marks["grade"], "solution": not marks["solution"], "points": 1e9}
        marks |= {"locked": False, "schema_version": 99}


def retyped(made):
    for cell in made["cells"]:
        kind = "markdown" if cell["cell_type"] == "code" else "raw"
        cell["cell_type"] = kind
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def planted(made):
    made["metadata"]["kernelspec"]["name"] = "julia"
    for cell in made["cells"]:
        cell["metadata"]["tags"] = ["skip-execution"]
    for cell in check_cells(made):
        cell["source"] = "2.0"
    marks = {**check_cells(made)[0]["metadata"]["nbgrader"], "grade_id": "bonus", "points": 99}
    extra = {"cell_type": "code", "metadata": {"nbgrader": marks}, "source": "99", "id": "bonus"}
    made["cells"].append({**extra, "outputs": [], "execution_count": None})


# The module that each of them holds, and what was done to the notebook.
DAMAGED = {
    "copied": (GOOD, copied_module),
    "deleted": (GOOD, no_checks),
    "unmarked": (GOOD, unmarked),
    "flipped": (GOOD, flipped),
    "retyped": (GOOD, retyped),
    "planted": (STUB, planted),
    "moduleless": (GOOD, lambda made: made["cells"].remove(module_cell(made))),
}
EXPECTED = {"copied": 10, "deleted": 10, "unmarked": 10, "flipped": 10, "retyped": 10}
EXPECTED |= {"planted": 0, "moduleless": 0, "broken": 0, "linked": 0}


@pytest.fixture(scope="module")
def graded(course, tmp_path_factory):
    """The scores by our judge, and by nbgrader itself (honest submissions only)."""
    for student, module in HONEST.items():
        submit(course, student, module)
    stock = tmp_path_factory.mktemp("stock") / "c"
    shutil.copytree(course, stock)
    shutil.rmtree(stock / "submitted" / "warns")  # on stderr, to nbgrader a fault
    grade_by_nbgrader_itself(stock)
    for path in (stock / "submitted").rglob("*.ipynb"):
        if "ada" not in path.parts:  # whose notebook is run as a whole
            keep_what_is_graded(path)
    for student, (module, how) in DAMAGED.items():
        change(submit(course, student, module), how)
    submit(course, "broken", GOOD).write_bytes(b"{")
    link = submit(course, "linked", GOOD)
    link.unlink()
    link.symlink_to("../../ada/tokenizer/tokenizer.ipynb")
    ours = run_nbgrader(course, "autograde", "tokenizer")
    with mock.patch.dict(os.environ, PYTEST_ADDOPTS=BRIEF):
        theirs = run_nbgrader(stock, "autograde", "tokenizer")
    assert theirs.returncode == 0, theirs.stdout
    return grades(course), grades(stock), ours.stdout


def test_stock_nbgrader_and_our_judge_give_equal_scores(graded):
    ours, theirs, _ = graded
    assert theirs["ada"] == 10
    assert 7 < theirs["bob"] < 10
    assert theirs["cyd"] == 0
    assert 9 < theirs["sly"] < 10
    assert {student: ours[student] for student in theirs} == theirs


def test_what_a_module_prints_costs_nothing(graded):
    assert graded[0]["warns"] == 10


def test_a_damaged_notebook_costs_only_itself_and_a_planted_result_earns_nothing(graded):
    ours, _, said = graded
    assert {student: ours[student] for student in EXPECTED} == EXPECTED
    failed = [line.split("'")[-2] for line in said.splitlines() if "for student" in line]
    assert sorted(failed) == ["broken", "linked"]
    assert "it is a symbolic link; hand in the file itself" in said


def test_feedback_has_the_diagnosis_and_no_code_of_a_hidden_check(course, graded):
    done = run_nbgrader(course, "generate_feedback", "tokenizer")
    assert done.returncode == 0, done.stdout
    assert "not recognized" not in done.stdout
    text = (course / "feedback/sly/tokenizer/tokenizer.html").read_text(encoding="utf-8")
    assert "encode of texts that only the instructor knows" in text
    assert "expected the number of ids" in text
    assert "sampled_from" not in text
    text = (course / "feedback/bob/tokenizer/tokenizer.html").read_text(encoding="utf-8")
    assert "This looks like <b>a decode that puts spaces between the characters</b>" in text
    assert "Score: 0.67 / 1.0" in text  # of the hidden group
    assert "two tokenizers share nothing" in text
    assert "HIDDEN TESTS" not in text


def test_nbgrader_validates_the_source(course):
    done = run_nbgrader(course, "validate", "source/tokenizer/tokenizer.ipynb")
    assert "Success! Your notebook passes all the tests." in done.stdout


def test_nbgrader_collects_from_a_folder_of_downloads(course, graded):
    archive = course / "downloaded" / "tokenizer" / "archive"
    archive.mkdir(parents=True)
    source = course / "submitted" / "ada" / "tokenizer" / "tokenizer.ipynb"
    shutil.copy(source, archive / "zoe_smith_tokenizer.ipynb")
    done = run_nbgrader(course, "zip_collect", "tokenizer")
    assert done.returncode == 0, done.stdout
    collected = course / "submitted" / "zoe_smith" / "tokenizer" / "tokenizer.ipynb"
    assert collected.read_bytes() == source.read_bytes()
