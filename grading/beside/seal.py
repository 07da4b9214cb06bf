"""See whether a student's module replaced what its answers pass through on their way to the judge.

It runs beside the student's code, so it stops nobody who looks for it; it makes the usual tricks
(patching builtins, NumPy, TensorFlow or the kit) plain to see. What a module's answers are worth is
found out by the judge, elsewhere.
"""

import sys
import types

WATCHED = ("builtins", "numpy", "json", "base64", "tensorflow")


def sealed():
    """What there is before the student's module is loaded; see :func:`broken`."""
    names = [name for name in sys.modules if name in WATCHED or name.startswith("grading.")]
    kept = []
    for name in names:
        for key, value in list(vars(sys.modules[name]).items()):
            if callable(value) and not key.startswith("__"):
                kept.append((vars(sys.modules[name]), f"{name}.{key}", key, value, _code(value)))
    return kept


def broken(kept):
    """The name of something that is no longer what it was, or None."""
    for namespace, name, key, value, code in kept:
        if namespace.get(key) is not value or _code(value) is not code:
            return name
    return None


def _code(value):
    return value.__code__ if type(value) is types.FunctionType else None
