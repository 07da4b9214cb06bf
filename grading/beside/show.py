"""How values are shown to a student: short, in Python's own spelling, never a wall of numbers."""

import numpy as np

LONGEST = 300  # characters of one shown value


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
    if len(text) > longest:
        text = f"{text[: longest - 30]} ... {text[-20:]}"
    return text


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
