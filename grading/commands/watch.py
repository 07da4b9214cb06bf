"""``unrolled watch``: test at every save, and show the one failing test that matters."""

import importlib.util

from grading.catalogue.refused import Refused
from grading.catalogue.syllabus import named
from grading.catalogue.where import folder_of


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "watch",
        help="test at every save",
        description="Test an exercise at every save, in a process that has TensorFlow loaded, and "
        "show the one failing test that matters. It goes to the exercise that you save.",
    )
    parser.add_argument(
        "exercise", nargs="?", metavar="EXERCISE", help="begin with this one (default: the next)"
    )
    parser.add_argument(
        "--impl", metavar="FOLDER", default="exercises", help="watch this folder of modules"
    )
    parser.add_argument(
        "--poll",
        action="store_true",
        help="look at the files at short intervals, where the file system tells nothing (network "
        "drives, some containers)",
    )
    parser.set_defaults(run=run)


def run(args):
    name = named(args.exercise).name if args.exercise else None
    if not folder_of(args.impl).is_dir():
        raise Refused(f"--impl {args.impl}: there is no such folder")
    if importlib.util.find_spec("watchfiles") is None:
        raise Refused("the package watchfiles is missing; install the kit anew: uv sync")

    from grading.student.watch.keys import has_terminal
    from grading.student.watch.loop import Watch
    from grading.student.watch.screen import Screen

    return Watch(args.impl, name, Screen(whole=has_terminal()), args.poll).run()
