"""``unrolled check``: test what has been started and show the board."""

import argparse
import json
import os
from pathlib import Path

from rich.console import Console
from rich.text import Text

from grading.catalogue import board
from grading.catalogue.files import write_atomically
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import is_untouched
from grading.catalogue.syllabus import NAMES, named
from grading.catalogue.where import resolve
from grading.course import classroom50
from grading.running.marks import marks_of
from grading.running.run import run_tests
from grading.student import scores

RETIRED = (
    "--classroom: GitHub Classroom was retired on 28 August 2026; its successor, Classroom 50, "
    "takes the file of --classroom50 FILE, see grading/INSTRUCTORS.md"
)
# This process has imported the kit already, which pytest would warn of.
QUIETLY = ("-q", "--no-header", "-W", "ignore::pytest.PytestAssertRewriteWarning")


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "check",
        help="test what you have started and show what comes next",
        description="Test the exercises that have been started and show the board. Exits with 0 "
        "unless a started exercise has a failing test.",
    )
    parser.add_argument("exercise", nargs="*", metavar="EXERCISE", help="only these")
    parser.add_argument("--impl", metavar="WHERE", default="exercises", help="as in pytest --impl")
    parser.add_argument("--json", action="store_true", help="print points and reports as JSON")
    parser.add_argument(
        "--classroom50",
        metavar="FILE",
        help="write the result for Classroom 50 to this file; exits with 0 whatever the points",
    )
    parser.add_argument("--classroom", metavar="FILE", help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(args):
    if args.classroom:
        raise Refused(RETIRED)
    implementation = resolve(args.impl, ".")
    wanted = [named(name).name for name in args.exercise] or list(implementation.specs)
    absent = [name for name in wanted if name not in implementation.specs]
    if absent:
        raise Refused(f"--impl {args.impl} has no {absent[0]}.py")
    if args.classroom50:
        _check_place(Path(args.classroom50).absolute())
        classroom50.check_runner(os.environ)
    wanted = [name for name in NAMES if name in wanted]
    if args.json or args.classroom50:
        return _score(args, wanted)
    started = [name for name in wanted if not is_untouched(name, implementation.path(name))]
    if not started:
        _show_fresh_board(implementation)
        return 0
    return min(1, run_tests(args.impl, started, options=QUIETLY, remember=True, shown=True).code)


def _score(args, wanted):
    """Test all that is wanted, stubs too: their tests count."""
    shown = not args.json
    options = QUIETLY if shown else ()
    result = run_tests(args.impl, wanted, options=options, remember=True, shown=shown)
    missing = [name for name in wanted if name not in result.tests]
    if result.error or missing:
        problem = result.error or f"no test of {missing[0]} was run"
        raise Refused(f"the tests could not be run: {problem}")
    if args.classroom50:
        marks = {name: marks_of(name, result, 0.0) for name in wanted}
        told = classroom50.result_of(marks, os.environ, classroom50.handed_in_at())
        write_atomically(args.classroom50, json.dumps(told, indent=2) + "\n")
    if args.json:
        print(json.dumps(scores.as_dict(result, wanted), indent=2))
    # To Classroom 50 another code than 0 means that nothing was graded.
    fails = any(scores.fails(result.tallies[name]) for name in wanted)
    return int(fails and not args.classroom50)


def _check_place(path):
    """Refuse what cannot be written before any test is run."""
    if path.is_dir():
        raise Refused(f"--classroom50 {path}: this is a folder; give a file")
    if not os.access(path.parent, os.W_OK):
        raise Refused(f"--classroom50 {path}: there is no such folder, or it cannot be written")


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
