"""Put what students handed in as modules into the course, as notebooks for nbgrader."""

import datetime
import json
from dataclasses import dataclass, field

from grading.catalogue.files import back_up, write_atomically
from grading.course.folder import Course
from grading.course.handed_in import find
from grading.course.reading import read_submission
from grading.notebooks.cells import notebook_of

REPLACED = ".unrolled/replaced"  # where earlier submissions go that a newer one takes the place of
_REFUSED = ".unrolled/refused.json"  # what was not taken, by the folder that it was found in


@dataclass
class Collected:
    """What became of what was handed in; lines for the instructor.

    Attributes:
        taken: labels of notebooks that were written, as ``STUDENT/ASSIGNMENT``.
        unchanged: labels of those that were there already.
        refused: one line for each thing that was not taken, and why.
        late: labels of what the platform that it came from marked as late.
    """

    taken: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    refused: list = field(default_factory=list)
    late: list = field(default_factory=list)


def collect(root, course, folder):
    """Collect a folder of submissions into the course's ``submitted/``.

    Of several files for the same exercise the one that changed last counts, also against what was
    collected earlier; what gives way is kept in the course's folder ``.unrolled/replaced/``.

    Args:
        root: the folder of the course.
        course: its :class:`grading.course.folder.Course`.
        folder: the submissions; see :mod:`grading.course.handed_in`.

    Returns:
        A :class:`Collected`.

    Raises:
        OSError: a folder cannot be read or written.
    """
    harvest = find(folder, course.assignments)
    _remember(root, folder, harvest.refused)
    late = [handed.label for handed in harvest.taken if handed.is_late]
    collected = Collected(refused=harvest.refused, late=late)
    newest = {}
    for handed in harvest.taken:
        key = (handed.student, handed.exercise)
        other = newest.get(key)
        if other is None:
            newest[key] = handed
            continue
        older, newest[key] = sorted((other, handed), key=lambda one: one.when)
        collected.refused.append(f"{older.label}: {newest[key].label} is newer")
    for student in sorted({student for student, _ in newest}):
        for assignment, names in course.assignments.items():
            found = [newest[student, name] for name in names if (student, name) in newest]
            if found:
                _put(root, course, student, assignment, found, collected)
    return collected


def refused_in(root):
    """What was not taken when folders were collected: a list of lines, see :class:`Collected`.

    What was older than something else is not among them. Each folder was last seen when it was
    collected.
    """
    return [line for _, lines in sorted(_known(root).items()) for line in lines]


def _known(root):
    try:
        known = json.loads((root / _REFUSED).read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {str(place): list(map(str, lines)) for place, lines in known.items() if lines}


def _remember(root, folder, lines):
    """Keep the lines for :func:`refused_in`."""
    known = {**_known(root), str(folder.resolve()): list(lines)}
    path = root / _REFUSED
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(known, indent=1) + "\n")


def _put(root, course: Course, student, assignment, found, collected):
    """Write one notebook of one student."""
    submitted = root / "submitted"
    folder, names = submitted / student / assignment, course.assignments[assignment]
    path, label = folder / f"{assignment}.ipynb", f"{student}/{assignment}"
    there = read_submission(folder, {assignment: names}, submitted) if path.exists() else None
    before = _timestamp(folder) if there else None
    new = {handed.exercise: handed for handed in found}
    for name, handed in list(new.items()):
        if there and there.modules.get(name) == handed.module:
            del new[name]
        elif before is not None and handed.when < before:
            line = f"{handed.label}: older than what {label} has"
            collected.refused += [line] * (line not in collected.refused)  # once a notebook
            del new[name]
    if not new:
        collected.unchanged.append(label)
        return
    modules = {**(there.modules if there else {}), **{n: h.module for n, h in new.items()}}
    if there:
        kept = root / REPLACED / student / assignment
        back_up(path.read_bytes(), lambda number: kept / f"{number}.ipynb")
    cells = [cell for name in names for cell in course.cells_of(name, modules.get(name))]
    folder.mkdir(parents=True, exist_ok=True)
    # The time stamp last: without it nbgrader would take the submission to be in time.
    when = max([handed.when for handed in new.values()] + ([before] if before else []))
    write_atomically(path, notebook_of(cells))
    write_atomically(folder / "timestamp.txt", _as_text(when).encode())
    collected.taken.append(label)


def _timestamp(folder):
    """When a submission was handed in, in seconds since the epoch, or None."""
    try:
        text = (folder / "timestamp.txt").read_text(encoding="utf-8").strip()
        return _moment_of(text).replace(tzinfo=datetime.UTC).timestamp()
    except (OSError, ValueError, OverflowError):
        return None


def _moment_of(text):
    """A moment in UTC, without its time zone, of a text as nbgrader writes it."""
    if text.endswith(" UTC"):
        return datetime.datetime.fromisoformat(text.removesuffix(" UTC"))
    from nbgrader.utils import parse_utc  # knows many forms, and takes half a second to import

    return parse_utc(text)


def _as_text(when):
    """A moment as nbgrader writes it."""
    moment = datetime.datetime.fromtimestamp(when, datetime.UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f UTC")
