"""The page of a class after grading: who is late, who is missing, what was refused or is alike."""

import contextlib
import json
import re
import shutil
import sqlite3

import pytest

pytest.importorskip("nbgrader")

from grading.catalogue.stubs import solution_path
from grading.course import grades, overview
from grading.course.collecting import collect
from grading.course.folder import course_in
from grading.course.tally import Score
from tests.kit.course import inside
from tests.kit.course.classes import commented
from tests.kit.course.courses import GOOD, STUB, cells_of, submit


def _with_cells(path, count, key):
    """Add cells to a notebook, with a key that spells "cell_type" in some way."""
    notebook = json.loads(path.read_bytes())
    notebook["cells"] += [{"cell_type": "raw", "metadata": {}, "source": "x"}] * count
    path.write_text(json.dumps(notebook).replace('"cell_type"', key))


@pytest.fixture(scope="module")
def course(template, tmp_path_factory):
    """A class that is graded, with all that its page lists."""
    folder = tmp_path_factory.mktemp("page")
    course = shutil.copytree(template, folder / "c")
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as db, db:
        db.execute("UPDATE assignment SET duedate = '2025-01-01 00:00:00.000000'")
        db.execute("INSERT INTO student (id) VALUES ('zoe')")
    judge = inside.Judge()
    for student, module in {
        "ada": GOOD,
        "bob": commented(1),
        "cyd": STUB,
        "many": commented(2),
    }.items():
        judge.of(module, inside.result_of())
        submit(course, student, module)
    stamp = course / "submitted" / "ada" / "tokenizer" / "timestamp.txt"
    stamp.write_text("2025-01-02 03:00:00.000000 UTC")
    _with_cells(course / "submitted/many/tokenizer/tokenizer.ipynb", 2500, r'"cell\u005ftype"')
    submit(course, "other", solution_path("windows").read_bytes(), "windows")
    handed_in = folder / "in"
    handed_in.mkdir()
    (handed_in / "eve_tokenizer.ipynb").write_text("{")
    (handed_in / "eve_windows.ipynb").write_text("{")
    (handed_in / "fay.zip").write_bytes(b"PK\x03\x04")
    collect(course, course_in(course), handed_in)
    graded = grades.grade(course, "tokenizer", safe=False, crew=judge)
    assert not graded.failed
    return course


@pytest.fixture(scope="module")
def sections(course):
    """The parts of the page by their headings, as texts without tags."""
    page = (course / "class" / "tokenizer.html").read_text(encoding="utf-8")
    parts = re.split(r"<h2>(.*?)</h2>", page)[1:]
    return {
        title: re.sub(r"(\s*<[^>]*>\s*)+", "|", text)
        for title, text in zip(parts[::2], parts[1::2], strict=True)
    }


def test_late_work_is_seen_without_a_penalty(course, sections):
    assert "|ada|10|10|1 d 3 h|" in sections["Students"]
    assert "|bob|10|10|3|" in sections["Students"]
    page = (course / "feedback_pages" / "tokenizer" / "ada.html").read_text()
    assert "<p>handed in late by 1 d 3 h</p>" in page


def test_who_handed_in_nothing_for_it_is_listed(sections):
    assert sections["Handed in nothing"] == "|student|other|zoe|"


def test_what_was_not_taken_is_listed_but_for_other_exercises(sections):
    refused = sections["Not taken by unrolled collect"]
    assert "|eve_tokenizer.ipynb|this is no notebook: it is no JSON" in refused
    assert "|fay.zip|it is no zip archive" in refused
    assert "windows" not in refused


def test_equal_answers_are_listed(sections):
    text = sections["Equal answers: a reason to look, not a verdict"]
    assert "|tokenizer|ada, bob, many|the reference, whose text is public|" in text


def test_a_page_over_all_assignments(course):
    overview.remember(course, "windows", {"eve": Score(7.5, 10.0, 1.0), "ada": Score(1, 10.0, 2)})
    assignments = course_in(course).assignments
    text = re.sub(r"(\s*<[^>]*>\s*)+", "|", overview.page(course, assignments))
    assert "|student|total|windows|tokenizer|" in text
    assert "|ada|10|0|10|" in text
    assert "|bob|10|-|10|" in text
    assert "|eve|6.5|6.5|-|" in text
    page = (course / "class" / "index.html").read_text()
    assert 'href="tokenizer.html"' in page


def test_cells_are_counted_whatever_way_their_keys_are_written(course):
    autograded = course / "autograded" / "many" / "tokenizer" / "tokenizer.ipynb"
    assert len(cells_of(autograded)) < 20
