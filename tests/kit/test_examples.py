"""How hypothesis is made to run here."""

import importlib

from hypothesis import given, settings
from hypothesis import strategies as st

from grading.running import properties as examples
from grading.running.run import run_tests
from grading.running.subject import Subject
from tests.strategies import picks

TEST = "test_a_text_has_the_same_ids_whenever_it_is_encoded"
ROWS = st.lists(picks(range(9), 60), min_size=60, max_size=60)


def draws_until_the_end(most):
    """How many examples hypothesis draws to shrink one that nothing smaller fails like."""
    failing, drawn, before = [], [], settings.get_current_profile_name()
    examples.use_profile()

    @given(rows=ROWS.map(lambda rows: drawn.append(1) or rows))
    def only_one_fails(rows):
        if not failing and rows[0] != rows[1]:
            failing.append(rows)
        assert rows not in failing

    try:
        examples.bound(only_one_fails.hypothesis, most)
        only_one_fails()
    except AssertionError:
        return len(drawn)
    finally:
        settings.load_profile(before)


def test_a_failing_example_is_shrunk_by_as_many_tries_as_it_may():
    few, many = draws_until_the_end(10), draws_until_the_end(100)
    assert few < 50 < 100 <= many < 150


def test_picks_are_options_and_as_many_as_asked_for():
    seen = set()

    @settings(max_examples=50, database=None, derandomize=True)
    @given(drawn=picks(["a", "b", "c"], 12))
    def look(drawn):
        assert len(drawn) == 12
        seen.update(drawn)

    look()
    assert seen == {"a", "b", "c"}


def test_examples_are_the_same_whatever_modules_are_loaded(tmp_path, monkeypatch):
    def drawn():
        found = []

        @settings(max_examples=200, derandomize=True, database=None)
        @given(st.integers(), st.text())
        def collect(number, text):
            found.append((number, text))

        collect()
        return found

    before = drawn()
    (tmp_path / "with_constants.py").write_text("A = [918273645, 192837465, 'a word of its own']\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("with_constants")
    assert drawn() == before


def test_each_run_draws_as_many_examples_as_it_was_asked_for(monkeypatch):
    made, counts = [], []
    monkeypatch.setattr(Subject, "begin_example", lambda self: made.append(1))
    for times in ("0.5", "1", "0.5"):  # the module with the tests is imported once
        made.clear()
        test = f"tests/test_tokenizer.py::{TEST}"
        run_tests("solutions", [test], options=[f"--examples-times={times}"])
        counts.append(len(made))
    assert counts[0] == counts[2] < counts[1]
