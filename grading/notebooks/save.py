"""The notebooks on the student's desk, and how files are written there without losing any."""

import contextlib
import errno
import hashlib
import json
import os
import tempfile

from grading.catalogue.refused import Refused
from grading.catalogue.stubs import ROOT, exercise_path, expected_stub
from grading.catalogue.syllabus import NAMES
from grading.notebooks.cells import page
from grading.notebooks.files import module_cell, naming, put_module, read, take_module, write
from grading.running.report import display_path

FOLDER = ROOT / "exercises" / "notebooks"
# Hashes: of each notebook as it was made, and of the answer that it and its module last shared.
_MEMORY = ".notebooks.json"


class Kept(Refused):
    """A file holds somebody's work, so it was not overwritten."""

    def __init__(self, path):
        super().__init__(
            f"{display_path(path)} holds another answer, so it was not changed; give --force to "
            "replace it (a backup is kept), or --out",
            code=1,
        )


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
        known |= {name: _hash(made), _shared(name): _hash(take_module(_cell_in(made, name)))}
        _remember(folder, known)
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
        return _save(path, name, None, module, force, None, page(name, module))
    current = path.read_bytes()
    with naming(path):
        notebook = read(current)
        _, cell = module_cell(notebook, name)
        answer = take_module(cell)
    put_module(cell, module)
    return _save(path, name, answer, module, force, current, write(notebook))


def save_module(path, name, module, force=False):
    """Write a module to ``path``; see :func:`save_notebook`."""
    current = path.read_bytes() if path.exists() else None
    return _save(path, name, current, module, force, current, module)


def _save(path, name, old, new, force, current, data):
    """Write ``data`` over ``current`` where one answer, ``old``, gives way to another, ``new``.

    ``old`` and ``current`` are None where there is no file yet.
    """
    on_desk = path.resolve() in (notebook_path(name).resolve(), exercise_path(name).resolve())
    known = _recall(FOLDER) if on_desk else {}
    # The answer that notebook and module last had in common is in neither's way.
    is_work = old is not None and not is_stub(name, old) and _hash(old) != known.get(_shared(name))
    backup = None
    if old != new:
        if is_work and not force:
            raise Kept(path)
        backup = _back_up(path, current) if is_work else None
        replace(path, data)
    if on_desk:
        _remember(FOLDER, {**known, _shared(name): _hash(new)})
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


def _remember(folder, known):
    folder.mkdir(parents=True, exist_ok=True)
    replace(folder / _MEMORY, (json.dumps(known, indent=2, sort_keys=True) + "\n").encode())


def _shared(name):
    return f"answer {name}"


def _cell_in(notebook, name):
    return module_cell(read(notebook), name)[1]


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _hash(data):
    return hashlib.sha256(data).hexdigest()
