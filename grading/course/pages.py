"""What a graded class is told: a page for each student, one for the instructor, and a CSV file.

The pages stand alone: light or dark, printable, without a script. They are made from
``templates/``; here is what stands in them.
"""

import csv
import io
import itertools
import statistics
from urllib.parse import quote

from grading.catalogue.points import groups_of
from grading.catalogue.syllabus import exercise
from grading.course.pictures import picture
from grading.course.rendering import plain, render
from grading.course.reports import report
from grading.course.tally import COUNTED, outcomes, spelled
from grading.running.failure import sentence

STUDENTS, CLASS = "feedback_pages", "class"  # folders in the folder of a course
_MOST_TESTS = 15  # of those that fail most often
_MOST_NAMES = 20  # of students in one line


def student_page(about, row, answer, result):
    """The page that a student gets: points, reports and diagnoses, no code of a hidden test.

    Args:
        about: the :class:`grading.course.tally.About`.
        row: the student's :class:`grading.course.tally.Row`.
        answer: the :class:`grading.course.reading.Answer`.
        result: the judge's, or None where nothing could be read.
    """
    points, score = row.points(), row.score
    differs = score and (round(score.score, 2), score.most) != (points, about.max_points)
    return render(
        "student.html",
        title=f"Feedback: {about.name}",
        student=row.student,
        kind=_kind(points, about.max_points),
        points=f"{points:g}",
        max_points=about.max_points,
        late=spelled(score.late) if score and score.late else "",
        penalty=f"{score.penalty:g}" if score and score.penalty else "",
        gradebook=(f"{score.score:g}", f"{score.most:g}") if differs else None,
        notes=answer.notes,
        exercises=[_exercise(about, row, answer, result, name) for name in about.exercises],
    )


def _exercise(about, row, answer, result, name):
    """An exercise's part of a student's page."""
    item, problem = exercise(name), answer.problems.get(name)
    told = {"title": item.title, "points": f"{row.points(name):g}", "max_points": item.points}
    groups = outcomes(result, name).items() if problem is None else ()
    # Where there is something to do comes first.
    groups = sorted(groups, key=lambda pair: row.groups[name, pair[0].name][0] >= pair[0].points)
    told_above = {}
    groups = [_group(about, row, name, *pair, told_above) for pair in groups]
    _draw_first([group["report"][0] for group in groups if group["report"]])
    return {**told, "problem": problem, "groups": groups}


def _draw_first(reports):
    """Add its picture to the first of some failures that has cells to show."""
    failures = itertools.chain.from_iterable(reports)
    first = next((one for one in failures if one["part"] and not one["above"]), None)
    if first:
        first["picture"] = picture(first["part"])


def _group(about, row, name, group, outcome, told_above):
    points = row.groups[name, group.name][0]
    title = f"{group.name}: {points:g} of {group.points}"
    told = {"name": group.name, "title": title, "kind": _kind(points, group.points)}
    if outcome is None:
        return {**told, "count": "", "report": None}
    failing = [failure["test"] for failure in outcome["failed"]]
    if (name, group.name) not in about.hidden_groups:
        failing = [test for test in failing if (name, test.partition("[")[0]) in about.hidden_tests]
    n_passed, n_run = len(outcome["passed"]), len(outcome["passed"] + outcome["failed"])
    count = f"{n_passed} of {n_run} tests passed"
    return {**told, "count": count, "report": report(outcome, failing, group.name, told_above)}


def class_page(tally):
    """The page for the instructor, of a :class:`grading.course.tally.Tally`."""
    names = tally.about.exercises
    columns = names if len(names) > 1 else [group.name for group in groups_of(names[0])]
    tables = (
        ("Common misconceptions", _MISCONCEPTIONS, _misconceptions(tally)),
        ("Tests that failed most", ["exercise", "test", "#students"], _tests(tally)),
        ("Crashed or timed out", ["student", "exercise", "what", "#tests"], tally.ended),
        ("Noted: more than a wrong answer", ["student", "what"], tally.noted),
        ("Damaged", ["student", "what"], tally.damaged),
        ("No grade", ["student", "why"], sorted(tally.failed.items())),
        ("Handed in nothing", ["student"], [[student] for student in tally.absent]),
        ("Not taken by unrolled collect", ["file", "why"], map(_parted, tally.refused)),
        (_EQUAL, ["exercise", "students", "equal to"], _copies(tally)),
    )
    return render(
        "class.html",
        title=f"The class: {tally.about.name}",
        numbers=_numbers(tally),
        columns=[f"#{name}" for name in columns],
        students=[_student(tally, row) for row in tally.rows],
        groups=_groups(tally),
        tables=[{"title": title, "head": head, "rows": list(rows)} for title, head, rows in tables],
    )


