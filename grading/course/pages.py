"""What a graded class is told: a page for each student, one for the instructor, and a CSV file."""

import csv
import io
import statistics
from urllib.parse import quote

from grading.catalogue.points import groups_of
from grading.catalogue.syllabus import exercise
from grading.course import nbgrader_report
from grading.course.page_shell import bar, escaped, page, rated, table
from grading.course.tally import COUNTED, outcomes
from grading.running.report import sentence

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
    points = row.points()
    kind = rated(points, about.max_points)
    parts = [
        f'<p class="soft">{escaped(row.student)}</p>',
        f'<p class="score {kind}">{points:g} of {about.max_points} points</p>',
    ]
    if row.score and row.score.penalty:
        parts.append(f"<p>handed in late: {row.score.penalty:g} points are taken off</p>")
    if row.score and (round(row.score.score, 2), row.score.most) != (points, about.max_points):
        parts.append(f"<p>in the gradebook: {row.score.score:g} of {row.score.most:g} points</p>")
    parts += [f"<p>{escaped(note)}</p>" for note in answer.notes]
    for name in about.exercises:
        parts += _exercise(about, row, answer, result, name)
    return page(f"Feedback: {about.name}", "\n".join(parts))


def _exercise(about, row, answer, result, name):
    item = exercise(name)
    points = f'<span class="soft">{row.points(name):g} of {item.points}</span>'
    yield f"<h2>{escaped(item.title)} {points}</h2>"
    if name in answer.problems:
        yield f'<section class="none"><p>{escaped(answer.problems[name])}</p></section>'
        return
    for group, outcome in outcomes(result, name).items():
        got = row.groups[name, group.name][0]
        if outcome is None:
            count, report = "", f"<p>the judge has no outcome for {escaped(group.name)}</p>"
        else:
            failing = [failure["test"] for failure in outcome["failed"]]
            if (name, group.name) not in about.hidden_groups:
                failing = [t for t in failing if (name, t.partition("[")[0]) in about.hidden_tests]
            n_passed, n_run = len(outcome["passed"]), len(outcome["passed"] + outcome["failed"])
            count = f' <span class="soft">{n_passed} of {n_run} tests passed</span>'
            # Its first line is the headline, which stands here in other words.
            report = nbgrader_report.as_html(group, outcome, failing).partition("\n")[2]
        kind = rated(got, group.points)
        title = f"{escaped(group.name)}: {got:g} of {group.points}{count}"
        yield f'<section class="{kind}"><h3 class="{kind}">{title}</h3>\n{report}</section>'


def class_page(tally):
    """The page for the instructor, of a :class:`grading.course.tally.Tally`."""
    parts = [_numbers(tally), "<h2>Students</h2>", _students(tally)]
    parts += ["<h2>Groups of tests</h2>", _groups(tally)]
    for title, head, rows in (
        ("Common misconceptions", _MISCONCEPTIONS, _misconceptions(tally)),
        ("Tests that failed most", ["exercise", "test", "#students"], _tests(tally)),
        ("Crashed or timed out", ["student", "exercise", "what", "#tests"], tally.ended),
        ("Noted: more than a wrong answer", ["student", "what"], tally.noted),
        ("Damaged", ["student", "what"], tally.damaged),
        ("No grade", ["student", "why"], sorted(tally.failed.items())),
    ):
        parts.append(f"<h2>{escaped(title)}</h2>")
        cells = [[escaped(cell) for cell in row] for row in rows]
        parts.append(table(head, cells) if cells else '<p class="soft">none</p>')
    return page(f"The class: {tally.about.name}", "\n".join(parts))


def _numbers(tally):
    points, most = [row.points() for row in tally.rows if row.is_judged], tally.about.max_points
    if not points:
        return "<p>Nothing is graded yet.</p>"
    return (
        f"<p>{len(tally.rows)} submissions, {len(points)} graded · mean "
        f"{statistics.mean(points):.2f}, median {statistics.median(points):.2f} of {most} points · "
        f"full marks {sum(value >= most for value in points)}</p>"
    )


def _students(tally):
    names = tally.about.exercises
    many = len(names) > 1
    columns = names if many else [group.name for group in groups_of(names[0])]
    head = ["student", "#points", "#gradebook", "#late", *(f"#{name}" for name in columns)]
    lines = []
    for row in tally.rows:
        link = (
            f"../{STUDENTS}/{quote(tally.about.name)}/{quote(row.student, errors='replace')}.html"
        )
        cells = [f'<a href="{escaped(link)}">{escaped(row.student)}</a>']
        cells.append(_rated(row.points(), tally.about.max_points))
        cells.append(f"{row.score.score:g}" if row.score else "-")
        cells.append(f"-{row.score.penalty:g}" if row.score and row.score.penalty else "")
        if many:
            pairs = [(row.points(name), exercise(name).points) for name in names]
        else:
            groups = groups_of(names[0])
            pairs = [(row.groups[names[0], group.name][0], group.points) for group in groups]
        lines.append([*cells, *(_rated(*pair) for pair in pairs)])
    return table(head, lines)


def _rated(points, most):
    return f'<span class="{rated(points, most)}">{points:g}</span>'


def _groups(tally):
    lines, judged = [], [row for row in tally.rows if row.is_judged]
    for name in tally.about.exercises:
        for group in groups_of(name):
            points = [row.groups[name, group.name][0] for row in judged]
            mean = statistics.mean(points) if points else 0.0
            cells = [escaped(name), escaped(group.name), f"{mean:.2f} of {group.points}"]
            cells += [bar(mean / group.points), str(sum(p >= group.points for p in points))]
            lines.append((mean / group.points, [*cells, str(sum(p == 0 for p in points))]))
    lines.sort(key=lambda line: line[0])  # the hardest first
    head = ["exercise", "group", "#mean", "", "#all points", "#no points"]
    return table(head, [cells for _, cells in lines])


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
    text = nbgrader_report.plain(text)
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text
