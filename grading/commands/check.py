"""``unrolled check``: test what has been started and show the board."""

import json
from pathlib import Path

from rich.console import Console
from rich.text import Text

from grading.catalogue import board
from grading.catalogue.files import write_atomically
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import is_untouched
from grading.catalogue.syllabus import NAMES, exercise
from grading.catalogue.where import resolve
from grading.running.run import run_tests
from grading.student import scores

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
        "--classroom", metavar="FILE", help="write the result for GitHub Classroom to this file"
    )
    parser.set_defaults(run=run)


def run(args):
    implementation = resolve(args.impl, ".")
    wanted = [exercise(name).name for name in args.exercise] or list(implementation.specs)
    absent = [name for name in wanted if name not in implementation.specs]
    if absent:
        raise Refused(f"--impl {args.impl} has no {absent[0]}.py")
    if args.classroom and not Path(args.classroom).absolute().parent.is_dir():
        raise Refused(f"--classroom {args.classroom}: there is no such folder")
    if args.classroom and Path(args.classroom).is_dir():
        raise Refused(f"--classroom {args.classroom}: this is a folder; give a file")
    wanted = [name for name in NAMES if name in wanted]
    if args.json or args.classroom:
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
    if args.classroom:
        try:
            text = scores.to_text(scores.for_classroom(result, wanted))
            write_atomically(Path(args.classroom).absolute(), text + "\n")
        except OSError as error:
            raise Refused(f"--classroom {args.classroom}: {error.strerror}") from None
    if args.json:
        print(json.dumps(scores.as_dict(result, wanted), indent=2))
    return int(any(scores.fails(result.tallies[name]) for name in wanted))


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
