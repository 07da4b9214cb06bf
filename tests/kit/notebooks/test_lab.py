"""``unrolled lab`` in a real browser: open, answer, run, read the report, save."""

import time

import pytest

from grading.catalogue.points import groups_of
from grading.catalogue.stubs import solution_path
from grading.catalogue.syllabus import NAMES
from grading.notebooks.cells import page
from grading.notebooks.files import module_cell, read, take_module
from tests.kit.notebooks.lab import Page, missing, running_browser, running_lab

SOLUTION = solution_path("tokenizer").read_text(encoding="utf-8")
SPACED = SOLUTION.replace('return "".join(', 'return " ".join(')  # a known misconception


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_a_student_answers_in_jupyterlab_and_reads_the_report(tmp_path):
    desk = tmp_path / "desk"
    desk.mkdir()
    notebook = desk / "tokenizer.ipynb"
    notebook.write_bytes(page("tokenizer"))
    with (
        running_lab(desk, tmp_path / "home", "tokenizer") as address,
        running_browser(tmp_path / "profile") as browser,
    ):
        lab = Page(browser, address, "tokenizer.ipynb", pictures=tmp_path / "pictures")
        assert any("Exercise 2: tokenizer" in cell.text for cell in lab.cells()[:3])
        # No news, no questions.
        assert not browser.find_elements("css selector", ".Toastify__toast")
        lab.type_module(SPACED.removesuffix("\n"))
        lab.run_all()
        lab.picture("report")
        setup, module, *checks, seen = lab.outputs()
        assert (setup, module) == ("", "")
        assert len(checks) == len(groups_of("tokenizer"))
        report = dict(zip([group.name for group in groups_of("tokenizer")], checks, strict=True))
        assert report["the ids"].startswith("✓ the ids: 5 tests passed · 3 points")
        assert report["what is refused"].startswith("✓ what is refused")  # the last one ran, too
        assert report["decode"].startswith("✗ decode: ")
        assert "looks like a decode that puts spaces between the characters" in report["decode"]
        assert report["decode"].rstrip().splitlines()[-1].endswith(" of 2 points")
        assert "≠ first difference at character 1: found ' ', expected 'i'" in seen
        assert browser.find_elements("css selector", ".jp-OutputArea svg")
        lab.save()
        end = time.monotonic() + 20
        while take_module(module_cell(read(notebook.read_bytes()))[1]) != SPACED.encode():
            assert time.monotonic() < end, "what was typed was not saved as it was typed"
            time.sleep(0.2)
    assert sorted(path.stem for path in desk.glob("*.ipynb")) == sorted(NAMES)
