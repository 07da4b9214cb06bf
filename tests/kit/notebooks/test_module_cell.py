"""Which cell of a notebook is the module."""

import pytest

from grading.catalogue.stubs import expected_stub, solution_path
from grading.catalogue.syllabus import exercise
from grading.notebooks.check import CannotCheck, module_source
from tests.kit.notebooks.test_check import SOLUTION


# Which cell is the module.
def find(*history, name="tokenizer"):
    return module_source(exercise(name), ["", *history])


def test_the_module_is_the_cell_that_defines_it_as_it_was_last_run():
    older, newer = expected_stub("tokenizer"), SOLUTION
    assert find("import os", older, "x = 1", newer, "check()") == newer
    assert find(newer, older) == older


def test_an_experiment_in_another_cell_is_not_the_module():
    experiment = "class CharTokenizer:\n    pass"
    assert find(SOLUTION, experiment) == SOLUTION
    assert find("CharTokenizer().fit('abc')", SOLUTION, "t = CharTokenizer()") == SOLUTION
    sampling = solution_path("sampling").read_text(encoding="utf-8")
    assert find(sampling, "def sample_ids(p):\n    pass", name="sampling") == sampling


def test_without_its_title_it_is_the_newest_cell_that_defines_all_names():
    bare = SOLUTION.partition('"""\n\n')[2]
    assert "Exercise 2" not in bare
    assert find(bare, "x = 1") == bare
    both = "def rescale_logits(): pass\nsample_ids = lambda: 0"
    assert find(both, "def sample_ids(): pass", name="sampling") == both


def test_a_module_that_cannot_be_parsed_is_the_module_all_the_same():
    broken = SOLUTION.replace("def fit(self, text):", "def fit(self, text:")
    assert find(SOLUTION, broken) == broken
    assert find(SOLUTION, "%timeit CharTokenizer()") == SOLUTION


def test_a_module_that_lost_its_class_is_not_taken_for_what_it_was_before():
    renamed = SOLUTION.replace("class CharTokenizer", "class CharTokeniser")
    assert find(SOLUTION, renamed) == renamed
    emptied = SOLUTION.partition("class ")[0]
    assert find(SOLUTION, emptied) == emptied


@pytest.mark.parametrize(
    "definition", ["from x import CharTokenizer", "if 1:\n    CharTokenizer = int"]
)
def test_a_name_can_be_defined_in_many_ways(definition):
    assert find(definition) == definition


def test_before_the_module_cell_was_run_the_student_is_told_to_run_it():
    with pytest.raises(CannotCheck, match=r"run the module cell first: .* defines CharTokenizer"):
        find("t = CharTokenizer()", "def encode(): pass")
