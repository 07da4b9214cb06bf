"""The exercise notebooks: the same on every machine, and valid for Jupyter and for nbgrader."""

import json
import os
import subprocess
import sys

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.points import groups_of
from grading.catalogue.stubs import expected_stub
from grading.catalogue.syllabus import NAMES, exercise
from grading.notebooks.cells import page, pages


def cells_of(name):
    return json.loads(page(name))["cells"]


def test_they_are_the_same_in_every_process():
    code = (
        "import hashlib; from grading.notebooks.cells import pages; "
        "print(hashlib.sha256(b''.join(pages().values())).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": zone},
            check=True,
            capture_output=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(seen) == 1


@pytest.mark.parametrize("name", NAMES)
def test_jupyter_finds_nothing_to_mend(name):
    nbformat = pytest.importorskip("nbformat")
    notebook = nbformat.reads(page(name).decode(), as_version=4)
    nbformat.validate(notebook)
    assert (nbformat.writes(notebook) + "\n").encode() == page(name)


@pytest.mark.parametrize("name", NAMES)
def test_nbgrader_accepts_all_marks(name):
    nbformat = pytest.importorskip("nbformat")
    nbgraderformat = pytest.importorskip("nbgrader.nbgraderformat")
    notebook = nbformat.reads(page(name).decode(), as_version=4)
    nbgraderformat.MetadataValidator().validate_nb(notebook)


@pytest.mark.parametrize("name", NAMES)
def test_the_module_is_the_only_cell_to_be_changed(name):
    module, *others = [c for c in cells_of(name) if c["metadata"]["nbgrader"]["solution"]]
    assert not others
    assert "".join(module["source"]) + "\n" == expected_stub(name)
    assert module["metadata"]["nbgrader"]["grade"] is False
    for cell in cells_of(name):
        assert cell["metadata"]["deletable"] is False
        if cell is not module and cell["id"] != module["id"]:
            assert cell["metadata"]["editable"] is False
            assert cell["metadata"]["nbgrader"]["locked"] is True


@pytest.mark.parametrize("name", NAMES)
def test_there_is_a_locked_check_with_its_points_for_each_group(name):
    checks = [c for c in cells_of(name) if c["metadata"]["nbgrader"]["grade"]]
    assert [c["metadata"]["nbgrader"]["points"] for c in checks] == [
        group.points for group in groups_of(name)
    ]
    assert sum(c["metadata"]["nbgrader"]["points"] for c in checks) == exercise(name).points
    for cell, group in zip(checks, groups_of(name), strict=True):
        assert f'check("{name}", "{group.name}")' in "".join(cell["source"])


def test_ids_and_marks_are_unique_over_all_exercises_so_that_they_fit_into_one_notebook():
    cells = [cell for name in NAMES for cell in cells_of(name)]
    for names in ([c["id"] for c in cells], [c["metadata"]["nbgrader"]["grade_id"] for c in cells]):
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", NAMES)
def test_the_story_names_the_section_of_the_chapter(name):
    story = "".join(cells_of(name)[2]["source"])
    assert story.startswith("# Exercise ")
    assert exercise(name).section in story
    assert "``" not in story


def test_no_line_of_a_solution_is_in_any_of_them():
    given = b"".join(pages().values()).decode()
    for name in NAMES:
        stub = {line.strip() for line in expected_stub(name).splitlines()}
        solution = (ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8").splitlines()
        secret = {line.strip() for line in solution} - stub
        assert not [line for line in secret if len(line) > 20 and json.dumps(line)[1:-1] in given]
