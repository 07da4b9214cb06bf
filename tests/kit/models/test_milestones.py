"""The chapter's models as milestones: when they are offered, and what they reach."""

import dataclasses
import shutil

import pytest

import grading.catalogue.memory
from grading.catalogue import milestones
from grading.catalogue.board import Tally
from grading.catalogue.memory import Memory
from grading.catalogue.milestones import MILESTONES
from grading.catalogue.stubs import solution_path
from grading.catalogue.syllabus import BUILT, NAMES
from grading.catalogue.where import resolve
from grading.cli import main
from grading.student import at_work
from solutions.models import MODELS
from solutions.models.components import MODULES

DONE, FRESH = Tally(total=1, passed={"a"}), Tally(untouched=True)
CHAR_RNN = MILESTONES["char-rnn"]


def rows(done, reached=(), **options):
    tallies = {name: DONE if name in done else FRESH for name in NAMES}
    found = milestones.rows_of(tallies, "exercises", dict(reached), **options)
    return [text for text, _ in found]


@pytest.fixture
def student(tmp_path, monkeypatch):
    """A folder with the answers of char-rnn, and a memory of its own."""
    monkeypatch.setattr(grading.catalogue.memory, "FOLDER", tmp_path / "memory")
    folder = tmp_path / "student"
    folder.mkdir()
    for name in CHAR_RNN.needs:
        shutil.copy(solution_path(name), folder)
    return folder


def test_every_model_with_parts_of_the_students_is_a_milestone():
    assert set(MILESTONES) == set(MODELS) - {"pretrained", "bidirectional"}
    for milestone in MILESTONES.values():
        assert set(milestone.needs) <= set(MODULES) & set(BUILT)
        assert milestone.reference > 0


def test_nothing_is_said_before_the_first_model_is_ready():
    assert rows([]) == rows(["windows", "tokenizer"]) == []


def test_a_model_is_offered_when_its_parts_are_done():
    title, *lines = rows(CHAR_RNN.needs)
    assert title == "The chapter's models, on your own parts:"
    assert len(lines) == len(MILESTONES)
    assert lines[0].endswith("unrolled train char-rnn --quick")
    assert lines[1].endswith("needs stateful")
    assert max(map(len, lines)) <= 80
    assert all(line.isascii() for line in rows(NAMES, unicode=False))
    tallies = dict.fromkeys(CHAR_RNN.needs, DONE)
    assert milestones.ready(tallies, "tokenizer") == ["char-rnn"]
    assert milestones.ready(tallies, "attention") == []
    assert milestones.command("char-rnn", "mine").endswith("--quick --impl mine")


def test_what_was_reached_stands_beside_what_the_reference_reaches():
    _, line, *_ = rows(NAMES, {"char-rnn": CHAR_RNN.reference + 0.01})
    assert "✓ char-rnn" in line and f"(reference: loss {CHAR_RNN.reference:.2f})" in line
    _, line, *_ = rows(NAMES, {"char-rnn": CHAR_RNN.reference + 1})
    assert "▸ char-rnn" in line
    transformer = MILESTONES["transformer"]
    assert transformer.is_worse(0.5) and not transformer.is_worse(1.0)


def test_what_was_reached_is_forgotten_when_a_part_changes(student):
    mine = resolve(str(student), ".")
    milestones.remember(Memory(), mine, "char-rnn", 1.5)
    assert milestones.reached(Memory(), mine) == {"char-rnn": 1.5}
    path = student / "windows.py"
    path.write_text(path.read_text() + "\n")
    assert milestones.reached(Memory(), mine) == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bidirectional"], "--quick is of char-rnn, stateful-char-rnn, sentiment, translation"),
        (["char-rnn", "--epochs", "3"], "leave --epochs or --quick out"),
        (["char-rnn", "--batch-size", "3"], "leave --batch-size or --quick out"),
    ],
)
def test_what_cannot_be_quick_is_refused(words, said, capsys):
    assert main(["train", "--quick", *words]) != 0
    assert said in capsys.readouterr().err


def test_a_quick_training_shows_the_model_at_work_beside_the_reference(
    student, monkeypatch, capsys, tmp_path
):
    tiny = {"data": "sample", "limit": 2_500, "units": 4, "epochs": 1}
    milestone = dataclasses.replace(CHAR_RNN, options=tiny)
    monkeypatch.setitem(MILESTONES, "char-rnn", milestone)
    monkeypatch.setattr(at_work, "CHARACTERS", 12)
    words = ["train", "char-rnn", "--quick", "--impl", str(student), "--out", str(tmp_path / "run")]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "it writes:\n    First Citizen:" in said
    assert f"(reference: loss {CHAR_RNN.reference:.2f})" in said
    assert "further from it than chance explains" in said  # so few epochs teach nothing
    assert "the chapter prints" not in said
    reached = milestones.reached(Memory(), resolve(str(student), "."))
    assert reached["char-rnn"] > CHAR_RNN.reference
    (student / "generation.py").unlink()
    assert main(words) == 1  # and not only when all is trained
    assert "generation.py is not there" in capsys.readouterr().err
