"""What ``unrolled watch`` shows: the one failing test that matters, the board, the keys."""

import textwrap

from rich.console import Console
from rich.text import Text

from grading.catalogue import board, milestones
from grading.catalogue.paths import display_path
from grading.catalogue.syllabus import exercise
from grading.running.leading import is_large
from grading.student.defend.calls import CALLS as DEFENDED
from grading.student.side_by_side import beside
from grading.student.watch.reports import (
    LEAST_REPORT,
    WIDEST,
    diagnosis_lines,
    report_lines,
    shortened,
)
from grading.student.watch.state import Mode

KEYS = (
    ("n", "next"),
    ("h", "hint"),
    ("l", "list"),
    ("r", "rerun"),
    ("s", "solution"),
    ("f", "full report"),
    ("q", "quit"),
)
BOARD_IN_SHORT = 2  # lines


class Screen:
    """Prints pairs (text, style): over the whole terminal, or line after line without one.

    Args:
        whole: whether there is a terminal that can be cleared and drawn anew.
        console: where to print; the process' own standard output if None.
    """

    def __init__(self, whole, console=None):
        self.whole = whole
        self.console = console or Console(highlight=False)
        self.told = (None, None)  # the failing test and the misconception that were printed last

    @property
    def width(self):
        return max(20, self.console.width - self.whole)  # the last column makes some terminals wrap

    @property
    def height(self):
        return self.console.height

    @property
    def unicode(self):
        return "utf" in self.console.encoding.lower()

    def clear(self):
        if self.whole:
            self.console.clear()

    def show(self, lines, end="\n"):
        """Print lines; each fits the width."""
        text = Text("\n").join(Text(line, style=style or "") for line, style in lines)
        self.console.print(text, end=end, soft_wrap=True)
        self.console.file.flush()

    def draw(self, state):
        """Show a :class:`grading.student.watch.state.State`: all of it, or what is new."""
        if not self.whole:
            lines = _news_lines(state, self)
            if not _is_for_later(state):
                self.told = state.failure, state.diagnosis
            return self.show(lines)
        self.clear()
        if state.mode is Mode.SOLUTION:
            for part in beside(state.name, state.path.read_text("utf-8", "replace"), self.width):
                self.console.print(part)
            return self.show([("any key goes back", "reverse")], end="")
        return self.show(_LINES[state.mode](state, self), end="")

    def n_pages(self, state):
        """How many pages the whole report takes."""
        return len(_pages(state, self))


def _pages(state, screen):
    """The whole report, on as many pages as it needs."""
    if state.failure is None:  # it was that of a run which is over
        return [[]]
    lines = report_lines(state.failure, state.diagnosis, screen.width)
    lines[-1] = (f"tests/{state.failure.id}", "dim")  # whole, for who wants to copy it
    room = max(1, screen.height - 3)
    return [lines[i : i + room] for i in range(0, len(lines), room)]


def _report_lines(state, screen):
    pages = _pages(state, screen)
    page = min(state.page, len(pages) - 1)
    what = "goes back" if page + 1 == len(pages) else f"goes on ({page + 1} of {len(pages)})"
    return [*pages[page], ("", None), (f"any key {what}", "reverse")]


def _list_lines(state, screen):
    """The board, while the number of an exercise is typed."""
    typed = f" {state.typed}" if state.typed else ""
    return [
        *board.rows_of(state.tallies, screen.unicode, screen.width),
        ("", None),
        (f"The number of an exercise goes there:{typed}", None),
        ("any other key goes back", "reverse"),
    ]


def _whole_lines(state, screen):
    """The exercise, what its tests say, the board and the keys."""
    width = screen.width
    head, keys = title_lines(state.name, width), key_lines(width)
    room = screen.height - len(head) - len(keys) - 2 - BOARD_IN_SHORT
    lines = [*head, *_exercise_lines(state, width, room)]
    room = screen.height - len(lines) - len(keys) - 3
    rows = board_lines(state.tallies, state.name, screen, room)
    return [*lines, ("", None), *rows, ("", None), *keys]


def _news_lines(state, screen):
    """The same without a terminal, line after line, each thing once."""
    width, failure, diagnosis = screen.width, state.failure, state.diagnosis
    if state.running and state.is_telling and failure is None:
        return _telling_lines(state, width)
    if state.running and failure is None:
        return [("", None), (f"testing {state.name} ...", None)]
    if _is_for_later(state):
        return _lines_for_later(failure, width)
    lines = []
    if failure is not None and failure != screen.told[0]:
        lines += report_lines(failure, diagnosis, width)
    elif diagnosis != screen.told[1]:
        lines += diagnosis_lines(diagnosis, width)
    if state.running:
        return lines
    if state.run is None or state.run.error or failure is None:
        lines += _exercise_lines(state, width)
    lines += [("", None), *board.rows_of(state.tallies, screen.unicode, width)]
    return [*lines, (f"({state.seconds:.1f} s)", "dim")] if state.run else lines


def _is_for_later(state):
    """Whether a smaller example of the failing test will come soon, and this one is too large."""
    return state.running and state.shown and not state.is_smallest and is_large(state.shown)


def _lines_for_later(failure, width):
    text = "it fails; looking for its smallest example ..."
    return [*_wrapped(failure.title, width, "bold"), *_wrapped(f"  {text}", width)]


