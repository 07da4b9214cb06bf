"""``unrolled course``: make an nbgrader course."""

from pathlib import Path

from grading.course.folder import lay_out
from grading.running import hidden_tests
from grading.running.report import display_path


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "course",
        help="for instructors: make an nbgrader course",
        description="Make a complete nbgrader course in a folder: configuration, source notebooks "
        "with the solutions, notes. Run again, it brings the course up to date; files that you "
        "changed are kept, and so are all notebooks once there are submissions in the gradebook.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or such a course")
    layout = parser.add_mutually_exclusive_group()
    layout.add_argument(
        "--single",
        action="store_true",
        default=None,
        help="all exercises in one notebook of one assignment",
    )
    layout.add_argument(
        "--each",
        dest="single",
        action="store_false",
        help="an assignment with one notebook for each exercise (the default)",
    )
    parser.add_argument(
        "--hide",
        action="append",
        metavar="EXERCISE/GROUP",
        help='a group of tests that runs only at grading, as in --hide "windows/shuffling"; may be '
        "given several times; --hide none for none (the default)",
    )
    parser.add_argument(
        "--exercises",
        nargs="+",
        metavar="EXERCISE",
        help="only these exercises (default: all of the kit)",
    )
    parser.set_defaults(run=run)


def run(args):
    hidden = [] if args.hide == ["none"] else args.hide
    own = hidden_tests.files_in(args.folder / hidden_tests.FOLDER)
    outcome = lay_out(args.folder, args.single, hidden, args.exercises)
    where = display_path(args.folder)
    for path in outcome.written:
        print(f"wrote {where}/{path}")
    for path in outcome.kept:
        print(f"kept {where}/{path}: somebody changed it; move it away to have it made again")
    if not outcome.written and not outcome.kept:
        print(f"{where} is up to date")
    for name, files in own.items():
        count = sum(map(len, files.values()))
        print(f"{name}: {count} hidden test{'s' * (count != 1)} of your own")
    return 1 if outcome.kept else 0
