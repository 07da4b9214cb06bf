"""The report of a failing test on the watch's screen, as long as there is room for it."""

import textwrap

from grading.running.outcome import Kind
from grading.running.report import render, render_diagnosis

LEAST_REPORT = 8  # lines, however low the terminal is
WIDEST = 100  # of a report, as in pytest's
_RED = ("found", "raised", "but", "problem")


def report_lines(failure, diagnosis, width):
    """The report of one failing test."""
    width = min(width, WIDEST)
    lines = [(line, "bold") for line in textwrap.wrap(failure.title, width)]
    if failure.kind is Kind.ERROR:
        lines.append(("  this test could not be run, which is not your fault:", None))
        tail = failure.message.splitlines()[-6:]
        return lines + [(f"    {line}"[:width], "red") for line in tail]
    for line in render(failure, width):
        label = line[2:].split(" ")[0]
        lines.append((line, "red" if label in _RED else None))
    lines += diagnosis_lines(diagnosis, width)
    test = f"tests/{failure.id}"
    label = f"  {'test':<11}" if len(test) + 13 <= width else "  "
    lines.append((_cut(label + test, width), "dim"))
    return lines


def shortened(report, room, width):
    """The lines of a report, cut so that they and a line that says so fit.

    Of what has a label, the longest is cut first. The title, the first line of each and the first
    row that differs stay.
    """
    if len(report) <= room:
        return report
    parts = []
    for line in report:
        if line[0][:2] == "  " and line[0][2:3] == " " and parts:
            parts[-1].append(line)
        else:
            parts.append([line])
    while sum(map(len, parts)) > room - 1 and max(map(len, parts)) > 1:
        longest = max(parts, key=len)
        differs = next((n for n, (text, _) in enumerate(longest) if "<-" in text), None)
        last = max((n for n in range(1, len(longest)) if n != differs), default=1)
        del longest[last]
        text, style = longest[last - 1]
        longest[last - 1] = (text.removesuffix(" ...")[: min(width, WIDEST) - 4] + " ...", style)
    lines = [line for part in parts for line in part]
    return [*lines[: room - 1], ("  f shows the whole report", "dim")]


def diagnosis_lines(diagnosis, width):
    return [(line, "cyan") for line in render_diagnosis(diagnosis, width)] if diagnosis else []


def _cut(text, width):
    return text if len(text) <= width else text[: width - 3] + "..."
