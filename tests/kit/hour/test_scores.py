"""Points: the same on the board and as JSON."""

import json

import pytest

from grading.catalogue import points as groups
from grading.catalogue.board import DONE, FRESH, STARTED
from grading.catalogue.points import group_points, groups_of
from grading.catalogue.syllabus import NAMES, exercise
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


def test_the_board_and_json_agree(tmp_path):
    save(tmp_path, WRONG)
    done = run_unrolled("check", "tokenizer", "--impl", tmp_path, "--json")
    assert done.returncode == 1, done.stderr
    result = json.loads(done.stdout)
    (row,) = result["exercises"]
    assert (row["state"], row["max_points"]) == (STARTED, 10)
    assert row["points"] == result["points"]
    assert 7 < row["points"] < 10

    shown = run_unrolled("check", "tokenizer", "--impl", tmp_path)
    assert shown.returncode == 1
    (line,) = (line for line in board_of(shown.stdout) if " tokenizer " in line)
    assert f"{row['passed']} of {row['total']}" in line
    assert "warning" not in shown.stdout

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
