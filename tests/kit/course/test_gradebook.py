"""A copy of the gradebook, and the submissions of the benchmark."""

import contextlib
import sqlite3

import pytest

from grading.catalogue.syllabus import NAMES
from grading.course.gradebook import GradebookCopy

pytest.importorskip("nbgrader")


def test_the_submissions_of_the_benchmark_differ_and_have_their_slips():
    from grading.develop.benchmarks.grading import SLIPS, module

    assert tuple(SLIPS) == NAMES[:7]
    for name in SLIPS:
        modules = [module(name, number) for number in range(21)]
        assert len(set(modules)) == 21
        right = SLIPS[name][0].encode()
        assert 0 < sum(right not in text for text in modules) < 7


def database(path, *statements):
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)
        return db.execute("SELECT id, score FROM grade ORDER BY id").fetchall()


def test_a_gradebook_takes_all_of_a_copy_or_nothing(tmp_path):
    real, path = tmp_path / "real.db", tmp_path / "copy.db"
    rows = "INSERT INTO grade VALUES ('a', 1.5), ('b', NULL)"
    database(real, "CREATE TABLE grade (id TEXT PRIMARY KEY, score REAL)", rows)
    with GradebookCopy(real, path) as copy:
        database(path, "UPDATE grade SET score = 2 WHERE id = 'b'")
        database(path, "DELETE FROM grade WHERE id = 'a'", "INSERT INTO grade VALUES ('c', 3)")
        assert copy.give_back()
        assert database(real) == [("b", 2.0), ("c", 3.0)]
        assert not copy.is_behind()
        database(path, "UPDATE grade SET score = 9")
        database(real, "UPDATE grade SET score = 4 WHERE id = 'c'")
        assert copy.is_behind()
        assert not copy.give_back()
        assert database(real) == [("b", 2.0), ("c", 4.0)]
        copy.renew()
        assert database(path) == [("b", 2.0), ("c", 4.0)]
        assert copy.give_back()
