"""Grade a class: judge all submissions of an assignment, then import them into the gradebook."""

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

from grading.catalogue.files import write_atomically
from grading.catalogue.refused import Refused
from grading.catalogue.syllabus import NAMES
from grading.course import crews, overview, pages, results
from grading.course.collecting import refused_in
from grading.course.folder import CourseError, course_in
from grading.course.judging import GradeRefused, judge, try_hidden_tests
from grading.course.submissions import students_of, submissions_of
from grading.course.tally import About, Tally
from grading.processes import sandbox
from grading.running import hidden_tests

_LOCK = ".unrolled/grade.lock"


@dataclass
class Graded:
    """What became of the submissions of an assignment.

    Attributes:
        submissions: those that were asked for, as :class:`grading.course.submissions.Submission`,
            by student.
        imported: students whose grades were written now.
        unchanged: students whose grades were there already.
        failed: a dict from students without a grade to the reason.
        pages: a dict from whoever a page is of that could not be written to the reason.
        scores: a dict from students to the :class:`grading.course.tally.Score` in the gradebook.
        noted: a dict from students to the judge's notes.
        outdated: students whose result was made with other tests, or another kit, and whose grade
            stays what it is.
    """

    submissions: list
    imported: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    failed: dict = field(default_factory=dict)
    pages: dict = field(default_factory=dict)
    scores: dict = field(default_factory=dict)
    noted: dict = field(default_factory=dict)
    outdated: list = field(default_factory=list)


def find_course(start):
    """The folder of the course that a folder lies in: the outermost, if several do.

    What a student handed in lies in the course, and may look like a course itself.

    Raises:
        GradeRefused: it lies in none.
    """
    start = Path(start).resolve()
    for folder in reversed((start, *start.parents)):
        with contextlib.suppress(CourseError):
            course_in(folder)
            return folder
    raise GradeRefused(f"{start} is in no course: give the course's folder with --course DIR")


def check(folder, assignment, safe=True):
    """Look whether an assignment can be graded at all.

    Args:
        folder: the course's.
        assignment: the name of an assignment.
        safe: whether students' code is to run under bubblewrap.

    Returns:
        The exercises of the assignment.

    Raises:
        GradeRefused: it cannot.
    """
    try:
        assignments = course_in(folder).assignments
        hidden_tests.files_in(folder / hidden_tests.FOLDER)
    except (CourseError, hidden_tests.HiddenTestError) as error:
        raise GradeRefused(str(error)) from None
    if assignment not in assignments:
        raise GradeRefused(
            f"{folder} has no assignment {assignment!r}; it has {', '.join(assignments)}"
        )
    if safe and sandbox.missing():
        raise GradeRefused(
            f"{sandbox.missing()}. Or let the code of students do all that you may: --unsafe"
        )
    return assignments[assignment]


