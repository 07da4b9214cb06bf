"""``unrolled grade`` for the tests of this folder."""

from grading.catalogue.paths import ROOT
from grading.course import grades
from grading.processes import sandbox
from tests.kit.course import warm
from tests.kit.course.courses import make_course, run_nbgrader
from tests.kit.running import environment_with

UNSAFE = ["--unsafe"] if sandbox.missing() else []
PART = 8.0  # what WRONG gets


def released(folder, **options):
    """A course whose tokenizer is released."""
    course = make_course(folder, **options)
    done = run_nbgrader(course, "generate_assignment", "tokenizer")
    assert done.returncode == 0, done.stdout
    return course


def grade(course, *words):
    words = ("grade", "tokenizer", "--course", course, "--jobs", 1, *UNSAFE, *words)
    return warm.run("grading.cli", words, ROOT, environment_with())


def graded_here(course, **options):
    return grades.grade(course, "tokenizer", safe=not UNSAFE, **options)
