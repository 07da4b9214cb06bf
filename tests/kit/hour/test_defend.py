"""``defend``: changes of a student's own code, and the calls that show them."""

import ast
import io
import sys

import pytest

from grading import cli
from grading.catalogue.refused import Refused
from grading.catalogue.spec import FileSpec
from grading.catalogue.stubs import solution_path
from grading.catalogue.syllabus import exercise
from grading.commands import defend
from grading.develop.matrix import ALTERNATIVES
from grading.processes import sandbox
from grading.processes.forkserver import TENSORFLOW
from grading.running.driver import WorkerDriver
from grading.student.defend.calls import CALLS, NoCall, probes_of, read
from grading.student.defend.changes import LESSONS, changes_of
from grading.student.defend.trial import QUESTIONS, Chance, Question, Trial
from tests.kit.hour.desks import BROKEN, GOOD, STUB, save

SMALL = '''
def first(items, n=2, *, last=False):
    """Up to 3 of them."""
    if n < 1:
        raise ValueError(f"n must be at least {1}")
    return sorted(items)[:n]
'''


@pytest.fixture
def trial(tmp_path, servers):
    save(tmp_path, GOOD)
    with Trial("tokenizer", tmp_path / "tokenizer.py", servers) as trial:
        yield trial


def change(before, after):
    (found,) = [c for c in changes_of(GOOD) if before in c.before and after in c.after]
    return found


@pytest.mark.parametrize("name", CALLS)
def test_each_change_is_one_line_of_python_that_means_something_else(name):
    source = solution_path(name).read_text()
    changes = changes_of(source)
    assert len({c.source for c in changes}) == len(changes) > QUESTIONS
    for c in changes:
        assert c.kind in LESSONS
        assert ast.dump(ast.parse(c.source)) != ast.dump(ast.parse(source))
        assert source.split("\n")[c.line - 1].strip() == c.before
        assert c.source.split("\n")[c.line - 1].strip() == c.after


def test_the_kinds_of_changes():
    found = {(c.kind, c.after) for c in changes_of(SMALL)}
    assert found == {
        ("default", "def first(items, n=3, *, last=False):"),
        ("default", "def first(items, n=2, *, last=True):"),
        ("border", "if n <= 1:"),
        ("number", "if n < 2:"),
        ("condition", "if not (n < 1):"),
        ("refusal", "pass"),
        ("step", "return items[:n]"),
        ("end", "return sorted(items)[:n - 1]"),
    }


def test_places_are_right_after_letters_of_several_bytes():
    (found,) = [c for c in changes_of('def f(n):\n    "é"; return "é", n < 1\n') if "<=" in c.after]
    assert found.after == '"é"; return "é", n <= 1'


@pytest.mark.parametrize("name", CALLS)
def test_every_known_call_can_be_read(name):
    for text in CALLS[name]:
        probe, *_ = read(name, text)
        assert text.startswith(probe.__name__)
    assert all(probe.__doc__ for probe, _ in probes_of(name).values())


def test_every_known_call_is_answered_or_refused_by_the_reference(servers):
    for name, texts in CALLS.items():
        driver = WorkerDriver(
            servers.get(TENSORFLOW[exercise(name).tensorflow]),
            FileSpec(name, str(solution_path(name))),
        )
        for text in texts:
            probe, args, kwargs = read(name, text)
            fault = driver.call(probe.__name__, args, kwargs).fault
            assert fault is None or fault.error == "ValueError", (text, fault)
        driver.close()


@pytest.mark.parametrize(
    "text, told",
    [
        ("encoding('a'", "this is no call in Python; give encoding(...) or"),
        ("print('a')", "give a call of encoding(...) or decoding(...) or vocab_size(...)"),
        ("'a'.encoding('a')", "give a call of encoding(...)"),
        ("encoding('a', open('b'))", "argument 2 must be a literal"),
        ("decoding('a', ids=[x])", "ids must be a literal"),
        ("decoding('a', {1})", "argument 2 must be a literal"),
        ("encoding('a', *['b'])", "argument 2 must be a literal"),
        ("encoding('a', 'b', **{'c': 'd'})", "encoding: got an unexpected keyword argument '**'"),
        ("encoding('a')", "encoding: missing a required argument: 'other'"),
        ("encoding('a', 'b', size=3)", "encoding: got an unexpected keyword argument 'size'"),
        ("vocab_size('" + "a" * 3000 + "')", "a call may have at most 2000 characters"),
        ("vocab_size(" + "-" * 1900 + "1)", "must be a literal"),
    ],
)
def test_what_is_no_call_is_told_in_a_line(text, told):
    with pytest.raises(NoCall) as caught:
        read("tokenizer", text)
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_rows_of_different_lengths_are_named():
    with pytest.raises(NoCall, match=r"equally long, got \[\[1.0\], \[1.0, 2.0\]\]"):
        read("attention", "attend([[1.0], [1.0, 2.0]], [[1.0]])")


