"""Classroom 50, the open successor of GitHub Classroom: its result, and a folder that makes it.

The form is ``classroom50/result/v1``, see "Advanced Autograding" in the wiki of
foundation50/classroom50. Its scores are whole numbers, so points are told in hundredths.
"""

import datetime
import subprocess

from grading.catalogue.refused import Refused
from grading.course.rendering import render
from grading.course.standalone import kit_files

SCHEMA = "classroom50/result/v1"
# What the runner of Classroom 50 tells the autograder: the field, and the variable it comes from.
_FROM_THE_RUNNER = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
}


def check_runner(environment):
    """Refuse to go on where the runner's variables are not set: a result needs them.

    Args:
        environment: a dict of this process's variables.

    Raises:
        Refused: one of them is not set; the message names it.
    """
    for name in _FROM_THE_RUNNER.values():
        if not environment.get(name):
            raise Refused(
                f"--classroom50 is for the runner of Classroom 50, and {name} is not set: put what "
                "unrolled course --classroom50 writes into your classroom50 repository, and it runs"
            )


def result_of(exercises, environment, when):
    """The result of a submission, as a dict for JSON.

    Args:
        exercises: a dict from names to :class:`grading.running.marks.ExerciseMarks`.
        environment: the runner's variables.
        when: the :class:`datetime.datetime` at which it was handed in.

    Returns:
        A dict with a test for each group, whose scores are hundredths of points.
    """
    tests = [_test(name, group) for name, marks in exercises.items() for group in marks.groups]
    told = {field: environment[name] for field, name in _FROM_THE_RUNNER.items()}
    return {
        "schema": SCHEMA,
        **told,
        "review": environment.get("REVIEW_URL") or told["commit"],
        "datetime": when.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }


def _test(name, group):
    n_passed, n_run = len(group.passed), len(group.passed) + len(group.failed)
    return {
        "test-name": f"{name}: {group.name} ({n_passed} of {n_run} tests, 100 = 1 point)",
        "passed": n_passed == n_run > 0,
        "score": round(100 * group.points),
        "max-score": 100 * group.max_points,
    }


def handed_in_at():
    """When the commit in the current folder was made; the present moment if there is none."""
    command = ["git", "show", "--no-patch", "--format=%ct", "HEAD"]
    try:
        told = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60).stdout
        return datetime.datetime.fromtimestamp(int(told), datetime.UTC)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return datetime.datetime.now(datetime.UTC)


def files_of(exercises):
    """The files for ``CLASSROOM/autograders/ASSIGNMENT/``: a dict from paths to bytes.

    They are an ``autograder.py``, and a copy of the kit, so that no student can change a test.

    Args:
        exercises: names.
    """
    script = render("autograder.py.jinja", exercises=list(exercises)).encode()
    kit = {f"kit/{place}": data for place, data in kit_files().items()}
    return {"autograder.py": script, **kit}
