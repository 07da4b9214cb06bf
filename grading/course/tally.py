"""What is to be told of a class, gathered from one submission after the other.

Only numbers and short sentences are kept: the results themselves may be large.
"""

import collections
from dataclasses import dataclass, field

from grading.catalogue.points import groups_of
from grading.catalogue.syllabus import exercise
from grading.course import results
from grading.course.copies import Copies
from grading.running.outcome import Kind

# How a test ended that did not come to an answer.
ENDS = {
    Kind.DIED: "crashed: a call ended its process",
    Kind.HUNG: "timed out: a call did not return",
    Kind.TIME: "took too long as a whole",
}


@dataclass(frozen=True)
class About:
    """An assignment.

    Attributes:
        name: its name.
        exercises: the exercises in it.
        hidden_groups: pairs (exercise, group) whose checks students do not get.
        hidden_tests: pairs (exercise, test) of the instructor's own tests.
    """

    name: str
    exercises: tuple
    hidden_groups: tuple = ()
    hidden_tests: frozenset = frozenset()

    @property
    def max_points(self):
        return sum(exercise(name).points for name in self.exercises)


@dataclass(frozen=True)
class Score:
    """What the gradebook has of a submission.

    Attributes:
        score: its points.
        most: those that there are.
        penalty: points that being late costs.
        late: seconds between the due date, with the student's extension, and the time stamp.
    """

    score: float
    most: float
    penalty: float
    late: float = 0.0

    @property
    def final(self):
        """The points less the penalty, as ``nbgrader export`` has them."""
        return round(max(0.0, self.score - self.penalty), 2)


@dataclass
class Row:
    """One submission: what it got.

    Attributes:
        student: the student's id.
        is_judged: whether it has a result, or got no points because nothing of it can be read.
        groups: a dict from (exercise, group's name) to points and the numbers of tests that
            passed, failed and were skipped.
        score: a :class:`Score`, or None where the gradebook has none.
    """

    student: str
    is_judged: bool
    groups: dict
    score: Score | None

    def points(self, name=None):
        """The points for an exercise, or for all."""
        return round(sum(g[0] for key, g in self.groups.items() if name in (None, key[0])), 2)


@dataclass
class Tally:
    """A class; see :meth:`add`.

    Attributes:
        about: the assignment.
        rows: a :class:`Row` for each submission.
        misconceptions: a dict from (exercise, title) to the explanation and the students.
        tests: a counter of students by (exercise, test) that failed.
        ended: lists of student, exercise, way of ending and number of tests.
        noted: pairs of student and sentence: what is more than a wrong answer.
        damaged: pairs of student and sentence: what could not be read, or was set right.
        failed: a dict from students without a grade to the reason.
        copies: the :class:`grading.course.copies.Copies` among the modules.
        absent: students of the course who handed in nothing.
        refused: lines on what ``unrolled collect`` did not take.
    """

    about: About
    rows: list = field(default_factory=list)
    misconceptions: dict = field(default_factory=dict)
    tests: collections.Counter = field(default_factory=collections.Counter)
    ended: list = field(default_factory=list)
    noted: list = field(default_factory=list)
    damaged: list = field(default_factory=list)
    failed: dict = field(default_factory=dict)
    copies: Copies = field(default_factory=Copies)
    absent: list = field(default_factory=list)
    refused: list = field(default_factory=list)

    def add(self, student, answer, result, score):
        """Take a submission in.

        Args:
            student: the student's id.
            answer: its :class:`grading.course.reading.Answer`.
            result: the judge's, or None where there is none.
            score: a :class:`Score` or None.
        """
        groups = {}
        for name in self.about.exercises:
            for group, outcome in outcomes(result, name).items():
                counts = [len(outcome[key]) if outcome else 0 for key in COUNTED]
                groups[name, group.name] = (outcome["points"] if outcome else 0.0, *counts)
                self._add_failures(student, name, outcome["failed"] if outcome else ())
        is_judged = result is not None or not answer.modules
        self.rows.append(Row(student, is_judged, groups, score))
        self.copies.add(student, answer.modules)
        self.noted += [(student, note) for note in (result or {}).get("notes", ())]
        sentences = dict.fromkeys([*answer.problems.values(), *answer.notes])
        self.damaged += [(student, sentence) for sentence in sentences]
        ends = collections.Counter(
            (name, failure["kind"])
            for name in self.about.exercises
            for outcome in outcomes(result, name).values()
            for failure in (outcome["failed"] if outcome else ())
        )
        self.ended += [
            (student, name, ENDS[kind], n) for (name, kind), n in ends.items() if kind in ENDS
        ]

    def _add_failures(self, student, name, failures):
        self.tests.update((name, failure["test"]) for failure in failures)
        for failure in failures:
            if failure["diagnosis"]:
                key, why = (name, failure["diagnosis"]["title"]), failure["diagnosis"]
                self.misconceptions.setdefault(key, (why["explanation"], set()))[1].add(student)


COUNTED = ("passed", "failed", "skipped")


def outcomes(result, name):
    """A dict from the groups of an exercise to what a result, or None, says of each, or None."""
    found = results.outcomes_of(result or {}, name)
    return {group: found.get(group.name) for group in groups_of(name)}


def spelled(seconds):
    """A time in words: its two largest units."""
    seconds, parts = round(seconds), []
    for name, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if seconds >= size or parts:
            parts.append(f"{seconds // size} {name}")
            seconds %= size
    return " ".join(part for part in parts[:2] if not part.startswith("0 ")) or "0 s"
