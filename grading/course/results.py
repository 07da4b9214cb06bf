"""The results of submissions, kept in a course's folder under the hash of what was judged."""

import functools
import hashlib
import json
import math
from pathlib import Path

from grading.catalogue.files import write_atomically
from grading.catalogue.points import groups_of
from grading.catalogue.stubs import ROOT
from grading.running import hidden_tests
from grading.running.marks import FORMAT

FOLDER = ".unrolled/results"  # in the folder of a course: results that are ready
# What decides about points; a result made with others may be another one.
_DECIDING = (
    "tests/*.py",
    "solutions/*.py",
    "grading/beside/probes/*.py",
    "grading/catalogue/exercises/*.py",
)


def ready(course, modules):
    """The result for these modules that is kept in the course's folder, or None.

    Args:
        course: the folder of the course.
        modules: a dict from the exercise to the bytes of its module.
    """
    return load(Path(course) / FOLDER, modules, _hidden(course))


def keep(course, modules, result):
    """Keep a result in the course's folder, for :func:`ready`."""
    result = {**result, "tests": _tests()}
    save(Path(course) / FOLDER, modules, result, _hidden(course))


def is_outdated(result):
    """Whether a result that was kept came from a kit with other tests than this one."""
    return result.get("tests") != _tests()


def forget(course, modules):
    """Forget the result for these modules, if there is one."""
    folder = Path(course) / FOLDER
    path_of(folder, modules, _hidden(course)).unlink(missing_ok=True)


def key_of(modules, more=b""):
    """The name under which the result for some modules is kept: a hash of them.

    Args:
        modules: a dict from the exercise to the bytes of its module.
        more: what else the result depends on.
    """
    found = hashlib.sha256()
    for name, data in (*sorted(modules.items()), ("", more)):
        found.update(f"{name} {len(data)}\n".encode())
        found.update(data)
    return found.hexdigest()


def path_of(folder, modules, more=b""):
    """The file that holds the result for these modules, whether or not it is there."""
    return folder / f"{key_of(modules, more)}.json"


def save(folder, modules, result, more=b""):
    """Keep the result of :func:`grading.running.submission.judge_submission` for these modules."""
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(path_of(folder, modules, more), json.dumps(result, indent=1) + "\n")


def load(folder, modules, more=b""):
    """The result that is kept for these modules; None if there is none that can be read."""
    try:
        result = json.loads(path_of(folder, modules, more).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return result if isinstance(result, dict) and result.get("format") == FORMAT else None


def outcomes_of(result, name):
    """What a result says about each group of an exercise.

    Args:
        result: as from :func:`grading.running.submission.judge_submission`.
        name: the exercise.

    Returns:
        A dict from the name of the group to its part of the result. A group is left out if the
        result does not tell of it, or gives points that it cannot have.
    """
    known = {group.name: group for group in groups_of(name)}
    found = {}
    for outcome in result.get("exercises", {}).get(name, {}).get("groups", ()):
        group = known.get(outcome.get("name"))
        if group and _is_in(outcome.get("points"), group.points):
            found[group.name] = outcome
    return found


def _is_in(points, most):
    is_number = isinstance(points, int | float) and not isinstance(points, bool)
    return is_number and math.isfinite(points) and 0 <= points <= most


@functools.cache
def _tests():
    """A hash of the kit's tests and of all that they use."""
    found = hashlib.sha256()
    for pattern in _DECIDING:
        for path in sorted(ROOT.glob(pattern)):
            found.update(f"{path.name}\n".encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _hidden(course):
    """The text of all hidden tests: with others, a result is another one."""
    files = hidden_tests.files_in(Path(course) / hidden_tests.FOLDER)
    return b"".join(path.read_bytes() for name in sorted(files) for path in sorted(files[name]))
