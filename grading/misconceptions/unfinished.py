"""References that are not finished: without the checks of arguments, or with a part not written.

A student who holds a misconception often has not written everything else yet. These modules are
where such students are met: a misconception is made from one of them instead of the reference.
They are made of the reference's text, and so are misconceptions that replace some lines of it.
"""

import ast
import functools
import inspect
import types
from pathlib import Path

CHECKS = "checks"


@functools.cache
def parts_of(exercise):
    """What can be left out of an exercise's reference: its checks, and each of its definitions."""
    tree = ast.parse(_source(exercise))
    names = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    return (CHECKS, *(name for name in names if not name.startswith("_")))


def without(exercise, part):
    """The reference of an exercise without its checks, or with one definition not written yet.

    Raises:
        ValueError: the reference has no such part.
    """
    if part not in parts_of(exercise):
        raise ValueError(f"the reference of {exercise} has no part {part!r}")

    def module_of(text):
        change = _NoChecks() if part == CHECKS else NotWritten(exercise, part)
        tree = ast.fix_missing_locations(change.visit(ast.parse(text)))
        return compile(tree, f"{exercise}.py without {part}", "exec")

    return made_of(_source(exercise), module_of, f"unfinished_{exercise}")


def made_of(text, compiled, name):
    """A module made of a text, which it remembers, by a function that gives code for a text."""
    module = types.ModuleType(name)
    exec(compiled(text), vars(module))
    module._made_of = text, compiled
    return module


def rewritten(reference, *replacements):
    """The reference module with ``(old, new)`` pieces of its text replaced, wherever they stand.

    Raises:
        ValueError: its text has no such piece.
        TypeError: it is not made of a text alone, but changed already in another way.
    """
    text, compiled = vars(reference).get("_made_of") or (inspect.getsource(reference), _whole)
    for old, new in replacements:
        if old not in text:
            raise ValueError(f"the reference has no {old!r}")
        text = text.replace(old, new)
    return made_of(text, compiled, reference.__name__)


def _whole(text):
    return compile(text, "<a misconception>", "exec")


def _source(exercise):
    path = Path(__file__).resolve().parents[2] / "solutions" / f"{exercise}.py"
    return path.read_text(encoding="utf-8")


class _NoChecks(ast.NodeTransformer):
    """Takes out each ``if`` that does nothing but raise."""

    def visit_If(self, node):
        self.generic_visit(node)
        is_check = all(isinstance(step, ast.Raise) for step in node.body) and not node.orelse
        return ast.Pass() if is_check else node


class NotWritten(ast.NodeTransformer):
    """Has one definition, or the methods of a class but its ``__init__``, raise as a stub does."""

    def __init__(self, exercise, part):
        self.exercise, self.part, self.place = exercise, part, ()

    def visit_ClassDef(self, node):
        return self._within(node)

    def visit_FunctionDef(self, node):
        path = (*self.place, node.name)
        if path[0] != self.part or (len(path) > 1 and node.name == "__init__"):
            return self._within(node)
        said = f"Exercise {self.exercise}: {'.'.join(path)} is not written yet"
        error = ast.Call(ast.Name("NotImplementedError", ast.Load()), [ast.Constant(said)], [])
        node.body = [ast.Raise(error, None)]
        return node

    def _within(self, node):
        self.place = (*self.place, node.name)
        self.generic_visit(node)
        self.place = self.place[:-1]
        return node
