"""The result of a submission: what became of each test, and the points of each group of tests."""

from dataclasses import asdict, dataclass, field, replace

from grading.catalogue.points import group_of, group_points, groups_of, tests_of
from grading.catalogue.syllabus import exercise
from grading.running.diagnosis import Diagnosis
from grading.running.outcome import Kind, clean
from grading.running.report import headline, render
from grading.running.wrong_part import WrongPart

FORMAT = 1
LATE = "there was no time left for this test: the exercise took too long as a whole"
NO_END = "this test came to no end"


@dataclass
class FailedTest:
    """A test that failed: how, in one line, and as a report; with its misconception, or None.

    The cells that are wrong, ``part``, are a :class:`grading.running.wrong_part.WrongPart` or None.
    """

    test: str
    kind: Kind
    message: str
    report: str
    diagnosis: Diagnosis | None = None
    part: WrongPart | None = None


@dataclass
class GroupMarks:
    """A group of an exercise's tests.

    Attributes:
        name, slug: the group's.
        points, max_points: those that were earned, and those there are.
        passed: the names of tests.
        failed: a :class:`FailedTest` for each that failed.
        skipped: a dict from tests to reasons.
    """

    name: str
    slug: str
    points: float
    max_points: int
    passed: list
    failed: list
    skipped: dict


@dataclass
class ExerciseMarks:
    """An exercise.

    Attributes:
        problem: why its module cannot be loaded, or None.
        points, max_points: those that were earned, and those there are.
        seconds: how long it took.
        groups: a :class:`GroupMarks` for each group of its tests.
    """

    problem: str | None
    points: float
    max_points: int
    seconds: float
    groups: list


@dataclass
class Marks:
    """A submission.

    Attributes:
        exercises: an :class:`ExerciseMarks` by name.
        notes: sentences about what the submission tried, or what befell it.
        format: of this as JSON.
    """

    exercises: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    format: int = FORMAT

    def as_plain(self):
        """The same as a plain dict, for JSON."""
        plain = {"format": self.format, **asdict(self)}
        for marks in plain["exercises"].values():
            for failed in (failed for group in marks["groups"] for failed in group["failed"]):
                failed["kind"] = failed["kind"].value
        return plain


def not_tested(name, problem):
    """The marks of an exercise of which no test was run: all fail."""
    message, report = clean(problem, 1000), clean(problem)
    failed = [FailedTest(test, Kind.UNLOADABLE, message, report) for test in tests_of(name)]
    return _marks(name, problem, 0.0, [], failed, {})


def marks_of(name, run, seconds):
    """The marks of an exercise.

    Args:
        name: the exercise.
        run: the :class:`grading.running.result.Run` of its tests. A test without a result failed:
            no outcome is no pass.
        seconds: how long it took.
    """
    tests, results = run.tests[name], run.of(name)
    missing = sorted(set(tests_of(name)) - {test.partition("[")[0] for test in tests})
    kind, message = (Kind.TIME, LATE) if run.abandoned else (Kind.ERROR, NO_END)
    passed, failed, skipped = [], [], {}
    for test in (*tests, *missing):
        result = results.get(test)
        if result is None:
            failed.append(FailedTest(test, kind, message, message))
        elif result.state == "skipped":
            skipped[test] = clean(result.reason)
        elif result.state == "passed":
            passed.append(test)
        else:
            failed.append(_failed(result))
    return _marks(name, run.problem_of(name), seconds, passed, failed, skipped)


def _failed(result):
    failure = result.failure
    if failure.kind is Kind.ERROR:
        lines = failure.message.strip().splitlines() or ["the test failed"]
        message, report = lines[-1], "\n".join(lines[-30:])
    else:
        # The folder in which it was judged tells a reader nothing.
        failure = replace(failure, file=f"{failure.exercise}.py")
        message, report = headline(failure), "\n".join(render(failure))
    message, report = clean(message, 1000), clean(report)
    return FailedTest(result.test, failure.kind, message, report, result.diagnosis, failure.part)


def _marks(name, problem, seconds, passed, failed, skipped):
    groups = []
    for group in groups_of(name):

        def belongs(test, group=group):
            return group_of(name, test) == group

        own = [test for test in passed if belongs(test)]
        wrong = [failure for failure in failed if belongs(failure.test)]
        left_out = {test: reason for test, reason in skipped.items() if belongs(test)}
        points = group_points(group, len(own), len(own) + len(wrong))
        about = (group.name, group.slug, points, group.points)
        groups.append(GroupMarks(*about, own, wrong, left_out))
    points = round(sum(group.points for group in groups), 2)
    problem = clean(problem) if problem else None
    return ExerciseMarks(problem, points, exercise(name).points, seconds, groups)
