"""Where two values differ, in words a student can act on."""

import numpy as np

from grading.beside.show import describe, show

SHORT = 30  # characters of a text that is seen at a glance


def differences(found, expected, rtol=0.0, atol=0.0):
    """Say how ``found`` differs from ``expected``.

    Args:
        found, expected: plain values; lists and arrays are compared item by item.
        rtol, atol: how far numbers may be apart, as in ``numpy.isclose``; 0 means equal.

    Returns:
        A list of lines, empty if they agree.
    """
    return _compare(found, expected, rtol, atol, "")


def _compare(found, expected, rtol, atol, place):
    at = f"at {place}: " if place else ""
    if isinstance(expected, np.ndarray) or isinstance(found, np.ndarray):
        return _compare_arrays(found, expected, rtol, atol, at)
    if isinstance(expected, list | tuple):
        return _compare_lists(found, expected, rtol, atol, place)
    if isinstance(expected, str) and isinstance(found, str):
        return _compare_texts(found, expected, at)
    if isinstance(expected, dict) and isinstance(found, dict):
        keys = sorted({*found, *expected})
        pairs = [([found.get(key)], [expected.get(key)]) for key in keys]
        wrong = [
            key for key, pair in zip(keys, pairs, strict=True) if _compare(*pair, rtol, atol, "")
        ]
        return [f"{at}the values of {show(key)} differ" for key in wrong[:1]]
    if _of_another_kind(found, expected):
        return [f"{at}found {describe(found)}, expected {describe(expected)}"]
    agree = found == expected
    if not agree and (isinstance(found, float) or isinstance(expected, float)):
        agree = bool(np.isclose(float(found), float(expected), rtol, atol, equal_nan=True))
    return [] if agree else [f"{at}found {show(found)}, expected {show(expected)}"]


def _of_another_kind(found, expected):
    if type(found) is type(expected):
        return False
    numbers = (int, float)
    both = isinstance(found, numbers) and isinstance(expected, numbers)
    return not both or isinstance(found, bool) != isinstance(expected, bool)


def _compare_lists(found, expected, rtol, atol, place):
    if not isinstance(found, list | tuple):
        return [f"{'at ' + place + ': ' if place else ''}found {describe(found)}, expected a list"]
    for i, (one, other) in enumerate(zip(found, expected, strict=False)):
        lines = _compare(one, other, rtol, atol, f"{place}[{i}]")
        if lines:
            return lines
    if len(found) != len(expected):
        at = f" at {place}" if place else ""
        plural = "s" * (len(found) != 1)
        return [f"found {len(found)} item{plural}{at}, expected {len(expected)}"]
    return []


def _compare_texts(found, expected, at):
    if found == expected:
        return []
    if at and max(len(found), len(expected)) <= SHORT:
        return [f"{at}found {show(found)}, expected {show(expected)}"]
    pairs = zip(found, expected, strict=False)
    first = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(found), len(expected)))
    lines = [f"{at}the texts differ from character {first} on"]
    if len(found) != len(expected):
        lines.append(f"{at}found {len(found)} characters, expected {len(expected)}")
    return lines


def _compare_arrays(found, expected, rtol, atol, at):
    if not isinstance(found, np.ndarray | list | tuple | int | float):
        return [f"{at}found {describe(found)}, expected {describe(np.asarray(expected))}"]
    found, expected = np.asarray(found), np.asarray(expected)
    if found.shape != expected.shape:
        return [f"{at}found shape {found.shape}, expected shape {expected.shape}"]
    if found.dtype.kind in "iufb" and np.array_equal(found, expected):
        return []  # as nearly all are; what follows takes much longer
    lines = []
    if found.dtype.kind == "f" and expected.dtype.kind in "fiu":
        lines += _not_finite(found, expected, at)
        wrong = ~np.isclose(found, expected, rtol=rtol, atol=atol, equal_nan=True)
    elif found.dtype.kind in "iufb" and expected.dtype.kind in "iufb" and (rtol or atol):
        wrong = ~np.isclose(found, expected, rtol=rtol, atol=atol)
    else:
        wrong = np.asarray(found != expected)
    if not wrong.any():
        return []
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    where = f"[{', '.join(map(str, first))}]" if first else "the only value"
    lines.append(
        f"{at}first difference at {where}: found {show(found.item(first))}, "
        f"expected {show(expected.item(first))}"
    )
    if wrong.size > 1:
        lines.append(f"{at}{int(wrong.sum())} of {wrong.size} values differ")
    return lines


def _not_finite(found, expected, at):
    for name, test in [("NaN", np.isnan), ("infinity", np.isinf)]:
        strange = test(found) & ~test(expected)
        if strange.any():
            first = tuple(int(i) for i in np.argwhere(strange)[0])
            return [f"{at}{name} appears first at [{', '.join(map(str, first))}]"]
    return []
