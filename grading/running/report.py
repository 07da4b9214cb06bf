"""The report of one failing test: what was called, what came back, what was expected.

:func:`facts_of` runs where the test ran and gives plain data, which may travel between processes;
:func:`render` turns that into lines for a student.
"""

import textwrap
from pathlib import Path

from hypothesis.errors import Flaky

from grading.beside.show import show
from grading.running import faults

SHOWN_CALLS = 4  # of one example; more would bury the one that matters
LABEL = 11  # width of the labels on the left


def facts_of(error, item, subject, spec):
    """Describe a failed test as a plain dict, or None if the failure is not a student's.

    Args:
        error: the exception that ended the test.
        item: the pytest item of the test.
        subject: the subject under test, with the calls of the failing example.
        spec: how the subject is found, for the name of its file.
    """
    facts = {
        "exercise": subject.exercise,
        "item": item.name,
        "title": sentence(item.originalname),
        "file": display_path(spec.get("path")),
        "calls": [_call_facts(call) for call in subject.calls[-SHOWN_CALLS:]],
        "left_out": max(0, len(subject.calls) - SHOWN_CALLS),
    }
    if isinstance(error, faults.NotWritten):
        return {**facts, "kind": "not written", "message": error.message}
    if isinstance(error, faults.Unloadable):
        return {**facts, "kind": "unloadable", "message": error.message, "calls": []}
    if isinstance(error, faults.Hung | faults.Died):
        kind = type(error).__name__.lower()
        return {**facts, "kind": kind, "message": error.message, "frames": error.frames}
    if isinstance(error, faults.SubjectError):
        return {**facts, "kind": "raised", "message": str(error), "frames": error.frames}
    if isinstance(error, faults.Unusable):
        return {**facts, "kind": "unusable", "message": error.expected}
    if isinstance(error, faults.WrongAnswer):
        return {
            **facts,
            "kind": "wrong",
            "expected": error.expected,
            "found": error.found,
            "details": error.details,
            "picture": list(error.picture),
        }
    if isinstance(error, Flaky):
        return {**facts, "kind": "flaky"}
    answered = bool(subject.calls) and subject.calls[-1].outcome.fault is None
    if isinstance(error, Exception) and answered:
        message = f"{type(error).__name__}: {error}"
        return {**facts, "kind": "senseless", "message": message}
    return None


def complaint(facts):
    """What the report complains about: two tests with equal complaints need one report."""
    if facts["kind"] in ("not written", "unloadable", "unusable"):
        return f"{facts['kind']}: {facts['message']}"
    if facts["kind"] in ("raised", "hung", "died"):
        return f"{facts['kind']}: {facts['message']} {facts['frames']}"
    return None


def headline(facts):
    """The report in one line, for summaries."""
    if facts["kind"] == "wrong":
        return f"expected {facts['expected']}"
    if facts["kind"] == "flaky":
        return "equal calls gave different results"
    return facts["message"].splitlines()[0] if facts["message"] else facts["kind"]


def render(facts, width=80):
    """The report as lines of text."""
    lines = []

    def add(label, text):
        lines.extend(_labelled(label, text, width))

    if facts["left_out"]:
        add("", f"(after {facts['left_out']} earlier calls)")
    for call in facts["calls"]:
        add("called", call["spelled"])
        if call["result"] is not None:
            add("gave", call["result"])
        if call["printed"].strip():
            add("printed", call["printed"].rstrip())
    {
        "not written": _render_message,
        "unloadable": _render_message,
        "unusable": _render_message,
        "wrong": _render_wrong,
        "raised": _render_raised,
        "hung": _render_raised,
        "died": _render_raised,
        "flaky": _render_flaky,
        "senseless": _render_senseless,
    }[facts["kind"]](facts, add)
    return lines


def render_diagnosis(diagnosis, width=80, again=False):
    """The lines that name a misconception, with its explanation unless it was given ``again``."""
    lines = _labelled("looks like", diagnosis["title"], width)
    if not again:
        lines += _labelled("", diagnosis["explanation"], width)
    return lines


def sentence(test):
    """The sentence in a test's name: ``test_targets_are_late`` gives "targets are late"."""
    return test.removeprefix("test_").replace("_", " ")


def display_path(path):
    """A path as the user would write it: relative where that is shorter."""
    if not path:
        return ""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _call_facts(call):
    fault = call.outcome.fault
    return {
        "spelled": call.spelled,
        "result": _shown(call) if fault is None else None,
        "printed": call.outcome.printed[-600:],
    }


def _shown(call):
    try:
        return call.shown(call.outcome.value)
    except Exception:  # a result of a strange form has no picture of its own
        return show(call.outcome.value)


def _render_message(facts, add):
    add("but" if facts["kind"] == "unusable" else "problem", facts["message"])


def _render_wrong(facts, add):
    add("expected", facts["expected"])
    if facts["found"] is not None:
        add("found", str(facts["found"]))
    for line in facts["picture"]:
        add("", line)
    for line in facts["details"]:
        add("", line)


def _render_raised(facts, add):
    add("raised" if facts["kind"] == "raised" else "but", facts["message"])
    for number, code in facts["frames"]:
        add("", f"{facts['file']}, line {number}:  {code}")


def _render_flaky(facts, add):
    add("but", "the same call gave different results when it was made again")
    add("expected", "the same arguments to give the same answer")


def _render_senseless(facts, add):
    add("but", f"the test could make no sense of this result ({facts['message']})")


def _labelled(label, text, width):
    first, rest = f"  {label:<{LABEL}}", " " * (LABEL + 2)
    room = max(20, width - len(rest))
    lines = []
    for part in text.splitlines() or [""]:
        lines += textwrap.wrap(
            part, room, break_on_hyphens=False, replace_whitespace=False, drop_whitespace=True
        ) or [""]
    return [(first if i == 0 else rest) + line for i, line in enumerate(lines)]
