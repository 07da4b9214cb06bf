"""``unrolled build``: make the stubs in ``exercises/`` from the solutions."""

import sys

from grading.stubs import MarkError, build, exercise_path, expected_stub
from grading.syllabus import NAMES


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "build",
        help="for developers of the kit: make the stubs from the solutions",
        description="Write exercises/*.py from solutions/*.py. A file that somebody worked on is "
        "kept as it is.",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if a stub is out of date"
    )
    parser.set_defaults(run=run)


def run(args):
    try:
        if args.check:
            stale = [name for name in NAMES if _current(name) != expected_stub(name)]
            for name in stale:
                print(f"out of date: exercises/{name}.py")
            return 1 if stale else 0
        written, kept = build()
    except MarkError as error:
        print(f"unrolled build: {error}", file=sys.stderr)
        return 2
    for name in written:
        print(f"wrote exercises/{name}.py")
    for name in kept:
        print(f"kept exercises/{name}.py: somebody has worked on it; move it away to rebuild it")
    return 1 if kept else 0


def _current(name):
    path = exercise_path(name)
    return path.read_text(encoding="utf-8") if path.exists() else None
