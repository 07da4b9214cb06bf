"""``unrolled lab``: the exercises as notebooks, in JupyterLab."""

import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

from grading.catalogue.paths import ROOT, display_path, kit_environment
from grading.catalogue.refused import Refused
from grading.catalogue.syllabus import exercise
from grading.notebooks.save import FOLDER, lay_out

SETTINGS = ROOT / "grading" / "notebooks" / "settings"


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "lab",
        help="work in notebooks: open JupyterLab on the exercises",
        description="Lay out a notebook for each exercise in exercises/notebooks/ and open "
        "JupyterLab there. A notebook that you worked in is never overwritten.",
    )
    parser.add_argument(
        "exercise", nargs="?", metavar="EXERCISE", help="open the notebook of this one"
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="only print the address to be opened"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        default=FOLDER,
        help="where the notebooks are (default: exercises/notebooks)",
    )
    parser.add_argument("--port", type=int, metavar="N", help="default: 8888, or the next free one")
    parser.set_defaults(run=run)


def run(args):
    opened = exercise(args.exercise).name if args.exercise else None
    if args.port is not None and not _is_free(args.port):
        raise Refused(f"--port {args.port} cannot be used: it is taken, or not a port of yours")
    if importlib.util.find_spec("jupyterlab") is None:
        words = " ".join(["uv run --extra lab unrolled lab", *filter(None, [args.exercise])])
        raise Refused(f"JupyterLab is not installed; this installs and starts it: {words}")
    written, kept = lay_out(folder=args.folder)
    folder = display_path(args.folder.resolve())
    if written:
        print(f"wrote {', '.join(written)} to {folder}/")
    if kept:
        print(f"kept {', '.join(kept)} in {folder}/: somebody has worked there")
    print(f"pytest can test an answer, too: unrolled module {folder}/{opened or 'windows'}.ipynb")
    print("To end JupyterLab, press Ctrl-C here.", flush=True)
    return _start(command(args.folder.resolve(), opened, args.port, args.no_browser))


def command(folder=FOLDER, opened=None, port=None, no_browser=False):
    """The command line of JupyterLab, in this very Python.

    Args:
        folder: where the notebooks are.
        opened: the exercise whose notebook is opened; None shows the list of files.
        port: on the loopback interface; None takes the first free one from 8888 on.
        no_browser: leave it to the user to open the address.
    """
    words = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    # Of its log a student needs the address only, which comes at any level.
    words += ["--ServerApp.ip=127.0.0.1", "--log-level=ERROR"]
    if opened:
        words.append(f"--LabApp.default_url=/lab/tree/{opened}.ipynb")
    if port is not None:
        words += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if no_browser:
        words.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")  # in a container; only this machine can reach it anyway
    return words


def environment():
    """The environment of JupyterLab and its kernels.

    They find the kit, this Python before others, and our defaults of a few settings (line numbers,
    since reports name lines; no prompt about news). What a user has set comes first.
    """
    settings = [str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH")]
    return kit_environment(
        JUPYTER_CONFIG_PATH=os.pathsep.join(filter(None, settings)),
        JUPYTER_PREFER_ENV_PATH="1",
        # Or else the first import of TensorFlow fills a student's screen.
        TF_CPP_MIN_LOG_LEVEL=os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3"),
    )


def _start(words):
    if os.name == "posix":  # JupyterLab takes our place, with its own answer to Ctrl-C
        os.execve(words[0], words, environment())
    process = subprocess.Popen(words, env=environment())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # JupyterLab got it too, and asks what to do
            continue


def _is_free(port):
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except (OSError, OverflowError):
        return False
