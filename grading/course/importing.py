"""Put the results of a class into the course's gradebook: nbgrader's own autograde, one by one.

The judge's results are ready, so no student's code runs here. A student's grades arrive in the
gradebook in one step. What was imported is remembered, and not imported again unless something
that it depends on has changed.
"""

import contextlib
import hashlib
import json
import logging
import os
import shutil
import warnings
from pathlib import Path
from typing import ClassVar

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning

from grading.catalogue.files import write_atomically
from grading.catalogue.refused import Refused
from grading.course import judge as course_judge
from grading.course.crews import read_answer, time_stamp
from grading.course.folder import course_in
from grading.course.gradebook import GradebookCopy, GradebookError
from grading.course.nbgrader_judge import JudgeCells
from grading.course.nbgrader_report import plain
from grading.course.reading import NotTaken, check_file, read_file
from grading.course.tally import Score
from grading.notebooks.cells import cells_of, notebook_of

RECORDS = ".unrolled/graded"  # in the folder of a course: what was imported, by assignment
_ROOM = ".unrolled/importing"  # what an import needs while it is under way
_TIMES = 5  # how often an import is tried while others change the gradebook
_MOST_FILES = 100  # that a student handed in beside the notebook
_MOST_CELLS = 2000  # of a notebook that nbgrader is given: it needs a millisecond for each


class ImportRefused(Refused):
    """Nothing can be imported into this course; the message says what to do."""


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
        self.app = _application(folder)
        steps = self.app.config.get("Autograde", {}).get("autograde_preprocessors", [])
        if JudgeCells not in steps:
            raise ImportRefused(
                f"{folder}/nbgrader_config.py does not have the step JudgeCells; set judge = "
                "JudgeCells, or grade with nbgrader autograde"
            )
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
        with Gradebook(self.copy.url, self.settings.course_id) as gradebook:
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

    def bring(self, submission):
        """Import a submission unless that is done.

        Args:
            submission: a :class:`grading.course.crews.Submission` whose result is ready, if it has
                any module.

        Returns:
            Whether there was anything to do.

        Raises:
            ImportRefused: it cannot be imported, and the gradebook has nothing new of it.
        """
        try:
            submission.student.encode()
        except UnicodeEncodeError:
            raise ImportRefused("the name of the student's folder is no text") from None
        for _ in range(_TIMES):
            if self.copy.is_behind():
                self.copy.renew()
            key = self._key_of(submission)
            if self._record_of(submission.student) == key and self._is_there(submission.student):
                return False
            self._import(submission)
            try:
                if self.copy.give_back():
                    break
            except GradebookError as error:
                self.copy.renew()
                raise ImportRefused(str(error)) from None
        else:
            raise ImportRefused("others keep on changing the gradebook: try again")
        path = self._path_of_record(submission.student)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps({"format": 1, "key": key}) + "\n")
        return True

    def scores(self):
        """What the gradebook has: a dict from students to :class:`grading.course.tally.Score`."""
        if self.copy.is_behind():
            self.copy.renew()
        with Gradebook(self.copy.url, self.settings.course_id) as gradebook:
            return {
                one.student_id: Score(one.score, one.max_score, one.late_submission_penalty or 0.0)
                for one in gradebook.find_assignment(self.assignment).submissions
            }

    def _import(self, submission):
        """Have nbgrader import a submission into the copy of the gradebook."""
        folder = self.room / "submitted" / submission.student / self.assignment
        data = self._as_it_was_judged(submission)
        said = self._run(submission, folder, data) if data is not None else "not tried"
        if said is None:
            return
        # What nbgrader cannot read gets its grade by a fresh notebook with the modules it has.
        self.copy.renew()
        said = self._run(submission, folder, self._fresh(submission.answer))
        if said is not None:
            self.copy.renew()
            raise ImportRefused(f"nbgrader could not import it: {plain(said)}")

    def _as_it_was_judged(self, submission):
        """The bytes of the notebook that was handed in; None if there is nothing in it to import.

        Raises:
            ImportRefused: it is not what was judged.
        """
        root = self.folder / "submitted"
        answer = read_answer(root, submission.student, self.assignment, self._exercises)
        if answer != submission.answer:
            raise ImportRefused("it was changed while it was graded: run this again")
        if not answer.modules:
            return None
        data = read_file(root / submission.student / self.assignment / self._notebook, root)
        return data if data.count(b'"cell_type"') <= _MOST_CELLS else None

    def _run(self, submission, folder, data):
        """Run nbgrader's autograde; gives the end of what it said if it failed, else None."""
        shutil.rmtree(self.room / "submitted", ignore_errors=True)
        folder.mkdir(parents=True)
        self._take_along(submission.student, folder)
        notebook = folder / self._notebook
        notebook.write_bytes(data)
        place = CourseDirectory(parent=self.app)
        place.submitted_directory = f"{_ROOM}/submitted"
        place.assignment_id, place.db_url = self.assignment, self.copy.url
        grader = _OneByName(coursedir=place, parent=self.app)
        grader.one, grader.force = {str(folder): [str(notebook)]}, True
        lines = _Lines()
        grader.log.addHandler(lines)
        try:
            grader.start()
        except Exception as error:
            reasons = [line for line in lines.last if line.strip()]
            return (reasons or [str(error)])[-1]
        finally:
            grader.log.removeHandler(lines)
        return None

    def _take_along(self, student, folder):
        """Copy the other files that a student handed in, as far as they are plain files."""
        root = self.folder / "submitted"
        source = root / student / self.assignment
        with contextlib.suppress(NotTaken):
            stamp = time_stamp(source, root)
            if stamp is not None:
                (folder / "timestamp.txt").write_bytes(stamp)
        count = 0
        for place, folders, files in os.walk(source):
            folders.sort()
            for name in sorted(files):
                path = Path(place) / name
                if name == "timestamp.txt" or path.suffix == ".ipynb" or count >= _MOST_FILES:
                    continue
                with contextlib.suppress(NotTaken, OSError):
                    check_file(path, root)
                    target = folder / path.relative_to(source)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
                    count += 1

    def _fresh(self, answer):
        """A notebook as it was released, with the modules that could be read."""
        cells = []
        for name in self._exercises:
            hidden = {group for exercise, group in self.course.hidden if exercise == name}
            for cell in cells_of(name, answer.modules.get(name), hidden):
                is_module = cell["id"] == f"{name}-module"
                cells.append(_missing(name, answer) if is_module and _lacks(answer, name) else cell)
        return notebook_of(cells)

    @property
    def _notebook(self):
        return f"{self.assignment}.ipynb"

    @property
    def _exercises(self):
        return self.course.assignments[self.assignment]

    def _key_of(self, submission):
        """A hash of all that the grades of a submission depend on."""
        modules = submission.modules
        result = course_judge.ready(self.folder, modules) if modules else None
        if modules and result is None:
            raise ImportRefused("its result is gone: run this again")
        root = self.folder / "submitted"
        folder = root / submission.student / self.assignment
        with Gradebook(self.copy.url, self.settings.course_id) as gradebook:
            assignment = gradebook.find_assignment(self.assignment)
            cells = [
                (cell.name, cell.max_score)
                for notebook in assignment.notebooks
                for cell in notebook.grade_cells
            ]
            extension = None
            with contextlib.suppress(MissingEntry):
                extension = gradebook.find_submission(self.assignment, submission.student).extension
            facts = [sorted(cells), str(assignment.duedate), str(extension)]
        found = hashlib.sha256()
        for part in (
            json.dumps([facts, result, submission.answer.problems], sort_keys=True).encode(),
            _bytes_of(self.folder / "nbgrader_config.py", self.folder),
            _bytes_of(folder / self._notebook, root),
            _bytes_of(folder / "timestamp.txt", root),
        ):
            found.update(f"{len(part)}\n".encode())
            found.update(part)
        return found.hexdigest()

    def _is_there(self, student):
        folder = self.folder / "autograded" / student / self.assignment
        if not (folder / self._notebook).is_file():
            return False
        with Gradebook(self.copy.url, self.settings.course_id) as gradebook:
            try:
                gradebook.find_submission(self.assignment, student)
            except MissingEntry:
                return False
        return True

    def _record_of(self, student):
        try:
            return json.loads(self._path_of_record(student).read_bytes())["key"]
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _path_of_record(self, student):
        return self.folder / RECORDS / self.assignment / f"{student}.json"

    def _clear(self):
        shutil.rmtree(self.room, ignore_errors=True)
        self.room.mkdir(parents=True, exist_ok=True)

    def _not_released(self):
        return (
            f"the gradebook of {self.folder} does not know {self.assignment}: run nbgrader "
            f"generate_assignment {self.assignment} there first"
        )


