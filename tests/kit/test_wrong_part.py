"""What is drawn of a wrong value: the cells around the first difference, never the whole."""

import numpy as np
import pytest

from grading.running.wrong_part import COLUMNS, MOST, ROWS, WrongPart, wrong_part

FAR = np.arange(600.0).reshape(20, 30)


def changed(array, at, value):
    return np.array([*array.flat[:at], value, *array.flat[at + 1 :]]).reshape(array.shape)


@pytest.mark.parametrize(
    ("found", "expected", "part"),
    [
        (
            np.array([1, 2]),
            np.array([1, 3, 4]),
            WrongPart([["1", "2"]], [["1", "3", "4"]], 0, 1),
        ),
        ([5, 6], [5], WrongPart([["5", "6"]], [["5"]], 0, 1)),
        ("a b", "a\nb", WrongPart([["a", "␣", "b"]], [["a", "↵", "b"]], 0, 1)),
        ([("the", 2)], [("the", 1)], WrongPart([["the", "2"]], [["the", "1"]], 0, 1)),
        ([[1, 2]], [[1, 2], [3, 4]], WrongPart([["1", "2"]], [["1", "2"], ["3", "4"]], 1, 0)),
        (
            [[np.eye(2), np.eye(2)]],
            [[np.eye(2), np.zeros([2, 2])]],
            WrongPart([["1", "0"], ["0", "1"]], [["0", "0"], ["0", "0"]], 0, 0, "in [0][1]"),
        ),
        (
            {"text": "ab", "ids": [1]},
            {"text": "ab", "ids": [2]},
            WrongPart([["1"]], [["2"]], 0, 0, "in ['ids']"),
        ),
        (
            np.stack([FAR[:2, :2]] * 2),
            np.stack([FAR[:2, :2], FAR[:2, :2] + 0.123456]),
            WrongPart([["0", "1"], ["30", "31"]], [["0.1235", "1.123"], ["30.12", "31.12"]], 0, 0,
                      "in [1]"),
        ),
    ],
)  # fmt: skip
def test_the_cells_around_the_first_difference(found, expected, part):
    assert wrong_part(found, expected) == part


def test_of_a_large_table_only_a_few_cells_are_kept():
    part = wrong_part(changed(FAR, 15 * 30 + 20, -1.0), FAR)
    assert part.place == "from row 13 on, from column 18 on"
    assert (part.row, part.column, part.found[2][2], part.expected[2][2]) == (2, 2, "-1", "470")
    assert len(part.found) == ROWS and {len(row) for row in part.found} == {COLUMNS}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, np.ones(2)),
        (3, 4),
        (np.ones(2), np.ones(2)),
        (np.ones([1, 2, 2]), np.zeros([2, 2, 2])),
        (np.zeros(MOST + 1), np.ones(MOST + 1)),
        ([], {"a": 1}),
        (np.array(1), np.array(2)),
    ],
    ids=["nothing", "numbers", "equal", "other shapes", "too many", "other kinds", "no axes"],
)
def test_what_has_no_cells_to_compare_has_no_picture(found, expected):
    assert wrong_part(found, expected) is None


def test_long_and_strange_texts_stay_short():
    part = wrong_part(["<script>alert(1)</script>", b"\xff"], ["x", b"\xff"])
    assert part is None or all(len(text) <= 9 for row in part.found for text in row)
    part = wrong_part([b"\xff" * 9, 1], [b"", 1])
    assert part.found == [["\\xff\\xff…", "1"]]


def test_no_cell_holds_what_would_steer_a_terminal():
    part = wrong_part("\r\x1b\u202e\ud800é", "\r\x1b\u202e\ud800e")
    assert part.found == [["\\u202e", "\\ud800", "é"]]
    assert wrong_part("\r", "x").found == [["\\r"]]
