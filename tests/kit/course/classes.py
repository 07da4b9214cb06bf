"""Classes of students to grade: what they hand in, what becomes of files, and what they got."""

import contextlib
import os
import sqlite3

from tests.kit.course.courses import GOOD


def scores(course):
    """What the gradebook says, read without nbgrader: a dict from students to scores.

    A student with a group that has no score at all gets far less than nothing.
    """
    query = """
        SELECT submitted_assignment.student_id, SUM(COALESCE(grade.auto_score, -1000))
        FROM submitted_assignment
        JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
        JOIN grade ON grade.notebook_id = submitted_notebook.id
        GROUP BY submitted_assignment.student_id
    """
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {student: round(score, 2) for student, score in db.execute(query)}


def files_in(folder):
    """All files, with what tells whether they were written again."""
    status = {path: os.lstat(path) for path in folder.rglob("*")}
    return {path: (found.st_ino, found.st_mtime_ns) for path, found in status.items()}


def commented(number, module=GOOD):
    """A module in so many words that nobody else has."""
    return module + f"\n# {number}\n".encode()


def _huge(path):
    with path.open("r+b") as file:
        file.truncate(100_000_000)


def _linked(path):
    path.unlink()
    path.symlink_to("../../ada/tokenizer/tokenizer.ipynb")


def _outside(path):
    path.unlink()
    path.symlink_to("/etc/passwd")


def _pipe(path):
    path.unlink()
    os.mkfifo(path)


# What can be wrong with the file itself; the path of a right notebook is given.
FILES = {
    "empty": lambda path: path.write_bytes(b""),
    "torn": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "list": lambda path: path.write_bytes(b"[1, 2]"),
    "cellless": lambda path: path.write_bytes(b'{"cells": 5, "nbformat": 4}'),
    "deep": lambda path: path.write_bytes(b"[" * 200_000),
    "huge": _huge,
    "linked": _linked,
    "outside": _outside,
    "pipe": _pipe,
}
