"""``show`` and ``reset``: the reference not too early, and no work ever lost."""

import os

import pytest

from grading.catalogue import stubs
from grading.student import reset as desk
from grading.student.side_by_side import functions_of, story_of
from tests.kit.hour.desks import BROKEN, GOOD, STUB, WRONG, save
from tests.kit.running import run_unrolled

OTHER = '''
class CharTokenizer:
    def fit(self, text):
        """Mine."""
        my_own_line = 1

def my_helper():
    return 2
'''


def text_of(folder):
    return (folder / "tokenizer.py").read_text()


def backups_in(folder):
    return [path.read_text() for path in sorted((folder / ".backup").glob("tokenizer-*.py"))]


def test_reset_brings_back_the_stub_and_keeps_every_answer(tmp_path):
    for text in (WRONG, GOOD, WRONG + "# again\n"):  # within one second
        save(tmp_path, text)
        kept = desk.reset("tokenizer", tmp_path)
        assert kept.read_text() == text
        assert text_of(tmp_path) == STUB
    assert sorted(backups_in(tmp_path)) == sorted([WRONG, GOOD, WRONG + "# again\n"])
    assert desk.reset("tokenizer", tmp_path) is None
    assert len(backups_in(tmp_path)) == 3


def test_reset_writes_a_stub_where_there_is_no_file(tmp_path):
    assert desk.reset("tokenizer", tmp_path) is None
    assert text_of(tmp_path) == STUB
    assert not (tmp_path / ".backup").exists()


def test_where_no_backup_can_be_kept_the_file_stays(tmp_path):
    save(tmp_path, WRONG)
    (tmp_path / ".backup").write_text("in the way")
    done = run_unrolled("reset", "tokenizer", "--yes", "--impl", tmp_path)
    assert done.returncode == 2
    assert "is as it was" in done.stderr
    assert text_of(tmp_path) == WRONG


def test_a_stub_that_was_put_back_gives_way_to_a_newer_one(tmp_path, monkeypatch):
    (tmp_path / "published").write_bytes(stubs.PUBLISHED.read_bytes())
    monkeypatch.setattr(stubs, "PUBLISHED", tmp_path / "published")
    stubs.build(tmp_path)
    save(tmp_path, WRONG)
    desk.reset("tokenizer", tmp_path)
    newer = {name: stubs.expected_stub(name) + "\n# newer\n" for name in stubs.NAMES}
    monkeypatch.setattr(stubs, "expected_stub", newer.__getitem__)
    assert "tokenizer" in stubs.build(tmp_path)[0]


def test_reset_asks_first_and_nobody_is_no(tmp_path):
    save(tmp_path, WRONG)
    done = run_unrolled("reset", "tokenizer", "--impl", tmp_path)
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert text_of(tmp_path) == WRONG
    done = run_unrolled("reset", "tokenizer", "--yes", "--impl", tmp_path)
    assert done.returncode == 0
    assert "your file is kept as" in done.stdout
    assert backups_in(tmp_path) == [WRONG]
    done = run_unrolled("reset", "tokenizer", "--impl", tmp_path)
    assert (done.returncode, "nothing to do" in done.stdout) == (0, True)


@pytest.mark.skipif(os.name == "nt", reason="drives a POSIX terminal")
@pytest.mark.parametrize(("answer", "code"), [("\n", 1), ("n\n", 1), ("maybe\n", 1), ("y\n", 0)])
def test_only_yes_is_yes(tmp_path, answer, code):
    from tests.kit.hour.terminal import Terminal

    save(tmp_path, WRONG)
    with Terminal("reset", "tokenizer", "--impl", tmp_path) as terminal:
        terminal.until("[y/N]")
        terminal.send(answer)
        assert terminal.ended() == code
    assert text_of(tmp_path) == (STUB if code == 0 else WRONG)


def test_the_reference_is_not_shown_before_all_tests_pass(tmp_path):
    secret = "most_common()]"
    for source, said in [(STUB, "not started"), (WRONG, "is not done: 25 of")]:
        save(tmp_path, source)
        done = run_unrolled("show", "tokenizer", "--impl", tmp_path)
        assert done.returncode == 1
        assert said in done.stderr
        assert "--spoil" in done.stderr
        assert secret not in done.stdout
    save(tmp_path, GOOD)
    done = run_unrolled("show", "tokenizer", "--impl", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(secret) == 2  # theirs, and the reference
    assert "Learn the characters of a text" in done.stdout  # the reason
    assert "### BEGIN SOLUTION" not in done.stdout


@pytest.mark.parametrize(("columns", "beside"), [("160", True), ("70", False)])
def test_side_by_side_where_there_is_room(tmp_path, columns, beside):
    save(tmp_path, OTHER)
    done = run_unrolled("show", "tokenizer", "--spoil", "--impl", tmp_path, COLUMNS=columns)
    assert done.returncode == 0
    assert "(not there)" in done.stdout
    assert "my_helper" in done.stdout.partition("Only in yours")[2]
    rows = [line for line in done.stdout.splitlines() if "def fit(self, text)" in line]
    assert len(rows) == (1 if beside else 2)
    assert max(map(len, done.stdout.splitlines())) <= int(columns)
    assert '"""' not in done.stdout


def test_a_module_that_cannot_be_read_is_said_and_the_reference_shown(tmp_path):
    save(tmp_path, BROKEN)
    done = run_unrolled("show", "tokenizer", "--spoil", "--impl", tmp_path)
    assert done.returncode == 0
    assert "cannot be read" in done.stdout
    assert "most_common()]" in done.stdout


def test_functions_are_found_with_their_decorators_and_without_docstrings():
    method = (
        '    @property\n    def b(self):\n        """Why.\n\n        More."""\n        return 1\n'
    )
    source = f"class A:\n{method}"
    (function,) = functions_of(source).values()
    assert (function.name, function.reason) == ("A.b", "Why.")
    assert function.code == "@property\ndef b(self):\n    return 1"
    assert story_of('"""One.\n\nTwo\nlines."""') == ["One.", "Two lines."]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["reset", "windwos"], "no exercise is called 'windwos'"),
        (["reset", "tokenizer", "--yes", "--impl", "solutions"], "the reference"),
        (["reset", "tokenizer", "--yes", "--impl", "nowhere"], "no such folder"),
        (["show", "windwos"], "no exercise is called 'windwos'"),
        (["show", "tokenizer", "--impl", "nowhere"], "no such folder"),
    ],
)
def test_a_wrong_call_is_refused_in_one_line(arguments, said):
    done = run_unrolled(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
