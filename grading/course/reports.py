"""What a group's tests found, as text and as HTML: in check cells, and on a student's page."""

from grading.course.rendering import plain, render
from grading.running.failure import sentence
from grading.running.outcome import Kind
from grading.running.report import LABEL, Briefness


def headline(group, outcome):
    """The first line of a group's report: whether the group passed, how far, and its points."""
    n_passed, n_run = len(outcome["passed"]), len(outcome["passed"]) + len(outcome["failed"])
    tests = f"{n_run} test{'s' * (n_run != 1)}"
    if n_run and n_passed == n_run:
        worth = f"{group.points} point{'s' * (group.points != 1)}"
        return f"✓ {group.name}: {tests} passed · {worth}"
    return f"✗ {group.name}: {n_passed} of {tests} passed"


def as_text(group, outcome, hidden=()):
    """What a check cell shows after grading, as plain text.

    Args:
        group: the :class:`grading.catalogue.points.Group`.
        outcome: its part of the judge's result; see :func:`grading.course.results.outcomes_of`.
        hidden: the names of hidden tests: only their names and messages are told.
    """
    failures, skipped = report(outcome, hidden)
    lines = [headline(group, outcome)]
    for failure in failures:
        lines += ["", failure["title"], failure["text"]]
        if failure["diagnosis"]:
            lines.append(f"looks like {failure['diagnosis']['title']}")
            lines.append(failure["diagnosis"]["explanation"])
    lines += [f"left out: {reason}" for reason in skipped]
    return plain("\n".join(lines)).rstrip()


def as_html(group, outcome, hidden=()):
    """The same as HTML; see :func:`as_text`."""
    failures, skipped = report(outcome, hidden)
    head = headline(group, outcome)
    return render("check.html", headline=head, failures=failures, skipped=skipped).rstrip()


def report(outcome, hidden, group="", told=None):
    """The failures of a group, each with a diagnosis where that is new, and what was left out.

    Args:
        outcome, hidden: see :func:`as_text`.
        group: its name.
        told: a dict from what other groups of the page told already to their names; what this one
            tells is added.
    """
    told = {} if told is None else told
    failures, briefness = [], Briefness()
    for failure in outcome["failed"]:
        text = failure["message"]
        if failure["test"] not in hidden and failure["kind"] != Kind.NOT_WRITTEN:
            text = failure["report"] or text
        if not briefness.is_new("report", text):  # all tests of a stub say the same
            continue
        diagnosis = failure["diagnosis"]
        if diagnosis and not briefness.is_new("explanation", diagnosis["name"]):
            diagnosis = None
        above = told.setdefault(text, group)
        explained_by = told.setdefault(("why", diagnosis["name"]), group) if diagnosis else group
        failures.append(
            {
                "title": sentence(failure["test"]),
                "text": text,
                "rows": _rows(text),
                "diagnosis": diagnosis,
                "part": None if failure["test"] in hidden else failure.get("part"),
                "picture": None,
                "above": above if above != group else "",
                "explained": explained_by if explained_by != group else "",
            }
        )
    reasons = outcome["skipped"].values()
    return failures, list(dict.fromkeys(reason.split(":")[0] for reason in reasons))


def _rows(text):
    """A report as rows, for screens on which its columns have no room.

    Returns:
        Tuples of the label, the text, and whether its lines have columns of their own, which no
        line break may part; none where the text is no report in columns.
    """
    rows, indent = [], 2 + LABEL
    for line in text.splitlines():
        if line.strip() and (line[:2].strip() or line[indent - 1 : indent].strip()):
            return []
        label, rest = line[:indent].strip(), line[indent:]
        if label or not rows:
            rows.append((label, [rest]))
        else:
            rows[-1][1].append(rest)
    return [
        (label, "\n".join(lines), any("  " in one or one[:1] == " " for one in lines))
        for label, lines in rows
    ]
