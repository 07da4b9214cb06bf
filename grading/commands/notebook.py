"""``unrolled notebook``: put a module into a notebook."""

from pathlib import Path

from grading.catalogue.refused import Refused
from grading.catalogue.stubs import exercise_path
from grading.catalogue.syllabus import NAMES, exercise
from grading.notebooks.files import naming, text_of
from grading.notebooks.save import notebook_path, save_notebook
from grading.running.report import display_path


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "notebook",
        help="put a module into the notebook of its exercise",
        description="Put a module, finished or not, into the notebook of its exercise. The cells "
        "that a notebook has besides are kept. The way back is unrolled module.",
    )
    parser.add_argument("file", type=Path, metavar="FILE.py", help="the module")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE.ipynb",
        help="the notebook, or a folder for it (default: beside the module; for a module in "
        "exercises/, in exercises/notebooks/)",
    )
    parser.add_argument(
        "--exercise", metavar="NAME", help="which exercise it answers, if its name does not say so"
    )
    parser.add_argument(
        "--force", action="store_true", help="replace another answer; it is kept as a .bak file"
    )
    parser.set_defaults(run=run)


def run(args):
    name = exercise(args.exercise or _exercise_of(args.file)).name
    module = args.file.read_bytes()
    with naming(args.file):
        text_of(module)
    backup = save_notebook(out := _target(args, name), name, module, args.force)
    if backup:
        print(f"kept the old one as {display_path(backup)}")
    print(f"wrote {display_path(out)}")
    return 0


def _exercise_of(path):
    if path.suffix == ".ipynb":
        raise Refused(f"{path} is a notebook already; unrolled module turns it into a module")
    if path.stem not in NAMES:
        raise Refused(
            f"{path} is not named after an exercise; give --exercise, one of {', '.join(NAMES)}"
        )
    return path.stem


def _target(args, name):
    if args.out is None:
        if args.file.resolve() == exercise_path(name).resolve():
            notebook_path(name).parent.mkdir(exist_ok=True)
            return notebook_path(name)
        return args.file.with_suffix(".ipynb")
    return args.out / f"{name}.ipynb" if args.out.is_dir() else args.out
