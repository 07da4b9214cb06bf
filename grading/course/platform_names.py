"""The names that Canvas and Moodle give to what they let an instructor download, taken apart.

Canvas: ``lastnamefirst_LATE_12345_67890_tokenizer-2.ipynb`` in one folder: the student's name, a
mark of late work, the student's id, that of the upload, and the file with the number of the try.
Moodle: ``Ada Smith_12345_assignsubmission_file_/tokenizer.ipynb`` or, without folders, ``Ada
Smith_12345_assignsubmission_file_tokenizer.ipynb``; the number is another one in each assignment.
"""

import re
from dataclasses import dataclass

# Canvas' names of students have small letters and digits only, and its ids several digits.
_CANVAS = re.compile(r"(?P<name>[^\W_A-Z]+)_(?P<late>LATE_)?(?P<id>\d{2,})_\d{3,}_(?P<file>.+)")
_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
# What browsers and platforms put behind the name of a file that they know already.
_AGAIN = re.compile(r"(-\d+| ?\(\d+\))(?=\.[^.]+$)")
_UNNAMED = "Participant"  # what Moodle writes where it hides the names


@dataclass(frozen=True)
class Name:
    """What the name of a download tells.

    Attributes:
        student: the student's id; the same for each upload of a student.
        file: the file's own name; empty for a folder.
        is_late: whether the platform marked it as late.
    """

    student: str
    file: str
    is_late: bool = False


def names_in(names):
    """Take the names in a folder apart.

    Args:
        names: of all files and folders in it. Moodle's students who share a name are told apart.

    Returns:
        A dict from those names that a platform gave to their :class:`Name`.
    """
    moodle = {name: found for name in names if (found := _MOODLE.fullmatch(name))}
    numbers = {}
    for found in moodle.values():
        numbers.setdefault(found["name"], set()).add(found["id"])
    taken = {}
    for name, found in moodle.items():
        is_one = len(numbers[found["name"]]) == 1 and found["name"] != _UNNAMED
        student = found["name"] if is_one else f"{found['name']}_{found['id']}"
        taken[name] = Name(student, without_number(found["file"]))
    for name in set(names) - set(moodle):
        if found := _CANVAS.fullmatch(name):
            student = f"{found['name']}_{found['id']}"
            taken[name] = Name(student, without_number(found["file"]), bool(found["late"]))
    return taken


def without_number(file):
    """A file's name without what tells the number of the upload."""
    return _AGAIN.sub("", file)
