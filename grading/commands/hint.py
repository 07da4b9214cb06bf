"""``unrolled hint [EXERCISE]``: the next hint about what fails, a tier at a time."""

import sys

from rich.console import Console

from grading.catalogue import board
from grading.catalogue.paths import ROOT
from grading.catalogue.refused import Refused
from grading.catalogue.syllabus import named
from grading.catalogue.where import resolve
from grading.running.failure import sentence
from grading.running.leading import the_failure_that_matters
from grading.running.run import known_tallies, run_tests
from grading.student.hints import TIERS, asked, hints_for
from grading.student.watch.screen import Screen, hint_lines


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "hint",
        help="a hint about what fails: a question, a pointer, nearly the answer",
        description="Give a hint about the failing test that matters, the next one each time: a "
        "question, a pointer, nearly the answer.",
    )
    parser.add_argument("exercise", nargs="?", metavar="EXERCISE", help="default: the next")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--tier", type=int, metavar="N", help="this one: 1, 2 or 3")
    group.add_argument("--all", action="store_true", help="all three at once")
    parser.add_argument("--impl", metavar="FOLDER", default="exercises", help="your folder")
    parser.set_defaults(run=run)


def run(args):
    if args.tier is not None and not 1 <= args.tier <= TIERS:
        raise Refused(f"--tier must be 1, 2 or 3, got {args.tier}")
    name = named(args.exercise).name if args.exercise else None
    implementation = resolve(args.impl, ".", needed=name)
    tallies = known_tallies(implementation)
    name = name or board.next_exercise(tallies, changed=True)
    screen = Screen(whole=False, console=Console(highlight=False))
    if name is None:
        screen.show([("Every exercise is done: there is nothing to hint at.", "green")])
        return 0
    path = implementation.path(name)
    if not path.is_file():
        raise Refused(
            f"{path} is not there; {board.runner()}unrolled reset {name} brings the stub back"
        )
    test, problem, tally = _what_fails(name, args.impl, tallies[name])
    if problem:
        screen.show([(problem, "red"), ("Mend that first; then the tests can say more.", None)])
        return 0
    if tally.state == board.DONE:
        show = f"{board.runner()}unrolled show {name}"
        screen.show([(f"All {tally.total} tests of {name} pass: {show}", "green")])
        return 0
    screen.show([(f"{name}: {sentence(test)}" if test else name, "bold")])
    if args.all:
        tiers = list(enumerate(hints_for(name, test), start=1))
    else:
        tiers = [asked(implementation, name, test, args.tier)]
    for tier, text in tiers:
        screen.show(hint_lines(tier, text, screen.width))
    if not args.all and tiers[-1][0] < TIERS:
        screen.show([("(ask again for more)", "dim")])
    return 0


def _what_fails(name, where, tally):
    """The failing test that matters, why the module cannot be loaded, and the tally.

    What the last run found is good enough unless the module has changed since; and where every
    test failed, it does not tell why.
    """
    if tally.untouched or tally.state == board.DONE:
        return None, None, tally
    if tally.failed and (tally.passed or tally.unwritten):
        return _first(name, tally.failed), None, tally
    print(f"running the tests of {name} ...", file=sys.stderr, flush=True)
    result = run_tests(where, [name], remember=True)
    if result.error:
        return None, result.error, tally
    failure = the_failure_that_matters(result.failures_of(name), result.diagnosis_of)
    tally = result.tallies[name]
    if failure is None:
        return None, None, tally
    return failure.test, result.problem_of(name), tally


def _first(name, tests):
    """Of some tests, the one that stands first in its file."""
    text = (ROOT / "tests" / f"test_{name}.py").read_text(encoding="utf-8")

    def place(test):
        found = text.find(f"def {test.partition('[')[0]}(")
        return (found < 0, found, test)

    return min(tests, key=place)
