"""The facts of one failing test, for a report: what was called, what came back, what was expected.

:func:`failure_of` runs where the test ran; a :class:`Failure` may travel between processes.
"""

import re
from dataclasses import asdict, dataclass, field

from hypothesis.errors import Flaky

from grading.beside.show import show
from grading.catalogue.board import runner
from grading.catalogue.paths import display_path
from grading.running import faults
from grading.running.outcome import Kind
from grading.running.wrong_part import WrongPart, wrong_part

LONG = 80  # characters; what is as long and was told with the call is not told again
MOST_LINES = 20  # of one result
SHOWN_CALLS = 4  # of one example; more would bury the one that matters
_NOBODY_TYPES = {  # while tests run: exceptions that come of it, and what to do
    "EOFError: EOF when reading a line": "nobody can answer input() while tests run: take it out",
    "BdbQuit": "breakpoint() cannot stop here, in a process without a keyboard. To stop there: {}",
}
_SIGNATURE = re.compile(r"TypeError: ([\w.]+)\(\) (?:takes|got an unexpected|missing) ")


@dataclass(frozen=True)
class ShownCall:
    """A call that a failing test made: as it is spelled, its result or None, what it printed."""

    spelled: str
    result: str | None
    printed: str


@dataclass
class Failure:
    """The facts of a failing test.

    Attributes:
        exercise, test: the exercise's name and the test's, with its parameters.
        title: the sentence in the test's name.
        kind: how it failed.
        message: what there is to say; of an error of the kit's own, the whole traceback.
        file: the student's file, as a user would write its path.
        calls: the last calls of the failing example, each a :class:`ShownCall`.
        left_out: how many calls came before them.
        frames: lines of the student's file, as pairs (line number, code).
        expected, found, details, picture: of a wrong answer, as of
            :class:`grading.running.faults.WrongAnswer`; found is None where a call shows it.
        plot: the path of a picture of it, or None.
        part: the cells that are wrong, a :class:`grading.running.wrong_part.WrongPart`, or None.
    """

    exercise: str
    test: str
    title: str
    kind: Kind
    message: str = ""
    file: str = ""
    calls: list = field(default_factory=list)
    left_out: int = 0
    frames: list = field(default_factory=list)
    expected: str = ""
    found: str | None = None
    details: list = field(default_factory=list)
    picture: list = field(default_factory=list)
    plot: str | None = None
    part: WrongPart | None = None

    @property
    def id(self):
        """The test as pytest calls it."""
        return f"test_{self.exercise}.py::{self.test}"

    def as_plain(self):
        """A plain dict, for another process."""
        return {**asdict(self), "kind": self.kind.value}

    @classmethod
    def of_plain(cls, plain):
        """What :meth:`as_plain` was made of."""
        calls = [ShownCall(**call) for call in plain["calls"]]
        frames = [tuple(frame) for frame in plain["frames"]]
        part = WrongPart(**plain["part"]) if plain["part"] else None
        told = {"kind": Kind(plain["kind"]), "calls": calls, "frames": frames, "part": part}
        return cls(**{**plain, **told})


def failure_of(error, item, subject, spec):
    """Describe a failed test, or give None if the failure is not a student's.

    Args:
        error: the exception that ended the test.
        item: the pytest item of the test.
        subject: the subject under test, with the calls of the failing example.
        spec: how the subject is found, for the name of its file.
    """
    failure = Failure(
        exercise=subject.exercise,
        test=item.name,
        title=getattr(error, "title", None) or sentence(item.originalname),
        kind=Kind.ERROR,
        file=display_path(spec.path),
        calls=[_shown_call(call) for call in subject.calls[-SHOWN_CALLS:]],
        left_out=max(0, len(subject.calls) - SHOWN_CALLS),
    )
    answered = bool(subject.calls) and subject.calls[-1].outcome.fault is None
    if isinstance(error, faults.Stop):
        failure.kind, failure.message, failure.frames = error.kind, error.message, error.frames
        if failure.kind is Kind.UNLOADABLE:
            failure.calls, failure.title = [], "the module cannot be used yet"
    elif isinstance(error, faults.SubjectError):
        failure.kind, failure.message, failure.frames = Kind.RAISED, str(error), error.frames
        called = _SIGNATURE.match(failure.message)
        own = failure.frames and failure.frames[0][1].startswith(("def ", "class "))
        if called and own:  # whatever the test is about, it could not even begin
            failure.title = f"{called[1]} takes the arguments of its docstring"
        if failure.message in _NOBODY_TYPES:
            debug = f"{runner()}pytest tests/test_{failure.exercise}.py -x --inline"
            failure.title = "the code waits for somebody to type"
            failure.details = [_NOBODY_TYPES[failure.message].format(debug)]
    elif isinstance(error, faults.Unusable):
        failure.kind, failure.message = Kind.UNUSABLE, error.expected
    elif isinstance(error, faults.WrongAnswer):
        failure.kind, failure.picture = Kind.WRONG, list(error.picture)
        found = None if error.found is None else _some_lines(str(error.found))
        is_shown = failure.calls and _is_most_of(found, failure.calls[-1].result)
        failure.expected, failure.found = error.expected, None if is_shown else found
        failure.details = error.details
        failure.part = wrong_part(*error.values) if error.values else None
    elif isinstance(error, Flaky):
        failure.kind = Kind.FLAKY
    elif isinstance(error, Exception) and answered:
        failure.kind, failure.message = Kind.SENSELESS, f"{type(error).__name__}: {error}"
    else:
        return None
    return failure


def sentence(test):
    """The sentence in a test's name: ``test_targets_are_late`` gives "targets are late"."""
    return test.removeprefix("test_").replace("_", " ")


def _is_most_of(found, result):
    """Whether what was found is the result as it is told, or a long part of it."""
    if found is None or result is None:
        return found == result
    return found == result or (found in result and len(found) > max(LONG, len(result) / 2))


def _shown_call(call):
    result = _some_lines(_shown(call)) if call.outcome.fault is None else None
    return ShownCall(call.spelled, result, call.outcome.printed[-600:])


def _some_lines(text):
    """A result of many rows, without most of them."""
    lines = text.splitlines()
    more = len(lines) - MOST_LINES
    return "\n".join([*lines[:MOST_LINES], f"... {more:,} more"]) if more > 1 else text


def _shown(call):
    try:
        return call.shown(call.outcome.value)
    except Exception:  # a result of a strange form has no picture of its own
        return show(call.outcome.value)
