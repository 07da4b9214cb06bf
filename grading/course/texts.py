"""The texts of an nbgrader course: its configuration, and the notes for the instructor."""

from grading.catalogue.points import groups_of
from grading.catalogue.syllabus import exercise


def config(names):
    """The text of ``nbgrader_config.py``.

    Args:
        names: the notebooks of the course, for the names of collected files.
    """
    return _CONFIG.replace("NOTEBOOKS", "|".join(names))


def notes(assignments, hidden):
    """The text of the course's ``README.md``.

    Args:
        assignments: a dict from each assignment to its exercises.
        hidden: pairs (exercise, name of a group).
    """
    rows = "\n".join(_rows(assignments, hidden))
    return _NOTES.replace("ROWS", rows).replace("FIRST", next(iter(assignments)))


def _rows(assignments, hidden):
    for assignment, names in assignments.items():
        for name in names:
            groups = ", ".join(
                f"{group.name} {group.points}" + " (hidden)" * ((name, group.name) in hidden)
                for group in groups_of(name)
            )
            item = exercise(name)
            yield f"| {assignment} | {name}: {item.title} | {item.points} | {groups} |"


_CONFIG = '''\
"""nbgrader's configuration of this course, made by ``unrolled course``."""

import os
from pathlib import Path

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ComputeChecksums,
    DeduplicateIds,
    Execute,  # noqa: F401
    GetGrades,
    IgnorePattern,
    IncludeHeaderFooter,
    InstantiateTests,
    LimitOutput,
    LockCells,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
    SaveCells,
)

from grading.course.nbgrader_cells import HideTests, ModuleStubs
from grading.course.nbgrader_judge import JudgeCells
from grading.course.nbgrader_mend import MendCells

HERE = Path(__file__).resolve().parent

c = get_config()  # noqa: F821
c.CourseDirectory.root = str(HERE)
# For the exchange, by which nbgrader releases and collects on a shared machine:
# c.CourseDirectory.course_id = "rnn"

# A name such as downloaded/tokenizer/archive/ada_tokenizer.ipynb, for nbgrader zip_collect.
c.FileNameCollectorPlugin.named_regexp = (
    r"(?:.*[/\\\\])?(?P<student_id>[^/\\\\]+)_(?P<file_id>NOTEBOOKS)\\.ipynb$"
)

# What students get: nbgrader's own steps, but each solution becomes the kit's stub.
c.GenerateAssignment.preprocessors = [
    IncludeHeaderFooter,
    InstantiateTests,
    LockCells,
    ModuleStubs,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]

# What students hand in: marks that were lost or changed are set right before all else.
c.Autograde.sanitize_preprocessors = [
    MendCells,
    ClearOutput,
    DeduplicateIds,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]

# Grading: a judge outside of the student's process takes the place of nbgrader's Execute.
judge = JudgeCells
# judge = Execute  # nbgrader's own step: runs the notebooks in a kernel, without a sandbox
c.Autograde.autograde_preprocessors = [
    judge,
    IgnorePattern,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
c.JudgeCells.course = str(HERE)
# Without bubblewrap nothing is graded, unless the code of students may do all that you may:
# c.JudgeCells.sandbox = False
c.Execute.timeout = 600  # seconds for a cell; only for nbgrader's own step and nbgrader validate
os.environ["UNROLLED_HIDDEN_TESTS"] = str(HERE / "hidden_tests")  # nbgrader's own step, too
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # to nbgrader's own step, a message is a fault

# Feedback: the reports, without the code of hidden tests.
c.GenerateFeedback.preprocessors = [GetGrades, HideTests, CSSHTMLHeaderPreprocessor]
'''

_NOTES = """\
# An nbgrader course of Unrolled

| assignment | exercise | points | its groups of tests |
| --- | --- | --- | --- |
ROWS

Run nbgrader in this folder, in an environment where the kit is installed:

    nbgrader generate_assignment FIRST    # source/ -> release/, which is what students get
    nbgrader zip_collect FIRST            # downloaded/FIRST/archive/ada_FIRST.ipynb -> submitted/
    nbgrader autograde FIRST              # submitted/ -> autograded/ and gradebook.db
    nbgrader generate_feedback FIRST      # autograded/ -> feedback/
    nbgrader export                       # all grades as a CSV file

`unrolled grade FIRST` does what autograde does, over all cores; it can be interrupted, and makes
pages of feedback and of the whole class.

Students need the kit, too: the check cells of a notebook call its tests. They may also hand in the
module instead of the notebook: `unrolled collect . FOLDER` takes `FOLDER/ada/tokenizer.py` or
`FOLDER/ada_tokenizer.py`.

The notebooks in `source/` hold the solutions: give students nothing but `release/`. You may edit
them and `nbgrader_config.py`; `unrolled course` keeps what you changed. Once there are submissions
in the gradebook, it changes no notebook.

Tests of your own that nobody else has go into `hidden_tests/`, for example
`hidden_tests/test_tokenizer_more.py`, written like the kit's `tests/test_tokenizer.py`. They run
when work is graded, and count in the group that their names put them in. Feedback tells their names
and messages, not their code.

A module cell is judged by itself, by the tests of the kit that this environment has, under
bubblewrap; nothing else of a notebook runs. Each group gives its points times the part of its tests
that pass. The configuration says how to go back to nbgrader's own way.

Due dates and late penalties are nbgrader's: `nbgrader db assignment add FIRST --duedate ...`.
"""
