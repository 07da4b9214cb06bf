"""The reference beside a student's own module, function by function, for a terminal."""

from rich.console import Group
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from grading.catalogue.stubs import solution_path
from grading.catalogue.syllabus import exercise
from grading.student.functions import functions_of, story_of

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
