"""Every test fails on the stub because it is a stub, and no trivial subject passes."""

import pytest

from grading.catalogue.stubs import build
from grading.catalogue.syllabus import BUILT, NAMES
from grading.running.many import FEW, judge_all
from grading.running.outcome import Kind
from tests.kit.running import JOBS
from tests.kit.trivial import KINDS

FEWER = [
    f"--examples-times={FEW}",
    "--no-diagnosis",
]  # what is wrong in every example is soon found


@pytest.fixture(scope="module")
def on_stubs(tmp_path_factory, judges):
    folder = tmp_path_factory.mktemp("stubs")
    build(folder)
    return judge_all([str(folder)], jobs=1, judges=judges)[0]


def of_exercise(name, tests):
    return [test for test in tests if test.startswith(f"test_{name}.py::")]


@pytest.mark.parametrize("name", NAMES)
def test_every_test_fails_on_its_stub_with_the_stubs_own_error(on_stubs, name):
    assert not of_exercise(name, on_stubs.passed)
    failed = of_exercise(name, on_stubs.failed)
    assert len(failed) >= 8, "an exercise without tests"
    for test in failed:
        assert on_stubs.failed[test] is Kind.NOT_WRITTEN, on_stubs.messages[test]
        message = " ".join(on_stubs.messages[test].split())
        assert f"NotImplementedError: Exercise {name}: " in message


def test_only_tests_of_the_full_text_are_skipped(on_stubs):
    full = [test for test in on_stubs.skipped if "full_text" in test or "shakespeare" in test]
    assert full == on_stubs.skipped


@pytest.fixture(scope="module")
def on_trivial(judges):
    wheres = [f"variant:tests.kit.trivial:{name}/{kind}" for name in BUILT for kind in KINDS]
    runs = judge_all(wheres, JOBS, options=FEWER, judges=judges)
    return {run.where: run for run in runs}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BUILT)
def test_no_exercise_is_passed_by_a_trivial_subject(on_trivial, name, kind):
    verdict = on_trivial[f"variant:tests.kit.trivial:{name}/{kind}"]
    wrong = [test for test, reason in verdict.failed.items() if reason is not Kind.ERROR]
    assert wrong, "nothing fails"
    # Nobody gets the points of a whole exercise's half for an answer that does nothing.
    assert len(verdict.passed) < len(verdict.failed), verdict.passed


@pytest.mark.parametrize("name", BUILT)
def test_no_test_at_all_passes_where_everything_returns_none(on_trivial, name):
    assert not on_trivial[f"variant:tests.kit.trivial:{name}/none"].passed


@pytest.mark.parametrize("name", BUILT)
def test_strange_answers_never_break_a_test(on_trivial, name):
    for kind in KINDS:
        verdict = on_trivial[f"variant:tests.kit.trivial:{name}/{kind}"]
        broken = [test for test, reason in verdict.failed.items() if reason is Kind.ERROR]
        assert not broken, verdict.messages[broken[0]]
