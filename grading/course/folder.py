"""An nbgrader course in a folder: what is in it, and how it is written without losing anything.

It is made from the solutions, the syllabus and the groups of tests.
"""

import contextlib
import hashlib
import json
import sqlite3
from dataclasses import dataclass, field

from grading.catalogue.files import write_atomically
from grading.catalogue.points import group_named, groups_of
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import solution_path
from grading.catalogue.syllabus import NAMES, exercise
from grading.course.rendering import render
from grading.notebooks.cells import cells_of, notebook_of

MEMORY = ".unrolled.json"  # what was chosen, and hashes of each file as it was written
SINGLE = "exercises"  # the one assignment, and its notebook, that holds all exercises


@dataclass(frozen=True)
class Course:
    """What an instructor may choose about a course.

    Attributes:
        single: whether all exercises are in one notebook of one assignment; else each exercise is
            an assignment of its own.
        hidden: pairs (exercise, name of a group) whose checks students do not get.
        exercises: those it has, in the order of the syllabus.
    """

    single: bool = False
    hidden: tuple[tuple[str, str], ...] = ()
    exercises: tuple[str, ...] = NAMES

    @property
    def assignments(self):
        """A dict from the name of each assignment, and its notebook, to its exercises."""
        return {SINGLE: self.exercises} if self.single else {n: (n,) for n in self.exercises}

    def cells_of(self, name, module):
        """The cells of an exercise's part of a notebook, with a module's bytes or None."""
        hidden = {group for exercise_name, group in self.hidden if exercise_name == name}
        return cells_of(name, module, hidden)


def exercises_of(words):
    """The exercises of these names, in the order of the syllabus; all if there are none.

    Raises:
        NoSuchExercise: one of them names no exercise; the message lists those there are.
    """
    chosen = {exercise(word).name for word in words}
    return tuple(name for name in NAMES if name in chosen) or NAMES


def hidden_groups(words):
    """The groups that words such as ``windows/shuffling`` stand for, sorted.

    Raises:
        Refused: one of them names no exercise or no group; the message lists those there are.
    """
    found = set()
    for word in words:
        name, slash, group = word.partition("/")
        if not slash:
            raise Refused(f"--hide {word!r} is not of the form EXERCISE/GROUP")
        found.add((exercise(name).name, group_named(name, group).name))
    return tuple(sorted(found))


class CourseError(Refused):
    """A folder cannot become the course that was asked for; nothing in it was changed."""


def files_of(course):
    """All files of a course: a dict from the path in its folder to the bytes.

    They are the same, byte for byte, on every machine and in every folder.
    """
    assignments = course.assignments
    config = render("nbgrader_config.py.jinja", notebooks=tuple(assignments))
    rows = {
        assignment: [(exercise(name), _groups(name, course)) for name in names]
        for assignment, names in assignments.items()
    }
    notes = render("README.md.jinja", assignments=rows, first=next(iter(assignments)))
    files = {"nbgrader_config.py": config.encode(), "README.md": notes.encode()}
    for assignment, names in assignments.items():
        cells = [
            cell
            for name in names
            for cell in course.cells_of(name, solution_path(name).read_bytes())
        ]
        files[f"source/{assignment}/{assignment}.ipynb"] = notebook_of(cells)
    return files


def _groups(name, course):
    """The groups of an exercise and their points, in words."""
    return [
        f"{group.name} {group.points}" + " (hidden)" * ((name, group.name) in course.hidden)
        for group in groups_of(name)
    ]


@dataclass
class Outcome:
    """What became of the files of a course: their paths in its folder, sorted."""

    written: list = field(default_factory=list)
    kept: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)


def lay_out(folder, single=None, hidden=None, exercises=None):
    """Make the course in ``folder``, or bring one that was made there up to date.

    Args:
        folder: a path; it is made if it is not there.
        single: whether all exercises share one notebook; None takes what the course has.
        hidden: words such as ``windows/shuffling``; None takes what the course has.
        exercises: their names; None takes what the course has, and all for a new one.

    Returns:
        An :class:`Outcome`. What the instructor changed is kept.

    Raises:
        CourseError: the folder holds something else, a course of the other layout, or submissions
            that were made for other sources; or ``exercises`` leaves out an assignment.
        ValueError: ``hidden`` names what is not there.
    """
    known = _recall(folder)
    course = _course(folder, known, single, hidden, exercises)
    outcome, new = Outcome(), files_of(course)
    for path, data in sorted(new.items()):
        current = _hash_of(folder / path)
        if current == _hash(data):
            outcome.unchanged.append(path)
        elif current is not None and current not in known["files"].get(path, ()):
            outcome.kept.append(path)
        else:
            outcome.written.append(path)
    sources = [path for path in outcome.written if path.startswith("source/")]
    if sources:
        _refuse_with_submissions(folder, sources)
    hashes = {path: [_hash(new[path])] for path in outcome.written + outcome.unchanged}
    # Until all is written a file may be either; whoever is interrupted can run this again.
    either = {path: known["files"].get(path, []) + hashes[path] for path in outcome.written}
    _remember(folder, course, {**known["files"], **hashes, **either})
    for path in outcome.written:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / path, new[path])
    _remember(folder, course, {**known["files"], **hashes})
    return outcome


