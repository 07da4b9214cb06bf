"""Classroom 50: its result, and the autograder for the teacher's repository."""

import datetime
import json
import os
import subprocess
import sys

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.points import groups_of
from grading.course import classroom50
from tests.kit.course.courses import STUB, WRONG
from tests.kit.running import run_unrolled

RUNNER = {
    "CLASSROOM": "nlp",
    "ASSIGNMENT": "hello",
    "SUBMISSION_TAG": "submit/2026-11-01T10-00-00Z-a1b2c3d",
    "COMMIT_URL": "https://host/commit/1",
    "RELEASE_URL": "https://host/release/1",
    "REVIEW_URL": "https://host/compare/0...1",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """What ``check`` writes and prints for a module with one mistake, and its points as JSON."""
    folder = tmp_path_factory.mktemp("classroom50")
    (folder / "tokenizer.py").write_bytes(WRONG)
    words = ("check", "--impl", folder, "--classroom50", "result.json", "--json")
    done = run_unrolled(*words, cwd=folder, **RUNNER)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "result.json").read_text()), json.loads(done.stdout)


def test_its_scores_are_the_points_in_hundredths(graded):
    result, told = graded
    assert result["score"] == round(100 * told["points"])
    assert (700, 1000) < (result["score"], result["max-score"]) <= (999, 1000)
    assert result["score"] == sum(test["score"] for test in result["tests"])
    assert result["max-score"] == sum(test["max-score"] for test in result["tests"])


def test_it_has_the_fields_that_the_collector_asks_for(graded):
    result, _ = graded
    assert result.keys() == {
        *("schema", "classroom", "assignment", "submission", "commit", "release", "review"),
        *("datetime", "score", "max-score", "tests"),
    }
    assert result["schema"] == "classroom50/result/v1"
    assert (result["classroom"], result["assignment"]) == ("nlp", "hello")
    assert result["submission"] == RUNNER["SUBMISSION_TAG"]
    assert result["review"] == RUNNER["REVIEW_URL"]
    datetime.datetime.strptime(result["datetime"], "%Y-%m-%dT%H:%M:%SZ")
    names = [group.name for group in groups_of("tokenizer")]
    assert [test["test-name"].split(" (")[0] for test in result["tests"]] == [
        f"tokenizer: {name}" for name in names
    ]
    for test in result["tests"]:
        assert test.keys() == {"test-name", "passed", "score", "max-score"}
        assert {type(test["score"]), type(test["max-score"])} == {int}
        assert test["passed"] is (test["score"] == test["max-score"])
    assert {test["passed"] for test in result["tests"]} == {True, False}


def test_the_time_is_that_of_the_commit(tmp_path, monkeypatch):
    def git(*words):
        who = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-02-03T04:05:06+02:00")
    git("commit", "--allow-empty", "-m", "x")
    monkeypatch.chdir(tmp_path)
    when = classroom50.handed_in_at()
    assert classroom50.result_of({}, RUNNER, when)["datetime"] == "2026-02-03T02:05:06Z"


@pytest.mark.parametrize(
    ("file", "unset", "said"),
    [
        ("nowhere/result.json", "", "no such folder"),
        ("tests", "", "this is a folder"),
        ("result.json", "SUBMISSION_TAG", "SUBMISSION_TAG is not set"),
    ],
)
def test_what_cannot_be_told_is_refused_before_the_tests(file, unset, said):
    environment = {**RUNNER, unset: ""} if unset else RUNNER
    done = run_unrolled("check", "--classroom50", file, **environment)
    assert done.returncode == 2
    assert f"--classroom50 {'' if unset else ROOT / file}" in done.stderr
    assert said in done.stderr
    assert not (ROOT / "result.json").exists()


def test_who_asks_for_the_retired_github_classroom_is_told():
    done = run_unrolled("check", "--classroom", "result.json")
    assert done.returncode == 2
    assert "retired on 28 August 2026" in done.stderr
    assert "--classroom50 FILE" in done.stderr


@pytest.fixture(scope="module")
def autograder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("repository") / "hello"
    done = run_unrolled("course", "--classroom50", folder, "tokenizer")
    assert done.returncode == 0, done.stderr
    return folder


def test_the_autograder_brings_the_kit_without_what_is_its_makers(autograder):
    paths = {path.relative_to(autograder).as_posix() for path in autograder.rglob("*")}
    assert {"autograder.py", "kit/pyproject.toml", "kit/tests/test_tokenizer.py"} <= paths
    assert (autograder / "kit/exercises/tokenizer.py").read_bytes() == STUB
    assert not any("__pycache__" in path or "/kit/" in path for path in paths)
    assert sum(path.stat().st_size for path in autograder.rglob("*.*")) < 5_000_000


# Stands where uv would be: calls the kit in the folder of --project with this very Python.
UV = f"""
import os, sys
if sys.argv[1] != "--version":
    kit, program = sys.argv[sys.argv.index("--project") + 1 :][:2]
    os.environ["PYTHONPATH"] = kit
    words = sys.argv[sys.argv.index(program) + 1 :]
    os.execv({sys.executable!r}, [{sys.executable!r}, "-m", "grading.cli", *words])
"""


@pytest.mark.parametrize("is_there", [True, False])
def test_the_autograder_grades_a_checkout_with_its_own_kit(autograder, graded, tmp_path, is_there):
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "__main__.py").write_text(UV)
    checkout = tmp_path / "checkout"
    (checkout / "exercises").mkdir(parents=True)
    if is_there:
        (checkout / "exercises" / "tokenizer.py").write_bytes(WRONG)
    # What a student changes in the kit's own files counts nothing.
    (checkout / "tests").mkdir()
    (checkout / "tests" / "test_tokenizer.py").write_text("def test_all(): pass\n")
    done = subprocess.run(
        [sys.executable, autograder / "autograder.py"],
        cwd=checkout,
        env={**os.environ, **RUNNER, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads((checkout / "result.json").read_text())
    assert result["score"] == (graded[0]["score"] if is_there else 0)
    assert result["max-score"] == 1000


def test_a_folder_that_is_not_empty_is_kept(tmp_path):
    (tmp_path / "mine").touch()
    done = run_unrolled("course", "--classroom50", tmp_path, "tokenizer")
    assert done.returncode == 2
    assert "is not empty" in done.stderr
    assert os.listdir(tmp_path) == ["mine"]
