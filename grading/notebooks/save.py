"""The student's notebooks, and how an answer is copied between module and notebook."""

import json
from pathlib import Path

from grading.catalogue.files import back_up, digest, write_atomically
from grading.catalogue.memory import Memory
from grading.catalogue.paths import ROOT, display_path
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import exercise_path, expected_stub, is_stub
from grading.catalogue.syllabus import NAMES
from grading.notebooks.cells import page
from grading.notebooks.files import (
    NotebookError,
    module_cell,
    naming,
    put_module,
    read,
    take_module,
    write,
)

FOLDER = ROOT / "exercises" / "notebooks"
MARK = "unrolled"  # in a notebook's metadata: the digest of what it was made as
# In earlier versions of the kit, beside the notebooks: digests of each notebook as it was made, and
# of the answer that it and its module last shared.
_LEDGER = ".notebooks.json"
_KEY = "unrolled/notebooks"  # of the memory: the answers last shared, by the notebook's path


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


def made(name, module=None):
    """The notebook of an exercise as :func:`lay_out` writes it: a page with its mark.

    Args:
        name: the exercise.
        module: the bytes of the module; the stub if None.

    Raises:
        NotebookError: the bytes are no text.
    """
    return _marked(read(page(name, module)))


def is_as_made(data):
    """Whether a notebook is what :func:`made` once gave, of this kit or of an earlier one."""
    try:
        notebook = read(data)
        notebook["metadata"].pop(MARK)
    except (NotebookError, AttributeError, KeyError, TypeError):
        return False
    return _marked(notebook) == data


def _marked(notebook):
    mark = {MARK: {"made": digest(write(notebook))}}
    return write({**notebook, "metadata": {**notebook["metadata"], **mark}})


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
    ledger = _take_over_ledger(folder)
    written, kept, shared = [], [], {}
    for name in names:
        path, source = folder / f"{name}.ipynb", exercise_path(name)
        current = path.read_bytes() if path.exists() else None
        if current is not None and not is_as_made(current) and digest(current) != ledger.get(name):
            kept.append(name)
            continue
        module = source.read_bytes() if source.exists() else expected_stub(name).encode()
        with naming(source):
            new = made(name, module)
        if new != current:
            write_atomically(path, new)
            written.append(name)
        shared[path] = digest(module)
    _remember(shared)
    (folder / _LEDGER).unlink(missing_ok=True)  # its notebooks have a mark now, or are kept
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
    notebook = notebook_path(name)
    on_desk = path.resolve() in (notebook.resolve(), exercise_path(name).resolve())
    # An answer that notebook and module last shared may be replaced: the other one has it, too.
    is_work = old is not None and not is_stub(name, old)
    if is_work and on_desk:
        is_work = digest(old) != _last_shared(name)
    backup = None
    if old != new:
        if is_work and not force:
            raise Kept(path)
        if is_work:
            backup = back_up(
                current, lambda n: path.with_name(f"{path.name}.bak{n * (n > 1) or ''}")
            )
        write_atomically(path, data)
    if on_desk:
        _remember({notebook: digest(new)})
    return backup


def _last_shared(name):
    path = notebook_path(name)
    return _memory().get(str(path)) or _ledger(path.parent).get(f"answer {name}")


def _remember(shared):
    known = {path: answer for path, answer in _memory().items() if Path(path).exists()}
    Memory().set(_KEY, {**known, **{str(path): answer for path, answer in shared.items()}})


def _memory():
    known = Memory().get(_KEY, {})
    return known if isinstance(known, dict) else {}


def _take_over_ledger(folder):
    ledger, known = _ledger(folder), _memory()
    answers = {folder / f"{name}.ipynb": ledger.get(f"answer {name}") for name in NAMES}
    _remember({path: a for path, a in answers.items() if a and str(path) not in known})
    return ledger


def _ledger(folder):
    try:
        known = json.loads((folder / _LEDGER).read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
