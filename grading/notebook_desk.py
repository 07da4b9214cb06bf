"""The notebooks on the student's desk, and how files are written there without losing any."""

import contextlib
import errno
import hashlib
import json
import os
import tempfile

from grading.notebook_files import module_cell, naming, put_module, read, take_module, write
from grading.notebook_pages import page
from grading.stubs import ROOT, exercise_path, expected_stub
from grading.syllabus import NAMES

FOLDER = ROOT / "exercises" / "notebooks"
_MEMORY = ".notebooks.json"  # the hashes of the notebooks as they were made


class Kept(Exception):
    """A file holds somebody's work, so it was not overwritten; the argument is its path."""


def notebook_path(name):
    """The notebook of an exercise on the student's desk."""
    return FOLDER / f"{name}.ipynb"


def lay_out(names=NAMES, folder=FOLDER):
    """Make the notebooks that are not there yet, each from the module on the student's desk.

    A notebook that is just as it was made is renewed when the module or the kit has changed; one
    that somebody worked in, or only opened and saved, is kept.

    Returns:
        Two lists of exercises: those whose notebook was written, and those whose was kept.

    Raises:
        NotebookError: a module on the desk is no text; it names the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = _recall(folder)
    written, kept = [], []
    for name in names:
        path, module = folder / f"{name}.ipynb", exercise_path(name)
        current = path.read_bytes() if path.exists() else None
        if current is not None and _hash(current) != known.get(name):
            kept.append(name)
            continue
        with naming(module):
            made = page(name, module.read_bytes() if module.exists() else None)
        if made != current:
            replace(path, made)
            written.append(name)
        known[name] = _hash(made)
        replace(folder / _MEMORY, (json.dumps(known, indent=2) + "\n").encode())
    return written, kept


def save_notebook(path, name, module, force=False):
    """Write a module into the notebook at ``path``; cells of its own that it has are kept.

    Args:
        path: where; the notebook is made if it is not there.
        name: the exercise.
        module: the bytes of the module.
        force: replace also an answer that somebody wrote; the old file is kept as a backup.

    Returns:
        The path of the backup, or None if none was needed.

    Raises:
        Kept: the notebook holds another answer than ``module``, and ``force`` was not given.
        NotebookError: the module is no text, or the file, which is then named, is no notebook of
            this exercise.
    """
    if not path.exists():
        replace(path, page(name, module))
        return None
    current = path.read_bytes()
    with naming(path):
        notebook = read(current)
        _, cell = module_cell(notebook, name)
        answer = take_module(cell)
    if answer == module:
        return None
    needs_backup = not is_stub(name, answer)
    if needs_backup and not force:
        raise Kept(path)
    put_module(cell, module)
    backup = _back_up(path, current) if needs_backup else None
    replace(path, write(notebook))
    return backup


def save_module(path, name, module, force=False):
    """Write a module to ``path``; see :func:`save_notebook`."""
    if not path.exists():
        replace(path, module)
        return None
    current = path.read_bytes()
    if current == module:
        return None
    needs_backup = not is_stub(name, current)
    if needs_backup and not force:
        raise Kept(path)
    backup = _back_up(path, current) if needs_backup else None
    replace(path, module)
    return backup


def is_stub(name, module):
    """Whether a module is nothing but the stub of its exercise."""
    return module.replace(b"\r\n", b"\n") == expected_stub(name).encode()


def replace(path, data):
    """Write a file in one step: whatever happens, either the old or the new one is there."""
    path = path.resolve()  # of a symbolic link, what it points to
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        # As any new file gets, or as the old one had; mkstemp's are for the owner alone.
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        os.chmod(draft, mode)
        os.replace(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        raise


def _back_up(path, data):
    for number in range(1, 1000):
        backup = path.with_name(f"{path.name}.bak{number if number > 1 else ''}")
        try:
            with open(backup, "xb") as file:
                file.write(data)
            return backup
        except FileExistsError:
            continue
    raise FileExistsError(errno.EEXIST, "there are 999 backups of it already", str(path))


def _recall(folder):
    try:
        known = json.loads((folder / _MEMORY).read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _hash(data):
    return hashlib.sha256(data).hexdigest()
