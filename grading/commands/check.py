"""``unrolled check``: test what has been started and show the board."""

import sys

import pytest
from rich.console import Console
from rich.text import Text

from grading import board
from grading.implementation import NoImplementation, resolve
from grading.stubs import ROOT, is_untouched
from grading.syllabus import NAMES, exercise


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "check",
        help="test what you have started and show what comes next",
        description="Test the exercises that have been started and show the board. Exits with 0 "
        "unless a started exercise has a failing test.",
    )
    parser.add_argument("exercise", nargs="*", metavar="EXERCISE", help="only these")
    parser.add_argument("--impl", metavar="WHERE", default="exercises", help="as in pytest --impl")
    parser.set_defaults(run=run)


def run(args):
    try:
        implementation = resolve(args.impl, ".")
        wanted = [exercise(name).name for name in args.exercise] or list(implementation.specs)
    except (NoImplementation, ValueError) as error:
        print(f"unrolled check: {error}", file=sys.stderr)
        return 2
    absent = [name for name in wanted if name not in implementation.specs]
    if absent:
        print(f"unrolled check: --impl {args.impl} has no {absent[0]}.py", file=sys.stderr)
        return 2
    untouched = {name for name in wanted if is_untouched(name, implementation.path(name))}
    started = [name for name in NAMES if name in wanted and name not in untouched]
    if not started:
        _show_fresh_board(implementation)
        return 0
    files = [str(ROOT / "tests" / f"test_{name}.py") for name in started]
    return min(1, int(pytest.main(["-q", "--no-header", "--impl", args.impl, *files])))


def _show_fresh_board(implementation):
    console = Console(highlight=False, soft_wrap=True)
    console.print("Unrolled: recurrent networks and attention, test first.\n")
    tallies = {
        name: board.Tally(untouched=is_untouched(name, implementation.path(name)))
        for name in implementation.specs
    }
    unicode = "utf" in console.encoding.lower()
    for text, colour in board.lines_of(tallies, implementation.label, unicode, console.width):
        console.print(Text(text, style=colour or ""))
