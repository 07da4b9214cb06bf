"""Hints: three tiers for every property, chosen by what fails, never the answer."""

import ast
import re

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import solution_path
from grading.catalogue.syllabus import NAMES, SYLLABUS, exercise
from grading.catalogue.where import resolve
from grading.running.diagnosis import Diagnosis
from grading.running.failure import Failure
from grading.running.outcome import Kind
from grading.student.hints import TIERS, asked, hinted_by, hints_for
from tests.kit.hour.desks import BROKEN, GOOD, STUB, WRONG, save
from tests.kit.running import run_unrolled


def properties_of(name):
    tree = ast.parse((ROOT / "tests" / f"test_{name}.py").read_text())
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [function for function in functions if function.startswith("test_")]


def tiers_of(name):
    return [exercise(name).hints, *(hint.tiers for hint in exercise(name).hints_of_tests)]


@pytest.mark.parametrize("name", NAMES)
def test_nearly_every_test_has_a_hint_of_its_own_property(name):
    tests = properties_of(name)
    own = [test for test in tests if hints_for(name, test) != exercise(name).hints]
    assert len(own) >= 0.8 * len(tests), sorted(set(tests) - set(own))


@pytest.mark.parametrize("name", NAMES)
def test_every_hint_is_for_some_test(name):
    used = {hints_for(name, test) for test in properties_of(name)}
    unused = [hint.words for hint in exercise(name).hints_of_tests if hint.tiers not in used]
    assert not unused, "no test has these words, or an earlier pair takes them all"


@pytest.mark.parametrize("name", NAMES)
def test_the_tiers_are_a_question_a_pointer_and_nearly_the_answer(name):
    for question, pointer, nearly in tiers_of(name):
        assert question.endswith("?")
        assert "TODO" not in question + pointer + nearly
        for text in (question, pointer, nearly):
            assert 20 <= len(text) <= 400, text
        assert pointer[-1] in ".?"
        assert nearly.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_no_tier_holds_a_line_of_the_reference(name):
    inside, answer = False, []
    for line in solution_path(name).read_text().splitlines():
        mark = line.strip()
        if mark in ("### BEGIN SOLUTION", "### END SOLUTION"):
            inside = mark == "### BEGIN SOLUTION"
        elif inside and len(_bare(mark)) >= 30:
            answer.append(_bare(mark))
    for tiers in tiers_of(name):
        for text in tiers:
            copied = [line for line in answer if line in _bare(text)]
            assert not copied, text


def _bare(text):
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("item", SYLLABUS, ids=lambda item: item.name)
def test_an_exercise_that_builds_on_others_names_exercises_before_it(item):
    earlier = NAMES[: NAMES.index(item.name)]
    assert set(item.needs) | set(item.builds_on) <= set(earlier)


class Forgetful(dict):
    def set(self, key, value):
        self[key] = value


def test_each_time_the_next_tier_until_the_test_or_the_module_changes(tmp_path):
    save(tmp_path, WRONG)
    desk, memory = resolve(str(tmp_path), "."), Forgetful()

    def ask(test, **options):
        return asked(desk, "tokenizer", test, memory=memory, **options)

    decode, case = "test_decode_undoes_encode_up_to_case", "test_capital_and_small_letters"
    assert [ask(decode)[0] for _ in range(4)] == [1, 2, 3, 3]
    assert ask(case) == (1, hints_for("tokenizer", case)[0])
    assert ask(case, tier=3)[0] == 3
    save(tmp_path, WRONG + "# changed\n")
    assert ask(case)[0] == 1
    memory["unrolled/hints"] = "broken"
    assert ask(case)[0] == 1


def test_the_command_gives_a_tier_at_a_time_for_the_test_that_fails(tmp_path):
    save(tmp_path, WRONG)
    first = run_unrolled("hint", "--impl", tmp_path)
    assert first.returncode == 0, first.stderr
    assert "tokenizer: decode gives the characters of the ids side by side" in first.stdout
    assert "hint 1" in first.stdout
    assert "running the tests" in first.stderr
    second = run_unrolled("hint", "tokenizer", "--impl", tmp_path)
    assert "hint 2" in second.stdout
    assert "hint 1" not in second.stdout
    assert "running" not in second.stderr  # what fails is remembered
    everything = run_unrolled("hint", "tokenizer", "--all", "--impl", tmp_path).stdout
    assert [f"hint {tier}" in everything for tier in (1, 2, 3)] == [True] * TIERS


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (STUB, "Which two look-ups"),
        (GOOD, "tests of tokenizer pass"),
        (BROKEN, "SyntaxError in tokenizer.py, line 3"),
    ],
    ids=["stub", "done", "broken"],
)
def test_a_hint_where_no_single_property_fails(tmp_path, source, said):
    save(tmp_path, source)
    done = run_unrolled("hint", "tokenizer", "--impl", tmp_path)
    assert done.returncode == 0
    assert said in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["windwos"], "no exercise is called 'windwos'"),
        (["--tier", "4"], "--tier must be 1, 2 or 3, got 4"),
        (["--impl", "nowhere"], "there is no such folder"),
        (["tokenizer", "--impl", "tests/kit/hour"], "holds none of the modules"),
    ],
)
def test_a_wrong_call_is_refused_in_one_line(arguments, said):
    done = run_unrolled("hint", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_hint_follows_the_diagnosis_where_there_is_one():
    failure = Failure("tokenizer", "test_ids_follow_frequency", "it", Kind.WRONG)
    assert hinted_by(failure) == failure.test
    assert hinted_by(failure, Diagnosis("a", "b", "c")) == failure.test
    assert hinted_by(failure, Diagnosis("a", "b", "c", "vocab_size")) == "vocab_size"


def test_the_hints_of_misconceptions_are_those_of_their_exercise():
    folder, known = ROOT / "grading" / "misconceptions", []
    for name in NAMES:
        for path in (*folder.glob(f"{name}/*.py"), *folder.glob(f"**/{name}.py")):
            text = path.read_text(encoding="utf-8")
            known += [(name, word) for word in re.findall(r'LIBRARY\.hint\(\s*"([^"]+)"', text)]
    assert known
    for name, word in known:
        assert hints_for(name, word) != exercise(name).hints, (name, word)
