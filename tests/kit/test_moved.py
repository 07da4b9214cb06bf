"""Files that were made before a module of the kit moved still work."""

import importlib
import subprocess
import sys

import pytest

import grading
from grading.catalogue.paths import kit_environment

USED = [
    ("grading.notebook", "check"),  # in the check cells of notebooks
    ("grading.plugin", "pytest_addoption"),  # in the metadata of an installation
    ("grading.submission", "judge_submission"),  # in an instructor's own program
]
IN_COURSES = [
    ("grading.course.nbgrader_judge", "JudgeCells"),
    ("grading.course.nbgrader_cells", "HideTests"),
    ("grading.course.nbgrader_cells", "ModuleStubs"),
    ("grading.course.nbgrader_mend", "MendCells"),
]


@pytest.mark.parametrize(("old", "name"), USED)
def test_an_old_name_gives_the_module_itself(old, name):
    module = importlib.import_module(old)
    assert module is importlib.import_module(grading.MOVED[old])
    assert hasattr(module, name)


@pytest.mark.parametrize(("module", "name"), IN_COURSES)
def test_what_the_configuration_of_a_course_names_is_there(module, name):
    pytest.importorskip("nbgrader")
    assert hasattr(importlib.import_module(module), name)


def test_every_row_leads_to_a_module():
    for new in grading.MOVED.values():
        assert importlib.util.find_spec(new), new


def test_an_old_name_can_be_run():
    command = [sys.executable, "-m", "grading.submission"]
    done = subprocess.run(
        command, input="{}", env=kit_environment(), capture_output=True, text=True
    )
    assert done.stderr == "python -m grading.running.submission: 'modules'\n"


def test_other_names_are_still_unknown():
    with pytest.raises(ModuleNotFoundError, match=r"'grading\.notebok'"):
        importlib.import_module("grading.notebok")
