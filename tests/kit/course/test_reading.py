"""Modules out of submitted notebooks: whatever was done to them, it costs only themselves."""

import json
import os

import pytest

from grading.catalogue.syllabus import NAMES
from grading.course.reading import read_submission
from grading.notebooks.cells import page
from tests.kit.course.courses import GOOD, STUB, WRONG, check_cells, module_cell, up_to_module

TOKENIZER = {"tokenizer": ("tokenizer",)}


def notebook(change=None, module=GOOD):
    made = json.loads(page("tokenizer", module))
    if change:
        change(made)
    return json.dumps(made).encode()


def read(tmp_path, data):
    (tmp_path / "tokenizer.ipynb").write_bytes(data)
    return read_submission(tmp_path, TOKENIZER)


def copied(made, source=WRONG):
    made["cells"].insert(0, {**module_cell(made), "source": source.decode()})


def without_marks(made):
    for cell in made["cells"]:
        cell["metadata"].pop("nbgrader", None)


READABLE = {
    "as it was": None,
    "another kernel": lambda made: made["metadata"].update(kernelspec={"name": "julia"}),
    "no metadata": lambda made: made.update(metadata=5),
    "no check cells": up_to_module,
    "cells in another order": lambda made: made["cells"].reverse(),
    "an older copy above": copied,
    "turned into text": lambda made: module_cell(made).update(cell_type="markdown"),
    "other flags": lambda made: module_cell(made)["metadata"]["nbgrader"].update(
        solution=False, grade=True, locked=True, points=1e9, schema_version=99
    ),
    "marks lost": without_marks,
    "marks lost to another id": lambda made: module_cell(made)["metadata"]["nbgrader"].update(
        grade_id="cell-5"
    ),
    "in another cell": lambda made: (
        made["cells"].append({**module_cell(made), "metadata": {}}),
        module_cell(made).update(source=STUB.decode().rstrip("\n")),
    ),
    "marks lost, and a cell that would take the memory": lambda made: (
        without_marks(made),
        made["cells"].insert(1, {**module_cell(made), "source": "x = [" + "1," * 4_000_000 + "]"}),
    ),
    "damaged cells around it": lambda made: made["cells"].extend([5, None, {}, {"metadata": 7}]),
    "a check cell's marks damaged": lambda made: check_cells(made)[0]["metadata"].update(
        nbgrader=[]
    ),
    "an old minor version": lambda made: made.update(nbformat_minor=0),
    "its output of 2 MB": lambda made: module_cell(made).update(outputs=["x" * 2_000_000]),
}


@pytest.mark.parametrize("label", READABLE)
def test_a_module_that_is_there_is_found(tmp_path, label):
    answer = read(tmp_path, notebook(READABLE[label]))
    assert answer.modules == {"tokenizer": GOOD}
    assert not answer.problems
    told = ("an older copy above", "turned into text", "marks lost", "in another cell")
    assert bool(answer.notes) == label.startswith(told)


UNREADABLE = {
    "empty": (b"", "it is empty"),
    "half of it": (notebook()[:2000], "no JSON"),
    "a picture": (b"\x89PNG\xff\xfe", "no text in UTF-8"),
    "a list": (b"[]", "no nbformat"),
    "deep nesting": (b"[" * 200_000, "no JSON"),
    "100 MB": (b" " * 100_000_000 + b"{}", "100.0 MB, and 10 MB are the most"),
    "an old format": (notebook(lambda made: made.update(nbformat=3)), "format 3, not 4"),
    "no cells": (notebook(lambda made: made.pop("cells")), "no cell is marked as the module"),
    "cells that are a number": (notebook(lambda made: made.update(cells=5)), "no cell is marked"),
    "no module cell": (
        notebook(lambda made: made["cells"].remove(module_cell(made))),
        "none defines CharTokenizer",
    ),
    "half a surrogate": (
        notebook(lambda made: module_cell(made).update(source="x = '\ud83d'")),
        "line 1 of the module cell",
    ),
    "an encoding that takes for ever": (
        notebook(
            lambda made: (
                module_cell(made).update(
                    source="# " + "".join(map(chr, range(0x4E00, 0x9E00))) * 10
                ),
                module_cell(made)["metadata"].update(unrolled={"encoding": "Punycode"}),
            )
        ),
        "names an encoding that is none, 'Punycode'",
    ),
    "another exercise's notebook": (page("windows"), "no cell is marked as the module tokenizer"),
}


@pytest.mark.parametrize("label", UNREADABLE)
def test_what_cannot_be_read_is_one_problem_in_words(tmp_path, label):
    data, said = UNREADABLE[label]
    answer = read(tmp_path, data)
    assert not answer.modules
    assert answer.problems["tokenizer"].startswith("tokenizer.ipynb: ")
    assert said in answer.problems["tokenizer"]
    assert "\n" not in answer.problems["tokenizer"]


def test_a_missing_file_a_link_and_a_pipe_are_problems(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "tokenizer.ipynb").write_bytes(page("tokenizer", GOOD))
    folder = tmp_path / "ada"
    folder.mkdir()

    def problem():
        return read_submission(folder, TOKENIZER).problems["tokenizer"]

    assert "no such file" in problem()
    (folder / "Tokenizer.ipynb").write_bytes(page("tokenizer", GOOD))
    assert "no such file; there is Tokenizer.ipynb" in problem()
    path = folder / "tokenizer.ipynb"
    path.symlink_to("../elsewhere/tokenizer.ipynb")
    assert "outside of the submission" in problem()
    path.unlink()
    os.mkfifo(path)
    assert "no plain file" in problem()
    path.unlink()
    path.mkdir()
    assert "plain file" in problem() or "cannot be read" in problem()


def test_a_link_of_the_whole_submission_out_of_all_of_them_is_refused(tmp_path):
    inside = tmp_path / "submitted"
    inside.mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "tokenizer.ipynb").write_bytes(page("tokenizer", GOOD))
    (inside / "ada").symlink_to("../secret")
    answer = read_submission(inside / "ada", TOKENIZER, root=inside)
    assert "outside of the submission" in answer.problems["tokenizer"]


def test_one_bad_module_of_a_notebook_costs_only_itself(tmp_path):
    made = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    for name in NAMES:
        made["cells"] += json.loads(page(name, STUB if name == "tokenizer" else None))["cells"]
    made["cells"] = [cell for cell in made["cells"] if cell["id"] != "windows-module"]
    (tmp_path / "exercises.ipynb").write_text(json.dumps(made))
    answer = read_submission(tmp_path, {"exercises": NAMES})
    assert list(answer.problems) == ["windows"]
    assert set(answer.modules) == set(NAMES) - {"windows"}
