"""How tests that a student wrote reach what they test: it runs elsewhere, and answers come back.

The process of a student's tests never holds the implementation under test, so the tests can judge
it by nothing but what it does: not by its name, not by its code, not by its place in memory.
"""

import builtins

from grading.beside.plain import to_plain

_answer = None


def through(answer):
    """Let :func:`ask` go through ``answer``, from a plain request to a plain answer."""
    global _answer
    _answer = answer


def ask(probe, *args):
    """Call a probe of the implementation under test; gives a plain value.

    Raises:
        Exception: what the implementation raised, as the built-in class it is or derives from.
        TypeError: an argument is no plain value, or the answer was none.
        RuntimeError: the call did not return, or ended its process.
    """
    given = [value if isinstance(value, range) else to_plain(value) for value in args]
    answer = _answer({"probe": probe, "args": given})
    (kind, what), *_ = answer.items()
    if kind == "value":
        return what
    if kind == "raised":
        raise _built_in(what["kinds"])(what["message"])
    if kind == "unusable":
        raise TypeError(what)
    if kind == "hung":
        raise RuntimeError("the call did not return")
    raise RuntimeError("the call ended its process")


def _built_in(kinds):
    for name in kinds:
        found = getattr(builtins, name, None)
        if isinstance(found, type) and issubclass(found, Exception):
            try:
                found("message")
            except TypeError:  # UnicodeError's children want more than a message
                continue
            return found
    return RuntimeError
