"""An instructor's own tests: they count with the kit's, and nobody reads their code."""

import json
import os
import subprocess
import sys

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.points import group_named, group_points
from grading.processes import sandbox
from grading.running import hidden_tests
from grading.running.hidden_tests import HiddenTestError
from tests.kit.course.courses import GOOD, HIDDEN_TEST, SLY, make_course
from tests.kit.running import run_unrolled


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "hidden_tests"
    folder.mkdir()
    (folder / "test_tokenizer_more.py").write_text(HIDDEN_TEST)
    return folder


def run(module, request, **environment):
    """Send a request to a judge's process; gives its answer."""
    with subprocess.Popen(
        [sys.executable, "-m", module],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
        if module == "grading.running.submission":
            process.stdin.close()  # this one waits for the end of its request
        return json.loads(process.stdout.readline())


def judged(module, folder=None):
    """What the judge of submissions says of the group encode; all others pass."""
    request = {
        "modules": {"tokenizer": module.decode()},
        "sandbox": sandbox.missing() is None,
        "options": hidden_tests.options(folder) if folder else (),
    }
    groups = run("grading.running.submission", request)["exercises"]["tokenizer"]["groups"]
    (encode,) = (group for group in groups if group["name"] == "encode")
    assert all(not group["failed"] for group in groups if group != encode)
    return encode


def test_a_hidden_test_counts_in_its_group_and_is_told_by_name(folder):
    without = judged(SLY)
    assert not without["failed"]
    group = judged(SLY, folder)
    (failure,) = group["failed"]
    assert failure["test"] == "test_encode_of_texts_that_only_the_instructor_knows"
    assert failure["kind"] == "wrong"
    n_tests = len(without["passed"]) + 1
    assert group["points"] == group_points(group_named("tokenizer", "encode"), n_tests - 1, n_tests)
    assert len(judged(GOOD, folder)["passed"]) == n_tests


def test_the_judge_of_notebooks_gives_the_same_where_the_instructor_names_the_folder(folder):
    request = {"exercise": "tokenizer", "group": "encode", "place": "module cell", "task": "check"}
    request["source"] = SLY.decode()
    environment = {hidden_tests.VARIABLE: str(folder)}
    with_hidden = run("grading.running.server", request, **environment)["result"]
    assert with_hidden["failed"] == ["test_encode_of_texts_that_only_the_instructor_knows"]
    assert "st.sampled_from" not in with_hidden["text"]
    without = run("grading.running.server", request)["result"]
    assert not without["failed"]
    assert sorted(without["passed"]) == sorted(with_hidden["passed"])


def test_no_folder_is_no_hidden_test(tmp_path):
    assert hidden_tests.files_in(tmp_path / "nowhere") == {}
    assert hidden_tests.options(tmp_path / "nowhere") == ()
    assert hidden_tests.names_in(tmp_path) == set()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("test_tokeniser_more.py", HIDDEN_TEST, "is not named test_EXERCISE_WORD.py"),
        ("test_tokenizer.py", HIDDEN_TEST, "is not named test_EXERCISE_WORD.py"),
        ("test_tokenizer_bad.py", "def test_x(:", "cannot be parsed"),
        ("test_tokenizer_none.py", "def helper(): pass", "no function whose name begins with"),
        (
            "test_tokenizer_same.py",
            "def test_the_ids_are_integers(): pass",
            "has a test test_the_ids_are_integers already",
        ),
        (
            "test_tokenizer_twice.py",
            "def test_encode_of_texts_that_only_the_instructor_knows(): pass",
            "already; rename it",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(folder, name, text, said):
    (folder / name).write_text(text)
    with pytest.raises(HiddenTestError, match=said) as caught:
        hidden_tests.files_in(folder)
    assert name in str(caught.value)


def test_unrolled_course_counts_them_and_names_one_that_cannot_be_used(tmp_path, folder):
    course = make_course(tmp_path / "course")
    folder.rename(course / "hidden_tests")
    done = run_unrolled("course", course)
    assert done.returncode == 0, done.stderr
    assert "tokenizer: 1 hidden test of your own" in done.stdout
    (course / "hidden_tests" / "test_tokenizer_bad.py").write_text("def test_x(:")
    done = run_unrolled("course", course)
    assert done.returncode == 2
    assert "test_tokenizer_bad.py cannot be parsed" in done.stderr
