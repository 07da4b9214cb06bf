"""Which test catches which known mistake: a table for each exercise, as Markdown and as HTML."""

import datetime
from dataclasses import dataclass, field
from pathlib import Path

import jinja2

from grading.catalogue.paths import ROOT
from grading.catalogue.points import tests_of
from grading.misconceptions import library
from grading.running.library import where_of
from grading.running.many import judge_all

ALTERNATIVES = ROOT / "grading" / "misconceptions" / "alternatives"
TEMPLATE = Path(__file__).with_name("matrix.html")
HEADINGS = ("exercise", "tests", "mistakes", "caught", "named", "named falsely", "right passed")


@dataclass
class Mistake:
    """What the tests, and the diagnosis, make of one misconception.

    Attributes:
        name, title, found_in: as in the library.
        failed: the tests that fail on it.
        names: the misconceptions that are named for them.
    """

    name: str
    title: str
    found_in: tuple
    failed: list
    names: set

    @property
    def is_named(self):
        return self.name in self.names

    @property
    def is_named_falsely(self):
        return bool(self.names - {self.name})


@dataclass
class Matrix:
    """One exercise: its tests, its known mistakes, and its right answers.

    Attributes:
        right: for each folder of right answers whether all tests pass.
    """

    exercise: str
    tests: list
    mistakes: list = field(default_factory=list)
    right: dict = field(default_factory=dict)

    def row(self):
        """The numbers of the exercise, in the order of ``HEADINGS``."""
        n = len(self.mistakes)
        shares = [
            sum(bool(mistake.failed) for mistake in self.mistakes),
            sum(mistake.is_named for mistake in self.mistakes),
            sum(mistake.is_named_falsely for mistake in self.mistakes),
        ]
        passed = f"{sum(self.right.values())} of {len(self.right)}"
        return [self.exercise, len(self.tests), n, *(f"{share} of {n}" for share in shares), passed]


def collect(names, jobs=2, told=None):
    """Run the tests of some exercises on all that is known to be wrong, and to be right.

    Args:
        names: the exercises.
        jobs: processes.
        told: called after each run.

    Returns:
        A list of :class:`Matrix`, one for each exercise.
    """
    found = []
    for name in names:
        matrix = Matrix(name, tests_of(name))
        cases = library(name)
        wheres = [where_of(name, key) for key in cases]
        options = ["--diagnosis-time=60"]
        runs = judge_all(wheres, jobs, options=options, told=told)
        for case, run in zip(cases.values(), runs, strict=True):
            failed = {test.partition("::")[2].partition("[")[0] for test in run.failed}
            named = {diagnosis.name for diagnosis in run.diagnoses.values()}
            told_of = (case.name, case.title, case.found_in)
            matrix.mistakes.append(Mistake(*told_of, sorted(failed), named))
        folders = [f for f in sorted(ALTERNATIVES.iterdir()) if (f / f"{name}.py").is_file()]
        options = ["--no-diagnosis", "-k", f"test_{name}"]
        runs = judge_all([str(folder) for folder in folders], jobs, options=options, told=told)
        matrix.right = {f.name: not run.failed for f, run in zip(folders, runs, strict=True)}
        found.append(matrix)
    return found


def as_markdown(matrices, today=None):
    """The numbers of all exercises in one table, and for each the tests that catch each mistake."""
    today = today or datetime.date.today()
    lines = ["# Which test catches which mistake", "", f"{today.isoformat()}", ""]
    lines += _table(HEADINGS, [matrix.row() for matrix in matrices])
    for matrix in matrices:
        lines += ["", f"## {matrix.exercise}", ""]
        rows = [
            (mistake.title, len(mistake.failed), ", ".join(mistake.found_in))
            for mistake in matrix.mistakes
        ]
        lines += _table(("mistake", "tests that fail", "made in public"), rows)
    return "\n".join(lines) + "\n"


def as_html(matrices, today=None):
    """The same with a row for each mistake and a column for each test."""
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    today = today or datetime.date.today()
    return template.render(matrices=matrices, headings=HEADINGS, today=today.isoformat())


def _table(headings, rows):
    lines = [headings, ["---"] * len(headings), *rows]
    return [
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in lines
    ]
