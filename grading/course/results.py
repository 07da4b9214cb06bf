"""What a judge found out about submissions, kept on disk under the hash of what was judged."""

import hashlib
import json
import math

from grading.catalogue.files import write_atomically
from grading.catalogue.points import groups_of

FORMAT = 1
FOLDER = ".unrolled/results"  # in the folder of a course: results that are ready


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
