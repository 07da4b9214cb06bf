"""``unrolled course``: the same everywhere, valid for nbgrader, and nothing of anybody's lost."""

import json
import os
import sqlite3
import subprocess
import sys

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.points import groups_of
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import solution_path
from grading.catalogue.syllabus import NAMES
from grading.course import folder as course_folder
from grading.course.folder import Course, CourseError, course_in, files_of, hidden_groups, lay_out
from tests.kit.course.courses import make_course
from tests.kit.running import run_unrolled

HIDDEN = ("tokenizer/fit", "windows/shuffling")


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_it_is_the_same_in_every_process_and_folder(tmp_path):
    seen = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        folder = tmp_path / seed / "course"
        subprocess.run(
            [sys.executable, "-m", "grading.cli", "course", str(folder), "--hide", HIDDEN[0]],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": zone},
            check=True,
            capture_output=True,
        )
        seen.append(contents(folder))
    assert seen[0] == seen[1]
    assert str(tmp_path).encode() not in b"".join(seen[0].values())


@pytest.mark.parametrize("single", [False, True])
def test_every_notebook_is_valid_for_nbgrader_and_holds_the_solutions(single):
    nbformat = pytest.importorskip("nbformat")
    nbgraderformat = pytest.importorskip("nbgrader.nbgraderformat")
    files = files_of(Course(single, hidden_groups(HIDDEN)))
    notebooks = {path: data for path, data in files.items() if path.endswith(".ipynb")}
    assert len(notebooks) == (1 if single else len(NAMES))
    modules, points = {}, 0
    for data in notebooks.values():
        notebook = nbformat.reads(data.decode(), as_version=4)
        nbformat.validate(notebook)
        nbgraderformat.MetadataValidator().validate_nb(notebook)
        for cell in notebook.cells:
            marks = cell.metadata.nbgrader
            points += marks.get("points", 0)
            if marks.solution:
                modules[marks.grade_id] = cell.source.encode() + b"\n"
    assert modules == {name: solution_path(name).read_bytes() for name in NAMES}
    assert points == sum(group.points for name in NAMES for group in groups_of(name))


def test_a_hidden_check_is_between_nbgraders_marks_and_no_other_is():
    (data,) = (
        data
        for path, data in files_of(Course(True, hidden_groups(HIDDEN))).items()
        if path.endswith(".ipynb")
    )
    marked = {
        cell["id"]
        for cell in json.loads(data)["cells"]
        if "### BEGIN HIDDEN TESTS" in "".join(cell["source"])
    }
    assert marked == {"tokenizer-fit", "windows-shuffling"}


def test_run_again_it_changes_nothing(tmp_path):
    folder = make_course(tmp_path / "course", hidden=HIDDEN)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    outcome = lay_out(folder)
    assert not outcome.written
    assert not outcome.kept
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_what_the_instructor_changed_is_kept_and_the_rest_brought_up_to_date(tmp_path):
    folder = make_course(tmp_path / "course")
    changed, other = folder / "source/tokenizer/tokenizer.ipynb", folder / "source/windows"
    mine = changed.read_bytes().replace(b"Exercise 2", b"Task 2")
    changed.write_bytes(mine)
    done = run_unrolled("course", folder, "--hide", HIDDEN[0], "--hide", HIDDEN[1])
    assert done.returncode == 1, done.stderr
    assert "tokenizer.ipynb: somebody changed it; move it away" in done.stdout
    assert changed.read_bytes() == mine
    expected = files_of(Course(False, hidden_groups(HIDDEN)))
    assert (other / "windows.ipynb").read_bytes() == expected["source/windows/windows.ipynb"]
    changed.unlink()  # "move it away"
    assert lay_out(folder).written == ["source/tokenizer/tokenizer.ipynb"]


def test_a_folder_with_anything_else_in_it_is_refused_and_left_alone(tmp_path):
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "gradebook.db").write_bytes(b"years of work")
    done = run_unrolled("course", folder)
    assert done.returncode == 2
    assert f"{folder} is not empty" in done.stderr
    assert contents(folder) == {"gradebook.db": b"years of work"}


