"""How values are shown to a student: in Python's own spelling, and short.

Batches, and two tables of numbers side by side, are shown as small pictures in text.
"""

import itertools
import unicodedata

import numpy as np

LONGEST = 300  # characters of one shown value
MOST_ROWS = 12  # of a picture; around the first row that matters
WIDEST = 16  # columns of one table
ROOM = 29  # characters of each of two tables side by side, a space at the end included
MOST_NUMBERS = 100_000  # of a table that is looked through for rows that differ


def show(value, longest=LONGEST):
    """A value as a student would write it; long ones keep their beginning and end."""
    if isinstance(value, range):
        return repr(value)
    if isinstance(value, float):
        return repr(float(f"{value:.7g}"))  # no more digits than float32 has
    if isinstance(value, np.ndarray):
        return _show_array(value, longest)
    if isinstance(value, list | tuple):
        return _shorten_items([show(item, longest) for item in value], "[]", longest)
    if isinstance(value, dict):
        items = [f"{show(key)}: {show(item, longest)}" for key, item in value.items()]
        return _shorten_items(items, "{}", longest)
    text = repr(value)
    if isinstance(value, str):
        text = "".join(ascii(c)[1:-1] if _is_deceptive(c) else c for c in text)
    if len(text) > longest:
        text = f"{text[: longest - 30]} ... {text[-20:]}"
    return text


def _is_deceptive(character):
    """Whether it is drawn onto the one before, or looks like a letter or digit of ASCII."""
    if character.isascii():
        return False
    return unicodedata.combining(character) or unicodedata.normalize("NFKC", character).isascii()


def no_error(value):
    """What a call came to that was only made: whatever it gave is not looked at."""
    return "no error at all"


def describe(value):
    """What kind of thing a value is, in words: for answers of the wrong kind."""
    if value is None:
        return "None"
    name = type(value).__name__
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}, {value.dtype}"
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        dtype = getattr(value.dtype, "name", value.dtype)
        return f"a tensor of shape {tuple(value.shape)}, {dtype}"
    if isinstance(value, list | tuple | dict):
        return f"a {name} of {len(value)} item{'s' * (len(value) != 1)}"
    if isinstance(value, bool | int | float | str | bytes):
        return f"the {name} {show(value, 60)}"
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _show_array(array, longest):
    if max((array.size, *array.shape)) > 400:
        edge = 3
        text = np.array2string(array, threshold=10, edgeitems=edge, separator=", ", precision=5)
    else:
        digits = array.astype(float).round(5) if array.dtype.kind == "f" else array
        text = show(digits.tolist(), longest) if array.ndim else repr(digits.item())
    text = " ".join(text.split())
    if array.dtype.kind == "O" or array.dtype in (np.int64, np.int32, np.float64, np.float32, bool):
        return text if array.size else f"{text} of shape {array.shape}"
    return f"{text} ({array.dtype})"


def _shorten_items(items, brackets, longest):
    def join(parts):
        return brackets[0] + ", ".join(parts) + brackets[1]

    if len(join(items)) <= longest or len(items) < 4:
        return join(items)
    head, tail, used = [], items[-1:], len(items[-1]) + 10
    for item in items[:-1]:
        if used + len(item) + 2 > longest and head:
            break
        head.append(item)
        used += len(item) + 2
    return join([*head, "...", *tail])


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
    n_rows, rows = max(map(len, tables)), tables[0] + tables[1]
    per_cell = _cell_width(rows) + 1
    is_cut = max(map(len, rows)) * per_cell > ROOM
    columns = max(1, min(WIDEST, (ROOM - 4 * is_cut) // per_cell))
    lines = [_lines(table, columns) + ["-"] * (n_rows - len(table)) for table in tables]
    pairs = itertools.zip_longest(*tables)
    marks = ["  " if a == b else "<-" for a, b in pairs]
    first = max(0, marks.index("<-") - 2) if "<-" in marks else 0
    last = min(n_rows, first + MOST_ROWS)
    width = max([len("found"), *map(len, lines[0])])
    picture = [f"{'row':>4}  {'found':<{width}}     expected"]
    for row in range(first, last):
        left, right = lines[0][row], lines[1][row]
        picture.append(f"{row:>4}  {left:<{width}}  {marks[row]} {right}")
    if last < n_rows:
        picture.append(f" ...  {n_rows} rows")
    return picture


def _table(value):
    """The rows of a table of integers as lists, or None."""
    if isinstance(value, np.ndarray):
        is_table = value.ndim == 2 and value.dtype.kind in "iu"
        is_small = is_table and max(len(value), value.size) <= MOST_NUMBERS
        value = value.tolist() if is_small else None
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        return None
    if sum(map(len, value)) > MOST_NUMBERS:
        return None
    return value if all(type(item) is int for row in value for item in row) else None


def _cells(array):
    array = np.asarray(array)[:MOST_ROWS]
    return _lines([row[: WIDEST + 1].tolist() for row in array])


def _lines(rows, columns=WIDEST):
    width = _cell_width(rows)
    return [
        " ".join(f"{item!s:>{width}}" for item in row[:columns]) + (" ..." * (len(row) > columns))
        for row in rows
    ]


def _cell_width(rows):
    return max((len(str(item)) for row in rows for item in row), default=1)
