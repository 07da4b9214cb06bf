"""The part of a wrong value around its first difference, small enough to be drawn."""

from dataclasses import dataclass

import numpy as np

from grading.running.differences import differences

ROWS, COLUMNS, LONGEST = 6, 12, 9  # cells, and characters in a cell
BEFORE = 2  # rows and columns before the first difference
MOST = 20_000  # cells that are looked through
CLOSE = {"rtol": 1e-4, "atol": 1e-5}
_SIGNS = {" ": "␣", "\n": "↵", "\t": "⇥", "": "''"}


@dataclass(frozen=True)
class WrongPart:
    """Rows of cells of what was found and of what was expected.

    Attributes:
        found, expected: lists of rows, which are lists of short texts.
        row, column: the first cell that differs.
        place: where these cells are in the whole, in words, or "".
    """

    found: list
    expected: list
    row: int
    column: int
    place: str = ""


def wrong_part(found, expected):
    """The :class:`WrongPart` of two plain values, or None where they have no cells to compare."""
    path = []
    while (at := _where_to_look(found, expected)) is not None:
        found, expected = found[at], expected[at]
        path.append(f"[{at!r}]")
    one, other = _rows(found), _rows(expected)
    if one is None or other is None:
        return None
    first = _first_difference(one, other)
    if first is None:
        return None
    top, left = (max(0, at - BEFORE) for at in first)
    place = [f"in {''.join(path)}"] * bool(path)
    place += [f"from row {top} on"] * (top > 0) + [f"from column {left} on"] * (left > 0)
    row, column = first[0] - top, first[1] - left
    return WrongPart(_cut(one, top, left), _cut(other, top, left), row, column, ", ".join(place))


def _where_to_look(found, expected):
    """The key or index of the first differing part of values that are no rows of cells yet."""
    both = found, expected
    if all(isinstance(value, dict) for value in both):
        places = [key for key in expected if key in found]
    elif all(isinstance(value, list | tuple) for value in both):
        is_flat = all(_rows(value) is not None for value in both)
        places = range(0 if is_flat else min(map(len, both)))
    elif all(isinstance(value, np.ndarray) and value.ndim > 2 for value in both):
        places = range(len(found) if found.shape == expected.shape else 0)
    else:
        places = ()
    return next((at for at in places if differences(found[at], expected[at], **CLOSE)), None)


def _rows(value):
    """A value as rows of single values, or None."""
    rows = None
    if isinstance(value, str):
        rows = [value]
    elif isinstance(value, np.ndarray) and 1 <= value.ndim <= 2:
        rows = value if value.ndim == 2 else value[np.newaxis]
    elif isinstance(value, list | tuple):
        if all(map(_is_single, value)):
            rows = [value]
        elif all(isinstance(row, list | tuple) and all(map(_is_single, row)) for row in value):
            rows = value
    return rows if rows is not None and sum(map(len, rows)) <= MOST else None


def _is_single(value):
    if isinstance(value, np.ndarray):
        return value.ndim == 0
    return not isinstance(value, list | tuple | dict) and not (
        isinstance(value, str) and len(value) > LONGEST
    )


def _first_difference(one, other):
    for row, (mine, right) in enumerate(zip(one, other, strict=False)):
        for column, pair in enumerate(zip(mine, right, strict=False)):
            if differences(*map(_item, pair), **CLOSE):
                return row, column
        if len(mine) != len(right):
            return row, min(len(mine), len(right))
    return None if len(one) == len(other) else (min(len(one), len(other)), 0)


def _cut(rows, top, left):
    return [[_text(cell) for cell in row[left : left + COLUMNS]] for row in rows[top : top + ROWS]]


def _item(value):
    return value.item() if isinstance(value, np.generic | np.ndarray) else value


def _text(value):
    value = _item(value)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "backslashreplace")
    if isinstance(value, float):
        value = f"{value:.4g}"
    text = _SIGNS.get(value, value) if isinstance(value, str) else str(value)
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
