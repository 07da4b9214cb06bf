"""``unrolled grade``: judge a class's submissions side by side, and import them into nbgrader."""

import contextlib
import os
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from grading.catalogue.refused import Refused, need_at_least_one
from grading.course import exporting
from grading.course.crews import crew_for
from grading.course.grades import GradeRefused, check, find_course, grade
from grading.course.rendering import plain

_PAUSE = 20  # seconds between two lines where there is no terminal
_MOST_LINES = 20  # of one kind


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "grade",
        help="for instructors: grade a class's submissions of assignments",
        description="Judge all submissions of an assignment side by side, each in a sandbox, and "
        "import them into nbgrader's gradebook; write a page of feedback for each student, and one "
        "of the class. Interrupted, run it again: nothing is lost, and nothing done twice. Exits "
        "with 1 if a submission got no grade or no page, with 2 if an assignment could not be "
        "graded at all.",
    )
    parser.add_argument(
        "assignments", nargs="+", metavar="ASSIGNMENT", help="such as tokenizer; several will do"
    )
    parser.add_argument(
        "--course",
        type=Path,
        metavar="DIR",
        help="made by unrolled course (default: the one that the current folder is in)",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        action="extend",
        default=[],
        metavar="STUDENT",
        help="only these students",
    )
    parser.add_argument(
        "--regrade",
        action="store_true",
        help="judge and import again what is graded already, after an update of the kit, say",
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="how many to judge at the same time (default: one a core)",
    )
    parser.add_argument(
        "--unsafe",
        action="store_true",
        help="without a sandbox: the code of students may do all that you may",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="let a Dask cluster judge, as in tcp://host:8786"
    )
    parser.add_argument(
        "--export",
        choices=exporting.PLATFORMS,
        help="then fill the grades into the file of --roster, in a new file beside it",
    )
    parser.add_argument(
        "--roster", type=Path, metavar="FILE", help="what the platform exported, as CSV"
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="ASSIGNMENT=TITLE",
        help="the column of an assignment in --roster, where it has another name",
    )
    parser.add_argument(
        "--id",
        metavar="TITLE",
        help="the column of --roster with the students' ids, where names do not tell them apart",
    )
    parser.set_defaults(run=run)


def run(args):
    try:
        need_at_least_one(args, "jobs")
        folder = (args.course or find_course(Path.cwd())).resolve()
        assignments = list(dict.fromkeys(args.assignments))
        for assignment in assignments:
            check(folder, assignment, not args.unsafe)
        roster = _roster(args, assignments)
    except Refused as error:
        return _refuse(error)
    how = {"jobs": args.jobs, "sandbox": not args.unsafe, "scheduler": args.scheduler}
    scores = {}
    with crew_for(folder, **how) as crew:
        code = max([_grade(folder, one, crew, args, scores) for one in assignments])
    return max(code, _export(roster, folder, scores)) if roster and scores else code


def _roster(args, assignments):
    """The roster that grades are to be filled in, or None; refused before anything is graded."""
    if not args.export:
        if args.roster or args.column or args.id:
            raise Refused("--roster, --column and --id are for --export canvas or moodle")
        return None
    if not args.roster:
        raise Refused(f"--export {args.export} fills in a file: give it by --roster FILE")
    pairs = [word.partition("=") for word in args.column]
    for assignment, _, title in pairs:
        if not title:
            raise Refused(f"--column {assignment!r} is not of the form ASSIGNMENT=TITLE")
    columns = {assignment: title for assignment, _, title in pairs}
    return exporting.Roster(args.roster, args.export, assignments, columns, args.id)


def _export(roster, folder, scores):
    """Fill the roster in, and say what became of it; gives an exit code."""
    exported = exporting.export(roster, folder, scores)
    console = Console(highlight=False, soft_wrap=True)
    for title, lines in (
        ("other grade", exported.changed),
        ("not in the file", exported.unknown),
        ("has no grade", exported.missing),
    ):
        _show_lines(console, title, lines)
    told = ", ".join(f"{name} {count}" for name, count in exported.filled.items())
    console.print(escape(f"grades filled in: {told}"))
    for path in exported.written:
        console.print(escape(f"wrote {path}"))
    return 1 if exported.unknown else 0