def _numbers(tally):
    points, most = [row.points() for row in tally.rows if row.is_judged], tally.about.max_points
    if not points:
        return ""
    return (
        f"{len(tally.rows)} submissions, {len(points)} graded · mean "
        f"{statistics.mean(points):.2f}, median {statistics.median(points):.2f} of {most} points · "
        f"full marks {sum(value >= most for value in points)}"
    )


def _student(tally, row):
    """A line of the table of students."""
    names, score = tally.about.exercises, row.score
    if len(names) > 1:
        pairs = [(row.points(name), exercise(name).points) for name in names]
    else:
        groups = groups_of(names[0])
        pairs = [(row.groups[names[0], group.name][0], group.points) for group in groups]
    page = f"{quote(tally.about.name)}/{quote(row.student, errors='replace')}.html"
    return {
        "student": row.student,
        "link": f"../{STUDENTS}/{page}",
        "points": rated(row.points(), tally.about.max_points),
        "gradebook": f"{score.score:g}" if score else "-",
        "late": _late(score),
        "parts": [rated(*pair) for pair in pairs],
    }


def _late(score):
    """How late a submission was, and what that costs."""
    if score is None:
        return ""
    time = spelled(score.late) if score.late else ""
    return " · ".join(filter(None, [time, score.penalty and f"-{score.penalty:g}"]))


def rated(points, most):
    """Points for a page: as text, and whether they are all, some or none of those there are."""
    return {"points": f"{points:g}", "kind": _kind(points, most)}


def _kind(points, most):
    """The class of some points: all, part or none of what there is."""
    return "good" if points >= most else "part" if points > 0 else "none"


def _groups(tally):
    """The lines of the table of groups, the hardest first."""
    lines, judged = [], [row for row in tally.rows if row.is_judged]
    for name in tally.about.exercises:
        for group in groups_of(name):
            points = [row.groups[name, group.name][0] for row in judged]
            mean = statistics.mean(points) if points else 0.0
            line = {
                "exercise": name,
                "name": group.name,
                "mean": f"{mean:.2f} of {group.points}",
                "percent": f"{100 * mean / group.points:.0f}",
                "all": sum(value >= group.points for value in points),
                "none": sum(value == 0 for value in points),
            }
            lines.append((mean / group.points, line))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]


def _parted(line):
    """The file and the reason of a line of ``unrolled collect``."""
    file, _, why = line.partition(": ")
    return file, why


_EQUAL = "Equal answers: a reason to look, not a verdict"


def _copies(tally):
    for copy in tally.copies.found():
        to = "the reference, whose text is public" if copy.is_reference else "each other"
        yield copy.exercise, ", ".join(copy.students), to


_MISCONCEPTIONS = ["exercise", "misconception", "#students", "who"]


def _misconceptions(tally):
    found = tally.misconceptions.items()
    for (name, title), (why, who) in sorted(found, key=lambda pair: (-len(pair[1][1]), pair[0])):
        more = f" and {len(who) - _MOST_NAMES} more" if len(who) > _MOST_NAMES else ""
        yield name, f"{title}. {why}", len(who), ", ".join(sorted(who)[:_MOST_NAMES]) + more


def _tests(tally):
    ordered = sorted(tally.tests.items(), key=lambda pair: (-pair[1], pair[0]))
    for (name, test), count in ordered[:_MOST_TESTS]:
        yield name, sentence(test), count


def scores_csv(tally):
    """The points by exercise and group, a line for each student and group, as a CSV text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    head = ("student", "assignment", "exercise", "group", "points", "max_points")
    writer.writerow((*head, *COUNTED))
    for row in tally.rows:
        if not row.is_judged:
            continue
        for name in tally.about.exercises:
            for group in groups_of(name):
                points, *counts = row.groups[name, group.name]
                start = [_harmless(row.student), tally.about.name, name, group.name]
                writer.writerow([*start, f"{points:g}", group.points, *counts])
    return text.getvalue()


def _harmless(text):
    """A text that no spreadsheet takes for a formula."""
    text = plain(text)
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text
