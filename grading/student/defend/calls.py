"""Calls: what a student may give to show a change, and those by which a change is known to show."""

import ast
import importlib
import inspect

import numpy as np

from grading.beside.plain import NotPlain, to_plain
from grading.beside.show import show

LONGEST = 2000  # characters of a call
_TEXT, _TABLE = (
    "'Hello, hello!'",
    "[[0.6, 0.4, 0.0], [0.1, 0.2, 0.7], [0.3, 0.3, 0.4], [0.5, 0.3, 0.2]]",
)
_QUERY, _VALUE = "[[1.0, 0.0], [0.0, 2.0]]", "[[1.0, 2.0], [3.0, 5.0], [-1.0, 4.0]]"

# For each exercise calls of its probes, the first one of each a plain example of it. Together they
# look at what the docstring says: ends, refusals, defaults, what is empty and what is equal.
CALLS = {
    "windows": (
        "batches([0, 1, 2, 3, 4, 5, 6, 7], 3, shift=2, batch_size=2)",
        "batches([5, 6, 7, 8], 2)",
        "batches([5, 6, 7, 8], 3)",
        "batches([5, 6, 7, 8], 4)",
        "batches([5, 6, 7], 1, batch_size=1)",
        "batches([5, 6, 7, 8], 0)",
        "batches([5, 6, 7, 8], 2, shift=0)",
        "batches([5, 6, 7, 8], 2, batch_size=0)",
        "batches([0, 1] * 20, 2)".replace("[0, 1] * 20", str([0, 1] * 20)),
    ),
    "tokenizer": (
        f"encoding({_TEXT}, 'hello')",
        f"decoding({_TEXT}, [1, 2, 0, 0])",
        f"vocab_size({_TEXT})",
        "encoding('abba', 'ab')",
        "encoding('baab', 'ab')",
        "encoding('aB', 'Ab')",
        "encoding('a b', 'abc')",
        "encoding('ab', '')",
        "decoding('ab', [])",
        "decoding('ab', [-1])",
        "decoding('ab', [0])",
        "decoding('ab', [2])",
        "decoding('abc', [1, 2, 1])",
        "vocab_size('')",
    ),
    "stateful": (
        "batches([0, 1, 2, 3, 4, 5, 6, 7], 3, batch_size=2)",
        "batches([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 2, batch_size=2)",
        "batches([5, 6, 7, 8], 3, batch_size=1)",
        "batches([5, 6, 7, 8], 4, batch_size=1)",
        "batches([5, 6, 7, 8], 1, batch_size=1)",
        "batches([5, 6, 7, 8], 2, batch_size=2)",
        "batches([5, 6, 7, 8], 0, batch_size=2)",
        "batches([5, 6, 7, 8], 1, batch_size=0)",
        "batches([], 1, batch_size=1)",
    ),
    "vocabulary": (
        "kept('a dict', {'sea': 2, 'the': 5, 'and': 2}, 2)",
        "ids(['the', 'sea'], 1, [['sea', 'the', 'ship']])",
        "size(['the', 'sea'], 10)",
        "kept('a list of the pairs', {'sea': 2, 'the': 5, 'and': 2}, 3)",
        "kept('a dict', {'sea': 2, 'the': 5}, 0)",
        "kept('a dict', {'sea': 2, 'the': 5}, 9)",
        "kept('a dict', {'sea': 2, 'the': 5}, -1)",
        "size(['the'], 1)",
        "size(['the'], 0)",
    ),
    "attention": (
        f"attend({_QUERY}, {_VALUE})",
        f"attend({_QUERY}, {_VALUE}, mask=[[True, False, True], [False, True, True]])",
        f"attend({_QUERY}, {_VALUE}, causal=True)",
        f"attend({_QUERY}, {_VALUE}, key=[[3.0, 1.0], [0.0, 1.0], [2.0, 2.0]])",
        f"attend({_QUERY}, {_VALUE}, causal=True, mask=[[True, False, True]])",
        "attend([[1000.0, 0.0]], [[1.0, 2.0], [0.5, 1.0]])",
        "attend([[2.0]], [[1.0], [3.0]])",
    ),
    "sampling": (
        "softmax_of_logits([[0.2, 0.8]], 0.5)",
        "softmax_of_logits([[0.2, 0.8]], 1.0)",
        "softmax_of_logits([[0.1, 0.2, 0.7], [0.5, 0.5, 0.0]], 2.0)",
        "softmax_of_logits([[0.2, 0.8]], 0.001)",
        "softmax_of_logits([[0.2, 0.8]], 0.0)",
        "softmax_of_logits([[0.2, 0.8]], -1.0)",
    ),
    "reviews": (
        'words(["It\'s GREAT.<br />See it!", "Boring"])',
        'words(["It\'s GREAT.<br />See it!"], max_bytes=14)',
        "words(['caf\\xe9 au lait'], max_bytes=6)",
        "words(['one two', 'three'], pad='-')",
        "words(['a1b2', '<i>no</i>'])",
        "words(['...'])",
        "words(['a<br>b<br/>c'])",
        "words(['abc'], max_bytes=1)",
        "words(['abc'], max_bytes=0)",
        f"words(['{'ab ' * 120}'])",
    ),
    "beam_search": (
        f"found({_TABLE}, 3, max_steps=2, beam_width=2)",
        f"found({_TABLE}, 3, max_steps=3, beam_width=3, eos_id=0)",
        f"found({_TABLE}, 3, max_steps=1)",
        f"found({_TABLE}, 3, max_steps=2, beam_width=1)",
        f"found({_TABLE}, 3, max_steps=3, eos_id=2)",
        f"found({_TABLE}, 3, max_steps=0)",
        f"found({_TABLE}, 3, max_steps=1, beam_width=0)",
        "found([[0.5, 0.5], [0.9, 0.1], [0.6, 0.4]], 2, max_steps=3, beam_width=2, eos_id=1)",
        "found([[0.5, 0.5], [0.9, 0.1], [0.6, 0.4]], 2, max_steps=2, beam_width=4)",
    ),
}


