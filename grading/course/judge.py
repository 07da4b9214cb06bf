"""Judge a submission as a course wants it: with its hidden tests, and once only."""

import functools
import hashlib
from pathlib import Path

from hypothesis.configuration import set_hypothesis_home_dir

from grading.catalogue.stubs import ROOT
from grading.course import results
from grading.running import hidden_tests

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
    return results.load(Path(course) / results.FOLDER, modules, _hidden(course))


def keep(course, modules, result):
    """Keep a result in the course's folder, for :func:`ready`."""
    result = {**result, "tests": _tests()}
    results.save(Path(course) / results.FOLDER, modules, result, _hidden(course))


def is_outdated(result):
    """Whether a result that was kept came from a kit with other tests than this one."""
    return result.get("tests") != _tests()


def forget(course, modules):
    """Forget the result for these modules, if there is one."""
    folder = Path(course) / results.FOLDER
    results.path_of(folder, modules, _hidden(course)).unlink(missing_ok=True)


def judge(course, modules, **more):
    """Judge the modules of one submission now.

    Args:
        course, modules: as for :func:`ready`.
        more: for :func:`grading.running.submission.judge_submission`.

    Returns:
        Its result.

    Raises:
        HiddenTestError: a hidden test of the course cannot be used.
        NoSandbox: there is no sandbox, and ``sandbox=False`` was not given.
    """
    from grading.running.submission import judge_submission

    course = Path(course).resolve()
    set_hypothesis_home_dir(course / ".unrolled" / "hypothesis")
    options = (*hidden_tests.options(course / hidden_tests.FOLDER), *more.pop("options", ()))
    return judge_submission(modules, hide=[str(course)], options=options, **more)


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
