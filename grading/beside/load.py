"""Load a student's module, whatever is in it. Runs beside the subject, never in a judge."""

import importlib.abc
import importlib.util
import sys
import types
from pathlib import Path

from grading.catalogue.syllabus import NAMES

SOLUTIONS = Path(__file__).resolve().parents[2] / "solutions"


class LoadError(Exception):
    """The module cannot be loaded; the message says why, with the line if there is one."""


def load_module(path, exercise):
    """Run the module at ``path`` as the answer to an exercise.

    An import of another exercise (``from exercises.windows import split_windows``) gives the
    reference, so that one mistake costs its points once. Other modules beside the file can be
    imported too; they never come before installed ones.

    Raises:
        LoadError: syntax error, failed import, an exception or ``sys.exit`` while it runs.
    """
    path = Path(path)
    name = f"exercises.{exercise}"
    _prepare_imports(path.parent, exercise)
    try:
        source = path.read_bytes()
    except OSError as error:
        raise LoadError(f"{path.name} cannot be read: {error}") from None
    try:
        compile(source, str(path), "exec")
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        where = f"\n    {error.text.rstrip()}" if error.text else ""
        raise LoadError(
            f"{type(error).__name__} in {path.name}{line}: {error.msg}{where}"
        ) from None
    except SystemExit as error:
        line = _line_in(path, error)
        raise LoadError(f"{path.name} calls sys.exit() while it is imported{line}") from None
    except BaseException as error:
        line = _line_in(path, error)
        raise LoadError(
            f"{type(error).__name__} while {path.name} is imported{line}: {error}"
        ) from None
    return module


def _prepare_imports(folder, exercise):
    package = types.ModuleType("exercises")
    package.__path__ = [str(folder)]
    sys.modules["exercises"] = package
    sys.meta_path.insert(0, _ReferenceFinder(exercise))
    sys.path.append(str(folder))


class _ReferenceFinder(importlib.abc.MetaPathFinder):
    """Finds the reference wherever an answer imports another exercise."""

    def __init__(self, exercise):
        self.others = {name for name in NAMES if name != exercise}

    def find_spec(self, fullname, path=None, target=None):
        name = fullname.removeprefix("exercises.")
        # In a sandbox no reference can be seen: there, the submission's own answers are found.
        if name not in self.others or not SOLUTIONS.is_dir():
            return None
        return importlib.util.spec_from_file_location(fullname, SOLUTIONS / f"{name}.py")


def _line_in(path, error):
    lines = []
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f", line {lines[-1]}" if lines else ""
