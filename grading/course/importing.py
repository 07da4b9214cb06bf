"""Put the results of a class into the course's gradebook: nbgrader's own autograde, one by one.

The judge's results are ready, so no student's code runs here. A student's grades arrive in the
gradebook in one step. What was imported is remembered, and not imported again unless something
that it depends on has changed.
"""

import contextlib
import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from grading.course import results
from grading.course.autograding import ImportRefused, application, autograde
from grading.course.folder import course_in
from grading.course.gradebook import GradebookCopy, GradebookError
from grading.course.harmless import file_name
from grading.course.nbgrader_steps import JudgeCells
from grading.course.reading import NotTaken, check_file
from grading.course.records import Record, Records
from grading.course.rendering import plain
from grading.course.submissions import STAMP, status_of
from grading.course.tally import Score
from grading.notebooks.cells import notebook_of
from grading.notebooks.files import write

_ROOM = ".unrolled/importing"  # what an import needs while it is under way
_TIMES = 5  # how often an import is tried while others change the gradebook
_MOST_FILES = 100  # that a student handed in beside the notebook
_MOST_CELLS = 2000  # of a notebook that nbgrader is given: it needs a millisecond for each


@dataclass(frozen=True)
class _Known:
    """What the gradebook knows of a submission: what its grades depend on, and its score."""

    facts: tuple
    score: Score | None


