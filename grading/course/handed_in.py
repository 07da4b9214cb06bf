"""Find the modules and notebooks in a folder of what students handed in.

    FOLDER/ada/tokenizer.py     FOLDER/ada_tokenizer.py     FOLDER/ada.zip with tokenizer.py in it

and the same with ``.ipynb``; and what Canvas and Moodle let an instructor download, see
:mod:`grading.course.platform_names`. Each thing that is not taken gets one line that says why.
"""

import io
import re
import stat
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath

from grading.catalogue.syllabus import NAMES
from grading.course.platform_names import Name, names_in, without_number
from grading.course.reading import LARGEST, NotTaken, modules_in, read_file
from grading.course.rendering import plain
from grading.notebooks.files import NotebookError, parse, text_of

MOST_ENTRIES = 1000  # of a zip archive
# What systems leave behind; nobody hands these in.
_LITTER = {".DS_Store", "Thumbs.db", "__MACOSX", "__pycache__", ".ipynb_checkpoints"}
_STUDENT = re.compile(r"[\w@][\w@. -]*(?<![. ])")


@dataclass
class HandedIn:
    """One module of one student.

    Attributes:
        student: the student's id.
        exercise: the exercise that it answers.
        module: its bytes.
        when: seconds since the epoch: when the file was last changed.
        label: the file's name for messages.
        is_late: whether the platform that it was downloaded from marked it as late.
    """

    student: str
    exercise: str
    module: bytes
    when: float
    label: str
    is_late: bool = False


@dataclass
class Harvest:
    """What was found: the modules in order of their names, and a line for each thing refused."""

    taken: list = field(default_factory=list)
    refused: list = field(default_factory=list)

    def refuse(self, label, why):
        self.refused.append(f"{plain(str(label))}: {plain(str(why))}")

    def refuse_in(self, label, entries):
        """Refuse entries of an archive, a dict from the reason to their names: a line a reason."""
        for why, names in entries.items():
            more = f"/{names[0]}"
            if len(names) > 1:
                more = f": {len(names)} files in it, such as {names[0]}"
            self.refuse(f"{label}{more}", why)


def find(folder, notebooks):
    """Find all that students handed in.

    Args:
        folder: where; nothing in it is changed, and nothing outside of it is read.
        notebooks: a dict from the name of each notebook of the course to its exercises.

    Returns:
        A :class:`Harvest`.

    Raises:
        OSError: the folder itself cannot be read.
    """
    harvest, paths = Harvest(), sorted(folder.iterdir())
    known = names_in([path.name for path in paths])
    for path in paths:
        name = known.get(path.name)
        if path.name in _LITTER:
            continue
        if path.is_symlink():
            harvest.refuse(path.name, "it is a symbolic link; hand in the file itself")
        elif path.is_dir():
            student = name.student if name and not name.file else path.name
            _find_of_student(harvest, folder, path, student, notebooks)
        elif name:
            _find_one(harvest, folder, path, name, notebooks)
        elif path.suffix.lower() == ".zip":
            _find_one(harvest, folder, path, Name(path.stem, path.name), notebooks)
        else:
            _find_named(harvest, folder, path, notebooks)
    return harvest


def _find_of_student(harvest, folder, student_folder, student, notebooks):
    try:
        paths = sorted(student_folder.iterdir())
    except OSError as error:
        harvest.refuse(student_folder.name, f"it cannot be read: {error.strerror}")
        return
    for path in paths:
        label = f"{student_folder.name}/{path.name}"
        if path.name in _LITTER:
            continue
        if path.is_dir() and not path.is_symlink():
            harvest.refuse(label, "it is a folder; only the files of a student's folder count")
        else:
            _find_one(harvest, folder, path, Name(student, path.name), notebooks)


def _find_one(harvest, folder, path, name, notebooks):
    """An archive or a file of a student, by its :class:`grading.course.platform_names.Name`."""
    if path.suffix.lower() == ".zip":
        _find_in_zip(harvest, folder, path, name, notebooks)
    else:
        _take_file(harvest, folder, path, name, notebooks)


def _find_named(harvest, folder, path, notebooks):
    """A file whose name tells the student, too, as in ``ada_tokenizer.py``."""
    stem = without_number(path.name).removesuffix(path.suffix)
    for name in (*NAMES, *notebooks):
        if stem.endswith(f"_{name}"):
            named = Name(stem.removesuffix(f"_{name}"), f"{name}{path.suffix}")
            _take_file(harvest, folder, path, named, notebooks)
            return
    harvest.refuse(
        path.name, f"its name is not of the form STUDENT_EXERCISE.py; exercises: {', '.join(NAMES)}"
    )