def _exercise_lines(state, width, room=None):
    """What the tests say, or what there is to do; hints, and the answer to a key.

    The report is cut where it needs more than ``room`` lines together with all else.
    """
    said, below = _lines_below(state, width), _lines_at_the_end(state, width)
    if state.failure is None:
        return said + below
    if _is_for_later(state):
        return _lines_for_later(state.failure, width) + said + below
    report = report_lines(state.failure, state.diagnosis, width)
    if room is not None:
        report = shortened(report, max(LEAST_REPORT, room - len(said) - len(below)), width)
    return report + said + below


def _lines_below(state, width):
    """What is said below the report, or instead of it."""
    lines, failure, run = [], state.failure, state.run
    if failure is not None:
        if len(state.failures) > 1:
            lines.append((f"  and {len(state.failures) - 1} more", "dim"))
        if run and run.n_left_out:
            text = f"{run.n_left_out} tests were not run: too many calls do not return"
            lines.append((f"  {text}"[:width], "dim"))
    if state.running and state.is_telling and failure is None:
        lines += _telling_lines(state, width)
    elif state.running:
        lines.append((f"{'' if failure is None else '  '}testing ...{_how_far(state)}", "dim"))
    elif run is None and not state.path.is_file():
        lines += absent_lines(state.name, state.path, width, state.is_desk)
    elif run is None and state.tally.untouched:
        needs = board.best_before(state.name, state.tallies)
        lines += fresh_lines(state.name, state.path, needs, width)
    elif run is not None and run.error:
        lines += [(line[:width], "red") for line in run.error.splitlines()[-8:]]
    elif run is not None and failure is None:
        lines += done_lines(state.tally, state.after, width)
        if state.name in DEFENDED:
            text = f"Which call shows a change of it? {board.runner()}unrolled defend {state.name}"
            lines += _wrapped(text, width)
        folder = "exercises" if state.is_desk else display_path(state.path.parent)
        for model in milestones.ready(state.tallies, state.name):
            text = f"Your parts make {model}; train it: {milestones.command(model, folder)}"
            lines += _wrapped(text, width)
    return lines


def _lines_at_the_end(state, width):
    """Hints, and the answer to a key."""
    lines = []
    for tier, text in state.hints:
        lines += [("", None), *hint_lines(tier, text, width)]
    if state.message:
        lines += [("", None), *_wrapped(state.message, width, "yellow")]
    return lines


def _telling_lines(state, width):
    """A first verdict, while the other examples are tried."""
    text = "Right on the examples that tell most; trying the others ..."
    return _wrapped(text + _how_far(state), width, "green")


def _how_far(state):
    """How many tests have come to an end, once there are some."""
    done, total = state.count
    return f" {done} of {total}" if done else ""


def title_lines(name, width):
    """What the exercise is, and what it needs and builds on."""
    item = exercise(name)
    lines = _wrapped(f"{name}: {item.title}", width, "bold underline")
    if item.builds_on:
        text = f"builds on {' and '.join(item.builds_on)}, taken from the reference"
        lines += _wrapped(text, width, "dim")
    return [*lines, ("", None)]


def fresh_lines(name, path, needs, width):
    """What there is to do, while the module still is the stub."""
    parts = " and ".join(exercise(name).defines)
    text = f"Open {display_path(path)}, read what it says, and write {parts}."
    lines = _wrapped(text, width)
    if needs:
        lines += _wrapped(f"It is best done after {' and '.join(needs)}.", width)
    return lines + _wrapped("Each save runs the tests.", width)


def absent_lines(name, path, width, is_desk):
    """What to do where the file is not there."""
    lines = _wrapped(f"{display_path(path)} is not there.", width, "yellow")
    way = f"; the stub comes back with: {board.runner()}unrolled reset {name}" if is_desk else "."
    return lines + _wrapped(f"Waiting for it{way}", width)


def done_lines(tally, after, width):
    """That the exercise is done, and what comes next."""
    lines = _wrapped(f"All {tally.total} tests pass.", width, "green")
    if after is None:
        return lines + _wrapped("Well done: all exercises done.", width, "bold green")
    text = f"n goes on to {after} ({exercise(after).title}); s shows the reference beside yours."
    return lines + _wrapped(text, width)


def board_lines(tallies, name, screen, room):
    """The board if it fits into ``room`` lines, else what it comes to in one."""
    rows = board.rows_of(tallies, screen.unicode, screen.width)
    if len(rows) <= room:
        names = board.order_of(tallies)
        return [
            (text, f"{colour or ''} bold".strip() if row == name else colour)
            for row, (text, colour) in zip(names, rows, strict=True)
        ]
    done = sum(tally.state == board.DONE for tally in tallies.values())
    row = rows[board.order_of(tallies).index(name)] if name in tallies else ("", None)
    return [row, (f"{done} of {len(tallies)} exercises done", "dim")]


def key_lines(width):
    """The keys, on as few lines as they need."""
    text = "  ".join(f"{key}\u00a0{what}" for key, what in KEYS)  # no line ends between the two
    lines = [line.replace("\u00a0", " ") for line in textwrap.wrap(text, width)]
    return [(line, "reverse" if width >= 40 else None) for line in lines]


def hint_lines(tier, text, width):
    """One tier of a hint."""
    width = min(width, WIDEST)
    head = f"hint {tier}"
    lines = textwrap.wrap(text, max(20, width - 11), break_on_hyphens=False)
    return [(f"{head if i == 0 else '':<11}{line}", "magenta") for i, line in enumerate(lines)]


def _wrapped(text, width, style=None):
    width = min(width, WIDEST)
    return [(line, style) for line in textwrap.wrap(text, width, break_on_hyphens=False)]


_LINES = {Mode.EXERCISE: _whole_lines, Mode.LIST: _list_lines, Mode.REPORT: _report_lines}
