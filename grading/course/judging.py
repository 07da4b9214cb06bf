"""Which submissions of a class have to be judged, and how their verdicts changed."""

from dataclasses import dataclass, field

from grading.catalogue.refused import Refused
from grading.catalogue.stubs import solution_path
from grading.course import crews, results
from grading.course.reading import Answer
from grading.course.submissions import Submission
from grading.running import hidden_tests


class GradeRefused(Refused):
    """Nothing was graded; the message says why, and what to do."""


@dataclass
class Judged:
    """What is known of the submissions of a class after judging.

    Attributes:
        results: a dict from students to results; None for one that has none.
        failed: a dict from those who could not be judged to the reason.
        outdated: students whose result is outdated, and in the gradebook as it is.
        changes: a dict from students to what :func:`grading.course.results.changes` gives.
    """

    results: dict = field(default_factory=dict)
    failed: dict = field(default_factory=dict)
    outdated: list = field(default_factory=list)
    changes: dict = field(default_factory=dict)


def judge(folder, submissions, chosen, importer, crew, regrade, told):
    """Judge what has to be: what has no result, or an outdated one that is to be imported.

    An outdated result changes no grade: where it is in the gradebook it stays there, and in any
    other case it is judged again.

    Args:
        folder: the course's.
        submissions: all, as :class:`grading.course.submissions.Submission`; each result is read.
        chosen: those that are to be graded.
        importer: the :class:`grading.course.importing.Importer`, which knows what is done.
        crew: who judges, see :func:`grading.course.crews.crew_for`.
        regrade: whether to judge all of ``chosen`` again.
        told: called after each of ``chosen``.

    Returns:
        A :class:`Judged`.
    """
    judged, waiting = Judged(), []
    asked = {submission.student for submission in chosen}
    for submission in submissions:
        student, modules = submission.student, submission.modules
        result = results.kept(folder, modules) if modules else None
        judged.results[student] = result
        if student not in asked:
            continue
        is_old = result is not None and results.is_outdated(result)
        if is_old and not regrade and importer.is_done(submission, result):
            judged.outdated.append(student)
            is_old = False
        if modules and (result is None or is_old or regrade):
            waiting.append(submission)
        else:
            told()

    def keep(submission, result):
        judged.results[submission.student] = result
        told()

    judged.failed = crews.judge_all(folder, waiting, crew, keep)
    for submission in chosen:
        result = judged.results[submission.student]
        is_new = result is not None and not results.is_outdated(result)
        if is_new and (changes := importer.changes(submission, result)):
            judged.changes[submission.student] = changes
    return judged


def try_hidden_tests(folder, exercises, crew, begins):
    """Run the course's hidden tests on the solutions, which must pass them.

    Raises:
        GradeRefused: a test fails, or they cannot be run.
    """
    files = hidden_tests.files_in(folder / hidden_tests.FOLDER)
    for name in (name for name in exercises if name in files):
        modules = {name: solution_path(name).read_bytes()}
        solution = Submission("the solution", Answer(modules))
        if results.ready(folder, modules) is not None:
            continue
        begins(f"hidden tests of {name} tried", 0)
        failed = crews.judge_all(folder, [solution], crew)
        if failed:
            raise GradeRefused(f"the tests of {name} cannot be run: {_last(failed.popitem()[1])}")
        own = {test for tests in files[name].values() for test in tests}
        for outcome in results.outcomes_of(results.ready(folder, modules), name).values():
            for failure in outcome["failed"]:
                if failure["test"].partition("[")[0] in own:
                    results.forget(folder, modules)
                    raise GradeRefused(
                        f"the hidden test {failure['test']} fails on the solution of {name} itself:"
                        f" {_last(failure['message'])}"
                    )


def _last(text):
    return (text.strip().splitlines() or ["no message"])[-1]
