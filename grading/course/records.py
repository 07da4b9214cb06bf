"""What was imported into the gradebook, kept in the folder of a course."""

import json
from dataclasses import asdict, dataclass, field

from grading.catalogue.files import write_atomically

FOLDER = ".unrolled/graded"


@dataclass(frozen=True)
class Record:
    """What was imported of a submission.

    Attributes:
        key: a hash of all that its grades depended on.
        modules: a hash of its modules; empty in what earlier versions of the kit kept.
        verdict: see :func:`grading.course.results.verdict_of`.
    """

    key: str
    modules: str = ""
    verdict: dict = field(default_factory=dict)


class Records:
    """The records of one assignment; a student's is read once.

    Args:
        folder: the course's.
        assignment: its name.
    """

    def __init__(self, folder, assignment):
        self.folder, self._read = folder / FOLDER / assignment, {}

    def of(self, student):
        """The :class:`Record` of a student, or None."""
        if student not in self._read:
            self._read[student] = self._load(student)
        return self._read[student]

    def keep(self, student, record):
        """Keep a record of what was imported just now."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path(student), json.dumps({"format": 1, **asdict(record)}) + "\n")
        self._read[student] = record

    def forget(self, student):
        """Have a submission imported again."""
        self._path(student).unlink(missing_ok=True)
        self._read[student] = None

    def _load(self, student):
        try:
            known = json.loads(self._path(student).read_bytes())
            return Record(known["key"], known.get("modules", ""), dict(known.get("verdict", {})))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _path(self, student):
        return self.folder / f"{student}.json"
