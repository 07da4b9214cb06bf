"""Plain values: all that may cross between a test and a subject, and how they travel.

A plain value is None, a bool, an int, a float, a str, bytes, a NumPy array of numbers, booleans or
strings, or a list or dict (with str keys) of plain values. Nothing else crosses, so a subject can
run in another process that is not trusted: what comes back is data, never code or an object of
some other class. On the wire a value is JSON, with arrays as raw bytes in base64; never
pickle, which runs code when it is read.
"""

import base64
import json
import re

import numpy as np

_KIND = "!"  # marks the JSON objects that stand for an array, bytes or a dict
_DEPTH = 20
MOST_PARTS = 1_000_000  # of one message; arrays, however large, are one part each
_MOST_ITEMS = 2**31  # of one array
_MOST_DIGITS = 4000
_NUMBERS = re.compile(r"[<>|=]?[biuf]\d{1,2}")
_AS_THEY_ARE = frozenset((type(None), bool, int, float, str))


class NotPlain(TypeError):
    """A value that cannot cross; ``value`` is the part that cannot."""

    def __init__(self, value):
        super().__init__(f"not a plain value: {type(value).__name__}")
        self.value = value


def to_plain(value, depth=_DEPTH):
    """Copy a value into plain form: tensors become arrays, tuples lists, NumPy scalars numbers.

    Raises:
        NotPlain: some part of it has no plain form (a generator, an object, a function).
    """
    if type(value) in _AS_THEY_ARE or type(value) is bytes:
        return value
    if isinstance(value, np.generic):
        return to_plain(value.item(), depth - 1) if depth else None
    if isinstance(value, np.ndarray):
        return _plain_array(value)
    if _is_tensor(value):
        return to_plain(value.numpy(), depth)
    for base in (str, bytes, bool, int, float):  # a subclass: keep the value, drop the class
        if isinstance(value, base):
            return base(base.__str__(value)) if base is str else base(value)
    if depth == 0:
        raise NotPlain(value)
    if isinstance(value, list | tuple):
        return [to_plain(item, depth - 1) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {str(key): to_plain(item, depth - 1) for key, item in value.items()}
    raise NotPlain(value)


def dumps(value):
    """Write a plain value as bytes."""
    return _WRITER.encode(_encode(value)).encode("ascii")


def loads(data):
    """Read what :func:`dumps` wrote.

    Raises:
        ValueError: the bytes are not that; nothing of them is run or trusted.
    """
    if _parts(data) > MOST_PARTS:
        raise ValueError(f"a value of more than {MOST_PARTS} parts")
    try:
        return _decode(_READER.decode(data.decode("ascii")))
    except ValueError:
        raise
    except Exception as error:  # hostile input may raise anything
        raise ValueError(f"not a plain value on the wire: {error}") from None


def weight(data):
    """The bytes that a value takes once it is read, roughly: small parts become large objects."""
    return len(data) + 64 * _parts(data)


def _parts(data):
    return sum(map(data.count, (b",", b"[", b"{")))


def _is_tensor(value):
    module = type(value).__module__ or ""
    return module.split(".")[0] in ("tensorflow", "keras") and hasattr(value, "numpy")


def _plain_array(array):
    array = np.asarray(array)  # a subclass (a matrix, a masked array) becomes a plain array
    if array.dtype.kind in "biuf":
        return np.array(array, copy=True, order="C")
    if array.dtype.kind in "SU":
        return array.astype(object)
    if array.dtype.kind == "O" and all(type(item) in (str, bytes) for item in array.flat):
        return np.array(array, copy=True)
    raise NotPlain(array)


def _encode(value):
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, np.ndarray):
        head = {"shape": list(value.shape)}
        if value.dtype.kind == "O":
            return {_KIND: "strings", **head, "items": [_encode(item) for item in value.flat]}
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode("ascii")
        return {_KIND: "array", **head, "dtype": value.dtype.str, "data": data}
    if isinstance(value, bytes):
        return {_KIND: "bytes", "data": base64.b64encode(value).decode("ascii")}
    if isinstance(value, dict):
        return {_KIND: "dict", "items": {key: _encode(item) for key, item in value.items()}}
    if isinstance(value, list | tuple):
        return [_encode(item) for item in value]
    if isinstance(value, range):
        return list(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, int | float | str):
        return value
    raise NotPlain(value)


def _integer(digits):
    if len(digits) > _MOST_DIGITS:  # reading it would take long
        raise ValueError(f"an int of {len(digits)} digits")
    return int(digits)


# Made once: json.dumps and json.loads with options make new ones at each call.
_WRITER = json.JSONEncoder(separators=(",", ":"))
_READER = json.JSONDecoder(parse_int=_integer)


def _decode(value, depth=2 * _DEPTH):
    if not isinstance(value, list | dict):
        return value
    if depth == 0:
        raise ValueError("a value of too many levels")
    if isinstance(value, list):
        return [_decode(item, depth - 1) for item in value]
    kind = value[_KIND]
    if kind == "bytes":
        return base64.b64decode(value["data"], validate=True)
    if kind == "dict":
        return {str(key): _decode(item, depth - 1) for key, item in value["items"].items()}
    shape = _shape(value["shape"])
    if kind == "strings":
        items = [_decode(item) for item in value["items"]]
        if any(type(item) not in (str, bytes) for item in items) or len(items) != _count(shape):
            raise ValueError("not a plain array of strings")
        array = np.empty(len(items), dtype=object)
        array[:] = items
        return array.reshape(shape)
    if kind == "array":
        if not _NUMBERS.fullmatch(value["dtype"]):
            raise ValueError("not a plain array")
        dtype = np.dtype(value["dtype"])
        data = base64.b64decode(value["data"], validate=True)
        if dtype.kind not in "biuf" or len(data) != _count(shape) * dtype.itemsize:
            raise ValueError("not a plain array")
        if dtype.kind == "b" and data.translate(None, b"\0\1"):
            raise ValueError("a bool that is neither true nor false")
        return np.frombuffer(data, dtype=dtype).reshape(shape).copy()
    raise ValueError(f"unknown kind {kind!r}")


def _shape(sizes):
    if any(type(size) is not int or size < 0 for size in sizes) or len(sizes) > 32:
        raise ValueError("not the shape of an array")
    # An empty array has no bytes, but may become large: in a sum, or as a list.
    if _count([max(size, 1) for size in sizes]) > (MOST_PARTS if 0 in sizes else _MOST_ITEMS):
        raise ValueError("an array of too many items")
    return tuple(sizes)


def _count(shape):
    count = 1
    for size in shape:
        count *= size
    return count