def _take_file(harvest, folder, path, name, notebooks):
    label, file = path.relative_to(folder).as_posix(), _known_file(name.file, notebooks)
    try:
        _check_names(name.student, file, notebooks)
        data, when = read_file(path, folder), path.stat().st_mtime
    except (NotTaken, OSError) as error:
        harvest.refuse(label, error)
        return
    _take(harvest, data, name, file, when, label, notebooks)


def _find_in_zip(harvest, folder, path, name, notebooks):
    label = path.relative_to(folder).as_posix()
    try:
        _check_student(name.student)
        when = path.stat().st_mtime
        with zipfile.ZipFile(io.BytesIO(read_file(path, folder))) as archive:
            entries = _entries(archive)
            contents = {entry.filename: _extracted(archive, entry) for entry in entries}
    except (NotTaken, OSError) as error:
        harvest.refuse(label, error)
        return
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError) as error:
        # RuntimeError: it is encrypted; zlib.error is none of these, see _extracted.
        harvest.refuse(label, f"it is no zip archive that can be read: {error}")
        return
    refused, known = {}, {}
    for entry, data in contents.items():
        file = _known_file(PurePosixPath(entry).name, notebooks)
        try:
            _check_names(name.student, file, notebooks)
            if not data.strip():
                raise NotTaken("it is empty")
        except NotTaken as error:
            refused.setdefault(str(error), []).append(entry)
            continue
        known.setdefault(file, []).append(entry)
    for file, names in known.items():
        if len(names) > 1:
            why = f"{names[-1]} is the last of them, and counts"
            refused.setdefault(why, []).extend(names[:-1])
        _take(harvest, contents[names[-1]], name, file, when, f"{label}/{names[-1]}", notebooks)
    harvest.refuse_in(label, refused)


def _entries(archive):
    """The files of an archive.

    Raises:
        NotTaken: the archive as a whole is refused.
    """
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise NotTaken(f"it holds {len(entries)} files, and {MOST_ENTRIES} are the most")
    for entry in entries:
        parts = PurePosixPath(entry.filename).parts + PureWindowsPath(entry.filename).parts
        if entry.filename.startswith(("/", "\\")) or ".." in parts or ":" in entry.filename:
            raise NotTaken(f"the file {entry.filename!r} in it would leave its folder")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise NotTaken(f"{entry.filename!r} in it is a symbolic link")
    entries = [entry for entry in entries if not entry.is_dir()]
    entries = [e for e in entries if not _LITTER & set(PurePosixPath(e.filename).parts)]
    if sum(entry.file_size for entry in entries) > LARGEST:
        raise NotTaken(f"it unpacks to more than {LARGEST / 1e6:.0f} MB")
    return entries


def _extracted(archive, entry):
    try:
        with archive.open(entry) as file:
            data = file.read(LARGEST + 1)  # whatever size it claims to have
    except Exception as error:  # a damaged archive fails in many ways
        raise NotTaken(f"{entry.filename!r} in it cannot be unpacked: {error}") from None
    if len(data) > LARGEST:
        raise NotTaken(f"it unpacks to more than {LARGEST / 1e6:.0f} MB")
    return data


def _take(harvest, data, name, file, when, label, notebooks):
    """Take the module of a ``.py`` file, or all those of a notebook."""
    stem, _, suffix = file.rpartition(".")
    more = (when, label, name.is_late)
    try:
        if suffix.lower() == "py":
            text_of(data)
            harvest.taken.append(HandedIn(name.student, stem, data, *more))
            return
        answer = modules_in(parse(data), notebooks.get(stem, (stem,)))
    except NotebookError as error:
        harvest.refuse(label, error)
        return
    for exercise, module in answer.modules.items():
        harvest.taken.append(HandedIn(name.student, exercise, module, *more))
    for problem in answer.problems.values():
        harvest.refuse(label, problem)


def _known_file(file, notebooks):
    """The name of a file, without a number that makes it no exercise's."""
    bare = without_number(file)
    return bare if bare.rpartition(".")[0] in (*NAMES, *notebooks) else file


def _check_names(student, name, notebooks):
    """Raise NotTaken unless these are the names of a student and of a module or notebook."""
    _check_student(student)
    stem, _, suffix = name.rpartition(".")
    known = NAMES if suffix.lower() == "py" else (*NAMES, *notebooks)
    if suffix.lower() not in ("py", "ipynb"):
        raise NotTaken("it is neither a module (.py) nor a notebook (.ipynb)")
    if stem not in known:
        raise NotTaken(f"it is not named after an exercise; there are: {', '.join(NAMES)}")


def _check_student(student):
    if not _STUDENT.fullmatch(student):
        raise NotTaken(
            f"{student!r} cannot be the id of a student: letters, digits, '.', '-', '@', '_' only"
        )
