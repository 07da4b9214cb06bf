"""Two mistakes at once get their names, and what is unfinished does not silence the rest.

The tokenizer's mixtures are tried in every run; those of all exercises where UNROLLED_THOROUGH is
set, with another seed in the place of 0 where it is a number.
"""

import pytest

from grading.catalogue.syllabus import BUILT, exercise
from grading.develop.pairs import Mixture, diagnosed, draw, false_names
from grading.misconceptions import subject
from grading.misconceptions.unfinished import CHECKS, parts_of, without
from tests.kit.running import JOBS, THOROUGH

SEED = int(THOROUGH) if THOROUGH.isdigit() else 0
EXERCISES = [n for n in BUILT if not exercise(n).tests_of] if THOROUGH else ["tokenizer"]


@pytest.mark.parametrize("name", EXERCISES)
def test_of_mixed_mistakes_nearly_all_are_named_and_none_falsely(name):
    mixtures = diagnosed(draw(name, 10, SEED), JOBS)
    assert not false_names(mixtures, JOBS)
    unnamed = [mixture.key for mixture in mixtures if not mixture.names & mixture.mistakes]
    assert len(unnamed) <= 0.1 * len(mixtures), unnamed


def test_two_mistakes_in_one_module_get_two_names():
    mixture = Mixture("tokenizer", "newlines-dropped+unknown-becomes-0")
    diagnosed([mixture], jobs=1)
    assert mixture.names == mixture.mistakes


def test_a_reference_without_checks_takes_what_the_reference_refuses():
    module = without("tokenizer", CHECKS)
    tokenizer = module.CharTokenizer()
    tokenizer.fit("ab")
    with pytest.raises(KeyError):
        tokenizer.encode("c")


@pytest.mark.parametrize("part", [part for part in parts_of("sampling") if part != CHECKS])
def test_a_part_that_is_left_out_is_a_stub(part):
    module = without("sampling", part)
    with pytest.raises(NotImplementedError, match=f"Exercise sampling: {part} is not written yet"):
        getattr(module, part)([[1.0]], 1.0)


def test_a_part_that_is_none_is_refused():
    with pytest.raises(ValueError, match="'nothing'"):
        without("tokenizer", "nothing")


@pytest.mark.parametrize(
    "key", ["pre-norm+mask-inverted", "pre-norm@build_simple", "pre-norm@checks"]
)
def test_mistakes_made_in_the_text_of_a_module_can_be_mixed(key):
    module = subject(f"transformer/{key}")
    text, _ = module._made_of
    assert "tf.equal(ids" in text or "mask-inverted" not in key
    if key.endswith("build_simple"):
        with pytest.raises(NotImplementedError, match="build_simple is not written yet"):
            module.build_simple(5, components=None)
