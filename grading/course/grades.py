"""Grade a class: judge all submissions of an assignment, then import them into the gradebook."""

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

from grading.catalogue.files import write_atomically
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import solution_path
from grading.course import crews, pages, results
from grading.course import judge as course_judge
from grading.course.folder import CourseError, course_in
from grading.course.reading import Answer
from grading.course.tally import About, Tally
from grading.processes import sandbox
from grading.running import hidden_tests

_LOCK = ".unrolled/grade.lock"


class GradeRefused(Refused):
    """Nothing was graded; the message says why, and what to do."""


@dataclass
class Graded:
    """What became of the submissions of an assignment.

    Attributes:
        submissions: all that were read, as :class:`grading.course.crews.Submission`, by student.
        imported: students whose grades were written now.
        unchanged: students whose grades were there already.
        failed: a dict from students without a grade to the reason.
        scores: what the gradebook has, see :meth:`grading.course.importing.Importer.scores`.
    """

    submissions: list
    imported: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    failed: dict = field(default_factory=dict)
    scores: dict = field(default_factory=dict)


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
):
    """Judge and import the submissions of an assignment.

    Whoever is interrupted, in whatever way, calls it again: what was done is not done again.

    Args:
        folder: the course's.
        assignment: the name of an assignment.
        only: names of students; all if empty.
        regrade: forget what is known of these submissions first.
        safe: whether students' code runs under bubblewrap.
        crew: who judges, see :func:`grading.course.crews.crew_for`, for one who grades several
            assignments; by default two processes for this one.
        begins: called with the name of each phase and its number of steps.
        told: called after each step.

    Returns:
        A :class:`Graded`.

    Raises:
        GradeRefused: see :func:`check`; or nbgrader is not there, or does not know the assignment.
    """
    folder = folder.resolve()
    exercises = check(folder, assignment, safe)
    try:
        from grading.course.importing import Importer, ImportRefused, forget_record
    except ImportError:
        raise GradeRefused("nbgrader is not installed: uv sync --extra instructor") from None
    with contextlib.ExitStack() as stack:
        stack.enter_context(_alone(folder))
        try:
            importer = stack.enter_context(Importer(folder, assignment, sandbox=safe))
            graded = Graded(crews.submissions_of(folder, assignment, exercises, only))
            if regrade:
                for submission in graded.submissions:
                    course_judge.forget(folder, submission.modules)
                    forget_record(folder, assignment, submission.student)
            crew = crew or stack.enter_context(crews.crew_for(folder, sandbox=safe))
            _try_hidden_tests(folder, exercises, crew, begins)
            begins("judged", len(graded.submissions))
            graded.failed = crews.judge_all(
                folder, graded.submissions, crew, lambda submission: told()
            )
        except (ImportRefused, ValueError) as error:
            raise GradeRefused(str(error)) from None
        begins("imported", len(graded.submissions) - len(graded.failed))
        for submission in graded.submissions:
            if submission.student in graded.failed:
                continue
            try:
                is_new = importer.bring(submission)
                (graded.imported if is_new else graded.unchanged).append(submission.student)
            except ImportRefused as error:
                graded.failed[submission.student] = str(error)
            except OSError as error:
                graded.failed[submission.student] = f"{error.filename}: {error.strerror}"
            told()
        graded.scores = importer.scores()
        _write_pages(folder, assignment, exercises, graded)
    return graded


def _write_pages(folder, assignment, exercises, graded):
    """Write the pages of all submissions, also of those that were graded before."""
    own = hidden_tests.names_in(folder / hidden_tests.FOLDER)
    about = About(assignment, exercises, course_in(folder).hidden, frozenset(own))
    tally = Tally(about, failed=dict(graded.failed))
    chosen = {submission.student: submission for submission in graded.submissions}
    for other in crews.submissions_of(folder, assignment, exercises):
        submission = chosen.get(other.student, other)
        student, answer = submission.student, submission.answer
        result = course_judge.ready(folder, answer.modules) if answer.modules else None
        tally.add(student, answer, result, graded.scores.get(student))
        if not tally.rows[-1].is_judged or student not in graded.scores:
            tally.failed.setdefault(student, "not graded yet")
        elif student not in graded.failed:
            text = pages.student_page(about, tally.rows[-1], answer, result)
            path = folder / pages.STUDENTS / assignment / f"{student}.html"
            _write_page(path, text, student, graded)
    tally.failed |= graded.failed
    place = folder / pages.CLASS
    _write_page(place / f"{assignment}.html", pages.class_page(tally), "the class", graded)
    text = pages.scores_csv(tally)
    _write_page(place / f"{assignment}_scores.csv", text, "the class", graded)


def _write_page(path, text, whose, graded):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
    except OSError as error:
        graded.failed[whose] = f"{path} cannot be written: {error.strerror}"


def _try_hidden_tests(folder, exercises, crew, begins):
    """Run the course's hidden tests on the solutions, which must pass them.

    Raises:
        GradeRefused: a test fails, or they cannot be run.
    """
    files = hidden_tests.files_in(folder / hidden_tests.FOLDER)
    for name in (name for name in exercises if name in files):
        modules = {name: solution_path(name).read_bytes()}
        solution = crews.Submission("the solution", Answer(modules))
        if course_judge.ready(folder, modules) is None:
            begins(f"hidden tests of {name} tried", 0)
        failed = crews.judge_all(folder, [solution], crew)
        if failed:
            course_judge.forget(folder, modules)
            raise GradeRefused(f"the tests of {name} cannot be run: {_last(failed.popitem()[1])}")
        own = {test for tests in files[name].values() for test in tests}
        for outcome in results.outcomes_of(course_judge.ready(folder, modules), name).values():
            for failure in outcome["failed"]:
                if failure["test"].partition("[")[0] in own:
                    course_judge.forget(folder, modules)
                    raise GradeRefused(
                        f"the hidden test {failure['test']} fails on the solution of {name} itself:"
                        f" {_last(failure['message'])}"
                    )


def _last(text):
    return (text.strip().splitlines() or ["no message"])[-1]


@contextlib.contextmanager
def _alone(folder):
    """Keep others from grading in this course at the same time."""
    path = folder / _LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            import fcntl
        except ImportError:  # Windows
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise GradeRefused(f"somebody is grading in {folder} already") from None
        yield  # the lock goes with the process, however that ends
