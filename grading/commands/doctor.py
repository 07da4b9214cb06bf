"""``unrolled doctor``: what is there, what is missing, and the command that mends it."""

from rich.console import Console

from grading.catalogue.syllabus import NAMES
from grading.student.checkup import CHECKS, MISSING, OK

_SIGNS = {OK: ("ok", "green"), MISSING: ("missing", "yellow")}


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "doctor",
        help="look whether everything is there, and how to mend what is not",
        description="Look at Python, TensorFlow, the GPU and all else that is of use. Exits with 0 "
        "unless something is missing that every student needs.",
    )
    parser.set_defaults(run=run)


def run(args):
    console = Console(highlight=False, soft_wrap=True)
    broken = 0
    for check in CHECKS:
        if check.slow and console.is_terminal:
            console.print(f"looking at {check.name} ...", style="dim", end="\r")
        for line in check():
            sign, style = _SIGNS[line.state]
            if line.state == MISSING and line.needed:
                sign, style, broken = "BROKEN", "red", broken + 1
            console.print(f"[{style}]{sign:<8}[/{style}]", end="")
            console.print(f"{line.name:<14}", end="")
            console.print(line.detail, markup=False)
            if line.mend and line.state != OK:
                console.print(f"{'':<22}mend it: ", end="")
                console.print(line.mend, markup=False, style="bold")
    if broken:
        console.print(f"\n{broken} thing{'s' * (broken > 1)} every student needs: mend that first.")
        return 1
    console.print(f"\nReady for all {len(NAMES)} exercises.")
    return 0
