"""What the judge found, as outputs of check cells that nbgrader makes the right points of."""

import json
import math

import pytest

from grading.catalogue.points import group_named, groups_of
from grading.course import results
from grading.course.results import key_of
from grading.notebooks.cells import page
from tests.kit.course.courses import GOOD

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbgrader")

from nbgrader.utils import determine_grade  # noqa: E402

from grading.course.nbgrader_steps import JudgeCells  # noqa: E402
from grading.course.rendering import plain  # noqa: E402

DIAGNOSIS = {"name": "x", "title": "a <b>slip</b>", "explanation": "Look at the docstring."}


def failure(test, **more):
    message = "expected the text to be 'ab'"
    report = f"called tokenizer.decode([0])\n{message}"
    return {"test": test, "kind": "wrong", "message": message, "report": report, **more}


def outcome(group, points, passed=(), failed=(), skipped=()):
    return {
        "name": group.name,
        "slug": group.slug,
        "points": points,
        "max_points": group.points,
        "passed": list(passed),
        "failed": [failure(test, diagnosis=DIAGNOSIS) for test in failed],
        "skipped": dict(skipped),
    }


def result_with(**changed):
    """A result in which all groups of the tokenizer pass, but for those given by slug."""
    groups = [
        outcome(group, group.points, ["test_a", "test_b"]) for group in groups_of("tokenizer")
    ]
    groups = [changed.get(group["slug"].replace("-", "_"), group) for group in groups]
    told = {"problem": None, "points": 10.0, "max_points": 10, "seconds": 1.0}
    exercises = {"tokenizer": {**told, "groups": [group for group in groups if group]}}
    return {"format": 1, "exercises": exercises, "notes": []}


def judged(tmp_path, result, change=None):
    """The check cells of a notebook by the name of their group, after the step."""
    notebook = json.loads(page("tokenizer", GOOD))
    if change:
        change(notebook["cells"])
    notebook = nbformat.reads(json.dumps(notebook), as_version=4)
    results.keep(tmp_path, {"tokenizer": GOOD}, result)
    notebook, _ = JudgeCells(course=str(tmp_path)).preprocess(notebook, {})
    nbformat.validate(notebook)
    found = {}
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            found[cell.metadata.nbgrader.grade_id.removeprefix("tokenizer-")] = cell
        elif cell.cell_type == "code":
            assert cell.outputs == []
    return found


DECODE = group_named("tokenizer", "decode")


def points_of(cells):
    return {name: determine_grade(cell)[0] for name, cell in cells.items()}


def test_all_points_where_all_passed(tmp_path):
    given = points_of(judged(tmp_path, result_with()))
    assert given == {group.slug: group.points for group in groups_of("tokenizer")}


def test_part_of_the_points_and_the_report_where_part_passed(tmp_path):
    part = outcome(DECODE, 1.33, ["test_a", "test_b"], ["test_it_is_joined"])
    cell = judged(tmp_path, result_with(decode=part))["decode"]
    assert determine_grade(cell) == (1.33, 2)
    report, points = cell.outputs
    assert "✗ decode: 2 of 3 tests passed" in report.data["text/plain"]
    assert "it is joined\ncalled tokenizer.decode([0])" in report.data["text/plain"]
    assert "looks like a <b>slip</b>\nLook at the" in report.data["text/plain"]
    assert "<b>a &lt;b&gt;slip&lt;/b&gt;</b>" in report.data["text/html"]
    assert points.data["text/html"] == "<b>1.33</b> of 2 points"


def test_no_points_where_none_passed_or_none_could_run(tmp_path):
    none = outcome(DECODE, 0.0, [], ["test_a", "test_b"])
    skipped = outcome(
        group_named("tokenizer", "fit"), 0.0, [], [], {"test_c": "no data: x"}.items()
    )
    cells = judged(tmp_path, result_with(decode=none, fit=skipped))
    assert determine_grade(cells["decode"]) == (0, 2)
    assert cells["decode"].outputs[-1].evalue == "✗ decode: 0 of 2 tests passed"
    assert determine_grade(cells["fit"]) == (0, 1)
    assert "left out: no data" in cells["fit"].outputs[0].data["text/plain"]


