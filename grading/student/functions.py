"""The functions of a module as text, so that two modules can be read side by side."""

import ast
import inspect
import textwrap
from dataclasses import dataclass

from grading.catalogue.stubs import BEGIN, END


@dataclass(frozen=True)
class Function:
    """One function or method.

    Attributes:
        name: with its class, as in ``CharTokenizer.fit``.
        reason: the first paragraph of its docstring, or nothing.
        code: its signature and body without the docstring, dedented.
        is_marked: whether it holds a solution mark.
    """

    name: str
    reason: str
    code: str
    is_marked: bool


def functions_of(source):
    """All functions and methods of a module, by name, in order; nested ones stay inside.

    Raises:
        SyntaxError: the source is no Python.
    """
    lines, found = source.splitlines(), {}

    def visit(body, prefix):
        for node in body:
            if isinstance(node, ast.ClassDef):
                visit(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = prefix + node.name
                found[name] = _function(name, node, lines)

    visit(ast.parse(source).body, "")
    return found


def story_of(source):
    """The docstring of a module: what it is about, as paragraphs."""
    text = inspect.cleandoc(ast.get_docstring(ast.parse(source)) or "")
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _function(name, node, lines):
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    text = lines[first - 1 : node.end_lineno]
    docstring = ast.get_docstring(node)
    if docstring is not None:
        statement = node.body[0]
        del text[statement.lineno - first : statement.end_lineno - first + 1]
    kept = [line for line in text if line.strip() not in (BEGIN, END)]
    reason = " ".join((docstring or "").split("\n\n")[0].split())
    return Function(name, reason, textwrap.dedent("\n".join(kept)), len(kept) < len(text))
