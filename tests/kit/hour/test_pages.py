"""The pages name only what there is."""

import re

import pytest

from grading import cli
from grading.catalogue.paths import ROOT
from grading.student.watch.keys import has_terminal
from grading.student.watch.screen import KEYS, key_lines

PAGES = [ROOT / "README.md", *sorted((ROOT / "grading").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_files_on_a_page_exist(page):
    text = page.read_text(encoding="utf-8")
    commands = set(re.findall(r"unrolled ([a-z]+)", text))
    assert commands <= set(cli.COMMANDS) | {"rhythm"}
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), link


def test_the_students_page_lists_the_keys():
    text = (ROOT / "grading" / "STUDENTS.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(.)` \|", text, re.MULTILINE) == [key for key, _ in KEYS]


@pytest.mark.parametrize("width", [20, 30, 47, 48, 100])
def test_the_keys_fit_any_width(width):
    lines = [line for line, _ in key_lines(width)]
    assert all(len(line) <= width for line in lines)
    assert "  ".join(lines).split() == " ".join(f"{key} {what}" for key, what in KEYS).split()


def test_a_test_run_has_no_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    assert not has_terminal()
