"""Heat maps of a wrong array beside the right one, for ``pytest --plots DIR``."""

from pathlib import Path

import numpy as np


def save_heatmap(folder, title, found, expected):
    """Draw found, expected and their difference as one PNG.

    Args:
        folder: where to; it is made if need be.
        title: the picture's title, and with dashes its file name.
        found, expected: arrays of numbers of equal shape; of more than two axes, the first matrix
            that differs is drawn.

    Returns:
        The path of the picture, or None where the two cannot be drawn.
    """
    if not (isinstance(found, np.ndarray) and isinstance(expected, np.ndarray)):
        return None
    drawable = found.shape == expected.shape and found.ndim >= 1 and found.size > 1
    if not drawable or found.dtype.kind not in "fiu" or expected.dtype.kind not in "fiu":
        return None
    found, expected, place = _first_wrong_matrix(found.astype(float), expected.astype(float))

    from matplotlib.figure import Figure  # slow to import, and rarely asked for

    figure = Figure(figsize=(10, 3.6), layout="constrained")
    low = np.nanmin([np.nanmin(found), np.nanmin(expected)])
    high = np.nanmax([np.nanmax(found), np.nanmax(expected)])
    difference = found - expected
    most = np.nanmax(np.abs(difference)) or 1.0
    panels = [
        ("expected", expected, "viridis", low, high),
        ("found", found, "viridis", low, high),
        ("found - expected", difference, "coolwarm", -most, most),
    ]
    for axes, (name, values, colours, least, greatest) in zip(
        figure.subplots(1, 3), panels, strict=True
    ):
        image = axes.imshow(values, cmap=colours, vmin=least, vmax=greatest, aspect="auto")
        axes.set_title(name)
        axes.set_xlabel("column")
        axes.set_ylabel("row")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.yaxis.get_major_locator().set_params(integer=True)
        figure.colorbar(image, ax=axes)
    figure.suptitle(f"{title}{place}")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{title.replace(': ', '-').replace(' ', '-')}.png"
    figure.savefig(path, dpi=110)
    return path


def _first_wrong_matrix(found, expected):
    if found.ndim < 2:
        return found[np.newaxis], expected[np.newaxis], ""
    wrong = ~np.isclose(found, expected, rtol=1e-4, atol=1e-5, equal_nan=True)
    leading = wrong.any(axis=(-2, -1))
    index = tuple(int(i) for i in np.argwhere(leading)[0]) if leading.any() and leading.ndim else ()
    index = index or (0,) * (found.ndim - 2)
    place = f", matrix [{', '.join(map(str, index))}]" if index else ""
    return found[index], expected[index], place
