"""Tests that students write are worth what they catch, if they pass all that is right."""

import numpy as np
import pytest

from grading.beside.probes import attention_tests
from grading.beside.probes.base import Unusable
from grading.catalogue.syllabus import TESTING, exercise
from grading.misconceptions import library
from grading.misconceptions.candidates import RIGHT, WRONG
from grading.running.many import judge_all
from grading.running.outcome import Fault, Kind, Outcome
from grading.running.submission import judge_submission
from grading.running.suite_run import Answers, Known, read
from grading.running.suites import TestingDriver
from tests.kit.grading_class.sandboxes import needs_sandbox
from tests.kit.own_tests import suites
from tests.kit.own_tests.cheats import CHEATS
from tests.kit.running import JOBS, run_pytest, run_pytest_here

SUITES = {
    **{("good", name): (name, text) for name, text in suites.GOOD.items()},
    **{("weak", label): (name, text) for label, (name, text, *_) in suites.WEAK.items()},
    **{
        ("worthless", label): ("tokenizer_tests", text)
        for label, (text, _) in suites.WORTHLESS.items()
    },
    **{("cheat", label): ("tokenizer_tests", text) for label, text in CHEATS.items()},
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory, judges):
    found = {}
    for looping in (False, True):
        suites = {key: suite for key, suite in SUITES.items() if (key[1] == "loop") == looping}
        folders = []
        for name, text in suites.values():
            folders.append(tmp_path_factory.mktemp("suite"))
            (folders[-1] / f"{name}.py").write_text(text, encoding="utf-8")
        limit = ["--time-limit=0.5"] * looping  # what ends by itself may take its time
        wheres = [str(folder) for folder in folders]
        judged = judge_all(wheres, JOBS, options=limit, judges=judges)
        found |= dict(zip(suites, judged, strict=True))
    return found


def named(tests):
    return {test.partition("::test_")[2] for test in tests}


@pytest.mark.parametrize("name", TESTING)
def test_good_tests_in_another_style_catch_everything(verdicts, name):
    verdict = verdicts["good", name]
    assert not verdict.failed, verdict.messages
    assert len(verdict.passed) == len(WRONG[name])


@pytest.mark.parametrize("label", suites.WEAK)
def test_weak_tests_catch_their_share(verdicts, label):
    verdict, (_, _, caught, missed) = verdicts["weak", label], suites.WEAK[label]
    for words in caught:
        assert any(words in test for test in named(verdict.passed)), words
    for words in missed:
        assert any(words in test for test in named(verdict.failed)), words
        assert not any(words in test for test in named(verdict.passed)), words


@pytest.mark.parametrize("label", suites.WORTHLESS)
def test_tests_that_are_worth_nothing_say_why(verdicts, label):
    verdict = verdicts["worthless", label]
    assert not verdict.passed
    assert Kind.ERROR not in verdict.failed.values(), verdict.messages
    words = suites.WORTHLESS[label][1]
    for message in verdict.messages.values():
        assert words in " ".join(message.split()), message


@pytest.mark.parametrize("label", CHEATS)
def test_tests_that_cheat_are_worth_nothing(verdicts, label):
    verdict = verdicts["cheat", label]
    assert not verdict.passed
    assert Kind.ERROR not in verdict.failed.values(), verdict.messages


@pytest.mark.parametrize("value", [{"tests": float("inf"), "failed": None}, np.zeros(3), "tests"])
def test_an_end_that_no_tests_have_is_told_as_such(value):
    assert "no tests have" in read(Outcome(value), asks=1).fault.message


@pytest.mark.parametrize("request_", [5, {"probe": "use"}, {"probe": "use", "args": None}, {}])
def test_a_question_that_no_test_asks_gets_no_answer(request_):
    class Asker:
        def call(self, probe, args=(), kwargs=None):
            told = self.answer(request_)
            return Outcome({"tests": 1, "failed": None}, printed=str(told))

    driver = TestingDriver([(Asker(), None)], "stateful_tests")
    assert "never call" in driver.call("run", ["all right answers"]).fault.message


@pytest.mark.parametrize(
    "shapes",
    [
        [(300, 1, 1, 1, 1), (1, 1, 300, 1, 1), (1, 300, 1, 1, 1), None],
        [(3000, 0), (3000, 0), (3000, 0), None],
        [(2, 2), (2, 2), (2, 2), (1500, 1500, 1, 1)],
        [(2001, 1), (2, 2), (2, 2), None],
    ],
)
def test_arrays_that_would_take_the_judge_s_memory_are_refused(shapes):
    arrays = [None if shape is None else np.zeros(shape) for shape in shapes]
    with pytest.raises(Unusable, match="may use sizes up to"):
        attention_tests.use(None, *arrays, False)


class Coin:
    """Stands in for tests that fail each second time they meet an implementation."""

    def __init__(self):
        self.met, self.n_runs = [], 0

    def call(self, probe, args=(), kwargs=None):
        if probe == "each":  # as the implementation under test
            self.met += args[2]
            return Outcome([{"value": 1}])
        self.n_runs += 1
        self.answer({"probe": "use", "args": [self.n_runs]})  # never asked before
        is_second = self.met.count(self.met[-1]) == 2
        told = dict.fromkeys(("test", "example", "error", "line", "code"), "")
        failed = told if is_second == (self.met[-1] in RIGHT["stateful_tests"]) else None
        return Outcome({"tests": 1, "failed": failed})


