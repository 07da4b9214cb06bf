"""Small pictures in text: the rows of batches, and two tables of numbers side by side."""

import numpy as np

MOST_ROWS = 12  # of a picture; around the first row that matters
WIDEST = 16  # columns of one table
MOST_NUMBERS = 100_000  # of a table that is looked through for rows that differ


def batches_picture(batches):
    """The batches of a dataset, inputs left and targets right, a row a line.

    Args:
        batches: a list of ``[inputs, targets]``, arrays of integers ``[b, n_steps]``.
    """
    if not batches:
        return "an empty dataset"
    lines = []
    for number, (inputs, targets) in enumerate(batches):
        if len(lines) >= MOST_ROWS:
            lines.append(f"... {len(batches)} batches in all")
            break
        tables = [_cells(part) for part in (inputs, targets)]
        head = f"batch {number}"
        rows = max(len(inputs), len(targets))
        for row in range(min(rows, MOST_ROWS)):
            left, right = (table[row] if row < len(table) else "-" for table in tables)
            lines.append(f"{head if row == 0 else '':<9}{left} | {right}")
        if rows > MOST_ROWS:
            lines.append(f"{'':<9}... {rows} rows")
    return "\n".join(lines)


def passes_picture(passes):
    """The batches of several iterations over one dataset."""
    parts = []
    for number, batches in enumerate(passes, start=1):
        parts += [f"iteration {number}", batches_picture(batches)]
    return "\n".join(parts)


def beside(found, expected):
    """Two tables of integers side by side, rows that differ marked; [] if they are no tables."""
    tables = [_table(found), _table(expected)]
    if any(table is None for table in tables) or not (tables[0] or tables[1]):
        return []
    width = max([len("found"), *map(len, tables[0])])
    rows = max(map(len, tables))
    padded = [table + ["-"] * (rows - len(table)) for table in tables]
    marks = ["  " if a == b else "<-" for a, b in zip(*padded, strict=True)]
    first = max(0, marks.index("<-") - 2) if "<-" in marks else 0
    last = min(rows, first + MOST_ROWS)
    lines = [f"{'row':>4}  {'found':<{width}}     expected"]
    for row in range(first, last):
        left, right = padded[0][row], padded[1][row]
        lines.append(f"{row:>4}  {left:<{width}}  {marks[row]} {right}")
    if last < rows:
        lines.append(f" ...  {rows} rows")
    return lines


def _table(value):
    """A list of lists of integers as lines of cells, or None."""
    if isinstance(value, np.ndarray):
        is_table = value.ndim == 2 and value.dtype.kind in "iu"
        is_small = is_table and max(len(value), value.size) <= MOST_NUMBERS
        value = value.tolist() if is_small else None
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        return None
    if sum(map(len, value)) > MOST_NUMBERS:
        return None
    if not all(type(item) is int for row in value for item in row):
        return None
    return _lines(value)


def _cells(array):
    array = np.asarray(array)[:MOST_ROWS]
    return _lines([row[: WIDEST + 1].tolist() for row in array])


def _lines(rows):
    width = max((len(str(item)) for row in rows for item in row), default=1)
    return [
        " ".join(f"{item!s:>{width}}" for item in row[:WIDEST]) + (" ..." * (len(row) > WIDEST))
        for row in rows
    ]
