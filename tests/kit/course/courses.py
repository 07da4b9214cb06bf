"""Courses and submissions for the tests of this folder; nbgrader, run as an instructor does."""

import csv
import json
import os
import sysconfig

from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import expected_stub, solution_path
from grading.course.folder import lay_out
from grading.notebooks.cells import page
from tests.kit.course import warm

GOOD = solution_path("tokenizer").read_bytes()
JOIN = b'return "".join('
assert JOIN in GOOD
WRONG = GOOD.replace(JOIN, b'return " ".join(')  # a known misconception: part of the points
STUB = expected_stub("tokenizer").encode()

# An instructor's own test.
HIDDEN_TEST = """
from hypothesis import given
from hypothesis import strategies as st

from grading.expect import same


@given(text=st.sampled_from(["secret word", "another"]))
def test_encode_of_texts_that_only_the_instructor_knows(tokenizer, text):
    same(len(tokenizer.encoding(text, text)), len(text), "the number of ids")
"""
START = b"        if self._ids is None:"
assert GOOD.count(START) == 1
# Right for all texts that the kit's tests try, and wrong for one.
SLY = GOOD.replace(
    START, b'        if text == "secret word":\n            text = "secret"\n' + START
)


def module_cell(notebook):
    """The module cell of the tokenizer."""
    return next(cell for cell in notebook["cells"] if cell["id"] == "tokenizer-module")


def check_cells(notebook):
    """The cells that nbgrader gives points for."""
    marks = [cell["metadata"].get("nbgrader") or {} for cell in notebook["cells"]]
    return [cell for cell, mark in zip(notebook["cells"], marks, strict=True) if mark.get("grade")]


def up_to_module(notebook):
    """Remove what comes after the module cell."""
    notebook["cells"] = notebook["cells"][: notebook["cells"].index(module_cell(notebook)) + 1]


def make_course(folder, **options):
    """Make a course in a new folder, and give the folder."""
    lay_out(folder, **options)
    return folder


def run_nbgrader(course, *words):
    """Run nbgrader in a course; gives the finished process with all its messages in ``stdout``."""
    # nbgrader calls a program, alembic, by its name.
    programs = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    kit = {"PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": "-1", "PATH": programs}
    return warm.run("nbgrader", words, course, {**os.environ, **kit}, together=True)


def submit(course, student, module, name="tokenizer"):
    """Put a module into a course as the notebook of a student, and give the notebook's path."""
    path = course / "submitted" / student / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(page(name, module))
    return path


BRIEF = "--no-diagnosis --no-shrink"  # leaves out what takes long and changes no points


def keep_what_is_graded(path):
    """Leave out the other cells of a notebook in a file: the pictures take long."""
    notebook = json.loads(path.read_bytes())
    marks = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    counts = [mark.get("grade") or mark.get("solution") for mark in marks]
    notebook["cells"] = [c for c, its in zip(notebook["cells"], counts, strict=True) if its]
    path.write_text(json.dumps(notebook))


def grades(course):
    """The scores in the gradebook, by student, as ``nbgrader export`` gives them."""
    done = run_nbgrader(course, "export")
    assert done.returncode == 0, done.stdout
    with open(course / "grades.csv", newline="") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def grade_by_nbgrader_itself(course):
    """Change the configuration as it says, so that nbgrader's Execute runs the notebooks."""
    path = course / "nbgrader_config.py"
    text = path.read_text()
    changed = text.replace("judge = JudgeCells\n# judge = Execute", "judge = Execute")
    assert changed != text
    path.write_text(changed)


def cells_of(notebook):
    """The cells of a notebook in a file."""
    return json.loads(notebook.read_bytes())["cells"]
