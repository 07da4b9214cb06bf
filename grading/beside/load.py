"""Load a student's module, whatever is in it. Runs beside the subject, never in a judge."""

import importlib
import importlib.abc
import importlib.util
import sys
import types
from pathlib import Path

from grading.beside.errors import line_in


class LoadError(Exception):
    """The module cannot be loaded; the message says why, with the line if there is one."""


def load(request):
    """Load the subject that a request names.

    Args:
        request: ``exercise``, and one of: ``path``, the student's module, with ``references``, a
            dict from other exercises to the files that an import of them gives, or to None where it
            is refused; ``variant``, a module whose ``subject(name)`` makes the subject ``name``;
            ``library``, for many subjects that are made later.

    Returns:
        The subject and None, or None and what is wrong, as a dict.
    """
    if "library" in request:
        return None, None
    if "variant" in request:
        return importlib.import_module(request["variant"]).subject(request["name"]), None
    try:
        return load_module(request["path"], request["exercise"], request["references"]), None
    except LoadError as error:
        return None, {"unloadable": str(error)}


def load_module(path, exercise, references):
    """Run the module at ``path`` as the answer to an exercise.

    An import of another exercise (``from exercises.windows import split_windows``) gives the
    reference, so that one mistake costs its points once. Other modules beside the file can be
    imported too; they never come before installed ones.

    Raises:
        LoadError: syntax error, failed import, an exception or ``sys.exit`` while it runs.
    """
    path = Path(path)
    name = f"exercises.{exercise}"
    _prepare_imports(path.parent, references)
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
        line = line_in(str(path), error)
        raise LoadError(f"{path.name} calls sys.exit() while it is imported{line}") from None
    except BaseException as error:
        line = line_in(str(path), error)
        raise LoadError(
            f"{type(error).__name__} while {path.name} is imported{line}: {error}"
        ) from None
    return module


def _prepare_imports(folder, references):
    package = types.ModuleType("exercises")
    package.__path__ = [str(folder)]
    sys.modules["exercises"] = package
    sys.meta_path.insert(0, _ReferenceFinder(references))
    sys.path.append(str(folder))


class _ReferenceFinder(importlib.abc.MetaPathFinder):
    """Finds the reference wherever an answer imports another exercise.

    Raises:
        ImportError: the answer may not have it.
    """

    def __init__(self, references):
        self.references = references

    def find_spec(self, fullname, path=None, target=None):
        name = fullname.removeprefix("exercises.")
        if name not in self.references:
            return None
        if self.references[name] is None:
            raise ImportError(f"{name} cannot be imported here: it would give away the answer")
        return importlib.util.spec_from_file_location(fullname, self.references[name])
