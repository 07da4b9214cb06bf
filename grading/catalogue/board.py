"""The board: one line an exercise, in syllabus order, and the one next step."""

import os
import textwrap
from dataclasses import dataclass, field

from grading.catalogue.syllabus import SYLLABUS, exercise

DONE, STARTED, FRESH, BROKEN, UNKNOWN = "done", "in progress", "not started", "broken", "not run"
_SIGNS = {DONE: "✓", STARTED: "▸", FRESH: "·", BROKEN: "✗", UNKNOWN: "?"}
_PLAIN_SIGNS = {DONE: "+", STARTED: ">", FRESH: ".", BROKEN: "x", UNKNOWN: "?"}
_COLOURS = {DONE: "green", STARTED: "yellow", BROKEN: "red"}


@dataclass
class Tally:
    """What is known of one exercise's tests.

    Attributes:
        total: how many tests it has.
        passed: the names of those that pass.
        failed: the names of those that fail, with a written answer.
        unwritten: the names of those that met a stub.
        problem: why its module cannot be loaded, or None.
        untouched: whether its module still is the stub.
    """

    total: int = 0
    passed: set = field(default_factory=set)
    failed: set = field(default_factory=set)
    unwritten: set = field(default_factory=set)
    problem: str | None = None
    untouched: bool = False

    @property
    def state(self):
        if self.problem:
            return BROKEN
        if self.total and len(self.passed) >= self.total:
            return DONE
        if self.untouched or (self.unwritten and not self.passed and not self.failed):
            return FRESH
        if self.passed or self.failed:
            return STARTED
        return UNKNOWN


def lines_of(tallies, folder, unicode=True, width=80):
    """The board as pairs (text, colour or None).

    Args:
        tallies: a :class:`Tally` for each exercise that is there, by name.
        folder: where the modules are, for the next step.
        unicode: whether the terminal can show more than ASCII.
        width: of the terminal, in characters.
    """
    lines = rows_of(tallies, unicode, width)
    lines.append(("", None))
    lines += [(line, None) for line in _wrapped(next_step(tallies, folder), width)]
    return lines


def rows_of(tallies, unicode=True, width=80):
    """The rows of the board alone: one pair (text, colour or None) an exercise."""
    signs = _SIGNS if unicode else _PLAIN_SIGNS
    lines = []
    for number, item in enumerate(SYLLABUS, start=1):
        if item.name not in tallies:
            continue
        tally = tallies[item.name]
        text = f" {number:>2} {signs[tally.state]} {item.name:<20} {_progress(tally)}"
        lines.append((_cut(text, width), _COLOURS.get(tally.state)))
    return lines


def row(state, text, unicode=True, width=80):
    """Another row in the same style: a pair (text, colour or None)."""
    sign = (_SIGNS if unicode else _PLAIN_SIGNS)[state]
    return _cut(f"    {sign} {text}", width), _COLOURS.get(state)


def order_of(tallies):
    """The exercises that are there, in syllabus order."""
    return [item.name for item in SYLLABUS if item.name in tallies]


def next_exercise(tallies, after=None, changed=False):
    """The exercise to work on: the first that was begun, else the first not done, else None.

    Args:
        tallies: as in :func:`lines_of`.
        after: an exercise to leave; then the next one in order that is not done.
        changed: whether one that was changed since its tests ran counts as begun.
    """
    order = order_of(tallies)
    if after in order:
        place = order.index(after) + 1
        order = order[place:] + order[:place]
        return next((n for n in order if n != after and tallies[n].state != DONE), None)
    states = (STARTED, BROKEN, UNKNOWN) if changed else (STARTED, BROKEN)
    begun = [n for n in order if tallies[n].state in states]
    return next(iter(begun + [n for n in order if tallies[n].state != DONE]), None)


def next_step(tallies, folder):
    """What to do next, as short lines; the first exercise that was begun comes first."""
    order = order_of(tallies)
    name = next_exercise(tallies)
    if name is None:
        done = f"all {len(order)} exercises done" if len(order) != 1 else f"{order[0]} done"
        return [f"Well done: {done}."] if order else []
    tally, item = tallies[name], exercise(name)
    verb = {FRESH: "open", BROKEN: "mend", STARTED: "go on with"}.get(tally.state, "open")
    lines = [f"Next: {verb} {folder}/{name}.py ({item.title})"]
    missing = best_before(name, tallies)
    if missing and tally.state == FRESH:
        lines.append(f"      (best after {' and '.join(missing)})")
    if item.builds_on:
        lines.append(f"      (builds on {' and '.join(item.builds_on)}, taken from the reference)")
    command = f"{runner()}pytest tests/test_{name}.py"
    lines.append(f"then: {command}" + (f" --impl {folder}" if folder != "exercises" else ""))
    return lines


def best_before(name, tallies):
    """The exercises that are best done before this one and are not done."""
    return [n for n in exercise(name).needs if n in tallies and tallies[n].state != DONE]


def runner():
    """``uv run `` where uv started this program, so that a command shown can be copied."""
    return "uv run " if os.environ.get("UV") else ""


def _progress(tally):
    if tally.state == DONE:
        return f"{DONE:<12} {tally.total} of {tally.total}"
    if tally.state == STARTED:
        return f"{STARTED:<12} {len(tally.passed)} of {tally.total}"
    if tally.state == BROKEN:
        return tally.problem.splitlines()[0]
    return tally.state


def _cut(text, width):
    return text if len(text) <= width else text[: width - 3].rstrip() + "..."


def _wrapped(lines, width):
    for line in lines:
        yield from textwrap.wrap(
            line, width, subsequent_indent="      ", break_on_hyphens=False
        ) or [""]
