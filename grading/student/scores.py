"""Points, from the same tallies as the board's: as JSON, and for GitHub Classroom.

Each group of an exercise's tests is worth its points times the part of its tests that pass.
"""

import json
from dataclasses import asdict

from grading.catalogue import board
from grading.catalogue.points import earned
from grading.catalogue.syllabus import exercise
from grading.running.outcome import Kind
from grading.running.report import complaint, headline, render, sentence

# GitHub's reporter takes the result from an environment variable, base64 and all, and Linux allows
# 128 KiB for one. Base64 makes 3 bytes 4.
LARGEST_RESULT = 90_000
LONGEST_ERROR = 2000  # characters of an error of the kit's own, from its end


def as_dict(run, names):
    """A run as plain data for JSON.

    Args:
        run: a :class:`grading.running.result.Run` of these exercises.
        names: the exercises.

    Returns:
        A dict with ``implementation``, ``points``, ``max_points`` and ``exercises``: for each its
        ``name``, ``title``, ``state`` (as on the board), ``passed``, ``total``, ``points``,
        ``max_points``, ``problem`` (why it cannot be loaded, or None) and ``failing``: for each
        failing test ``test``, ``kind``, ``message`` (the report, as lines in one text) and
        ``diagnosis`` (None, or ``name``, ``title`` and ``explanation``).
    """
    rows = [_row(run, name) for name in names]
    return {
        "implementation": run.implementation.label,
        "points": round(sum(row["points"] for row in rows), 2),
        "max_points": sum(row["max_points"] for row in rows),
        "exercises": rows,
    }


def for_classroom(run, names):
    """A run in the form that GitHub Classroom's autograding reporter reads.

    The form is that of ``classroom-resources/autograding-python-grader``: version, status, the
    most that can be reached, and a list of tests. The scores of an exercise's passing tests add up
    to its points on the board.

    Returns:
        A dict for JSON, small enough for the reporter.
    """
    tests = [test for name in names for test in _classroom_tests(run, name)]
    status = "pass" if all(test["status"] == "pass" for test in tests) else "fail"
    result = {
        "version": 3,
        "status": status,
        "max_score": sum(exercise(name).points for name in names),
        "tests": tests,
    }
    failing = [test for test in tests if test["status"] == "fail"]
    messages = [test.pop("message") for test in failing]
    room = LARGEST_RESULT - len(to_text(result)) - 20 * len(failing)
    if room < 0:  # so many tests that not even their names fit
        return {**result, "tests": [_as_one_test(run, name) for name in names]}
    for test, message in zip(failing, messages, strict=True):
        test["message"] = _shortened(message, room // len(failing))
    return result


def to_text(result):
    """A result for GitHub Classroom as compact JSON."""
    return json.dumps(result, separators=(",", ":"))


def _row(run, name):
    tally, item = run.tallies[name], exercise(name)
    return {
        "name": name,
        "title": item.title,
        "state": tally.state,
        "passed": len(tally.passed),
        "total": tally.total,
        "points": earned(name, tally.passed, _counted(tally)),
        "max_points": item.points,
        "problem": tally.problem,
        "failing": [_failing(run, failure) for failure in run.failures_of(name)],
    }


def _failing(run, failure):
    diagnosis = run.diagnosis_of(failure)
    return {
        "test": failure.test,
        "kind": failure.kind.value,
        "message": _message(failure),
        "diagnosis": asdict(diagnosis) if diagnosis else None,
    }


def _message(failure):
    if failure.kind is Kind.ERROR:
        return failure.message[-LONGEST_ERROR:]
    return "\n".join([failure.title, *render(failure, 100)])


def _classroom_tests(run, name):
    tally = run.tallies[name]
    counted, passed, before = _counted(tally), set(), 0.0
    results = run.of(name)
    reasons = {failure.test: _in_short(failure) for failure in run.failures_of(name)}
    for test in run.tests[name]:
        if test not in counted:
            continue
        row = {"name": f"{name}: {sentence(test)}", "status": "fail", "score": 0}
        if test in tally.passed:
            passed.add(test)
            so_far = earned(name, passed, counted)
            row |= {"status": "pass", "score": round(so_far - before, 2)}
            before = so_far
        else:
            row["message"] = reasons.get(test, "failed")
        seconds = results[test].seconds if test in results else 0.0
        place = {"test_code": "", "filename": f"tests/test_{name}.py", "line_no": 0}
        yield {**row, **place, "duration": round(seconds, 3)}


def _as_one_test(run, name):
    """An exercise in one line, with part of its points where part of its tests pass."""
    tally = run.tallies[name]
    done = tally.state == board.DONE
    row = {
        "name": name,
        "status": "pass" if done else "fail",
        "score": earned(name, tally.passed, _counted(tally)),
    }
    if not done:
        row["message"] = f"{len(tally.passed)} of {tally.total} tests pass"
    place = {"test_code": "", "filename": f"tests/test_{name}.py", "line_no": 0}
    seconds = sum(result.seconds for result in run.of(name).values())
    return {**row, **place, "duration": round(seconds, 3)}


def _counted(tally):
    """The tests that count: all but those that were skipped."""
    return tally.passed | tally.failed | tally.unwritten


def _in_short(failure):
    if failure.kind is Kind.ERROR:
        return failure.message.strip().splitlines()[-1]
    return headline(failure) if complaint(failure) else "\n".join(render(failure, 100))


def _shortened(text, room):
    """A text whose JSON takes no more than ``room`` characters."""
    while len(json.dumps(text)) - 2 > room:
        text = text[: max(0, min(len(text) - 1, int(0.9 * len(text)) - 3))]
    return text


def fails(tally):
    """Whether a started exercise has a failing test."""
    return tally.state in (board.STARTED, board.BROKEN)
