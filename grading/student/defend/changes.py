"""The small changes that can be made to a module, each an easy mistake."""

import ast
import builtins
from dataclasses import dataclass

# What a change of each kind teaches, told once a call was found that shows it.
LESSONS = {
    "border": "Two comparisons like these differ only where both sides are equal.",
    "end": "One too few or too many shows at an end: look at the first item, and at the last.",
    "step": "A step that is left out shows only on an input that this step changes.",
    "option": "An option shows only on an input for which its other value gives something else.",
    "default": "What stands for an argument that is left out shows only in a call without it.",
    "refusal": "A refusal shows only in a call that is to be refused.",
    "condition": "A condition shows only in a call that takes the other way.",
    "number": "A number shows where it is large enough, or small enough, to decide.",
    "arithmetic": "Two operations may give the same for 0, 1 and 2: try other numbers.",
}
_BORDERS = {ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">")}
_ARITHMETIC = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "//"),
    ast.Pow: ("**", "*"),
}


@dataclass(frozen=True)
class Change:
    """A module with one change.

    Attributes:
        kind: one of those that ``LESSONS`` names.
        line: the number of the first line that changed.
        before, after: that line, stripped.
        source: the changed module.
    """

    kind: str
    line: int
    before: str
    after: str
    source: str

    @property
    def lesson(self):
        return LESSONS[self.kind]


def changes_of(source):
    """All changes of a module, in the order of its lines.

    Raises:
        SyntaxError, ValueError: it is no Python.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    tree = ast.parse(source)
    edits = _Edits(tree, source)
    for node in ast.walk(tree):
        edits.visit(node)
    found = {}
    for kind, start, end, text in sorted(edits.found, key=lambda edit: edit[1:]):
        changed = edits.data[:start] + text + edits.data[end:]
        change = _change(kind, source, changed.decode("utf-8"), tree)
        if change is not None:
            found.setdefault(change.source, change)
    return list(found.values())


def _change(kind, source, changed, tree):
    try:
        if ast.dump(ast.parse(changed)) == ast.dump(tree):
            return None
    except (SyntaxError, ValueError):
        return None
    pairs = zip(source.split("\n"), changed.split("\n"), strict=False)
    line, before, after = next((n, a, b) for n, (a, b) in enumerate(pairs, start=1) if a != b)
    return Change(kind, line, before.strip(), after.strip(), changed)


class _Edits:
    """Collects edits: tuples (kind, start, end, text), with places in bytes."""

    def __init__(self, tree, source):
        self.found, self.data = [], source.encode("utf-8")
        self._starts = [0]
        for line in self.data.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._imported = {
            (alias.asname or alias.name).partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        # Messages are free, annotations do nothing, and the lowest number of a slice is an end.
        self._passed_over = _within(tree, ast.Raise, ast.JoinedStr, ast.Assert) | {
            id(part)
            for node in ast.walk(tree)
            for note in (getattr(node, "annotation", None), getattr(node, "returns", None))
            if isinstance(note, ast.AST)
            for part in ast.walk(note)
        }
        self._of_slices = _within(tree, ast.Slice)
        self._defaults = {id(node) for node in _defaults_of(tree)}

    def visit(self, node):
        if id(node) in self._passed_over:
            return
        match node:
            case ast.Compare():
                sides = [node.left, *node.comparators]
                for op, left, right in zip(node.ops, sides, node.comparators, strict=False):
                    self._symbol("border", _BORDERS.get(type(op)), left, right)
            case ast.BinOp():
                self._symbol("arithmetic", _ARITHMETIC.get(type(node.op)), node.left, node.right)
            case ast.BoolOp():
                symbols = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
                self._symbol("condition", symbols, *node.values[:2])
            case ast.If() | ast.IfExp():
                self._replace("condition", node.test, b"not (%s)" % self._text(node.test))
            case ast.Raise():
                self._replace("refusal", node, b"pass")
            case ast.Constant(value=bool()):
                kind = "default" if id(node) in self._defaults else "option"
                self._replace(kind, node, str(not node.value).encode())
            case ast.Constant(value=int() | float()):
                kind = "default" if id(node) in self._defaults else "number"
                kind = "end" if id(node) in self._of_slices else kind
                self._replace(kind, node, str(node.value + 1).encode())
            case ast.Slice():
                self._one_off(node.lower, b"+")
                self._one_off(node.upper, b"-")
            case ast.Call():
                self._visit_call(node)

    def _visit_call(self, node):
        function, last = node.func, node.args[-1] if node.args else None
        if isinstance(function, ast.Name) and function.id == "range":
            self._one_off(node.args[min(1, len(node.args) - 1)] if node.args else None, b"-")
        is_method = isinstance(function, ast.Attribute) and not self._is_of_module(function)
        is_method &= ast.unparse(getattr(function, "value", node)) != "self"
        kept = function.value if is_method else next(iter(node.args), None)
        is_known = not isinstance(function, ast.Name) or hasattr(builtins, function.id)
        if kept is not None and is_known and not isinstance(kept, ast.Starred):
            self._replace("step", node, self._text(kept))
        for keyword in node.keywords:
            if last is not None:  # what stands before it ends the part that goes, with its comma
                start, end = self._end(last), self._end(keyword)
                self.found.append(("option", start, end, b""))
            last = keyword

    def _is_of_module(self, function):
        while isinstance(function, ast.Attribute):
            function = function.value
        return isinstance(function, ast.Name) and function.id in self._imported

    def _symbol(self, kind, symbols, left, right):
        """Replace the symbol between two expressions."""
        if symbols is None:
            return
        old, new = (symbol.encode() for symbol in symbols)
        start, end = self._end(left), self._start(right)
        self.found.append((kind, start, end, self.data[start:end].replace(old, new, 1)))

    def _one_off(self, bound, sign):
        if bound is None or isinstance(bound, ast.Constant | ast.UnaryOp):  # numbers: see above
            return
        text = self._text(bound)
        text = text if isinstance(bound, ast.Name | ast.Attribute) else b"(%s)" % text
        self._replace("end", bound, b"%s %s 1" % (text, sign))

    def _replace(self, kind, node, text):
        self.found.append((kind, self._start(node), self._end(node), text))

    def _text(self, node):
        return self.data[self._start(node) : self._end(node)]

    def _start(self, node):
        return self._starts[node.lineno - 1] + node.col_offset

    def _end(self, node):
        return self._starts[node.end_lineno - 1] + node.end_col_offset


def _within(tree, *classes):
    """The ids of all nodes inside of nodes of some classes, these left out."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, classes):
            found |= {id(part) for part in ast.walk(node) if part is not node}
    return found


def _defaults_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments):
            yield from (value for value in [*node.defaults, *node.kw_defaults] if value)