def course_in(folder):
    """The :class:`Course` that was made in a folder.

    Raises:
        CourseError: none was made there.
    """
    known = _recall(folder)
    if not known["is_course"]:
        raise CourseError(f"{folder} holds no course: make one with unrolled course {folder}")
    return _course(folder, known)


def _course(folder, known, single=None, hidden=None, exercises=None):
    """What was asked for, completed by what was chosen before."""
    if not known["is_course"]:
        if folder.exists() and not folder.is_dir():
            raise CourseError(f"{folder} is a file; give a folder")
        if folder.is_dir() and any(folder.iterdir()):
            raise CourseError(
                f"{folder} is not empty, and holds no course that unrolled course made; give a new "
                "folder"
            )
        return _checked(
            Course(bool(single), hidden_groups(hidden or ()), exercises_of(exercises or ()))
        )
    if single is not None and single != known["single"]:
        there = "one notebook for all exercises" if known["single"] else "one notebook an exercise"
        raise CourseError(f"{folder} holds a course with {there}; give another folder")
    words = known["hidden"] if hidden is None else hidden
    chosen = known["exercises"] if exercises is None else exercises
    course = _checked(Course(known["single"], hidden_groups(words), exercises_of(chosen)))
    before = Course(known["single"], exercises=exercises_of(known["exercises"])).assignments
    gone = [a for a in before if a not in course.assignments and (folder / "source" / a).exists()]
    if gone:
        raise CourseError(
            f"--exercises leaves out {', '.join(gone)}, which {folder} has: name all that the "
            "course is to have; to take one out, move its folder in source/ away"
        )
    return course


def _checked(course):
    for name, group in course.hidden:
        if name not in course.exercises:
            raise CourseError(f"{name}/{group} is hidden (--hide), but the course has no {name}")
    return course


def _refuse_with_submissions(folder, paths):
    count = n_submissions(folder)
    if count:
        raise CourseError(
            f"{folder} has {count} submission{'s' * (count > 1)} in its gradebook, made for the "
            f"notebooks as they are; {', '.join(paths)} would change. Give another folder for a "
            "new course"
        )


def n_submissions(folder):
    """How many submissions are in the gradebook of a course; 0 where there is no gradebook.

    Raises:
        CourseError: the gradebook cannot be read.
    """
    path = folder / "gradebook.db"
    if not path.exists():
        return 0
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        ) as db:
            return db.execute("SELECT count(*) FROM submitted_assignment").fetchone()[0]
    except sqlite3.Error as error:
        raise CourseError(f"{path} cannot be read: {error}") from None


def _recall(folder):
    try:
        known = json.loads((folder / MEMORY).read_bytes())
        return {
            "is_course": True,
            "single": bool(known["single"]),
            "hidden": [str(word) for word in known["hidden"]],
            "exercises": [str(name) for name in known.get("exercises", ())],
            "files": {path: list(hashes) for path, hashes in known["files"].items()},
        }
    except (FileNotFoundError, NotADirectoryError):
        return {"is_course": False, "files": {}}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(f"{folder / MEMORY} cannot be read: {error!r}") from None


def _remember(folder, course, hashes):
    new = {
        "format": 1,
        "single": course.single,
        "hidden": ["/".join(pair) for pair in course.hidden],
        # No names for all, so that a later version of the kit brings its new ones.
        "exercises": list(course.exercises) if course.exercises != NAMES else [],
        "files": dict(sorted(hashes.items())),
    }
    data = (json.dumps(new, indent=2) + "\n").encode()
    if _hash_of(folder / MEMORY) != _hash(data):
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / MEMORY, data)


def _hash_of(path):
    return _hash(path.read_bytes()) if path.is_file() else None


def _hash(data):
    return hashlib.sha256(data).hexdigest()