def test_what_the_tests_say_only_once_does_not_count():
    coin = Coin()
    driver = TestingDriver([(coin, coin)], "stateful_tests")
    for name in ("all right answers", *WRONG["stateful_tests"]):
        assert "failed only once" in driver.call("run", [name]).fault.message


def test_tests_that_come_to_no_end_are_run_twice_and_no_more():
    class Hangs:
        n_runs = 0

        def call(self, probe, args=(), kwargs=None):
            self.n_runs += 1
            return Outcome(fault=Fault(Kind.HUNG, limit=30))

    hangs = Hangs()
    driver = TestingDriver([(hangs, None)], "stateful_tests")
    for name in ("all right answers", *WRONG["stateful_tests"]):
        assert driver.call("run", [name]).kind is Kind.HUNG
    assert hangs.n_runs == 2


def test_what_a_property_draws_is_shown_where_it_fails(tmp_path, servers):
    (tmp_path / "tokenizer_tests.py").write_text(
        suites.TOKENIZER
        + """
class TestRefusals:
    @given(data=st.data())
    def test_error(self, CharTokenizer, data):
        text = data.draw(texts, label="text")
        with pytest.raises(KeyError):
            CharTokenizer().fit("b" + text).encode("b")
"""
    )
    output = " ".join(run_pytest_here(servers, tmp_path, "-q").stdout.split())
    assert "one right answer fails TestRefusals.test_error with data={'text': 'A'}: " in output
    assert "DID NOT RAISE" in output


@pytest.mark.parametrize("name", TESTING)
def test_there_are_right_candidates_and_wrong_ones_that_the_library_knows(name):
    assert len(RIGHT[name]) >= 3
    assert len(WRONG[name]) >= 8
    assert set(WRONG[name]) <= set(library(exercise(name).tests_of))


def test_a_small_example_shows_why_a_right_answer_fails(tmp_path, servers):
    (tmp_path / "tokenizer_tests.py").write_text(
        suites.TOKENIZER
        + """
@given(text=texts)
def test_case(CharTokenizer, text):
    tok = CharTokenizer().fit(text)
    assert tok.decode(tok.encode(text)) == text
"""
    )
    output = " ".join(run_pytest_here(servers, tmp_path, "-q").stdout.split())
    assert "one right answer fails test_case with text='A'" in output
    assert "in line 10: assert tok.decode(tok.encode(text)) == text" in output
    assert "AssertionError: 'a' == 'A', in line 10" in output, "what was compared"
    assert "tokenizer_tests: a test of yours demands more than the contract" in output


def test_the_mistakes_that_survived_are_named(tmp_path, servers):
    (tmp_path / "tokenizer_tests.py").write_text(
        suites.TOKENIZER
        + """
def test_size(CharTokenizer):
    assert CharTokenizer().fit("aab").vocab_size == 2
"""
    )
    output = " ".join(run_pytest_here(servers, tmp_path, "-q").stdout.split())
    survived = "expected at least one of your tests to fail on ids that start at 1 instead of 0"
    assert survived in output
    assert "to fail on a vocab_size with one more" not in output, "that one was caught"


def test_a_row_of_a_table_is_shown_where_it_fails(tmp_path, servers):
    (tmp_path / "tokenizer_tests.py").write_text(
        suites.TOKENIZER
        + """
@pytest.mark.parametrize("text, size", [("aab", 2), ("aab", 3)])
def test_size(CharTokenizer, text, size):
    assert CharTokenizer().fit(text).vocab_size == size
"""
    )
    output = " ".join(run_pytest_here(servers, tmp_path, "-q").stdout.split())
    assert "one right answer fails test_size with text='aab', size=3" in output


def test_in_this_process_too(tmp_path):
    (tmp_path / "tokenizer_tests.py").write_text(suites.TABLE, "utf-8")
    done = run_pytest("--impl", tmp_path, "--inline", "-q")
    assert done.returncode == 0, done.stdout


@needs_sandbox
def test_in_the_sandbox_good_tests_get_full_points_and_guesses_none():
    result = judge_submission({"tokenizer_tests": suites.TABLE.encode()})
    assert result["exercises"]["tokenizer_tests"]["points"] == 10
    assert not result["notes"]
    guess = CHEATS["ask for another implementation"].encode()
    result = judge_submission({"tokenizer_tests": guess})
    assert result["exercises"]["tokenizer_tests"]["points"] == 0


def test_equal_calls_in_a_run_are_answered_anew_and_alike_in_every_run():
    class Candidates:
        n_calls = 0

        def call(self, probe, args):
            self.n_calls += 1
            return Outcome([{"value": f"answer {self.n_calls} of {name}"} for name in args[2]])

    candidates = Candidates()
    known = Known()
    answers, other = [Answers(candidates, known, backwards) for backwards in (False, True)]
    runs = [[each.get(["one"], [1], (b"call", i)) for i in range(3)] for each in (answers, other)]
    assert runs[0] == runs[1]
    values = [found["one"][0]["value"] for found in runs[0]]
    assert values == [f"answer {i} of one" for i in (1, 2, 3)]
    assert other.get(["other"], [1], (b"call", 0))["other"][0]["value"] == "answer 4 of other"
    assert candidates.n_calls == 4
