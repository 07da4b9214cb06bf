"""The stubs are made from the solutions, and making them never costs a student's work."""

import json
from pathlib import Path

import pytest

from grading.catalogue import stubs
from grading.catalogue.files import digest
from grading.catalogue.syllabus import NAMES, SYLLABUS
from grading.notebooks.save import made, notebook_path
from tests.kit.running import run_unrolled


@pytest.mark.parametrize("name", NAMES)
def test_what_is_committed_is_what_is_generated(name):
    committed = stubs.exercise_path(name).read_bytes()
    assert committed == stubs.expected_stub(name).encode(), "run: unrolled build"


@pytest.mark.parametrize("name", NAMES)
def test_the_notebook_that_is_committed_is_what_is_generated(name):
    assert notebook_path(name).read_bytes() == made(name), "run: unrolled build"


def test_the_check_for_what_is_out_of_date_finds_nothing():
    done = run_unrolled("build", "--check")
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_stub_keeps_docstrings_and_signatures_and_no_line_of_the_answer(name):
    source, stub = stubs.solution_path(name).read_text(), stubs.expected_stub(name)
    inside, answer, kept = False, set(), set()
    for line in source.splitlines():
        mark = line.strip()
        if mark in (stubs.BEGIN, stubs.END):
            inside = mark == stubs.BEGIN
        elif mark:
            (answer if inside else kept).add(mark)
    assert answer, "the solution has no marked region"
    stub_lines = {line.strip() for line in stub.splitlines()}
    assert kept <= stub_lines
    assert not (answer - kept) & stub_lines


@pytest.mark.parametrize("item", SYLLABUS, ids=lambda item: item.name)
def test_a_stub_can_be_imported_and_each_part_says_that_it_is_not_written(item):
    stub = stubs.expected_stub(item.name)
    compile(stub, item.name, "exec")
    for part in item.defines:
        assert f'NotImplementedError("Exercise {item.name}: {part}' in stub


def test_building_keeps_a_file_that_somebody_worked_on(tmp_path):
    written, kept = stubs.build(tmp_path)
    assert (written, kept) == (list(NAMES), [])
    mine = tmp_path / "windows.py"
    mine.write_text(mine.read_text() + "\nmy_idea = 1\n")
    assert stubs.build(tmp_path) == ([], ["windows"])
    assert "my_idea" in mine.read_text()


@pytest.mark.parametrize("name", NAMES)
def test_every_stub_is_in_the_list_of_those_that_were_published(name):
    known = json.loads(stubs.PUBLISHED.read_text())[name]
    assert digest(stubs.expected_stub(name).encode()) in known, "run: unrolled build"


@pytest.fixture
def published(tmp_path, monkeypatch):
    """The list of the stubs that were published, a copy of its own."""
    path = tmp_path / "published" / "stubs.json"
    path.parent.mkdir()
    path.write_bytes(stubs.PUBLISHED.read_bytes())
    monkeypatch.setattr(stubs, "PUBLISHED", path)
    return path


def test_building_replaces_a_stub_of_an_older_solution(tmp_path, monkeypatch, published):
    original = Path(stubs.__file__).with_name("stubs.json")
    stubs.build(tmp_path)
    newer = {name: stubs.expected_stub(name) + "\n# newer\n" for name in NAMES}
    monkeypatch.setattr(stubs, "expected_stub", newer.__getitem__)
    assert stubs.build(tmp_path) == (list(NAMES), [])
    assert (tmp_path / "windows.py").read_text().endswith("# newer\n")
    before, after = (json.loads(path.read_text()) for path in (original, published))
    assert {name: len(known) + 1 for name, known in before.items()} == {
        name: len(known) for name, known in after.items()
    }


@pytest.mark.parametrize(
    ("ledger", "result"),
    [
        ({"windows": digest(b"an old stub\n"), "tokenizer": "x"}, (["windows"], ["tokenizer"])),
        ([], ([], ["windows", "tokenizer"])),
        ("{", ([], ["windows", "tokenizer"])),
    ],
    ids=["written by an earlier version", "no object", "spoilt"],
)
def test_the_list_that_an_earlier_version_kept_beside_the_stubs_is_taken_over(
    tmp_path, ledger, result
):
    stubs.build(tmp_path)
    for name in ("windows", "tokenizer"):
        (tmp_path / f"{name}.py").write_bytes(b"an old stub\r\n")
    text = ledger if isinstance(ledger, str) else json.dumps(ledger)
    (tmp_path / ".stubs.json").write_text(text)
    assert stubs.build(tmp_path) == result
    assert not (tmp_path / ".stubs.json").exists()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f():\n    ### BEGIN SOLUTION\n    pass\n", "without ### END"),
        ("def f():\n    pass\n    ### END SOLUTION\n", "without ### BEGIN"),
        ("### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n", "outside a function"),
        (
            "def f():\n    ### BEGIN SOLUTION\n    ### BEGIN SOLUTION\n    ### END SOLUTION\n",
            "inside",
        ),
    ],
)
def test_marks_that_do_not_pair_up_are_refused_with_their_line(source, said):
    with pytest.raises(stubs.MarkError, match=said):
        stubs.stub_of(source, "windows")
