"""What the pages name is there: a plan that names what is gone is worse than none."""

import re

import pytest

from grading.catalogue.paths import ROOT
from tests.kit.test_house import FILES, PAGES, ROOMS, STOREYS

README = ROOT / "grading" / "README.md"
_PATH = re.compile(r"`(?:unrolled |pytest )?([\w./]+(?:/|\.py|\.md))[^`]*`")


def paths_in(text):
    """The paths that a text names, relative to ``grading/`` or to the kit."""
    links = re.findall(r"\]\(([^)]+)\)", text)
    return [*_PATH.findall(text), *links]


def is_there(path):
    """Whether there is such a path; the exercise that a page makes up stands for any."""
    pattern = re.sub("NAME|EXERCISE|rhythm", "*", path)
    return any(any(folder.glob(pattern)) for folder in (ROOT / "grading", ROOT))


@pytest.mark.parametrize("page", ["README.md", *(f"grading/{page}" for page in sorted(PAGES))])
def test_every_path_of_the_kit_is_there(page):
    paths = paths_in((ROOT / page).read_text())
    if page == "grading/README.md":
        assert len(paths) > 30
    kits = [p for p in paths if page == "grading/README.md" or p.startswith(("grading/", "tests/"))]
    assert [path for path in kits if not is_there(path)] == []


def test_the_tree_has_a_line_for_each_room_and_file():
    tree = README.read_text().split("```")[1].strip().splitlines()
    named = {line.split()[0].rstrip("/") for line in tree}
    assert named == ROOMS | FILES - PAGES - {"__init__.py"}
    assert all(len(line.split(maxsplit=1)) == 2 for line in tree)


def test_the_arrows_are_those_that_the_kit_holds():
    arrows = README.read_text().split("```")[3].strip().split(" -> ")
    assert [set(storey.split(", ")) for storey in arrows] == [set(storey) for storey in STOREYS]


@pytest.mark.parametrize("text", ["`running/judge.py` runs", "see [it](OLD.md)", "the `old/` room"])
def test_a_name_that_is_gone_is_found(text):
    (path,) = paths_in(text)
    assert not is_there(path)
