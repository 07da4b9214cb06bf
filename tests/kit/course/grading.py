"""``unrolled grade`` for the tests of this folder."""

from grading.course import grades
from grading.processes import sandbox
from tests.kit.course.courses import (
    make_course,
    run_nbgrader,
)
from tests.kit.running import run_unrolled

UNSAFE = ["--unsafe"] if sandbox.missing() else []
PART = 8.0  # what WRONG gets


def released(folder, **options):
    """A course whose tokenizer is released."""
    course = make_course(folder, **options)
    done = run_nbgrader(course, "generate_assignment", "tokenizer")
    assert done.returncode == 0, done.stdout
    return course


def grade(course, *words, **options):
    return run_unrolled("grade", "tokenizer", "--course", course, "--jobs", 2, *UNSAFE, *words)


def graded_here(course, **options):
    return grades.grade(course, "tokenizer", safe=not UNSAFE, **options)