@pytest.mark.parametrize("folder", ["first", "second", "fourth"])
def test_there_are_questions_about_other_right_answers_and_a_known_call_shows_each(
    folder, servers, tmp_path
):
    path = ALTERNATIVES / folder / "tokenizer.py"
    with Trial("tokenizer", path, servers) as trial:
        questions = trial.questions()
        assert len(questions) == QUESTIONS == len({q.change.kind for q in questions})
        for question in questions:
            assert trial.answer(question, read("tokenizer", question.shown_by[0])).differs


def test_a_call_shows_a_change_where_it_makes_a_difference(trial):
    question = Question(change("<= i <", "<= i <="), ())
    assert not trial.answer(question, read("tokenizer", "decoding('ab', [1])")).differs
    answer = trial.answer(question, read("tokenizer", "decoding('ab', [2])"))
    assert answer.differs
    assert answer.yours == "ValueError: ids must be at least 0 and below 2, got 2"
    assert answer.changed == "IndexError: list index out of range"


def test_chance_shows_nothing(servers, tmp_path):
    draws = "import random\n" + GOOD.replace(
        "return len(self._characters)", "return random.randrange(10**9) + len(self._characters)"
    )
    save(tmp_path, draws)
    with Trial("tokenizer", tmp_path / "tokenizer.py", servers) as trial:
        question = Question(change("<= i <", "<= i <="), ())
        with pytest.raises(Chance, match="something else each time"):
            trial.answer(question, read("tokenizer", "vocab_size('ab')"))


def test_modules_beside_an_answer_are_found(servers, tmp_path):
    (tmp_path / "mine.py").write_text("def lower(text):\n    return text.lower()\n")
    save(
        tmp_path,
        "from mine import lower\n" + GOOD.replace("Counter(text.lower())", "Counter(lower(text))"),
    )
    with Trial("tokenizer", tmp_path / "tokenizer.py", servers) as trial:
        assert trial.questions()


def test_only_what_is_done_is_defended(tmp_path, capsys):
    save(tmp_path, STUB)
    assert cli.main(["defend", "tokenizer.py", "--impl", str(tmp_path)]) == 1
    assert "tokenizer is not started; " in capsys.readouterr().err
    assert cli.main(["defend", "transformer", "--impl", str(tmp_path)]) == 2
    told = "there are no changes of transformer to ask about; there are: windows, tokenizer, "
    assert told in capsys.readouterr().err


def test_the_command_reads_calls_line_by_line(tmp_path, monkeypatch, capsys):
    save(tmp_path, GOOD)
    monkeypatch.setattr(defend, "why_not_done", lambda *about: None)
    lines = "encoding('a', 'a')\nencoding(\nencoding('aB', 'Ab')\n\ndecoding('ab', [2])\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    assert cli.main(["defend", "tokenizer", "--impl", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "changed  unseen = sorted(set(text) - set(self._ids))" in told
    assert "Both give the same" in told and "this is no call in Python" in told
    assert "This one does: encoding('a b', 'abc')" in told
    assert "IndexError: list index out of range" in told and LESSONS["border"] in told
    assert told.endswith("2 of 3 shown\n")


@pytest.mark.skipif(sandbox.missing() is not None, reason=str(sandbox.missing()))
def test_a_module_of_others_runs_in_a_sandbox(tmp_path, monkeypatch, capsys):
    kept = tmp_path / "kept"
    writes = f"""try:
    open({str(kept)!r}, "w")
except OSError:
    pass
"""
    save(tmp_path, writes + GOOD)
    monkeypatch.setattr(sys, "stdin", io.StringIO("encoding('aB', 'Ab')\n"))
    assert cli.main(["defend", "tokenizer", "--sandbox", "--impl", str(tmp_path)]) == 1
    assert "It shows the change." in capsys.readouterr().out
    assert not kept.exists()


def test_what_is_no_python_is_refused_in_a_line(tmp_path, servers):
    for text, told in ((BROKEN, "invalid syntax"), ("x = " + "-" * 99_999 + "1", "")):
        save(tmp_path, text)
        with (
            Trial("tokenizer", tmp_path / "tokenizer.py", servers) as trial,
            pytest.raises(Refused, match=f"tokenizer.py cannot be read as Python.*{told}"),
        ):
            trial.questions()
