"""``unrolled reset EXERCISE``: back to the stub; the student's file is kept as a backup."""

import sys

from grading.catalogue.board import runner
from grading.catalogue.paths import ROOT, display_path
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import is_untouched
from grading.catalogue.syllabus import named
from grading.catalogue.where import folder_of
from grading.student.reset import reset


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "reset",
        help="start an exercise over; your file is kept as a backup",
        description="Put the stub of an exercise back. Your file is kept in the folder .backup "
        "beside it.",
    )
    parser.add_argument("exercise", metavar="EXERCISE", help="the one to start over")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--impl", metavar="FOLDER", default="exercises", help="your folder")
    parser.set_defaults(run=run)


def run(args):
    name = named(args.exercise).name
    folder = folder_of(args.impl)
    if folder == ROOT / "solutions":
        raise Refused("--impl solutions: the reference is not an answer to start over")
    if not folder.is_dir():
        raise Refused(f"--impl {args.impl}: there is no such folder")
    path = folder / f"{name}.py"
    if is_untouched(name, path):
        print(f"{display_path(path)} is the stub already: nothing to do")
        return 0
    if path.exists() and not args.yes:
        if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
            raise Refused(f"nobody is here to be asked: {runner()}unrolled reset {name} --yes")
        if not _agrees(f"Put the stub back in {display_path(path)}? Your file is kept. [y/N] "):
            print("nothing was changed")
            return 1
    try:
        backup = reset(name, folder)
    except OSError as error:
        raise Refused(f"{display_path(path)} is as it was: {error}") from None
    print(f"{display_path(path)} is the stub again")
    if backup:
        print(f"your file is kept as {display_path(backup)}")
    return 0


def _agrees(question):
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False
