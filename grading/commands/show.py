"""``unrolled show EXERCISE``: the reference beside your own answer, once all tests pass."""

import sys

from rich.console import Console

from grading.catalogue import board
from grading.catalogue.board import runner
from grading.catalogue.refused import Refused
from grading.catalogue.syllabus import named
from grading.catalogue.where import resolve
from grading.running.run import known_tallies, run_tests
from grading.student.side_by_side import beside


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "show",
        help="the reference beside your own answer, once all tests pass",
        description="Show the reference beside your own answer, function by function, once all "
        "tests of the exercise pass.",
    )
    parser.add_argument("exercise", metavar="EXERCISE", help="the one to show")
    parser.add_argument("--spoil", action="store_true", help="show it although tests still fail")
    parser.add_argument("--impl", metavar="FOLDER", default="exercises", help="your folder")
    parser.set_defaults(run=run)


def run(args):
    name = named(args.exercise).name
    implementation = resolve(args.impl, ".", needed=name)
    path = implementation.path(name)
    if not args.spoil:
        reason = why_not_done(name, args.impl, path, implementation)
        if reason:
            again = f"{runner()}unrolled show {name} --spoil shows the reference all the same"
            raise Refused(f"{reason}; {again}", code=1)
    try:
        source = path.read_bytes().decode("utf-8", "replace")
    except OSError:
        source = ""
    console = Console(highlight=False)
    for part in beside(name, source, console.width):
        console.print(part)
    return 0


def why_not_done(name, where, path, implementation):
    """Why an exercise is not done, or None; its tests are run if nobody knows."""
    if not path.is_file():
        return f"{path} is not there"
    tally = known_tallies(implementation)[name]
    if tally.untouched:
        return f"{name} is not started"
    if tally.state == board.UNKNOWN:
        print(f"running the tests of {name} ...", file=sys.stderr, flush=True)
        result = run_tests(where, [name], remember=True)
        if result.error:
            return f"the tests of {name} could not be run ({result.error.splitlines()[-1]})"
        tally = result.tallies[name]
    if tally.state == board.DONE:
        return None
    total = f" of {tally.total}" if tally.total else ""
    return f"{name} is not done: {len(tally.passed)}{total} tests pass"
