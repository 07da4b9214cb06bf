"""The submissions of a class, each read once."""

import hashlib
import os
from dataclasses import dataclass

from grading.course.reading import Answer, NotTaken, cells_in, read_file, read_notebook

STAMP = "timestamp.txt"  # nbgrader's, with the time at which something was handed in


@dataclass(frozen=True)
class Submission:
    """What one student handed in for an assignment, as it was read.

    Attributes:
        student: the student's id.
        answer: the :class:`Answer`.
        notebook: the notebook as plain dicts and lists, without outputs; None if it is none.
        stamp: nbgrader's time stamp as bytes; None where there is none that tells a time.
        digest: a hash of the files as they were handed in.
        status: what tells whether the files were written again since, see :func:`status_of`.
    """

    student: str
    answer: Answer
    notebook: dict | None = None
    stamp: bytes | None = None
    digest: str = ""
    status: tuple = ()

    @property
    def modules(self):
        return self.answer.modules


def submissions_of(folder, assignment, exercises):
    """Read all submissions of an assignment.

    Args:
        folder: the course's.
        assignment: its name, which is that of its notebook.
        exercises: the exercises in it.

    Returns:
        A list of :class:`Submission`, by student. One that is damaged has problems in its answer.
    """
    root = folder / "submitted"
    return [
        submission_of(root, student, assignment, exercises)
        for student in sorted(students_of(folder))
        if _is_folder(root / student / assignment)
    ]


def students_of(folder):
    """The ids of all students who have a folder in a course's ``submitted/``."""
    root = folder / "submitted"
    paths = root.iterdir() if root.is_dir() else ()
    return {path.name for path in paths if path.is_dir() and not path.name.startswith(".")}


def submission_of(root, student, assignment, exercises):
    """Read what a student handed in, as a :class:`Submission`.

    Args:
        root: the folder that all submissions are in.
        student, assignment: their names.
        exercises: the exercises in it.
    """
    folder = root / student / assignment
    status = status_of(folder, assignment)
    answer, notebook, data = read_notebook(folder, assignment, exercises, root)
    stamp = None
    try:
        stamp = _time_stamp(folder / STAMP, root)
    except NotTaken as error:
        answer.notes.append(f"{STAMP}: {error}; it counts as handed in on time")
    if notebook is not None:
        _without_outputs(notebook)
    digest = hashlib.sha256(data + b"\n" + (stamp or b"")).hexdigest()
    return Submission(student, answer, notebook, stamp, digest, status)


def status_of(folder, assignment):
    """What changes when the notebook or the time stamp of a submission is written again."""
    found = []
    for name in (f"{assignment}.ipynb", STAMP):
        try:
            status = os.lstat(folder / name)
            found.append((status.st_ino, status.st_size, status.st_mtime_ns))
        except (OSError, ValueError):
            found.append(None)
    return tuple(found)


def _time_stamp(path, root):
    """When a submission was handed in: nbgrader's file as bytes, or None if there is none.

    Raises:
        NotTaken: there is one, and it holds no time.
    """
    if not os.path.lexists(path):
        return None
    data = read_file(path, root)
    try:
        from nbgrader.utils import parse_utc

        parse_utc(data.decode().strip())
    except Exception:  # many exceptions, where the text is no time
        raise NotTaken("it holds no time that can be read") from None
    return data


def _without_outputs(notebook):
    """Take away what cells showed, which counts nothing and may be large."""
    for cell in cells_in(notebook):
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None


def _is_folder(path):
    return path.is_dir() and not path.is_symlink()
