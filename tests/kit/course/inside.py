"""nbgrader and the import of results in this process, with results that no judge had to find."""

import os
import sysconfig
from concurrent import futures
from types import SimpleNamespace
from unittest import mock

from nbconvert.exporters import HTMLExporter
from nbgrader.converters import GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader import handlers

from grading.catalogue.points import groups_of
from grading.course import crews, results
from grading.course.autograding import application
from grading.course.importing import Importer
from grading.course.submissions import submission_of


def release(course, assignment="tokenizer"):
    """Make the assignment known to the course's gradebook, as nbgrader does; gives the course."""
    _convert(GenerateAssignment, course, assignment)
    return course


def feedback(course, student, assignment="tokenizer"):
    """The HTML of nbgrader's own feedback for a student."""
    _convert(GenerateFeedback, course, assignment, student)
    return course / "feedback" / student / assignment / f"{assignment}.html"


def result_of(name="tokenizer", notes=(), **failing):
    """A result in which all groups of an exercise pass, but those whose slug is given.

    Args:
        name: the exercise.
        notes: the judge's.
        failing: lists of failures, as :func:`failure` makes them, by the group's slug.
    """
    groups = []
    for group in groups_of(name):
        failed = failing.get(group.slug.replace("-", "_"), [])
        passed = [] if failed else ["test_a", "test_b"]
        told = {"name": group.name, "slug": group.slug, "max_points": group.points}
        points = 0.0 if failed else float(group.points)
        groups.append({**told, "points": points, "passed": passed, "failed": failed, "skipped": {}})
    points = sum(group["points"] for group in groups)
    most = sum(group["max_points"] for group in groups)
    told = {"problem": None, "points": points, "max_points": most, "seconds": 1.0}
    return {"format": 1, "exercises": {name: {**told, "groups": groups}}, "notes": list(notes)}


def failure(test, message="expected 1", report="called f()\nexpected 1", diagnosis=None):
    """A failing test of a result."""
    told = {"test": test, "kind": "wrong", "message": message, "report": report}
    return {**told, "diagnosis": diagnosis}


class Judge:
    """Takes the place of the processes that judge: it is told the results, and notes the modules.

    Attributes:
        asked: the modules that were to be judged, in order.
    """

    def __init__(self):
        self.asked, self._results = [], {}

    def of(self, module, result):
        """Give this result for a module of the tokenizer."""
        self._results[crews.request_of({"tokenizer": module})] = (module, result)

    def ask(self, request):
        module, result = self._results[request]
        self.asked.append(module)
        done = futures.Future()
        done.set_result(result)
        return done

    def as_completed(self, asked):
        return asked


def bring(course, student, result, assignment="tokenizer"):
    """Import a student's submission with a result; gives the autograded notebook's path."""
    submission = submission_of(course / "submitted", student, assignment, (assignment,))
    if submission.modules:
        result = results.keep(course, submission.modules, result)
    with Importer(course, assignment, sandbox=False) as importer:
        importer.bring(submission, result if submission.modules else None)
    return course / "autograded" / student / assignment / f"{assignment}.ipynb"


def formgrader_page(course, notebook, student="ada", config=True):
    """The page on which formgrader shows a notebook.

    Args:
        course: the course's folder.
        notebook: the path.
        student: the student's id.
        config: whether formgrader has the course's configuration.
    """
    app = application(course)
    given = app.config if config else app.config.__class__()
    given.HTMLExporter.template_name = "formgrade"
    given.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    about = SimpleNamespace(assignment_id="a", notebook_id="n", submission_id="s", base_url="/x")
    shown = {**vars(about), "index": 0, "total": 1, "first_name": None, "last_name": None}
    shown |= {"student": student, "notebook_path": f"autograded/{student}/n.ipynb"}
    html, _ = HTMLExporter(config=given).from_filename(str(notebook), resources=shown)
    return html


def _convert(converter, course, assignment, student="*"):
    app = application(course)
    place = CourseDirectory(parent=app)
    place.assignment_id, place.student_id = assignment, student
    made = converter(coursedir=place, parent=app)
    made.force = True
    # For a new gradebook nbgrader calls a program, alembic, by its name.
    programs = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    with mock.patch.dict(os.environ, PATH=programs):
        made.start()
