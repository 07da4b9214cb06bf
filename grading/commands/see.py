"""``unrolled see``: pictures of your own code in the browser, new at each save."""

import importlib.util
from pathlib import Path

from grading.catalogue.refused import Refused


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "see",
        help="see what your code does: pictures in the browser, new at each save",
        description="Open a page in the browser that runs your module on what you type, beside "
        "the reference, and points at the first cell that differs. It is new at each save.",
    )
    parser.add_argument(
        "exercise", nargs="?", metavar="EXERCISE", help="begin with this one (default: windows)"
    )
    parser.add_argument("--impl", metavar="FOLDER", default="exercises", help="your folder")
    parser.add_argument(
        "--alone", action="store_true", help="without the reference's results beside yours"
    )
    parser.add_argument(
        "--png",
        metavar="FOLDER",
        type=Path,
        help="write the pictures to this folder instead, where there is no browser",
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="only print the address to be opened"
    )
    parser.add_argument("--port", type=int, default=0, metavar="N", help="default: a free one")
    parser.add_argument(
        "--poll", action="store_true", help="look at the files at short intervals, as in watch"
    )
    parser.set_defaults(run=run)


def run(args):
    from grading.catalogue.where import folder_of
    from grading.student.see.views import VIEWS

    if args.exercise is not None and args.exercise not in VIEWS:
        raise Refused(f"there are no pictures of {args.exercise!r}; there are: {', '.join(VIEWS)}")
    folder = folder_of(args.impl)
    if not folder.is_dir():
        raise Refused(f"--impl {args.impl}: there is no such folder")
    if args.png is not None:
        from grading.student.see.png import write_all

        names = [args.exercise] if args.exercise else list(VIEWS)
        return write_all(names, folder, args.png, args.alone)
    if importlib.util.find_spec("bokeh") is None:
        words = " ".join(["uv run --extra see unrolled see", *filter(None, [args.exercise])])
        raise Refused(f"Bokeh is not installed; this installs it and opens the page: {words}")
    from grading.student.see.server import serve

    if not 0 <= args.port <= 65535:
        raise Refused(f"--port must be from 0 to 65535, got {args.port}")
    name = args.exercise or next(iter(VIEWS))
    try:
        return serve(folder, name, args.port, args.alone, args.poll, not args.no_browser)
    except OSError as error:
        raise Refused(f"--port {args.port} cannot be used: {error.strerror or error}") from None