class Importer:
    """Imports submissions of one assignment; a context manager.

    Args:
        folder: the course's, resolved.
        assignment: its name.
        sandbox: whether students' code runs under bubblewrap where it has to be run after all.

    Raises:
        ImportRefused: the configuration or the gradebook is not such that this can work.
    """

    def __init__(self, folder, assignment, sandbox=True):
        self.folder, self.assignment = folder, assignment
        self.course = course_in(folder)
        self.records = Records(folder, assignment)
        self.app = application(folder)
        steps = self.app.config.get("Autograde", {}).get("autograde_preprocessors", [])
        if JudgeCells not in steps:
            raise ImportRefused(
                f"{folder}/nbgrader_config.py does not have the step JudgeCells; set judge = "
                "JudgeCells, or grade with nbgrader autograde"
            )
        self._config = (folder / "nbgrader_config.py").read_bytes()
        self.app.config.JudgeCells.course = str(folder)
        if not sandbox:
            self.app.config.JudgeCells.sandbox = False
        self.settings = CourseDirectory(parent=self.app)
        kind, _, path = self.settings.db_url.partition(":///")
        if kind != "sqlite":
            raise ImportRefused(f"the gradebook {self.settings.db_url} is no SQLite file")
        path = folder / path
        if not path.is_file():
            raise ImportRefused(self._not_released())
        self.room = folder / _ROOM
        self._clear()
        try:
            self.copy = GradebookCopy(path, self.room / "gradebook.db")
        except GradebookError as error:
            raise ImportRefused(str(error)) from None
        with self._gradebook() as gradebook:
            try:
                notebooks = gradebook.find_assignment(assignment).notebooks
            except MissingEntry:
                raise ImportRefused(self._not_released()) from None
            if assignment not in [notebook.name for notebook in notebooks]:
                raise ImportRefused(self._not_released())
        self.copy.renew()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.copy.__exit__()
        shutil.rmtree(self.room, ignore_errors=True)

    def bring(self, submission, result):
        """Import a submission unless that is done.

        Args:
            submission: a :class:`grading.course.submissions.Submission`.
            result: the judge's; None only if the submission has no module.

        Returns:
            Whether there was anything to do.

        Raises:
            ImportRefused: it cannot be imported, and the gradebook has nothing new of it.
        """
        try:
            submission.student.encode()
        except UnicodeEncodeError:
            raise ImportRefused("the name of the student's folder is no text") from None
        if submission.modules and result is None:
            raise ImportRefused("its result is gone: run this again")
        folder = self.folder / "submitted" / submission.student / self.assignment
        if status_of(folder, self.assignment) != submission.status:
            raise ImportRefused("it was changed while it was graded: run this again")
        for _ in range(_TIMES):
            known = self._known(submission.student)
            key = self._key_of(submission, result, known)
            if self._has(submission.student, key, known):
                return False
            if result is not None and results.is_outdated(result):
                raise ImportRefused("its result was made by other tests: run this again")
            JudgeCells.known = (submission.modules, result)
            try:
                self._import(submission)
            finally:
                JudgeCells.known = ({}, None)
            try:
                if self.copy.give_back():
                    break
            except GradebookError as error:
                self.copy.renew()
                raise ImportRefused(str(error)) from None
        else:
            raise ImportRefused("others keep on changing the gradebook: try again")
        modules, verdict = results.key_of(submission.modules), results.verdict_of(result or {})
        self.records.keep(submission.student, Record(key, modules, verdict))
        return True

    def is_done(self, submission, result):
        """Whether a submission was imported with this result, and nothing has changed since."""
        known = self._known(submission.student)
        return self._has(submission.student, self._key_of(submission, result, known), known)

    def _has(self, student, key, known):
        """Whether the course has what was imported of a student under this key."""
        record, graded = self.records.of(student), self.folder / "autograded" / student
        is_there = known.score is not None and (graded / self._notebook).is_file()
        return is_there and record is not None and record.key == key

    def changes(self, submission, result):
        """How a verdict differs from what the gradebook has of the same modules.

        Returns:
            As :func:`grading.course.results.changes`; nothing for what is not in the gradebook.
        """
        record, before = self.records.of(submission.student), result.get("before", {})
        if record is not None and record.modules:
            is_same = record.modules == results.key_of(submission.modules)
            before = record.verdict if is_same else {}
        changes = results.changes(before, result)
        return changes if changes and self.score(submission.student) else []

    def score(self, student):
        """The :class:`grading.course.tally.Score` of a student in the gradebook, or None."""
        try:
            student.encode()
        except UnicodeEncodeError:
            return None
        return self._known(student).score

    def students(self):
        """The ids of all students whom the gradebook knows."""
        with self._gradebook() as gradebook:
            return {student.id for student in gradebook.students}

    def _known(self, student):
        """What the gradebook knows of a student's submission, as a :class:`_Known`."""
        if self.copy.is_behind():
            self.copy.renew()
        with self._gradebook() as gradebook:
            assignment = gradebook.find_assignment(self.assignment)
            cells = sorted(
                (cell.name, cell.max_score)
                for notebook in assignment.notebooks
                for cell in notebook.grade_cells
            )
            extension = score = None
            with contextlib.suppress(MissingEntry):
                there = gradebook.find_submission(self.assignment, student)
                extension = there.extension
                penalty, late = there.late_submission_penalty or 0.0, there.total_seconds_late
                score = Score(there.score, there.max_score, penalty, max(late, 0.0))
            return _Known((cells, str(assignment.duedate), str(extension)), score)

    def _gradebook(self):
        return Gradebook(self.copy.url, self.settings.course_id)

    def _import(self, submission):
        """Have nbgrader import a submission into the copy of the gradebook."""
        notebook = submission.notebook if submission.modules else None
        if notebook is not None and len(notebook["cells"]) <= _MOST_CELLS:
            with contextlib.suppress(RecursionError):  # metadata in many levels
                if self._run(submission, write(notebook)) is None:
                    return
        # What nbgrader cannot read gets its grade by a fresh notebook with the modules it has.
        self.copy.renew()
        said = self._run(submission, self._fresh(submission.answer))
        if said is not None:
            self.copy.renew()
            raise ImportRefused(f"nbgrader could not import it: {plain(said)}")

    def _run(self, submission, data):
        """Run nbgrader's autograde; gives the end of what it said if it failed, else None."""
        room = self.room / "submitted"
        shutil.rmtree(room, ignore_errors=True)
        path = room / submission.student / self._notebook
        path.parent.mkdir(parents=True)
        self._take_along(submission, path.parent)
        path.write_bytes(data)
        submitted = f"{_ROOM}/submitted"
        return autograde(self.app, submitted, self.copy.url, self.assignment, path)

    def _take_along(self, submission, folder):
        """Copy the other files that a student handed in, as far as they are plain files."""
        if submission.stamp is not None:
            (folder / STAMP).write_bytes(submission.stamp)
        root = self.folder / "submitted"
        source = root / submission.student / self.assignment
        count = 0
        for place, folders, files in os.walk(source):
            folders.sort()
            for name in sorted(files):
                path = Path(place) / name
                if name == STAMP or path.suffix == ".ipynb" or count >= _MOST_FILES:
                    continue
                with contextlib.suppress(NotTaken, OSError):
                    check_file(path, root)
                    target = (folder / path.relative_to(source)).with_name(file_name(name))
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
                    count += 1

    def _fresh(self, answer):
        """A notebook as it was released, with the modules that could be read."""
        cells = []
        for name in self.course.assignments[self.assignment]:
            for cell in self.course.cells_of(name, answer.modules.get(name)):
                is_lost = cell["id"] == f"{name}-module" and name not in answer.modules
                cells.append(_missing(name, answer) if is_lost else cell)
        return notebook_of(cells)

    @property
    def _notebook(self):
        """The notebook of a submission, below the student's folder."""
        return f"{self.assignment}/{self.assignment}.ipynb"

    def _key_of(self, submission, result, known):
        """A hash of all that the grades of a submission depend on."""
        verdict = {key: (result or {}).get(key) for key in ("exercises", "notes")}
        judged = json.dumps([known.facts, verdict, submission.answer.problems], sort_keys=True)
        found = hashlib.sha256()
        for part in (judged.encode(), self._config, submission.digest.encode()):
            found.update(f"{len(part)}\n".encode())
            found.update(part)
        return found.hexdigest()

    def _clear(self):
        shutil.rmtree(self.room, ignore_errors=True)
        self.room.mkdir(parents=True, exist_ok=True)

    def _not_released(self):
        return (
            f"the gradebook of {self.folder} does not know {self.assignment}: run nbgrader "
            f"generate_assignment {self.assignment} there first"
        )


def _missing(name, answer):
    """A text in the place of a module that could not be read."""
    reason = plain(answer.problems.get(name, "it was not handed in")).replace("\n", " ")
    text = (
        f"**The module {name} could not be read, so it counts as not handed in.** The rest of this "
        f"notebook is as it was released; what was handed in is where it was.\n\n    {reason}"
    )
    return {
        "cell_type": "markdown",
        "id": f"{name}-missing",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
