"""An nbgrader course, made from the solutions, the syllabus and the groups of tests.

It is the same, byte for byte, on every machine and in every folder.
"""

from dataclasses import dataclass

from grading.catalogue.points import group_named
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import solution_path
from grading.catalogue.syllabus import NAMES, exercise
from grading.course import texts
from grading.notebooks.cells import cells_of, notebook_of

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


def files_of(course):
    """All files of a course: a dict from the path in its folder to the bytes."""
    files = {
        "nbgrader_config.py": texts.config(tuple(course.assignments)).encode(),
        "README.md": texts.notes(course.assignments, course.hidden).encode(),
    }
    for assignment, names in course.assignments.items():
        cells = [cell for name in names for cell in _source_cells(name, course)]
        files[f"source/{assignment}/{assignment}.ipynb"] = notebook_of(cells)
    return files


def _source_cells(name, course):
    hidden = {group for exercise_name, group in course.hidden if exercise_name == name}
    return cells_of(name, solution_path(name).read_bytes(), hidden)
