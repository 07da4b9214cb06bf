"""Points: the same on the board, as JSON and for GitHub Classroom."""

import base64
import json
import re

import pytest

from grading.catalogue import points as groups
from grading.catalogue.board import DONE, FRESH, STARTED, Tally
from grading.catalogue.points import group_of, group_points, groups_of
from grading.catalogue.syllabus import NAMES, exercise
from grading.catalogue.where import Implementation
from grading.running.outcome import Kind
from grading.running.report import Failure
from grading.running.result import Result, Run
from grading.student import scores
from tests.kit.hour.desks import BROKEN, GOOD, STUB, WRONG, save
from tests.kit.running import board_of, run_unrolled


def test_points_are_shared_by_the_tests_of_a_group():
    group = groups_of("tokenizer")[0]
    assert group.points == 3
    assert group_points(group, 7, 7) == 3
    assert group_points(group, 2, 7) == 0.86
    assert group_points(group, 0, 7) == 0
    assert group_points(group, 0, 0) == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_points_of_an_exercise_are_those_of_its_groups(name):
    tests = set(groups.tests_of(name))
    assert groups.earned(name, tests, tests) == exercise(name).points
    assert groups.earned(name, set(), tests) == groups.earned(name, set(), set()) == 0
    for group, of_group in groups.tests_by_group(name).items():
        assert groups.earned(name, of_group, tests) == group.points
        part = group_points(group, 1, len(of_group))
        assert groups.earned(name, of_group[:1], tests) == part
        # A test that was skipped costs nothing.
        assert groups.earned(name, of_group[:1], tests - set(of_group[1:])) == group.points


def test_the_board_json_and_classroom_agree(tmp_path):
    save(tmp_path, WRONG)
    file = tmp_path / "result.json"
    done = run_unrolled("check", "tokenizer", "--impl", tmp_path, "--json", "--classroom", file)
    assert done.returncode == 1, done.stderr
    result, classroom = json.loads(done.stdout), json.loads(file.read_text())
    (row,) = result["exercises"]
    assert (row["state"], row["max_points"]) == (STARTED, 10)
    assert row["points"] == result["points"]
    parts = []
    for group in groups_of("tokenizer"):
        of_group = [t for t in classroom["tests"] if group_of("tokenizer", t["name"]) == group]
        n_passed = sum(test["status"] == "pass" for test in of_group)
        parts.append(group_points(group, n_passed, len(of_group)))
    assert row["points"] == round(sum(parts), 2)
    assert 7 < row["points"] < 10

    shown = run_unrolled("check", "tokenizer", "--impl", tmp_path, "--classroom", tmp_path / "2")
    assert shown.returncode == 1
    (line,) = (line for line in board_of(shown.stdout) if " tokenizer " in line)
    assert f"{row['passed']} of {row['total']}" in line
    assert "warning" not in shown.stdout
    again = json.loads((tmp_path / "2").read_text())
    assert sum(test["score"] for test in again["tests"]) == pytest.approx(row["points"])

    assert classroom["max_score"] == 10
    assert classroom["status"] == "fail"
    passing = [test for test in classroom["tests"] if test["status"] == "pass"]
    assert len(passing) == row["passed"]
    assert len(classroom["tests"]) == row["total"]
    assert sum(test["score"] for test in classroom["tests"]) == pytest.approx(row["points"])
    failing = [test for test in classroom["tests"] if test["status"] == "fail"]
    assert all("expected" in test["message"] and test["score"] == 0 for test in failing)

    report = row["failing"][0]
    assert report["test"] == "test_decode_gives_the_characters_of_the_ids_side_by_side"
    assert "called     tokenizer.fit(" in report["message"]
    assert report["diagnosis"]["name"] == "spaces-between"


@pytest.mark.parametrize(
    ("source", "code", "state", "points"),
    [(GOOD, 0, DONE, 10), (STUB, 0, FRESH, 0), (BROKEN, 1, "broken", 0)],
    ids=["done", "stub", "broken"],
)
def test_json_of_other_states(tmp_path, source, code, state, points):
    save(tmp_path, source)
    done = run_unrolled("check", "--impl", tmp_path, "--json")
    assert done.returncode == code, done.stderr
    (row,) = json.loads(done.stdout)["exercises"]
    assert (row["state"], row["points"]) == (state, points)
    assert row["total"] >= 8
    assert (row["problem"] is not None) == (state == "broken")


def test_a_passing_run_scores_every_point():
    tests = groups.tests_of("windows")
    found = Run(tallies={"windows": Tally(len(tests), set(tests))}, tests={"windows": tests})
    result = scores.for_classroom(found, ["windows"])
    assert result["status"] == "pass"
    assert round(sum(test["score"] for test in result["tests"]), 6) == exercise("windows").points


@pytest.mark.parametrize("tests_each", [15, 200])
def test_a_class_of_long_failures_still_fits_into_githubs_variable(tests_each):
    found = Run(implementation=Implementation("exercises", {}))
    for name in NAMES:
        tests = [f"test_{'what_a_long_name_' * 4}_{i}" for i in range(tests_each)]
        found.tests[name] = tests
        found.tallies[name] = Tally(tests_each, set(tests[:5]), failed=set(tests[5:]))
        for test in tests[5:]:
            failure = Failure(name, test, test, Kind.ERROR, "é\"'" * 400)
            result = Result(name, test, "failed", failure=failure)
            found.results[result.id] = result
    result = scores.for_classroom(found, NAMES)
    assert len(base64.b64encode(scores.to_text(result).encode())) < 128 * 1024
    # All of these names fall into the first group, and the others have no test then.
    points = sum(group_points(groups_of(name)[0], 5, tests_each) for name in NAMES)
    assert sum(test["score"] for test in result["tests"]) == pytest.approx(points)
    assert (len(result["tests"]) == len(NAMES)) == (tests_each > 100)


@pytest.mark.parametrize(
    ("file", "said"), [("nowhere/result.json", "no such folder"), ("tests", "this is a folder")]
)
def test_a_place_that_cannot_be_written_is_refused_before_the_tests(file, said):
    done = run_unrolled("check", "--classroom", file)
    assert done.returncode == 2
    assert re.search(f"--classroom {file}: .*{said}", done.stderr)
