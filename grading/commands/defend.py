"""``unrolled defend EXERCISE``: your own code with one change, and you say which call shows it."""

import contextlib
import sys

from rich.console import Console
from rich.text import Text

from grading.catalogue.paths import display_path
from grading.catalogue.refused import Refused
from grading.catalogue.syllabus import named
from grading.catalogue.where import resolve
from grading.commands.show import why_not_done
from grading.processes import sandbox as sandboxes
from grading.processes.forkserver import ForkServers
from grading.student.defend.calls import CALLS, NoCall, probes_of, read
from grading.student.defend.trial import Chance, Trial


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "defend",
        help="your own code with one change: which call shows it?",
        description="Once all tests of an exercise pass: your own code is changed in one place, "
        "three times, and you give a call for which the change makes a difference. An empty line "
        "gives up. Exits with 0 if each was shown. It reads a line for each call, so a file of "
        "them will do as its input.",
    )
    parser.add_argument("exercise", metavar="EXERCISE", help="one whose tests all pass")
    parser.add_argument("--impl", metavar="FOLDER", default="exercises", help="your folder")
    parser.add_argument(
        "--sandbox",
        action="store_true",
        help="for a module that is not yours: run it in a sandbox, as submissions are, whether or "
        "not its tests pass",
    )
    parser.set_defaults(run=run)


def run(args):
    name = named(args.exercise).name
    if name not in CALLS:
        raise Refused(f"there are no changes of {name} to ask about; there are: {', '.join(CALLS)}")
    implementation = resolve(args.impl, ".", needed=name)
    path = implementation.path(name)
    if args.sandbox and sandboxes.missing():
        raise Refused(sandboxes.missing())
    reason = None if args.sandbox else why_not_done(name, args.impl, path, implementation)
    if reason:
        raise Refused(f"{reason}; it is defended when all do", code=1)
    servers = sandboxes.Sandboxes() if args.sandbox else ForkServers()
    try:
        with Trial(name, path, servers) as trial:
            return _ask(trial, display_path(path), Console(highlight=False))
    finally:
        servers.close()


def _ask(trial, path, console):
    print("looking for changes of your code that can be shown ...", file=sys.stderr, flush=True)
    questions, n_shown = trial.questions(), 0
    if not questions:
        _print(console, f"No call that is known here shows a change of {path}.")
        return 0
    _print(console, "Give calls of these, with other arguments; an empty line gives up.\n")
    for probe, example in probes_of(trial.name).values():
        _print(console, f"  {example}", "bold")
        _print(console, f"      {probe.__doc__.splitlines()[0]}", "dim")
    for number, question in enumerate(questions, start=1):
        change = question.change
        _print(console, f"\nChange {number} of {len(questions)}: {path}, line {change.line}")
        _print(console, f"  yours    {change.before}")
        _print(console, f"  changed  {change.after}", "yellow")
        _print(console, "Which call shows it?")
        with contextlib.suppress(EOFError):
            n_shown += _is_shown(trial, question, console)
    _print(console, f"\n{n_shown} of {len(questions)} shown")
    return 0 if n_shown == len(questions) else 1


def _is_shown(trial, question, console):
    """Read calls until one shows the change, or there is an empty line."""
    while True:
        text = input("> " if sys.stdin.isatty() else "").strip()
        if not text:
            _print(console, f"This one does: {question.shown_by[0]}")
            return False
        try:
            answer = trial.answer(question, read(trial.name, text))
        except (NoCall, Chance) as error:
            _print(console, f"{error}", "red")
            continue
        if answer.differs:
            _print(console, "It shows the change.", "green")
            _print(console, f"yours\n{_indented(answer.yours)}")
            _print(console, f"changed\n{_indented(answer.changed)}")
            _print(console, question.change.lesson)
            return True
        _print(console, "Both give the same, so it does not show the change.", "red")
        _print(console, _indented(answer.yours))


def _indented(text):
    return "\n".join(f"  {line}" for line in text.splitlines())


def _print(console, text, style=""):
    console.print(Text(text, style=style), soft_wrap=True)
