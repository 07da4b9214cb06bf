"""Read what students submitted, once, also where it is damaged.

What cannot be read becomes one sentence for the report; the rest is read all the same.
"""

import contextlib
import stat
from dataclasses import dataclass, field

from grading.catalogue.refused import Refused
from grading.catalogue.stubs import is_stub
from grading.catalogue.syllabus import NAMES, exercise
from grading.notebooks.check import CannotCheck, module_source
from grading.notebooks.files import NotebookError, bytes_of, parse, take_module

LARGEST = 10_000_000  # bytes of a submitted file; a notebook with all its outputs has far fewer


class NotTaken(Refused, ValueError):
    """A submitted file is not taken; the message says why, and what to do, without its name."""


@dataclass
class Answer:
    """What a submission holds.

    Attributes:
        modules: a dict from the exercise to the bytes of its module.
        problems: a dict from each exercise without a module to a sentence that says why.
        notes: sentences on what was found and set right.
    """

    modules: dict = field(default_factory=dict)
    problems: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)


def read_submission(folder, notebooks, root=None):
    """Read the modules in all notebooks of one submission.

    Args:
        folder: the submission's folder.
        notebooks: a dict from the name of each notebook to its exercises.
        root: the folder that all submissions are in, which nothing may point out of; ``folder``
            if None.

    Returns:
        An :class:`Answer`; each sentence in it names the file.
    """
    answer = Answer()
    for notebook, names in notebooks.items():
        found, _, _ = read_notebook(folder, notebook, names, root or folder)
        answer.modules |= found.modules
        answer.problems |= found.problems
        answer.notes += found.notes
    return answer


def read_notebook(folder, name, exercises, root):
    """What a notebook of a submission holds, the notebook itself if it is one, and its bytes."""
    file, notebook, data = f"{name}.ipynb", None, b""
    try:
        data = read_file(folder / file, root)
        notebook = parse(data)
        found = modules_in(notebook, exercises)
    except (NotTaken, NotebookError) as error:
        found = Answer(problems=dict.fromkeys(exercises, str(error)))
    problems = {name: f"{file}: {text}" for name, text in found.problems.items()}
    notes = [f"{file}: {text}" for text in found.notes]
    return Answer(found.modules, problems, notes), notebook, data


def read_file(path, root):
    """The bytes of a submitted file; see :func:`check_file`.

    Raises:
        NotTaken: as there, or it is empty.
    """
    check_file(path, root)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise NotTaken(f"it cannot be read: {error.strerror}") from None
    if not data.strip():
        raise NotTaken("it is empty")
    return data


def check_file(path, root):
    """Look whether a submitted file may be read at all.

    Args:
        path: the file.
        root: the folder that it must lie in, once all symbolic links are followed.

    Raises:
        NotTaken: it is not there, is no plain file, lies elsewhere, or is too large.
    """
    try:
        if not path.resolve().is_relative_to(root.resolve()):
            raise NotTaken("it is a link to a place outside of the submission")
        if path.is_symlink():
            raise NotTaken("it is a symbolic link; hand in the file itself")
        status = path.stat()
    except FileNotFoundError:
        others = sorted(other.name for other in path.parent.glob("*.ipynb"))
        there = f"; there is {', '.join(others)}" if others and path.suffix == ".ipynb" else ""
        raise NotTaken(f"there is no such file{there}") from None
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, up to Python 3.12
        raise NotTaken(f"it cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if not stat.S_ISREG(status.st_mode):  # a named pipe would wait for its writer for ever
        raise NotTaken("it is no plain file")
    if status.st_size > LARGEST:
        raise NotTaken(
            f"it has {status.st_size / 1e6:.1f} MB, and {LARGEST / 1e6:.0f} MB are the most"
            + "; clear the outputs of the notebook" * (path.suffix == ".ipynb")
        )


def modules_in(notebook, names):
    """The modules of some exercises in a notebook.

    As to nbgrader, the last of several cells with an exercise's mark counts. A cell that was
    turned into text, or whose other marks were changed, still is the module. Where the mark is
    gone, or is at the stub as it was given out, it is the cell that a check cell would find.

    Args:
        notebook: as from ``json.loads``, or nbformat's own; ``cells`` may hold anything.
        names: the exercises.

    Returns:
        An :class:`Answer`.
    """
    answer = Answer()
    cells = list(cells_in(notebook))
    for name in names:
        marked = [cell for cell in cells if mark_of(cell) == name]
        try:
            if not marked:
                answer.modules[name] = _without_mark(cells, name)
                answer.notes.append(
                    f"the module cell of {name} lost its mark; it was found all the same"
                )
                continue
            module = take_module({**marked[-1], "source": _source(marked[-1])})
            if is_stub(name, module):
                with contextlib.suppress(NotebookError):
                    module = _without_mark(cells, name)
                    answer.notes.append(
                        f"the module cell of {name} is the stub; the module was found in another"
                    )
            answer.modules[name] = module
        except (NotebookError, CannotCheck) as error:
            answer.problems[name] = str(error)
            continue
        if len(marked) > 1:
            answer.notes.append(
                f"{len(marked)} cells are marked as the module {name}: the last counts"
            )
        if marked[-1].get("cell_type") != "code":
            answer.notes.append(f"the module cell of {name} was turned into text")
    return answer


def mark_of(cell):
    """nbgrader's id of a cell, or None."""
    marks = cell["metadata"].get("nbgrader")
    mark = marks.get("grade_id") if isinstance(marks, dict) else None
    return mark if isinstance(mark, str) else None


def _without_mark(cells, name):
    """The module of an exercise in a cell that is not marked as one."""
    sources = [
        _source(cell)
        for cell in cells
        if cell.get("cell_type") == "code" and mark_of(cell) not in NAMES
    ]
    try:
        return bytes_of(module_source(exercise(name), sources), {})
    except CannotCheck:
        names = " and ".join(exercise(name).defines)
        raise NotebookError(
            f"no cell is marked as the module {name}, and none defines {names}"
        ) from None


def cells_in(notebook):
    cells = notebook.get("cells")
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and isinstance(cell.get("metadata"), dict):
            yield cell


def _source(cell):
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))
