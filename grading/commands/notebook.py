"""``unrolled notebook`` and ``unrolled module``: an answer goes into a notebook, or out of it."""

import sys
from pathlib import Path

from grading.catalogue.paths import display_path
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import exercise_path
from grading.catalogue.syllabus import NAMES, exercise
from grading.notebooks.files import module_cell, naming, other_code, read, take_module, text_of
from grading.notebooks.save import notebook_path, save_module, save_notebook


def add_parser(subparsers):
    notebook = subparsers.add_parser(
        "notebook",
        help="put a module into the notebook of its exercise",
        description="Put a module, finished or not, into the notebook of its exercise. The cells "
        "that a notebook has besides are kept. The way back is unrolled module.",
    )
    notebook.add_argument("file", type=Path, metavar="FILE.py", help="the module")
    notebook.add_argument(
        "--out",
        type=Path,
        metavar="FILE.ipynb",
        help="the notebook, or a folder for it (default: beside the module; for a module in "
        "exercises/, in exercises/notebooks/)",
    )
    notebook.add_argument(
        "--exercise", metavar="NAME", help="which exercise it answers, if its name does not say so"
    )
    notebook.set_defaults(run=put_into_notebook)
    module = subparsers.add_parser(
        "module",
        help="take the module out of a notebook",
        description="Write the module cell of a notebook to a file, byte for byte. The way back "
        "is unrolled notebook.",
    )
    module.add_argument("file", type=Path, metavar="FILE.ipynb", help="the notebook")
    module.add_argument(
        "--out",
        type=Path,
        metavar="FILE.py",
        help="the module, or a folder for it (default: beside the notebook, under the exercise's "
        "name; for a notebook in exercises/notebooks/, in exercises/)",
    )
    module.add_argument(
        "--exercise", metavar="NAME", help="which module, if the notebook holds several"
    )
    module.set_defaults(run=take_out_of_notebook)
    for parser in (notebook, module):
        parser.add_argument(
            "--force",
            action="store_true",
            help="replace another answer; it is kept as a .bak file",
        )


def put_into_notebook(args):
    name = exercise(args.exercise or _exercise_of(args.file)).name
    module = args.file.read_bytes()
    with naming(args.file):
        text_of(module)
    out = _target(args, name, exercise_path, notebook_path, args.file.with_suffix(".ipynb"))
    _report(out, save_notebook(out, name, module, args.force))
    return 0


def take_out_of_notebook(args):
    wanted = exercise(args.exercise).name if args.exercise else None
    with naming(args.file):
        notebook = read(args.file.read_bytes())
        name, cell = module_cell(notebook, wanted)
        module = take_module(cell)
    out = _target(args, name, notebook_path, exercise_path, args.file.with_name(f"{name}.py"))
    _report(out, save_module(out, name, module, args.force))
    others = other_code(notebook)
    if others:
        cells = f"cell{'s' * (len(others) > 1)} {', '.join(map(str, others))}"
        print(f"left out {cells}: only the module cell is the answer", file=sys.stderr)
    return 0


def _exercise_of(path):
    if path.suffix == ".ipynb":
        raise Refused(f"{path} is a notebook already; unrolled module turns it into a module")
    if path.stem not in NAMES:
        raise Refused(
            f"{path} is not named after an exercise; give --exercise, one of {', '.join(NAMES)}"
        )
    return path.stem


def _target(args, name, here, there, beside):
    """The file to write: on the student's desk from ``here`` to ``there``, elsewhere ``beside``."""
    if args.out is not None:
        return args.out / f"{name}{beside.suffix}" if args.out.is_dir() else args.out
    if args.file.resolve() != here(name).resolve():
        return beside
    there(name).parent.mkdir(exist_ok=True)
    return there(name)


def _report(out, backup):
    if backup:
        print(f"kept the old one as {display_path(backup)}")
    print(f"wrote {display_path(out)}")
