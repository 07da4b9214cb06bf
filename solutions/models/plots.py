"""The chapter's pictures: training curves, positional encoding, attention weights."""

import matplotlib
import numpy as np
from matplotlib.figure import Figure

matplotlib.rcParams["axes.spines.top"] = matplotlib.rcParams["axes.spines.right"] = False


def plot_curves(history, title=""):
    """Draw the training curves: a panel for the loss and one for each other metric.

    Args:
        history: a dict for each epoch, with ``epoch``, ``loss`` and perhaps ``val_loss`` and other
            metrics.
        title: what was trained.

    Returns:
        A matplotlib figure; save it with ``figure.savefig(path)``.
    """
    columns = history[0] if history else ["epoch", "loss"]
    names = [n for n in columns if not n.startswith("val_") and n not in ("epoch", "seconds")]
    figure = Figure(figsize=(5 * len(names), 3.6), dpi=120, layout="constrained")
    epochs = [row["epoch"] for row in history]
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        axes.plot(epochs, [row[name] for row in history], "o-", ms=3, label="training")
        if f"val_{name}" in columns:
            figures = [row[f"val_{name}"] for row in history]
            axes.plot(epochs, figures, "s--", ms=3, label="validation")
        axes.set(xlabel="epoch", ylabel=name)
        axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    figure.suptitle(title)
    return figure


def plot_positional_encoding(table, *, column=100, positions=(22, 60, 35), n_dims_shown=100):
    """Draw a table of positions as the chapter does: all of it, and two of its columns.

    Args:
        table: shape ``[max_steps, max_dims]``, a position a row.
        column: the even column whose sine, and the next whose cosine, are drawn as curves.
        positions: the positions to mark.
        n_dims_shown: how much of the embedding the lower picture zooms in on.

    Raises:
        ValueError: the table is too small for ``column`` or for one of the ``positions``.
    """
    table = np.asarray(table)
    n_steps, n_dims = table.shape
    if column % 2 or column + 1 >= n_dims:
        raise ValueError(f"column must be even and below {n_dims - 1}, got {column}")
    for position in positions:
        if not 0 <= position < n_steps:
            raise ValueError(f"positions must be in 0 ... {n_steps - 1}, got {position}")
    figure = Figure(figsize=(9, 6), dpi=120, layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)

    sine, cosine = table[:, column], table[:, column + 1]
    upper.plot(sine, color="tab:blue", label=f"$i = {column}$ (sine)")
    upper.plot(cosine, color="tab:red", label=f"$i = {column + 1}$ (cosine)")
    for position, colour in zip(positions, ["black", "green", "purple"] * n_steps, strict=False):
        upper.axvline(position, color=colour, ls=":", lw=1)
        upper.plot([position] * 2, [sine[position], cosine[position]], "o", color=colour, ms=5)
        upper.annotate(f"$p = {position}$", (position, 1.14), ha="center", color=colour)
    upper.set(ylim=(-1.15, 1.35), ylabel="$P_{(p, i)}$")
    upper.legend(loc="lower right", framealpha=0.9)
    upper.grid(alpha=0.3)

    image = lower.imshow(
        table.T[:n_dims_shown], cmap="gray", vmin=-1, vmax=1, aspect="auto", origin="upper"
    )
    lower.set(xlabel="position $p$", ylabel="dimension $i$")
    figure.colorbar(image, ax=lower, pad=0.01)
    return figure


def plot_attention(weights, queries, keys, title=""):
    """Draw attention weights as grey squares, a row for each query, a column for each key.

    Args:
        weights: shape ``[heads, queries, keys]`` or ``[queries, keys]``; rows sum to 1.
        queries: a label for each query; a str gives a label for each character.
        keys: a label for each key.
        title: what is shown.

    Raises:
        ValueError: the labels are not as many as the weights have rows and columns.
    """
    weights = np.asarray(weights)
    if weights.ndim == 2:
        weights = weights[np.newaxis]
    n_heads, n_queries, n_keys = weights.shape
    for name, labels, size in [("queries", queries, n_queries), ("keys", keys, n_keys)]:
        if len(labels) != size:
            raise ValueError(f"{name} has {len(labels)} labels, the weights have {size} {name}")
    columns = min(n_heads, 4)
    rows = -(-n_heads // columns)
    size = (1.2 + columns * max(2.6, 0.24 * n_keys), 0.9 + rows * max(2.0, 0.26 * n_queries))
    figure = Figure(figsize=size, dpi=120, layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    for head, axes in enumerate(grid.flat):
        if head >= n_heads:
            axes.set_visible(False)
            continue
        image = axes.imshow(weights[head], cmap="Greys", vmin=0, vmax=1, aspect="auto")
        axes.set_xticks(range(n_keys), ["␣" if key == " " else key for key in keys])
        axes.set_yticks(range(n_queries), queries)
        axes.tick_params(length=0)
        axes.xaxis.set_ticks_position("top")
        axes.spines[:].set_visible(True)
        if n_heads > 1:
            axes.set_xlabel(f"head {head}")
    figure.colorbar(image, ax=grid, pad=0.02, shrink=0.8)
    figure.suptitle(title)
    return figure
