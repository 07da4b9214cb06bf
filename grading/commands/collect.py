"""``unrolled collect``: take modules that students handed in into an nbgrader course."""

from pathlib import Path

from grading.course.collecting import collect
from grading.course.folder import course_in


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "collect",
        help="for instructors: take modules that were handed in into a course",
        description="Make a submission for nbgrader of each module in FOLDER: "
        "FOLDER/STUDENT/EXERCISE.py, FOLDER/STUDENT_EXERCISE.py or FOLDER/STUDENT.zip; notebooks "
        "of the course (.ipynb) are taken, too, and what Canvas and Moodle let you download. "
        "Whatever is not taken is named, with the reason; the exit code is then 1.",
    )
    parser.add_argument("course", type=Path, metavar="DIR", help="made by unrolled course")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="what was handed in")
    parser.set_defaults(run=run)


def run(args):
    collected = collect(args.course, course_in(args.course), args.folder)
    for line in collected.refused:
        print(f"not taken: {line}")
    for label in collected.late:
        print(f"late, says its name: {label}")
    for label in collected.taken:
        print(f"took {label}")
    count = len(collected.taken) + len(collected.unchanged)
    print(
        f"{count} submission{'s' * (count != 1)}: {len(collected.taken)} new or newer, "
        f"{len(collected.unchanged)} there already; {len(collected.refused)} not taken"
    )
    return 1 if collected.refused else 0
