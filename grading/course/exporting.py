"""The grades of a class for Canvas and Moodle: in the very file that the platform exported.

Canvas' file (Grades, Export) and Moodle's gradebook (Export) have a column for each assignment, and
totals; Moodle's grading worksheet (of an assignment) has one grade, and the participant's number.
Nothing is guessed: who cannot be told for certain is named, or all is refused.
"""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass, field

from grading.catalogue.files import write_atomically
from grading.catalogue.refused import Refused
from grading.course.pages import STUDENTS
from grading.course.table import Table

PLATFORMS = ("canvas", "moodle")
_CANVAS = ("Student", "ID")
_WORKSHEET = ("Identifier", "Grade", "Maximum Grade")
_MOODLE = ("First name", "Last name")
_IDENTITY = {
    "canvas": ("ID", "SIS User ID", "SIS Login ID", "Integration ID"),
    "moodle": ("ID number", "Username", "Email address", "Full name"),
}


@dataclass
class Exported:
    """What became of the file.

    Attributes:
        written: paths of new files.
        filled: a dict from assignments to the number of grades.
        unknown: students with a grade who are not in the file.
        missing: lines on who is in the file and has no grade.
        changed: lines on cells that had another grade.
    """

    written: list = field(default_factory=list)
    filled: dict = field(default_factory=dict)
    unknown: list = field(default_factory=list)
    missing: list = field(default_factory=list)
    changed: list = field(default_factory=list)


class Roster:
    """The file that a platform exported.

    Args:
        path: the file.
        platform: "canvas" or "moodle".
        assignments: names of assignments.
        columns: a dict from an assignment to the title of its column, where that is another name.
        identity: the title of the column that has the ids of the students, or None: those of the
            platform, and the names that it gives to downloads.

    Raises:
        Refused: it is no such file, or the column of an assignment is not clear.
    """

    def __init__(self, path, platform, assignments, columns=None, identity=None):
        self.path, self.platform = path, platform
        needed = [_CANVAS] if platform == "canvas" else [_WORKSHEET, _MOODLE]
        self.table = Table(path, needed)
        self.is_worksheet = platform == "moodle" and set(_WORKSHEET) <= set(self.table.titles)
        if self.is_worksheet and len(assignments) > 1:
            raise Refused(
                f"{path} is the grading worksheet of one assignment: grade each with its own"
            )
        if identity is not None and self.table.titles.count(identity) != 1:
            raise Refused(f"--id {identity}: {self._has_columns()}")
        self.identity = identity
        columns = columns or {}
        for assignment in set(columns) - set(assignments):
            raise Refused(f"--column {assignment}=...: {assignment} is not among what is graded")
        self.columns = {one: self._column_of(one, columns.get(one)) for one in assignments}
        self.points, self.rows = {}, self.table.rows
        if platform == "canvas":
            self._read_points()

    def _column_of(self, assignment, title):
        """The title of the column of an assignment."""
        if title is None and self.is_worksheet:
            return "Grade"
        wanted = (title or assignment).casefold()
        found = [one for one in self.table.titles if wanted in _names_of(one)]
        if len(found) != 1:
            why = "no column" if not found else f"{len(found)} columns"
            raise Refused(
                f"{self.path} has {why} {title or assignment!r}: name the one that it is with "
                f"--column {assignment}=TITLE; {self._has_columns()}"
            )
        return found[0]

    def _has_columns(self):
        return f"the columns of {self.path} are {', '.join(map(repr, self.table.titles))}"

    def _read_points(self):
        """Take Canvas' row of points, and what stands above it, from the students' rows."""
        for place, row in enumerate(self.rows[:3]):
            if row[0].text.strip() == "Points Possible":
                self.points = self.table.texts(row)
                self.rows = self.rows[place + 1 :]
                return
        raise Refused(f"{self.path} has no row Points Possible: give the file that Canvas exported")

    def _keys(self, row):
        """All that this row's student may be called in the course."""
        texts = self.table.texts(row)
        if self.identity is not None:
            return {texts[self.identity]} - {""}
        keys = {texts.get(title, "") for title in _IDENTITY[self.platform]}
        if self.platform == "canvas":
            names = _download_names(texts["Student"]) if texts["ID"] else ()
            return {*keys, *(f"{name}_{texts['ID']}" for name in names)} - {""}
        name = _full_name(texts)
        number = self._number(texts)
        keys |= {name, *(f"{one}_{number}" for one in (name, "Participant") if number)}
        return keys - {""}

    def _number(self, texts):
        """Moodle's number of a participant, or the empty text."""
        return (re.findall(r"(\d+)$", texts.get("Identifier", "")) or [""])[0]

    def rows_of(self, students):
        """A dict from those of the students who are in the file to their rows.

        Raises:
            Refused: one of them may be two rows, or two of them are the same row.
        """
        known = {}
        for place, row in enumerate(self.rows):
            for key in self._keys(row):
                known.setdefault(_same(key), []).append(place)
        found, taken = {}, {}
        for student in sorted(students):
            places = known.get(_same(student), [])
            if len(places) > 1:
                raise Refused(
                    f"{student!r} may be {len(places)} rows of {self.path}: name the column with "
                    "the students' ids by --id TITLE"
                )
            for place in places:
                if place in taken:
                    raise Refused(
                        f"{taken[place]!r} and {student!r} are the same row of {self.path}: name "
                        "the column with the students' ids by --id TITLE"
                    )
                taken[place], found[student] = student, self.rows[place]
        return found


