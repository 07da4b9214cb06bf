"""``unrolled course``: make an nbgrader course, or what Gradescope or Classroom 50 grades with."""

from pathlib import Path

from grading.catalogue.files import write_atomically
from grading.catalogue.paths import display_path
from grading.catalogue.refused import Refused
from grading.course import classroom50, gradescope
from grading.course.folder import exercises_of, lay_out
from grading.course.standalone import write_new
from grading.running import hidden_tests


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "course",
        help="for instructors: make an nbgrader course, or an autograder",
        usage="unrolled course DIR [--single | --each] [--hide EXERCISE/GROUP] "
        "[--exercises EXERCISE ...]\n"
        "       unrolled course --gradescope OUT.zip [--hidden-tests FOLDER] EXERCISE ...\n"
        "       unrolled course --classroom50 DIR EXERCISE ...",
        description="Make a complete nbgrader course in a folder: configuration, source notebooks "
        "with the solutions, notes. Run again, it brings the course up to date; files that you "
        "changed are kept, and so are all notebooks once there are submissions in the gradebook. "
        "Or make what another platform grades with.",
    )
    parser.add_argument(
        "words",
        nargs="+",
        metavar="DIR | EXERCISE",
        help="a new folder, or such a course; for another platform, exercises",
    )
    platform = parser.add_mutually_exclusive_group()
    platform.add_argument(
        "--gradescope",
        type=Path,
        metavar="OUT.zip",
        help="make an autograder of these exercises for Gradescope, as an archive to upload",
    )
    parser.add_argument(
        "--hidden-tests",
        type=Path,
        metavar="FOLDER",
        help="for Gradescope: your own tests, test_EXERCISE_WORD.py, which nobody else gets",
    )
    platform.add_argument(
        "--classroom50",
        type=Path,
        metavar="DIR",
        help="make an autograder of these exercises for Classroom 50, in a new folder",
    )
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
    if args.classroom50 or args.gradescope:
        return _make_autograder(args)
    if args.hidden_tests:
        raise Refused("--hidden-tests is for --gradescope; a course has its folder hidden_tests/")
    if len(args.words) > 1:
        raise Refused(f"give one folder, and exercises by --exercises; got {' '.join(args.words)}")
    folder = Path(args.words[0])
    hidden = [] if args.hide == ["none"] else args.hide
    own = hidden_tests.files_in(folder / hidden_tests.FOLDER)
    outcome = lay_out(folder, args.single, hidden, args.exercises)
    where = display_path(folder)
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


def _make_autograder(args):
    if args.hide or args.exercises or args.single is not None:
        raise Refused("--hide, --exercises, --single and --each are for a course of nbgrader")
    exercises = exercises_of(args.words)
    if args.hidden_tests and not (args.gradescope and args.hidden_tests.is_dir()):
        raise Refused(f"--hidden-tests {args.hidden_tests}: give a folder, and --gradescope")
    if args.gradescope:
        if args.gradescope.exists():
            raise Refused(f"{args.gradescope} is there already; move it away")
        write_atomically(args.gradescope, gradescope.archive_of(exercises, args.hidden_tests))
        print(f"wrote {display_path(args.gradescope)}: upload it under Configure Autograder")
        return 0
    write_new(args.classroom50, classroom50.files_of(exercises))
    print(
        f"wrote {display_path(args.classroom50)}: autograder.py, and the kit that it runs; put all "
        "of it into CLASSROOM/autograders/ASSIGNMENT/ of your classroom50 repository"
    )
    return 0