@pytest.mark.parametrize("points", [math.nan, math.inf, -1, 2.01, 1e9, True, None, "2", [2]])
def test_points_that_cannot_be_are_none(tmp_path, points):
    cells = judged(tmp_path, result_with(decode=outcome(DECODE, points, ["test_a"])))
    assert determine_grade(cells["decode"]) == (0, 2)
    assert cells["decode"].outputs[0].evalue == "the judge has no outcome for decode"


def test_no_outcome_is_no_points(tmp_path):
    cells = judged(tmp_path, result_with(decode=None))
    assert points_of(cells) == {
        group.slug: 0 if group == DECODE else group.points for group in groups_of("tokenizer")
    }


def test_a_check_that_is_none_of_the_kits_has_no_points(tmp_path):
    def change(cells):
        *_, marks = [m for m in (c["metadata"]["nbgrader"] for c in cells) if m["grade"]]
        marks["grade_id"] = "mine"

    cell = judged(tmp_path, result_with(), change)["mine"]
    assert determine_grade(cell) == (0, 2)


def test_a_notebook_without_its_module_has_no_points_and_says_why(tmp_path):
    def without_the_module(cells):
        (module,) = (cell for cell in cells if "class CharTokenizer" in "".join(cell["source"]))
        cells.remove(module)

    cells = judged(tmp_path, result_with(), without_the_module)
    assert set(points_of(cells).values()) == {0}
    assert "none defines CharTokenizer" in cells["decode"].outputs[0].evalue


def test_what_the_notebook_showed_before_counts_nothing(tmp_path):
    def planted(cells):
        shown = {"text/plain": "2"}
        result = {"output_type": "execute_result", "data": shown, "metadata": {}}
        for cell in cells:
            if cell["cell_type"] == "code":
                cell["outputs"] = [{**result, "execution_count": 1}]

    none = outcome(DECODE, 0.0, [], ["test_a"])
    assert determine_grade(judged(tmp_path, result_with(decode=none), planted)["decode"]) == (0, 2)


def test_points_that_the_instructor_changed_are_shared_alike(tmp_path):
    def change(cells):
        for cell in cells:
            if cell["id"] == "tokenizer-decode":
                cell["metadata"]["nbgrader"]["points"] = 5

    part = outcome(DECODE, 1.5, ["a", "b", "c"], ["test_d"])
    cell = judged(tmp_path, result_with(decode=part), change)["decode"]
    assert determine_grade(cell) == (3.75, 5)


def test_of_a_hidden_group_name_and_message_are_told_and_no_call(tmp_path):
    def change(cells):
        for cell in cells:
            if cell["id"] == "tokenizer-decode":
                cell["source"] = "### BEGIN HIDDEN TESTS\ncheck()\n### END HIDDEN TESTS"

    part = outcome(DECODE, 1.0, ["test_a"], ["test_it_is_joined"])
    told = judged(tmp_path, result_with(decode=part), change)["decode"].outputs[0].data
    for text in told.values():
        assert "it is joined" in text
        assert "expected the text to be" in text
        assert "called" not in text


def test_no_control_characters_of_a_student_reach_anybody():
    assert plain("a\x1b[31mb\x00c\x9bd\u202e\ud83d\n\te") == "abcd?\n\te"


def test_results_are_kept_under_what_was_judged(tmp_path):
    modules = {"tokenizer": GOOD, "windows": b"w"}
    assert key_of(modules) == key_of(dict(reversed(modules.items())))
    other = {"tokenizer": GOOD + b"windows", "windows": b""}
    assert len({key_of(modules), key_of(other), key_of({"tokenizer": GOOD})}) == 3
    results.save(tmp_path, modules, result_with())
    assert results.load(tmp_path, modules) == result_with()
    assert results.load(tmp_path, other) is None
    results.path_of(tmp_path, modules).write_text("{")
    assert results.load(tmp_path, modules) is None
