"""The student's desk: which folder it is, and putting a stub back without losing anything."""

import contextlib
import time
from pathlib import Path

from grading.catalogue.files import write_atomically
from grading.catalogue.stubs import ROOT, expected_stub, is_untouched, note_stub
from grading.catalogue.syllabus import exercise
from grading.catalogue.where import Implementation, resolve


def folder_of(where, start="."):
    """The folder that ``--impl WHERE`` means, whether or not it holds a module yet."""
    folder = ROOT / where if where in ("exercises", "solutions") else Path(start) / where
    return folder.expanduser().resolve()


def implementation_with(where, name, start="."):
    """The modules at ``where``, with that exercise among them even if its file is not there yet.

    Raises:
        NoImplementation: there is no such folder.
    """
    folder = folder_of(where, start)
    path = folder / f"{name}.py"
    if folder.is_dir() and not any(folder.glob("*.py")):
        return Implementation(where, {name: {"exercise": name, "path": str(path)}})
    found = resolve(where, start)
    specs = {**found.specs}
    specs.setdefault(name, {"exercise": name, "path": str(path)})
    return Implementation(where, specs)


def reset(name, folder):
    """Put the stub of an exercise back; the file that was there is kept.

    Args:
        name: the exercise.
        folder: where its module is.

    Returns:
        The path of the backup; None where there was no file, or only the stub.

    Raises:
        OSError: something cannot be read or written; the file is then as it was.
    """
    path = (folder / f"{exercise(name).name}.py").resolve()
    backup = None
    if is_untouched(name, path):
        return None
    if path.exists():
        backup = _keep(path)
    write_atomically(path, expected_stub(name))
    with contextlib.suppress(OSError, ValueError):  # only makes a later build wary
        note_stub(name, folder)
    return backup


def _keep(path):
    """Copy a file into the folder ``.backup`` beside it, under a name that nothing has yet."""
    content = path.read_bytes()
    folder = path.parent / ".backup"
    folder.mkdir(exist_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for number in range(1, 1000):
        again = f"-{number}" if number > 1 else ""
        backup = folder / f"{path.stem}-{stamp}{again}.py"
        try:
            with open(backup, "xb") as file:
                file.write(content)
            return backup
        except FileExistsError:
            continue
    raise OSError(f"{folder} holds too many backups of {path.name}")