def export(roster, course, scores):
    """Fill in the grades, in a new file beside the roster, which stays as it is.

    Args:
        roster: the :class:`Roster`.
        course: the folder of the course.
        scores: for each assignment a dict from students to :class:`grading.course.tally.Score`.

    Returns:
        An :class:`Exported`.

    Raises:
        Refused: students cannot be told apart, or the points of the file are others.
    """
    exported, table = Exported(), roster.table
    rows = roster.rows_of({student for one in scores.values() for student in one})
    comma = _has_decimal_comma(table)
    for assignment, found in scores.items():
        title, done = roster.columns[assignment], set()
        for student, score in sorted(found.items()):
            row = rows.get(student)
            if row is None:
                continue
            done.add(id(row))
            _check_points(roster, row, assignment, score.most)
            cell = table.cell(row, title)
            if cell.text.strip().upper() == "EX":
                exported.changed.append(f"{student}: {assignment} stays excused (EX)")
                continue
            text = _as_text(score.final, comma)
            if cell.text.strip() not in ("", "-") and _number(cell.text) != _number(text):
                exported.changed.append(f"{student}: {assignment} {cell.text.strip()} → {text}")
            if cell.text.strip() != text:
                table.set(cell, text)
        exported.filled[assignment] = len(done)
        exported.missing += [
            f"{_shown(table.texts(row))}: {assignment}"
            for row in roster.rows
            if id(row) not in done
        ]
    graded = {student for found in scores.values() for student in found}
    exported.unknown = sorted(graded - set(rows))
    exported.written.append(_write_beside(roster.path, "graded", table.data()))
    if roster.is_worksheet:
        (assignment,) = scores
        exported.written.append(_write_feedback(roster, course, assignment, rows))
    return exported


def _check_points(roster, row, assignment, most):
    texts = roster.table.texts(row)
    told = roster.points.get(roster.columns[assignment]) or texts.get("Maximum Grade")
    if told is not None and _number(told) != most:
        raise Refused(
            f"{roster.path} gives {told!r} points for {assignment}, and the course {most:g}: "
            f"set the assignment to {most:g} points there, and export the file again"
        )


def _write_feedback(roster, course, assignment, rows):
    """The pages of feedback in a zip archive, in folders named as Moodle's upload expects them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for student, row in sorted(rows.items()):
            texts = roster.table.texts(row)
            name = re.sub(r'[_/\\:*?"<>|\x00-\x1f]', " ", _full_name(texts)) or "Participant"
            page = course / STUDENTS / assignment / f"{student}.html"
            if page.is_file():
                folder = f"{name}_{roster._number(texts)}_assignsubmission_file_"
                archive.writestr(zipfile.ZipInfo(f"{folder}/{assignment}.html"), page.read_bytes())
    return _write_beside(roster.path, "feedback", packed.getvalue(), ".zip")


def _write_beside(path, word, data, suffix=None):
    """Write a new file beside another one; gives its path."""
    for number in range(1, 1000):
        more = f"-{number}" if number > 1 else ""
        other = path.with_name(f"{path.stem}-{word}{more}{suffix or path.suffix}")
        if not other.exists() or other.read_bytes() == data:
            write_atomically(other, data)
            return other
    raise Refused(f"{path.parent} has 999 files of graded rosters already: move them away")


def _names_of(title):
    """What an assignment may be called whose column has this title."""
    bare = re.sub(r" \((\d+|Real)\)$", "", title.strip())
    return {one.casefold() for one in (title, bare, bare.removeprefix("Assignment: "))}


def _full_name(texts):
    return texts.get("Full name") or f"{texts.get('First name', '')} {texts.get('Last name', '')}"


def _shown(texts):
    return texts.get("Student") or _full_name(texts).strip() or texts.get("Identifier", "")


def _download_names(name):
    """A name as it may stand in Canvas' downloads: small letters and digits only.

    Letters with accents are there as they are, without them, or not at all.
    """
    kept, plain = unicodedata.normalize("NFC", name), unicodedata.normalize("NFKD", name)
    bare = kept.encode("ascii", "ignore").decode()
    return {"".join(filter(str.isalnum, one.lower())) for one in (kept, plain, bare)}


def _same(text):
    """A text, however its accents are written."""
    return unicodedata.normalize("NFC", text)


def _number(text):
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _as_text(score, comma):
    text = f"{round(score, 2):g}"
    return text.replace(".", ",") if comma else text


def _has_decimal_comma(table):
    """Whether the numbers of the file have a comma, as in 7,5."""
    texts = [cell.text.strip() for row in table.rows for cell in row]
    found = [re.fullmatch(r"\d+([.,])\d+", text) for text in texts]
    marks = {one[1] for one in found if one}
    if len(marks) > 1:
        raise Refused(f"{table.path} has numbers with a point and with a comma: export it again")
    return marks == {","}
