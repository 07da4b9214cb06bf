"""The report of one failing test, as lines for a student."""

import collections
import itertools
import textwrap

from grading.running.outcome import Kind

FULL_REPORTS = 3  # of each exercise; further failures take two lines, unless -v is given
LONG = 80  # characters of a call's arguments, which are not told twice
LABEL = 11  # width of the labels on the left


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
    before, printed = "", ""
    for call in failure.calls:
        add("called", _without_repetition(call.spelled, before))
        before = call.spelled
        if call.result is not None:
            add("gave", call.result)
        if call.printed.strip():
            add("printed", "(as above)" if call.printed == printed else call.printed.rstrip())
            printed = call.printed
    _RENDER[failure.kind](failure, add)
    return lines


def render_diagnosis(diagnosis, width=80, again=False):
    """The lines that name a misconception, with its explanation unless it was given ``again``."""
    lines = _labelled("looks like", diagnosis.title, width)
    if not again:
        lines += _labelled("", diagnosis.explanation, width)
    return lines


def _without_repetition(spelled, before):
    """A call, without its arguments at the start or at the end that the call before had, too."""
    start = _n_equal(spelled, before)
    begins = spelled[:start].rfind(", ") + 2
    name = spelled.find("(") + 1
    if begins - name > LONG and spelled[begins:].partition("=")[0].isidentifier():
        return f"{spelled[:name]}... as above, {spelled[begins:]}"
    n_equal = _n_equal(spelled[::-1], before[::-1])
    words = spelled[len(spelled) - n_equal :].split(" ", 2)  # the second shows where it goes on
    if len(words) < 3 or len(words[2]) <= LONG:
        return spelled
    return f"{spelled.removesuffix(words[2])}... as above"


def _n_equal(text, other):
    """How many characters at the start of two texts are equal."""
    pairs = zip(text, other, strict=False)
    return len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))


def _render_message(failure, add):
    add("but" if failure.kind is Kind.UNUSABLE else "problem", failure.message)


def _render_wrong(failure, add):
    add("expected", failure.expected)
    if failure.found is not None:
        add("found", failure.found)
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
