"""A mistake that the library knows is named when it is met again; no other gets that name.

Of each exercise some are tried here; all of them where UNROLLED_THOROUGH is set.
"""

import importlib

import pytest

from grading.catalogue.syllabus import BUILT
from grading.misconceptions import library
from grading.running import diagnosis
from grading.running.library import REFERENCE, Library, where_of
from grading.running.many import FEW, judge_all
from grading.running.run import test_file
from tests.kit.hour.desks import GOOD, save
from tests.kit.running import JOBS, QUICK, THOROUGH, run_pytest_here

# A last guard; a diagnosis ends by the number of its calls.
OPTIONS = ["--diagnosis-time=60"]
# Few examples are enough to fail and to tell misconceptions apart, unless they fail by chance.
FEWER = [f"--examples-times={FEW}"]

# Of an exercise, and of one whose calls are slow. To find no name takes all calls there are.
MOST = {"SECOND_WAYS": (2, 1), "UNNAMED": (1, 0)}
SLOWEST = ("generation", "transformer")  # half a minute each


def cases(kind):
    """Pairs of an exercise and the name of a module of that kind."""
    for name in BUILT:
        keys = list(getattr(importlib.import_module(f"tests.kit.second_ways.{name}"), kind))
        most = len(keys) if THOROUGH else MOST[kind][name not in QUICK]
        most = 0 if name in SLOWEST and not THOROUGH else most
        step = -(-len(keys) // most) if most else 1
        yield from ((name, key) for key in keys[::step][:most])


SECOND, UNNAMED = list(cases("SECOND_WAYS")), list(cases("UNNAMED"))


@pytest.fixture(scope="module")
def second_verdicts(judges):
    both, verdicts = SECOND + UNNAMED, {}
    chance = [(name, key) for name, key in SECOND if library(name)[key].recognise]
    for some, options in (
        (chance, OPTIONS),
        ([case for case in both if case not in chance], OPTIONS + FEWER),
    ):
        wheres = [f"variant:tests.kit.second_ways:{name}/{key}" for name, key in some]
        found = judge_all(wheres, JOBS, options=options, judges=judges)
        verdicts |= zip(some, found, strict=True)
    return verdicts


@pytest.mark.parametrize(("name", "key"), SECOND, ids=[f"{name}-{key}" for name, key in SECOND])
def test_written_in_a_second_way_it_is_named(second_verdicts, name, key):
    verdict = second_verdicts[name, key]
    assert verdict.failed
    assert {diagnosis.name for diagnosis in verdict.diagnoses.values()} == {key}


@pytest.mark.parametrize(("name", "label"), UNNAMED, ids=[f"{n}-{label}" for n, label in UNNAMED])
def test_a_mistake_outside_the_library_gets_no_name(second_verdicts, name, label):
    verdict = second_verdicts[name, label]
    assert verdict.failed, "this is meant to be wrong"
    assert not verdict.diagnoses


def test_of_one_test_what_several_misconceptions_explain_gets_no_name(tmp_path, servers):
    # The rarest first: where the first example has its characters in that order, it might as well
    # be the order of their appearance.
    best_first = "[character for character, _ in Counter(text.lower()).most_common()]"
    assert best_first in GOOD
    counts = "Counter(text.lower())"
    save(tmp_path, GOOD.replace(best_first, f"sorted({counts}, key={counts}.get)"))
    assert "looks like" not in run_pytest_here(servers, tmp_path, "-x").stdout
    assert "looks like" in run_pytest_here(servers, tmp_path).stdout


def test_what_is_named_for_one_test_is_tried_first_on_the_others(servers, monkeypatch):
    made = []

    class Noted(Library):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            made.append(self)

    monkeypatch.setattr(diagnosis, "Library", Noted)
    done = run_pytest_here(
        servers, where_of("tokenizer", "ids-from-1"), tests=test_file("tokenizer")
    )
    assert " failed, " in done.stdout
    (library,) = made
    others = [name for _, name, _ in library._counted if name not in (REFERENCE, "ids-from-1")]
    assert 0 < len(others) < diagnosis.LIKELY
