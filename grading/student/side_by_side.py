"""The reference beside a student's own module, function by function, for a terminal."""

import ast
import inspect
import textwrap
from dataclasses import dataclass

from rich.console import Group
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from grading.catalogue.stubs import BEGIN, END, solution_path
from grading.catalogue.syllabus import exercise

SIDE_BY_SIDE = 140  # columns that two blocks of code need; below, they stand one over the other
THEME = "ansi_dark"


def beside(name, source, width):
    """What to print: for each function, why it is there, the student's code and the reference's.

    Args:
        name: the exercise.
        source: the text of the student's module.
        width: of the terminal, in characters.

    Returns:
        A list of things that rich can print.
    """
    reference = solution_path(name).read_text(encoding="utf-8")
    parts, problem = [*_introduction(name, reference)], None
    try:
        own = functions_of(source)
    except (SyntaxError, ValueError) as error:
        own, problem = {}, f"Your module cannot be read ({error}), so here is the reference alone."
        parts.append(Text(problem, style="yellow"))
    wanted = [f for f in functions_of(reference).values() if f.is_marked]
    for function in wanted:
        yours = own.pop(function.name, None)
        parts.append(Text(f"\n{function.name}", style="bold underline"))
        if function.reason:
            parts.append(Text(function.reason))
        left = _code(yours.code) if yours else Text("(not there)", style="dim")
        parts.append(_pair(left if problem is None else None, _code(function.code), width))
    helpers = [function for function in own.values() if function.code]
    if helpers:
        parts.append(Text("\nOnly in yours", style="bold underline"))
        parts += [_code(function.code) for function in helpers]
    return parts


def _introduction(name, reference):
    title, *paragraphs = story_of(reference) or [exercise(name).title]
    yield Text(title, style="bold")
    for paragraph in paragraphs:
        yield Text(f"\n{paragraph}")


def _pair(left, right, width):
    if left is None:
        return right
    if width < SIDE_BY_SIDE:
        yours, theirs = Text("yours", style="cyan"), Text("reference", style="green")
        return Group(yours, left, theirs, right)
    table = Table(box=None, expand=True, padding=(0, 2, 0, 0), header_style="cyan")
    table.add_column("yours", ratio=1)
    table.add_column("reference", ratio=1, header_style="green")
    table.add_row(left, right)
    return table


def _code(code):
    return Syntax(code, "python", theme=THEME, background_color="default", word_wrap=True)


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