class NoCall(ValueError):
    """What was typed is no call; the message says why, for the student."""


def probes_of(name):
    """The probes that an exercise's calls use, by name, each with a plain example."""
    module, found = importlib.import_module(f"grading.beside.probes.{name}"), {}
    for text in CALLS[name]:
        found.setdefault(text.partition("(")[0], text)
    return {probe: (getattr(module, probe), text) for probe, text in found.items()}


def read(name, text):
    """Read a call of one of an exercise's probes.

    Args:
        name: the exercise.
        text: the call as Python writes it, its arguments literals.

    Returns:
        A tuple: the probe, a list of its arguments, and a dict of those that are named.

    Raises:
        NoCall: it is none.
    """
    if len(text) > LONGEST:
        raise NoCall(f"a call may have at most {LONGEST} characters, this one has {len(text)}")
    probes = probes_of(name)
    wanted = " or ".join(f"{probe}(...)" for probe in probes)
    text = text.strip()
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NoCall(f"this is no call in Python; give {wanted}") from None
    function = getattr(getattr(node, "func", None), "id", None)
    if function not in probes:
        raise NoCall(f"give a call of {wanted}")
    named = {keyword.arg or "**": keyword.value for keyword in node.keywords}
    args = [_literal(value, f"argument {n}", text) for n, value in enumerate(node.args, start=1)]
    kwargs = {key: _literal(value, key, text) for key, value in named.items()}
    probe = probes[function][0]
    try:
        inspect.signature(probe).bind(None, *args, **kwargs)
    except TypeError as error:
        raise NoCall(f"{function}: {error}") from None
    if name in ("attention", "vocabulary"):
        args, kwargs = [_array(v) for v in args], {key: _array(v) for key, v in kwargs.items()}
    return probe, args, kwargs


def _literal(node, which, text):
    try:
        return to_plain(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError, NotPlain):
        found = ast.get_source_segment(text, node)
        raise NoCall(
            f"{which} must be a literal (numbers, strings, lists, True, None), got {found:.60}"
        ) from None


def _array(value):
    """A list of lists as the array or the tensor that a function of tensors wants."""
    if not (isinstance(value, list) and value and isinstance(value[0], list)):
        return value
    try:
        array = np.array(value)
    except ValueError:
        raise NoCall(f"all rows must be equally long, got {show(value)}") from None
    if array.dtype.kind in "US":
        return array.astype(object)
    return array.astype(np.float32) if array.dtype.kind in "if" else array
