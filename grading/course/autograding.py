"""nbgrader's own autograde of one submission, with what it says kept instead of printed."""

import contextlib
import functools
import logging
import os
import warnings
from pathlib import Path
from typing import ClassVar

from nbgrader import api
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from sqlalchemy.pool import NullPool

from grading.catalogue.refused import Refused


class ImportRefused(Refused):
    """Nothing can be imported into this course; the message says what to do."""


def autograde(app, submitted, db_url, assignment, notebook):
    """Run nbgrader's autograde on one notebook.

    Args:
        app: as from :func:`application`.
        submitted: the folder that takes the place of the course's ``submitted/``, as nbgrader
            names it: relative to the course's.
        db_url: the gradebook.
        assignment: its name.
        notebook: the path, in ``submitted``.

    Returns:
        The end of what it said if it failed, else None.
    """
    place = CourseDirectory(parent=app)
    place.submitted_directory, place.assignment_id, place.db_url = submitted, assignment, db_url
    grader = _OneByName(coursedir=place, parent=app)
    grader.one, grader.force = {str(notebook.parent): [str(notebook)]}, True
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


@contextlib.contextmanager
def shared_engines():
    """Have nbgrader's many gradebooks of one database share an engine, meanwhile.

    By itself each makes one of its own, and SQLAlchemy compiles every statement anew for each:
    half of the time of an import. Without a pool no connection outlives its gradebook.
    """
    create = api.create_engine
    api.create_engine = functools.cache(functools.partial(create, poolclass=NullPool))
    try:
        yield
    finally:
        api.create_engine = create


def application(folder):
    """nbgrader with the configuration of a course.

    Raises:
        ImportRefused: it cannot be read.
    """
    before = Path.cwd()
    os.chdir(folder)  # it looks for configurations in the current folder, too
    try:
        app = _Application(log_level=logging.ERROR)  # it warns of files that are not needed
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


class _Application(NbGrader):
    """nbgrader, without what it would take from the current folder."""

    load_cwd_config = False
    raise_config_file_errors = True

    def init_syspath(self):
        """Import nothing from the folder of a course."""


class _OneByName(Autograde):
    """nbgrader's autograde of one notebook; by itself it would take its name for a pattern.

    Attributes:
        one: a dict from the submission's folder to its notebooks, absolute paths.
    """

    one: ClassVar[dict] = {}

    def init_notebooks(self):
        self.assignments, self.notebooks = dict(self.one), []


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
