"""Heat maps: a wrong array beside the right one, where there is something to draw."""

import numpy as np
import pytest

from grading.running.heatmaps import save_heatmap
from tests.kit.running import reports_of, run_pytest_here

RIGHT = np.arange(12.0).reshape(3, 4)


@pytest.mark.parametrize(
    "found",
    [RIGHT + 1, RIGHT.astype(np.float32) * 2, np.where(RIGHT > 5, np.nan, RIGHT), RIGHT],
    ids=["shifted", "scaled", "with NaN", "equal"],
)
def test_a_png_is_written(tmp_path, found):
    path = save_heatmap(tmp_path / "new" / "folder", "attention: a test", found, RIGHT)
    assert path.name == "attention-a-test.png"
    assert path.read_bytes().startswith(b"\x89PNG")


def test_of_many_matrices_the_first_wrong_one_is_drawn(tmp_path):
    expected = np.zeros((2, 3, 4, 5))
    found = expected.copy()
    found[1, 2, 0, 0] = 1
    assert save_heatmap(tmp_path, "many", found, expected)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (RIGHT, RIGHT.T),
        (np.array(1.0), np.array(2.0)),
        ("abc", "abd"),
        ([[1], [2, 3]], [[1], [2]]),
        (None, RIGHT),
    ],
)
def test_what_cannot_be_drawn_is_left_out(tmp_path, found, expected):
    assert save_heatmap(tmp_path, "nothing", found, expected) is None
    assert not list(tmp_path.iterdir())


def test_pytest_draws_them_on_request_and_says_where(tmp_path, servers):
    wrong = "variant:grading.misconceptions:positional_encoding/sines-then-cosines"
    done = run_pytest_here(servers, wrong, f"--plots={tmp_path}", "-k", "odd_columns")
    (picture,) = tmp_path.glob("*.png")
    assert "positional_encoding-the-odd-columns" in picture.name
    assert picture.name in "".join(reports_of(done.stdout).split())
