"""Run programs that are long in importing, each in a process forked from one that has imported.

What they do and print is as by ``python -m MODULE WORDS``, without the seconds for nbgrader.
"""

import atexit
import multiprocessing
import os
import runpy
import sys
import tempfile
from pathlib import Path
from subprocess import CompletedProcess

IMPORTED = ["nbgrader.apps", "nbgrader.converters", "nbgrader.api"]
LIMIT = 300  # seconds

if hasattr(os, "fork"):
    _forked = multiprocessing.get_context("forkserver")
    _forked.set_forkserver_preload(IMPORTED)


def run(module, words, cwd, environment, together=False):
    """Run a module; gives the finished process with its text in ``stdout`` and ``stderr``.

    Args:
        together: put both into ``stdout``.
    """
    words = [str(word) for word in words]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "stdout", Path(folder) / ("stdout" if together else "stderr")]
        given = (module, words, str(cwd), environment, [str(file) for file in files])
        process = _forked.Process(target=_become, args=given)
        process.start()
        process.join(LIMIT)
        process.kill()
        process.join()
        out, err = (file.read_text("utf-8", errors="replace") for file in files)
    return CompletedProcess([module, *words], process.exitcode, out, err)


def _become(module, words, cwd, environment, files):
    for number, file in enumerate(files, 1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = [cwd, *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    sys.argv = [module, *words]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()  # which a forked process does not do by itself
