"""The results of submissions, kept in a course's folder under the hash of what was judged."""

import contextlib
import functools
import hashlib
import importlib.metadata
import json
import math
import platform
from pathlib import Path

from grading.catalogue.files import write_atomically
from grading.catalogue.paths import ROOT
from grading.catalogue.points import groups_of
from grading.running import hidden_tests
from grading.running.marks import FORMAT

FOLDER = ".unrolled/results"  # in the folder of a course: results that are ready
# All that decides about a verdict: a result that was made with anything else may be another one.
_DECIDING = (
    "tests/*.py",
    "solutions/*.py",
    "grading/expect.py",
    "grading/beside/**/*.py",
    "grading/catalogue/**/*.py",
    "grading/misconceptions/**/*.py",
    "grading/processes/**/*.py",
    "grading/running/**/*.py",
)
_PACKAGES = (
    "hypothesis",
    "keras",
    "numpy",
    "pytest",
    "tensorflow",
    "tensorflow-addons",
    "tf-keras",
    "tfa-nightly",
)


@functools.cache
def fingerprint():
    """A hash of all that decides about a verdict: the kit's part that judges, and versions."""
    found = hashlib.sha256(platform.python_version().encode())
    for package in _PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found.update(f"{package} {importlib.metadata.version(package)}\n".encode())
    for pattern in _DECIDING:
        for path in sorted(ROOT.glob(pattern)):
            data = path.read_bytes()
            found.update(f"{path.relative_to(ROOT).as_posix()} {len(data)}\n".encode() + data)
    return found.hexdigest()[:16]


def ready(course, modules):
    """The result for these modules that may be imported: kept, and not outdated; or None.

    Args:
        course: the folder of the course.
        modules: a dict from the exercise to the bytes of its module.
    """
    result = kept(course, modules)
    return None if result is None or is_outdated(result) else result


def kept(course, modules):
    """The result for these modules that is kept, outdated or not; None if there is none."""
    return load(Path(course) / FOLDER, modules, _hidden(course))


def keep(course, modules, result):
    """Keep a result in the course's folder, for :func:`ready`.

    Returns:
        What is kept: the result with its fingerprint and, where it takes the place of another
        verdict, with that as ``before``.
    """
    old = kept(course, modules)
    result = {**result, "tests": fingerprint()}
    if old is not None and verdict_of(old) != verdict_of(result):
        result["before"] = verdict_of(old)
    save(Path(course) / FOLDER, modules, result, _hidden(course))
    return result


def is_outdated(result):
    """Whether a result that was kept was made with anything else than what there is now."""
    return result.get("tests") != fingerprint()


def changes(before, result):
    """How a result differs from another verdict.

    Args:
        before: as from :func:`verdict_of`.
        result: the new one.

    Returns:
        A list of (exercise, group or "", points before, points now), the total of an exercise
        before its groups; exercises that are the same are left out.
    """
    now, found = verdict_of(result), []
    for name, old in before.items():
        new = now.get(name, {})
        if old == new:
            continue
        found.append((name, "", _total(old), _total(new)))
        for group in dict.fromkeys([*old, *new]):
            if old.get(group) != new.get(group):
                pair = (part.get(group, [0.0])[0] for part in (old, new))
                found.append((name, group, *pair))
    return found


def outdate(course, modules):
    """Have the result for these modules, if there is one, made again before it is used."""
    result = kept(course, modules)
    if result is not None:
        save(Path(course) / FOLDER, modules, {**result, "tests": None}, _hidden(course))


def forget(course, modules):
    """Forget the result for these modules, if there is one."""
    folder = Path(course) / FOLDER
    path_of(folder, modules, _hidden(course)).unlink(missing_ok=True)


def verdict_of(result):
    """The points, and the most, of each group of each exercise of a result."""
    return {
        name: {
            group.get("name"): [group.get("points"), group.get("max_points")]
            for group in told.get("groups", ())
        }
        for name, told in result.get("exercises", {}).items()
    }


def _total(groups):
    return round(sum(points for points, *_ in groups.values()), 2)


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
        A dict from the name of the group to its part of the result, whose points are those of the
        group: all where it had all when it was judged, whatever a group was worth then. A group is
        left out if the result does not tell of it, or gives points that it cannot have.
    """
    known = {group.name: group for group in groups_of(name)}
    found = {}
    for outcome in result.get("exercises", {}).get(name, {}).get("groups", ()):
        group = known.get(outcome.get("name"))
        if group is None:
            continue
        points, most = outcome.get("points"), outcome.get("max_points", group.points)
        if _is_in(most, math.inf) and most > 0 and _is_in(points, most):
            points = points if most == group.points else round(points * group.points / most, 2)
            found[group.name] = {**outcome, "points": points}
    return found


def _is_in(points, most):
    is_number = isinstance(points, int | float) and not isinstance(points, bool)
    return is_number and math.isfinite(points) and 0 <= points <= most


def _hidden(course):
    """The text of all hidden tests: with others, a result is another one."""
    files = hidden_tests.files_in(Path(course) / hidden_tests.FOLDER)
    return b"".join(path.read_bytes() for name in sorted(files) for path in sorted(files[name]))
