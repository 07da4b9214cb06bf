"""The page of a class over all its assignments: a line for each student, a column for each."""

import json
import statistics
from urllib.parse import quote

from grading.catalogue.files import write_atomically
from grading.course.pages import rated
from grading.course.rendering import render

_FOLDER = ".unrolled/scores"  # what each assignment came to when it was last graded


def remember(folder, assignment, scores):
    """Keep the scores of an assignment for :func:`page`.

    Args:
        folder: the course's.
        assignment: its name.
        scores: a dict from students to :class:`grading.course.tally.Score`.
    """
    found = {student: [score.final, score.most] for student, score in sorted(scores.items())}
    path = folder / _FOLDER / f"{assignment}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps({"format": 1, "scores": found}) + "\n")


def page(folder, assignments):
    """The page, of those assignments that were graded.

    Args:
        folder: the course's.
        assignments: names, in order.
    """
    known = {name: found for name in assignments if (found := _kept(folder, name))}
    students = sorted({student for found in known.values() for student in found})
    rows = []
    for student in students:
        pairs = [found.get(student) for found in known.values()]
        there = [pair for pair in pairs if pair]
        total = [round(sum(pair[place] for pair in there), 2) for place in (0, 1)]
        cells = [rated(*pair) if pair else {"points": "-", "kind": ""} for pair in pairs]
        rows.append({"student": student, "total": rated(*total), "parts": cells})
    means = [f"{statistics.mean(p for p, _ in found.values()):.2f}" for found in known.values()]
    return render(
        "overview.html",
        title="The class: all assignments",
        columns=[(name, f"{quote(name)}.html") for name in known],
        students=rows,
        means=means,
    )


def _kept(folder, assignment):
    """The scores that are kept of an assignment: pairs by student; empty if there are none."""
    try:
        known = json.loads((folder / _FOLDER / f"{assignment}.json").read_bytes())["scores"]
        return {str(who): (float(score), float(most)) for who, (score, most) in known.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
