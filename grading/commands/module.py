"""``unrolled module``: take the module out of a notebook."""

import sys
from pathlib import Path

from grading.catalogue.stubs import exercise_path
from grading.catalogue.syllabus import exercise
from grading.notebooks.files import module_cell, naming, other_code, read, take_module
from grading.notebooks.save import notebook_path, save_module
from grading.running.report import display_path


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "module",
        help="take the module out of a notebook",
        description="Write the module cell of a notebook to a file, byte for byte. The way back "
        "is unrolled notebook.",
    )
    parser.add_argument("file", type=Path, metavar="FILE.ipynb", help="the notebook")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE.py",
        help="the module, or a folder for it (default: beside the notebook, under the exercise's "
        "name; for a notebook in exercises/notebooks/, in exercises/)",
    )
    parser.add_argument(
        "--exercise", metavar="NAME", help="which module, if the notebook holds several"
    )
    parser.add_argument(
        "--force", action="store_true", help="replace another answer; it is kept as a .bak file"
    )
    parser.set_defaults(run=run)


def run(args):
    wanted = exercise(args.exercise).name if args.exercise else None
    with naming(args.file):
        notebook = read(args.file.read_bytes())
        name, cell = module_cell(notebook, wanted)
        module = take_module(cell)
    backup = save_module(out := _target(args, name), name, module, args.force)
    if backup:
        print(f"kept the old one as {display_path(backup)}")
    print(f"wrote {display_path(out)}")
    others = other_code(notebook)
    if others:
        cells = f"cell{'s' * (len(others) > 1)} {', '.join(map(str, others))}"
        print(f"left out {cells}: only the module cell is the answer", file=sys.stderr)
    return 0


def _target(args, name):
    if args.out is None:
        if args.file.resolve() == notebook_path(name).resolve():
            return exercise_path(name)
        return args.file.with_name(f"{name}.py")
    return args.out / f"{name}.py" if args.out.is_dir() else args.out