def _grade(folder, assignment, crew, args, scores):
    """Grade one assignment, and show what became of it; gives an exit code.

    The scores of the class are added to ``scores`` under its name.
    """
    name = f"{assignment}: " if len(args.assignments) > 1 else ""
    started = time.monotonic()
    try:
        with _Steps(name) as steps:
            graded = grade(
                folder,
                assignment,
                only=args.only,
                regrade=args.regrade,
                safe=not args.unsafe,
                crew=crew,
                begins=steps.begin,
                told=steps.advance,
                changed=_show_changes,
            )
    except GradeRefused as error:
        return _refuse(f"{name}{error}")
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}")
    scores[assignment] = graded.scores
    _show(name, graded, time.monotonic() - started)
    return 1 if graded.failed or graded.pages else 0


class _Steps:
    """Shows how far the work is, on standard error: a bar, or a line now and then."""

    def __init__(self, prefix=""):
        console = Console(stderr=True)
        self.prefix, self.bar = prefix, None
        if console.is_terminal:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
            )
            self.bar = Progress(*columns, console=console)
        self.what, self.total, self.done, self.last, self.task = "", 0, 0, 0.0, None

    def __enter__(self):
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, *error):
        if self.bar:
            self.bar.stop()

    def begin(self, what, total):
        self.what, self.total, self.done = f"{self.prefix}{what}", total, 0
        self.last = time.monotonic()
        if self.bar:
            self.task = self.bar.add_task(self.what, total=total or None)

    def advance(self):
        self.done += 1
        if self.bar:
            self.bar.advance(self.task)
        elif time.monotonic() - self.last > _PAUSE:
            self.last = time.monotonic()
            print(f"{self.what}: {self.done} of {self.total}", file=sys.stderr, flush=True)


def _show_changes(changes):
    """Show whose verdict changed, before any of it is imported."""
    lines = []
    for student, parts in sorted(changes.items()):
        told = [f"{group or name} {old:g} → {new:g}" for name, group, old, new in parts]
        lines.append(f"{student}: {', '.join(told)}")
    _show_lines(Console(highlight=False, soft_wrap=True), "changed", lines)


def _show_lines(console, title, lines):
    for line in lines[:_MOST_LINES]:
        console.print(f"[bold]{title}[/bold] {escape(plain(line))}")
    if len(lines) > _MOST_LINES:
        console.print(f"[bold]{title}[/bold] ... and {len(lines) - _MOST_LINES} more lines")


def _show(name, graded, seconds):
    damaged = {
        one.student: [*one.answer.problems.values(), *one.answer.notes]
        for one in graded.submissions
    }
    failed, no_page = (
        {student: [reason] for student, reason in sorted(found.items())}
        for found in (graded.failed, graded.pages)
    )
    console, count = Console(highlight=False, soft_wrap=True), len(graded.submissions)
    for title, found in (
        ("damaged", damaged),
        ("noted", graded.noted),
        ("no grade", failed),
        ("no page", no_page),
    ):
        lines = [
            f"{student}: {sentence}"
            for student, sentences in found.items()
            for sentence in dict.fromkeys(sentences)
        ]
        _show_lines(console, title, lines)
    console.print(
        f"{name}{count} submission{'s' * (count != 1)} in {seconds:.0f} s: {len(graded.imported)} "
        f"imported, {len(graded.unchanged)} there already, {len(failed)} without a grade"
    )
    if graded.outdated:
        console.print(
            f"[bold]outdated[/bold] {len(graded.outdated)} judged by a kit with other tests; "
            "--regrade judges again"
        )
    console.print(
        _summary(graded, *(sum(map(bool, part.values())) for part in (damaged, graded.noted)))
    )


def _summary(graded, damaged, noted):
    students = {submission.student for submission in graded.submissions}
    scores = [graded.scores[student] for student in sorted(students & set(graded.scores))]
    table = Table("students", "mean", "of", "full marks", "damaged", "noted", box=None)
    most = max((score.most for score in scores), default=0)
    mean = f"{sum(score.score for score in scores) / len(scores):.2f}" if scores else "-"
    full = sum(score.score >= most for score in scores)
    numbers = (len(students), mean, f"{most:g}", full, damaged, noted)
    table.add_row(*map(str, numbers))
    return table


def _refuse(message):
    with contextlib.suppress(OSError):
        print(f"unrolled grade: {plain(str(message))}", file=sys.stderr)
    return 2