def forget_record(folder, assignment, student):
    """Forget that a submission was imported."""
    (folder / RECORDS / assignment / f"{student}.json").unlink(missing_ok=True)


class _Lines(logging.Handler):
    """Keeps the last lines that nbgrader says."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.last = []

    def emit(self, record):
        lines = [line for line in record.getMessage().splitlines() if line.strip()]
        if lines and lines[0].startswith("Traceback"):  # the rest only says that it failed
            self.last = lines[-1:]
        self.last = self.last or lines[-1:]


class _OneByName(Autograde):
    """nbgrader's autograde of one notebook; by itself it would take its name for a pattern.

    Attributes:
        one: a dict from the submission's folder to its notebooks, absolute paths.
    """

    one: ClassVar[dict] = {}

    def init_notebooks(self):
        self.assignments, self.notebooks = dict(self.one), []


class _Application(NbGrader):
    """nbgrader, without what it would take from the current folder."""

    load_cwd_config = False
    raise_config_file_errors = True

    def init_syspath(self):
        """Nothing in the folder of a course is to be imported."""


def _application(folder):
    """nbgrader with the configuration of a course."""
    before = Path.cwd()
    os.chdir(folder)  # it looks for configurations in the current folder, too
    try:
        app = _Application(log_level=logging.ERROR)  # it warns of files that nobody needs
        app.initialize([], root=str(folder))
    except (Exception, SystemExit) as error:
        raise ImportRefused(
            f"{folder}/nbgrader_config.py cannot be read: {type(error).__name__}: {error}"
        ) from None
    finally:
        os.chdir(before)
    for handler in list(app.log.handlers):
        app.log.removeHandler(handler)
    app.log.propagate = False
    # SQLAlchemy warns of the way in which nbgrader makes a new submission.
    warnings.filterwarnings("ignore", "Object of type <Submitted", SAWarning)
    # And nbformat of cells' ids, which it sets right, in the student's own words.
    warnings.filterwarnings("ignore", module="nbformat")
    return app


def _lacks(answer, name):
    return name not in answer.modules


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


def _bytes_of(path, root):
    try:
        return read_file(path, root)
    except NotTaken as error:
        return str(error).encode()
