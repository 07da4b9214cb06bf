"""The pictures: is what they show there, and is bad input refused."""

import numpy as np
import pytest

from solutions.models import plots
from solutions.positional_encoding import PositionalEncoding


def test_curves_show_each_metric_with_its_validation():
    history = [
        {"epoch": i + 1, "loss": 3.0 - i, "accuracy": 0.3 * i, "val_loss": 3.5 - i, "seconds": 1.0}
        for i in range(3)
    ]
    loss, accuracy = plots.plot_curves(history, title="model").axes
    assert [axes.get_ylabel() for axes in (loss, accuracy)] == ["loss", "accuracy"]
    training, validation = loss.lines
    assert training.get_xydata().tolist() == [[1, 3], [2, 2], [3, 1]]
    assert validation.get_xydata().tolist() == [[1, 3.5], [2, 2.5], [3, 1.5]]
    assert len(accuracy.lines) == 1


def test_a_single_epoch_has_no_fractions_on_its_axis():
    [axes] = plots.plot_curves([{"epoch": 1, "loss": 3.0}]).axes
    assert [tick for tick in axes.get_xticks() if 0 < tick < 2] == [1]


def test_the_picture_of_the_positions_shows_the_chapters_facts():
    table = PositionalEncoding(201, 512)(np.zeros([1, 201, 512], np.float32))[0].numpy()
    upper, lower = plots.plot_positional_encoding(table).axes[:2]
    sine, cosine = (line.get_ydata() for line in upper.lines[:2])
    assert sine[22] == pytest.approx(-0.478552, abs=1e-6)
    assert cosine[35] == pytest.approx(0.881708, abs=1e-6)
    shown = lower.images[0].get_array()
    assert shown.shape == (100, 201) and shown[1, 0] == 1
    with pytest.raises(ValueError, match="column must be even and below 511, got 101"):
        plots.plot_positional_encoding(table, column=101)
    with pytest.raises(ValueError, match=r"positions must be in 0 ... 200, got 201"):
        plots.plot_positional_encoding(table, positions=(201,))


def test_attention_is_shown_head_by_head():
    weights = np.random.default_rng(0).dirichlet(np.ones(3), size=(5, 2))
    figure = plots.plot_attention(weights, "ab", ["x", " ", "z"], title="t")
    shown = [axes for axes in figure.axes if axes.images and axes.get_visible()]
    for head in range(5):
        np.testing.assert_array_equal(shown[head].images[0].get_array(), weights[head])
    assert [label.get_text() for label in shown[0].get_xticklabels()] == ["x", "␣", "z"]
    assert [label.get_text() for label in shown[0].get_yticklabels()] == ["a", "b"]
    with pytest.raises(ValueError, match="keys has 2 labels, the weights have 3 keys"):
        plots.plot_attention(weights, "ab", "xy")
