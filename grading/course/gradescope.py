"""Gradescope: an archive that sets up its container, and the program that grades there.

    python -m grading.course.gradescope FOLDER EXERCISE ...

runs in the container, as ``run_autograder`` calls it: it takes the modules from
``FOLDER/submission``, and writes ``FOLDER/results/results.json``.
"""

import argparse
import io
import json
import os
import re
import sys
import time
import zipfile
from pathlib import Path

from grading.catalogue.files import write_atomically
from grading.catalogue.points import groups_of
from grading.catalogue.refused import Refused
from grading.course import results
from grading.course.reading import Answer, NotTaken, read_file, read_notebook
from grading.course.rendering import plain, render
from grading.course.reports import headline, report
from grading.course.standalone import kit_files
from grading.processes import other_user, sandbox
from grading.running import hidden_tests, submission

_COURSE = "course"  # beside the kit: the folder with hidden_tests/
_PROGRAMS = ("setup.sh", "run_autograder")
_SECONDS = 9 * 60.0  # for the modules of one submission; Gradescope's own limit starts at 10


def archive_of(exercises, own_tests=None):
    """The archive to upload, as bytes.

    Args:
        exercises: names.
        own_tests: a folder with an instructor's own tests, see
            :mod:`grading.running.hidden_tests`; or None.

    Raises:
        HiddenTestError: one of them cannot be used.
    """
    files = {f"kit/{place}": data for place, data in kit_files().items()}
    for name in _PROGRAMS:
        files[name] = render(f"{name}.jinja", exercises=exercises).encode()
    own = hidden_tests.files_in(own_tests) if own_tests else {}
    for path in (path for paths in own.values() for path in paths):
        files[f"{_COURSE}/{hidden_tests.FOLDER}/{path.name}"] = path.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, data in sorted(files.items()):
            entry = zipfile.ZipInfo(place)
            entry.external_attr = (0o100755 if place in _PROGRAMS else 0o100644) << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def answer_in(folder, exercises):
    """What was handed in, as an :class:`Answer`: ``NAME.py`` or ``NAME.ipynb``, or both in
    ``exercises/``, as in a repository."""
    answer = Answer()
    for name in exercises:
        places = [place for place in (folder, folder / "exercises") if _has(place, name)]
        place = places[0] if places else folder
        if os.path.lexists(place / f"{name}.ipynb") and not os.path.lexists(place / f"{name}.py"):
            found, _, _ = read_notebook(place, name, [name], folder)
            answer.modules |= found.modules
            answer.problems |= found.problems
            continue
        try:
            answer.modules[name] = read_file(place / f"{name}.py", folder)
        except NotTaken as error:
            answer.problems[name] = f"{name}.py: {error}"
    return answer


def _has(place, name):
    return any(os.path.lexists(place / f"{name}{suffix}") for suffix in (".py", ".ipynb"))


def results_of(answer, result, exercises, own=frozenset(), seconds=0.0):
    """The content of ``results.json``: a dict for JSON.

    Args:
        answer: the :class:`Answer`.
        result: the judge's, see :mod:`grading.running.submission`.
        exercises: names.
        own: pairs (exercise, test) of the instructor's own tests, of which no code is shown.
        seconds: how long it took.
    """
    tests = []
    for name in exercises:
        found = results.outcomes_of(result, name)
        hidden = [test for exercise, test in own if exercise == name]
        for group in groups_of(name):
            tests.append(_test(name, group, found[group.name], hidden, answer.problems.get(name)))
    return {
        "score": round(sum(test["score"] for test in tests), 2),
        "output": "",
        "output_format": "md",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "execution_time": round(seconds),
        "tests": tests,
    }


def _test(name, group, outcome, hidden, problem):
    told = headline(group, outcome)
    failing = [failure["test"] for failure in outcome["failed"]]
    failing = [test for test in failing if test.partition("[")[0] in hidden]
    return {
        "name": f"{name}: {group.name}",
        "score": outcome["points"],
        "max_score": group.points,
        "status": "passed" if outcome["points"] == group.points else "failed",
        "output": _fenced(problem) if problem else _markdown(told, outcome, failing),
        "output_format": "md",
        "visibility": "visible",
    }


def _markdown(told, outcome, hidden):
    failures, skipped = report(outcome, hidden)
    parts = [plain(told)]
    for failure in failures:
        parts += [f"**{plain(failure['title'])}**", _fenced(failure["text"])]
        if failure["diagnosis"]:
            why = failure["diagnosis"]
            parts.append(f"This looks like {plain(why['title'])}. {plain(why['explanation'])}")
    return "\n\n".join([*parts, *(f"left out: {plain(reason)}" for reason in skipped)])


def _fenced(text):
    """A text in a fence that nothing in it can close."""
    text = plain(text)
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}text\n{text}\n{fence}"


def servers_here():
    """How student code is kept from the solutions here: None for bubblewrap, else its servers.

    Raises:
        Refused: it cannot be; the message says why.
    """
    no_sandbox = sandbox.missing()
    if no_sandbox is None:
        return None
    no_user = other_user.missing()
    if no_user is None:
        return other_user.OtherUser(submission.trusted())
    raise Refused(
        f"nothing was graded, since student code could read the solutions: {no_sandbox}; {no_user}"
    )


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m grading.course.gradescope")
    parser.add_argument("folder", type=Path)
    parser.add_argument("exercises", nargs="+")
    args = parser.parse_args(arguments)
    start, folder = time.monotonic(), args.folder
    try:
        servers = servers_here()
        answer = answer_in(folder / "submission", args.exercises)
        course = folder / "source" / _COURSE
        own = hidden_tests.names_in(course / hidden_tests.FOLDER)
        result = submission.judge_submission(
            answer.modules,
            args.exercises,
            servers=servers,
            course=course if own else None,
            hide=(str(folder),),
            seconds=_SECONDS,
        )
    except Refused as error:
        parser.exit(1, f"{error}\n")
    for note in result["notes"]:  # for the instructor: students do not see what is printed
        print(note)
    told = results_of(answer, result, args.exercises, own, time.monotonic() - start)
    place = folder / "results"
    place.mkdir(exist_ok=True)
    write_atomically(place / "results.json", json.dumps(told, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