def grade(
    folder,
    assignment,
    *,
    only=(),
    regrade=False,
    safe=True,
    crew=None,
    begins=lambda what, total: None,
    told=lambda: None,
    changed=lambda changes: None,
):
    """Judge and import the submissions of an assignment.

    Whoever is interrupted, in whatever way, calls it again: what was done is not done again.

    Args:
        folder: the course's.
        assignment: the name of an assignment.
        only: names of students; all if empty.
        regrade: judge and import these submissions again.
        safe: whether students' code runs under bubblewrap.
        crew: who judges, see :func:`grading.course.crews.crew_for`, for one who grades several
            assignments; by default two processes for this one.
        begins: called with the name of each phase and its number of steps.
        told: called after each step.
        changed: called before anything is imported, with a dict from the students whose verdict
            changed to what :func:`grading.course.results.changes` gives.

    Returns:
        A :class:`Graded`.

    Raises:
        GradeRefused: see :func:`check`; or nbgrader is not there, or does not know the assignment.
    """
    folder = folder.resolve()
    exercises = check(folder, assignment, safe)
    try:
        from grading.course.autograding import ImportRefused, shared_engines
        from grading.course.importing import Importer
    except ImportError:
        raise GradeRefused("nbgrader is not installed: uv sync --extra instructor") from None
    with contextlib.ExitStack() as stack:
        stack.enter_context(_alone(folder))
        stack.enter_context(shared_engines())
        try:
            importer = stack.enter_context(Importer(folder, assignment, sandbox=safe))
            submissions = submissions_of(folder, assignment, exercises)
            graded = Graded(_chosen(submissions, only, assignment))
            if regrade:
                for submission in graded.submissions:
                    results.outdate(folder, submission.modules)
                    importer.records.forget(submission.student)
            crew = crew or stack.enter_context(crews.crew_for(folder, sandbox=safe))
            try_hidden_tests(folder, exercises, crew, begins)
            begins("judged", len(graded.submissions))
            judged = judge(folder, submissions, graded.submissions, importer, crew, regrade, told)
            graded.failed, graded.outdated = judged.failed, judged.outdated
        except (ImportRefused, ValueError) as error:
            raise GradeRefused(str(error)) from None
        changed(judged.changes)
        begins("imported", len(graded.submissions) - len(graded.failed))
        own = hidden_tests.names_in(folder / hidden_tests.FOLDER)
        about = About(assignment, exercises, course_in(folder).hidden, frozenset(own))
        tally, asked = Tally(about), {submission.student for submission in graded.submissions}
        for submission in submissions:
            result = judged.results.pop(submission.student)
            if submission.student in asked:
                graded.noted[submission.student] = (result or {}).get("notes", ())
                if submission.student not in graded.failed:
                    _import(importer, submission, result, graded)
                    told()
            score = importer.score(submission.student)
            if score is not None:
                graded.scores[submission.student] = score
            _tell(folder, tally, submission, result, graded)
        tally.failed |= graded.failed
        tally.refused = _refused(folder, exercises, assignment)
        handed_in = {submission.student for submission in submissions}
        tally.absent = sorted((students_of(folder) | importer.students()) - handed_in)
        place = folder / pages.CLASS
        _write_page(place / f"{assignment}.html", pages.class_page(tally), "the class", graded)
        text = pages.scores_csv(tally)
        _write_page(place / f"{assignment}_scores.csv", text, "the class", graded)
        overview.remember(folder, assignment, graded.scores)
        text = overview.page(folder, course_in(folder).assignments)
        _write_page(place / "index.html", text, "the class", graded)
    return graded


def _refused(folder, exercises, assignment):
    """What unrolled collect did not take, but for what is named after other exercises."""
    others = tuple({*NAMES, *course_in(folder).assignments} - {assignment, *exercises})
    return [
        line
        for line in refused_in(folder)
        if not line.partition(": ")[0].rpartition(".")[0].endswith(others)
    ]


def _chosen(submissions, only, assignment):
    """The submissions of these students, or all.

    Raises:
        ValueError: one of them handed in nothing.
    """
    found = {submission.student for submission in submissions}
    for student in only:
        if student not in found:
            raise ValueError(f"{student!r} handed in nothing for {assignment}")
    return [one for one in submissions if not only or one.student in only]


def _import(importer, submission, result, graded):
    try:
        is_new = importer.bring(submission, result)
        (graded.imported if is_new else graded.unchanged).append(submission.student)
    except OSError as error:
        graded.failed[submission.student] = f"{error.filename}: {error.strerror}"
    except Refused as error:
        graded.failed[submission.student] = str(error)


def _tell(folder, tally, submission, result, graded):
    """Take a submission into the tally of the class, and write its page."""
    student, answer, about = submission.student, submission.answer, tally.about
    tally.add(student, answer, result, graded.scores.get(student))
    if not tally.rows[-1].is_judged or student not in graded.scores:
        tally.failed.setdefault(student, "not graded yet")
    elif student not in graded.failed:
        text = pages.student_page(about, tally.rows[-1], answer, result)
        path = folder / pages.STUDENTS / about.name / f"{student}.html"
        _write_page(path, text, student, graded)


def _write_page(path, text, whose, graded):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
    except OSError as error:
        graded.pages[whose] = f"{path} cannot be written: {error.strerror}"


@contextlib.contextmanager
def _alone(folder):
    """Keep others from grading in this course at the same time."""
    from filelock import FileLock, Timeout

    path = folder / _LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise GradeRefused(f"somebody is grading in {folder} already") from None
    try:
        yield
    finally:
        lock.release()  # it also goes with the process, however that ends
