"""What a module gets that imports another exercise: the reference, so a mistake costs points once.

It is the same wherever the module runs, also in a sandbox, in which a module could read all that it
is given. So none gets what would give its own answer away: the exercise whose tests it holds, and
the exercises that build on its own, whose references do or use what it is to do.
"""

import re
from pathlib import Path

from grading.catalogue.stubs import solution_path
from grading.catalogue.syllabus import NAMES, SYLLABUS, exercise


def references(name, path):
    """The other exercises that a module names, and what an import of each gives.

    Args:
        name: the exercise that the module answers.
        path: the module. It is only searched for names: to parse what strangers wrote is not for
            a judge, and a name in a comment does no harm.

    Returns:
        A dict from exercises to the files of their references, or to None where an import is
        refused.
    """
    try:
        words = set(re.findall(rb"\w+", Path(path).read_bytes()))
    except OSError:  # loading the module will say so
        return {}
    secret = kept_from(name)
    others = [other for other in NAMES if other != name and other.encode() in words]
    found = {other: None if other in secret else solution_path(other) for other in others}
    return {other: path for other, path in found.items() if path is None or path.is_file()}


def kept_from(name):
    """The exercises, this one among them, whose references would give an answer to it away."""
    secret = {name, exercise(name).tests_of} - {None}
    while True:
        more = {
            other.name
            for other in SYLLABUS
            if secret & {*other.needs, *other.builds_on, other.tests_of}
        }
        if more <= secret:
            return secret
        secret |= more
