"""``unrolled build``: make the stubs and notebooks in ``exercises/`` from the solutions.

Before them it makes the figures of the lessons that are not there yet, which the notebooks show.
"""

from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import build, exercise_path, expected_stub
from grading.catalogue.syllabus import NAMES
from grading.notebooks.save import lay_out, made, notebook_path
from grading.student.see import figures


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "build",
        help="for developers of the kit: make the stubs and notebooks from the solutions",
        description="Write exercises/*.py and exercises/notebooks/*.ipynb from solutions/*.py, and "
        "the figures of the lessons. A file that somebody worked on is kept as it is.",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if one is out of date"
    )
    parser.add_argument(
        "--figures", action="store_true", help="draw all figures of the lessons again"
    )
    parser.set_defaults(run=run)


def run(args):
    if args.check:
        stale = [path for path, data in _expected() if _current(path) != data]
        for path in stale:
            print(f"out of date: {_shown(path)}")
        return 1 if stale else 0
    for path in figures.write_all(again=args.figures):
        print(f"wrote {_shown(path)}")
    results = [(exercise_path, *build()), (notebook_path, *lay_out())]
    for path_of, written, _ in results:
        for name in written:
            print(f"wrote {_shown(path_of(name))}")
    kept = [path_of(name) for path_of, _, kept in results for name in kept]
    for path in kept:
        print(f"kept {_shown(path)}: somebody has worked on it; move it away to rebuild it")
    return 1 if kept else 0


def _expected():
    for name in NAMES:
        yield exercise_path(name), expected_stub(name).encode()
        yield notebook_path(name), made(name)


def _current(path):
    return path.read_bytes() if path.exists() else None


def _shown(path):
    return path.relative_to(ROOT).as_posix()
