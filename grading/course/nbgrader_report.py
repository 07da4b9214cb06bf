"""What a check cell shows after grading: the outcome of its group, as text and as HTML."""

import html
import re

from grading.running.driver import UNPRINTED
from grading.running.report import sentence

# A student's text must not steer a terminal.
_CONTROL = re.compile(rf"\x1b\[[0-9;]*[A-Za-z]|[{UNPRINTED}]")


def headline(group, outcome):
    """The first line: whether the group passed, how far, and its points."""
    n_passed, n_run = len(outcome["passed"]), len(outcome["passed"]) + len(outcome["failed"])
    tests = f"{n_run} test{'s' * (n_run != 1)}"
    if n_run and n_passed == n_run:
        worth = f"{group.points} point{'s' * (group.points != 1)}"
        return f"✓ {group.name}: {tests} passed · {worth}"
    return f"✗ {group.name}: {n_passed} of {tests} passed"


def as_text(group, outcome, hidden=()):
    """The whole report as plain text.

    Args:
        group: the :class:`grading.catalogue.points.Group`.
        outcome: its part of the judge's result; see :func:`grading.course.results.outcomes_of`.
        hidden: the names of hidden tests: only their names and messages are told.
    """
    lines = [headline(group, outcome)]
    for title, text, diagnosis in _failures(outcome, hidden):
        lines += ["", title, text]
        if diagnosis:
            lines += [f"looks like {diagnosis['title']}", diagnosis["explanation"]]
    lines += [f"left out: {reason}" for reason in _skipped(outcome)]
    return plain("\n".join(lines)).rstrip()


def as_html(group, outcome, hidden=()):
    """The whole report as HTML; see :func:`as_text`."""
    parts = [f"<p><b>{_escaped(headline(group, outcome))}</b></p>"]
    for title, text, diagnosis in _failures(outcome, hidden):
        parts.append(f"<p><b>{_escaped(title)}</b></p><pre>{_escaped(text)}</pre>")
        if diagnosis:
            parts.append(
                f"<p>This looks like <b>{_escaped(diagnosis['title'])}</b>. "
                f"{_escaped(diagnosis['explanation'])}</p>"
            )
    parts += [f"<p>left out: {_escaped(reason)}</p>" for reason in _skipped(outcome)]
    return "\n".join(parts)


def plain(text):
    """A text without control characters, half surrogates and terminal colours."""
    text = _CONTROL.sub("", text)
    return text.encode("utf-8", "replace").decode("utf-8")


def _failures(outcome, hidden):
    """For each failing test its title, its report, and its diagnosis where that is new."""
    seen, explained = set(), set()
    for failure in outcome["failed"]:
        text = failure["message"]
        if failure["test"] not in hidden:
            text = failure["report"] or text
        if text in seen:  # all tests of a stub say the same
            continue
        seen.add(text)
        diagnosis = failure["diagnosis"]
        if diagnosis and diagnosis["name"] in explained:
            diagnosis = None
        elif diagnosis:
            explained.add(diagnosis["name"])
        yield sentence(failure["test"]), text, diagnosis


def _skipped(outcome):
    reasons = outcome["skipped"].values()
    return list(dict.fromkeys(reason.split(":")[0] for reason in reasons))


def _escaped(text):
    return html.escape(plain(text))
