"""Modules that are equal to the reference or to each other, whatever their names and their layout.

That is a reason to look, not a verdict: students who work together may find the same answer.
"""

import ast
import builtins
import collections
import functools
import hashlib
from dataclasses import dataclass

from grading.catalogue.stubs import expected_stub, solution_path
from grading.catalogue.syllabus import NAMES

REFERENCE = "the reference"
# Parts of the syntax tree: shorter answers can be equal by chance, and are not named.
_LEAST = 140
_SHARE = 0.9  # of the smaller answer that must be equal
_LARGEST = 100_000  # bytes of a module that is looked at; the longest solution takes 13,000


@dataclass(frozen=True)
class Copy:
    """Students whose answers to an exercise are equal, or equal to the reference."""

    exercise: str
    students: tuple
    is_reference: bool


class Copies:
    """Gathers the modules of a class; see :meth:`add` and :meth:`found`."""

    def __init__(self):
        self._answers = {}  # by exercise and student

    def add(self, student, modules):
        """Take the modules of a student in, a dict from the exercise to the bytes."""
        for name, module in modules.items():
            if name in NAMES and (answer := answer_of(name, module)):
                self._answers.setdefault(name, {})[student] = answer

    def found(self):
        """All that is equal, as a list of :class:`Copy`, in the order of the syllabus."""
        copies = []
        for name in (name for name in NAMES if name in self._answers):
            answers, reference = self._answers[name], _reference(name)
            like = {student for student, one in answers.items() if _are_equal(one, reference)}
            if like:
                copies.append(Copy(name, tuple(sorted(like)), True))
            rest = {student: one for student, one in answers.items() if student not in like}
            copies += [Copy(name, same, False) for same in _classes(rest)]
        return copies


def answer_of(name, module):
    """What a module adds to its stub: a counter of the sizes of its parts, by what they are.

    A part is a function, a method, or what a class or the module holds beside them. Names that the
    module itself gives, docstrings, annotations and comments do not count.

    Args:
        name: the exercise.
        module: the bytes of the module.

    Returns:
        A dict from a hash of each part to its size, as often as it is there; an empty one for what
        is no Python.
    """
    return _parts(module) - _parts(expected_stub(name).encode())


@functools.cache
def _reference(name):
    return answer_of(name, solution_path(name).read_bytes())


def _are_equal(one, other):
    """Whether nearly all of the smaller answer is in the other, and it is not too short to tell."""
    shared = sum((one & other).values())
    smaller = min(sum(one.values()), sum(other.values()))
    return shared >= _LEAST and shared >= _SHARE * smaller


def _classes(answers):
    """Tuples of the students whose answers are equal."""
    left, classes = sorted(answers), []
    while left:
        first, *rest = left
        same = [first, *(one for one in rest if _are_equal(answers[first], answers[one]))]
        left = [one for one in rest if one not in same]
        if len(same) > 1:
            classes.append(tuple(same))
    return classes


def _parts(module):
    """A counter of the parts of a module; see :func:`answer_of`."""
    found = collections.Counter()
    if len(module) > _LARGEST:
        return found
    try:
        tree = ast.parse(module)
        names = _Names(tree)
        for part in _functions_of(_Plain().visit(tree)):
            renamed = _Renamed(names, part).visit(part)
            size = sum(1 for _ in ast.walk(renamed))
            found[hashlib.sha256(ast.dump(renamed).encode()).hexdigest()] += size
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found.clear()
    return found


def _functions_of(tree):
    """The functions and methods of a module, and its classes and itself without them."""
    rest = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions_of(node)
        else:
            rest.append(node)
    if rest:
        tree.body = rest
        yield tree


class _Plain(ast.NodeTransformer):
    """Takes away what does nothing: docstrings, annotations, and texts that stand alone."""

    def visit_Expr(self, node):
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Import(self, node):
        """Drop it: what it names stands where it is used."""

    visit_ImportFrom = visit_Import

    def visit_AnnAssign(self, node):
        if node.value is None:
            return None
        return self.generic_visit(ast.Assign([node.target], node.value))

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_FunctionDef(self, node):
        node.returns = None
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_ClassDef(self, node):
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node


class _Names:
    """What the names of a module stand for.

    Attributes:
        imported: a dict from names to what they are in the library that they come from.
        attributes: names of attributes and methods that the module itself gives.
    """

    def __init__(self, tree):
        self.imported, self.attributes = {}, set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for one in node.names:
                    name = one.name if one.asname else one.name.partition(".")[0]
                    self.imported[one.asname or name] = name
            elif isinstance(node, ast.ImportFrom):
                for one in node.names:
                    self.imported[one.asname or one.name] = f"{node.module}.{one.name}"
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                self.attributes.add(node.attr)
            elif isinstance(node, ast.ClassDef):
                methods = (one for one in node.body if isinstance(one, ast.FunctionDef))
                self.attributes |= {one.name for one in methods if not one.name.startswith("__")}

    def of_library(self, name):
        """What a name is in its library, or in Python; None for a name of the module's own."""
        return self.imported.get(name) or (name if hasattr(builtins, name) else None)


class _Renamed(ast.NodeTransformer):
    """Gives the names of a part in the order in which they come; those of libraries stay."""

    def __init__(self, names, part):
        self._names, self._new = names, {}
        self._local = {node.arg for node in ast.walk(part) if isinstance(node, ast.arg)}
        for node in ast.walk(part):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._local.add(node.id)

    def visit_Name(self, node):
        known = None if node.id in self._local else self._names.of_library(node.id)
        node.id = known or self._name(node.id)
        return node

    def visit_Attribute(self, node):
        is_module = isinstance(node.value, ast.Name) and node.value.id in self._names.imported
        self.generic_visit(node)
        if is_module or "." in getattr(node.value, "id", ""):
            return ast.Name(f"{node.value.id}.{node.attr}", node.ctx)
        if node.attr in self._names.attributes:
            node.attr = self._name(f".{node.attr}")
        return node

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name) and not self._names.of_library(node.func.id):
            for keyword in node.keywords:
                keyword.arg = keyword.arg and "name"
        return self.generic_visit(node)

    def visit_arg(self, node):
        node.arg = self._name(node.arg)
        return node

    def visit_ExceptHandler(self, node):
        node.name = node.name and self._name(node.name)
        return self.generic_visit(node)

    def visit_Global(self, node):
        node.names = [self._name(name) for name in node.names]
        return node

    visit_Nonlocal = visit_Global

    def visit_FunctionDef(self, node):
        node.name = "name"
        return self.generic_visit(node)

    visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef

    def _name(self, name):
        return self._new.setdefault(name, f"name{len(self._new)}")
