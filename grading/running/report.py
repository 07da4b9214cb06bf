"""The report of one failing test: what was called, what came back, what was expected.

:func:`failure_of` runs where the test ran and gives a :class:`Failure`, which may travel between
processes; :func:`render` turns that into lines for a student.
"""

import collections
import itertools
import re
import textwrap
from dataclasses import asdict, dataclass, field

from hypothesis.errors import Flaky

from grading.beside.show import show
from grading.catalogue.board import runner
from grading.catalogue.paths import display_path
from grading.running import faults
from grading.running.outcome import Kind
from grading.running.wrong_part import WrongPart, wrong_part

SHOWN_CALLS = 4  # of one example; more would bury the one that matters
FULL_REPORTS = 3  # of each exercise; further failures take two lines, unless -v is given
LONG_END = 80  # characters of a call that are not told twice
LABEL = 11  # width of the labels on the left
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
        is_shown = bool(failure.calls) and failure.calls[-1].result == error.found
        failure.expected, failure.found = error.expected, None if is_shown else error.found
        failure.details = error.details
        failure.part = wrong_part(*error.values) if error.values else None
    elif isinstance(error, Flaky):
        failure.kind = Kind.FLAKY
    elif isinstance(error, Exception) and answered:
        failure.kind, failure.message = Kind.SENSELESS, f"{type(error).__name__}: {error}"
    else:
        return None
    return failure


class Briefness:
    """How much to tell of failing tests, one after the other.

    The first ones of an exercise are told in full and the rest in brief; what is said once, a
    complaint or the explanation of a misconception, is not said again.

    Args:
        n_full: how many are told in full; None for all.
    """

    def __init__(self, n_full=FULL_REPORTS):
        self.n_full = n_full
        self._said, self._n_told = set(), collections.Counter()

    def is_new(self, *text):
        """Whether something was not said before; from now on it was."""
        is_new = text not in self._said
        self._said.add(text)
        return is_new

    def tell(self, failure):
        """Whether a failing test is worth a report of its own, and whether that is to be brief."""
        reason, of = complaint(failure), failure.exercise
        is_new = reason is None or self.is_new("complaint", reason)
        is_brief = self.n_full is not None and self._n_told[of] >= self.n_full
        self._n_told[of] += is_new
        return is_new, is_brief


def complaint(failure):
    """What the report complains about: two tests with equal complaints need one report."""
    if failure.kind in (Kind.NOT_WRITTEN, Kind.UNLOADABLE, Kind.UNUSABLE):
        return f"{failure.kind}: {failure.message}"
    if failure.kind in (Kind.RAISED, Kind.HUNG, Kind.DIED):
        return f"{failure.kind}: {failure.message} {failure.frames}"
    return None


def headline(failure):
    """The report in one line, for summaries."""
    if failure.kind is Kind.WRONG and failure.picture:  # for which one line has no room
        what, details = failure.expected.partition(" as on the right")[0], failure.details
        return f"{what}: {details[0]}" if details else f"{what} differ"
    if failure.kind is Kind.WRONG:
        return f"expected {failure.expected}"
    if failure.kind is Kind.FLAKY:
        return "equal calls gave different results"
    return failure.message.splitlines()[0] if failure.message else failure.kind.value


def render(failure, width=80):
    """The report as lines of text."""
    lines = []

    def add(label, text):
        lines.extend(_labelled(label, text, width))

    if failure.left_out:
        add("", f"(after {failure.left_out} earlier call{'s' * (failure.left_out > 1)})")
    before = ""
    for call in failure.calls:
        add("called", _without_repetition(call.spelled, before))
        before = call.spelled
        if call.result is not None:
            add("gave", call.result)
        if call.printed.strip():
            add("printed", call.printed.rstrip())
    _RENDER[failure.kind](failure, add)
    return lines


def render_diagnosis(diagnosis, width=80, again=False):
    """The lines that name a misconception, with its explanation unless it was given ``again``."""
    lines = _labelled("looks like", diagnosis.title, width)
    if not again:
        lines += _labelled("", diagnosis.explanation, width)
    return lines


def sentence(test):
    """The sentence in a test's name: ``test_targets_are_late`` gives "targets are late"."""
    return test.removeprefix("test_").replace("_", " ")


def _without_repetition(spelled, before):
    """A call, without its end where that is long and was read in the call before."""
    backwards = zip(spelled[::-1], before[::-1], strict=False)
    n_equal = len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], backwards)))
    end = spelled.find(" ", len(spelled) - n_equal)
    return f"{spelled[:end]} ... as above" if 0 < end < len(spelled) - LONG_END else spelled


def _shown_call(call):
    result = _shown(call) if call.outcome.fault is None else None
    return ShownCall(call.spelled, result, call.outcome.printed[-600:])


def _shown(call):
    try:
        return call.shown(call.outcome.value)
    except Exception:  # a result of a strange form has no picture of its own
        return show(call.outcome.value)


def _render_message(failure, add):
    add("but" if failure.kind is Kind.UNUSABLE else "problem", failure.message)


def _render_wrong(failure, add):
    add("expected", failure.expected)
    if failure.found is not None:
        add("found", str(failure.found))
    for line in (*failure.picture, *failure.details):
        add("", line)


def _render_raised(failure, add):
    add("raised" if failure.kind is Kind.RAISED else "but", failure.message)
    for number, code in failure.frames:
        add("", f"{failure.file}, line {number}:  {code}")
    for line in failure.details:
        add("but", line)


def _render_flaky(failure, add):
    add("but", "the same call gave different results when it was made again")
    add("expected", "the same arguments to give the same answer")


def _render_senseless(failure, add):
    add("but", f"the test could make no sense of this result ({failure.message})")


_RENDER = {
    Kind.NOT_WRITTEN: _render_message,
    Kind.UNLOADABLE: _render_message,
    Kind.UNUSABLE: _render_message,
    Kind.WRONG: _render_wrong,
    Kind.RAISED: _render_raised,
    Kind.HUNG: _render_raised,
    Kind.DIED: _render_raised,
    Kind.FLAKY: _render_flaky,
    Kind.SENSELESS: _render_senseless,
}


def _labelled(label, text, width):
    first, rest = f"  {label:<{LABEL}}", " " * (LABEL + 2)
    room = max(20, width - len(rest))
    lines = []
    for part in text.splitlines() or [""]:
        lines += textwrap.wrap(
            part, room, break_on_hyphens=False, replace_whitespace=False, drop_whitespace=True
        ) or [""]
    return [(first if i == 0 else rest) + line for i, line in enumerate(lines)]