def test_a_course_with_submissions_is_never_changed(tmp_path):
    folder = make_course(tmp_path / "course")
    with sqlite3.connect(folder / "gradebook.db") as database:
        database.execute("CREATE TABLE submitted_assignment (id VARCHAR(32))")
        database.execute("INSERT INTO submitted_assignment VALUES ('a')")
    database.close()
    before = contents(folder)
    with pytest.raises(CourseError, match=rf"{folder} has 1 submission in its gradebook"):
        lay_out(folder, hidden=HIDDEN)
    assert contents(folder) == before
    assert not lay_out(folder).written  # as it is, there is nothing to do


def test_a_course_keeps_its_layout_and_what_it_hides(tmp_path):
    folder = make_course(tmp_path / "course", single=True, hidden=HIDDEN)
    assert not lay_out(folder).written
    with pytest.raises(CourseError, match="one notebook for all exercises"):
        lay_out(folder, single=False)
    assert lay_out(folder, hidden=[]).written == ["README.md", "source/exercises/exercises.ipynb"]


def test_an_interrupted_run_is_finished_by_the_next(tmp_path, monkeypatch):
    folder = tmp_path / "course"
    real, left = course_folder.write_atomically, [5]

    def interrupted(path, data):
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        real(path, data)

    # A new course, and then one that changes.
    for hidden, after in (((), 5), (HIDDEN, 3)):
        left[0] = after
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(course_folder, "write_atomically", interrupted)
            lay_out(folder, hidden=hidden)
        assert not lay_out(folder, hidden=hidden).kept
        expected = files_of(Course(False, hidden_groups(hidden)))
        made = contents(folder)
        assert {path: made[path] for path in expected} == expected


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["windows"], "not of the form EXERCISE/GROUP"),
        (["window/shuffling"], "no exercise is called 'window'"),
        (["windows/shuffle"], "no group 'shuffle'; its groups are: 'the windows', "),
    ],
)
def test_a_group_that_is_not_there_cannot_be_hidden(tmp_path, words, said):
    with pytest.raises(Refused, match=said):
        lay_out(tmp_path / "course", hidden=words)
    assert not (tmp_path / "course").exists()


def test_a_damaged_memory_or_a_file_in_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CourseError, match="file is a file"):
        lay_out(tmp_path / "file")
    folder = make_course(tmp_path / "course")
    (folder / ".unrolled.json").write_text("{}")
    with pytest.raises(CourseError, match=r"\.unrolled\.json cannot be read"):
        lay_out(folder)


def test_a_course_may_have_some_of_the_exercises_in_the_order_of_the_syllabus(tmp_path):
    lay_out(tmp_path / "c", exercises=["tokenizer", "windows"])
    assert tuple(course_in(tmp_path / "c").assignments) == ("windows", "tokenizer")
    assert sorted(p.name for p in (tmp_path / "c" / "source").iterdir()) == ["tokenizer", "windows"]
    assert lay_out(tmp_path / "c").written == []  # it keeps what was chosen
    with pytest.raises(Refused, match="no exercise is called 'windos'"):
        lay_out(tmp_path / "d", exercises=["windos"])
    with pytest.raises(Refused, match="sampling/seeds is hidden"):
        lay_out(tmp_path / "d", hidden=["sampling/seeds"], exercises=["windows"])
    assert not (tmp_path / "d").exists()


def test_an_assignment_is_left_out_of_a_course_only_when_its_notebook_is_moved_away(tmp_path):
    lay_out(tmp_path, exercises=["windows", "tokenizer"])
    with pytest.raises(CourseError, match="leaves out tokenizer, which"):
        lay_out(tmp_path, exercises=["windows", "sampling"])
    (tmp_path / "source" / "tokenizer").rename(tmp_path / "tokenizer")
    written = lay_out(tmp_path, exercises=["windows", "sampling"]).written
    assert "source/sampling/sampling.ipynb" in written
