"""What a watch knows, and so what its screen shows."""

import enum
from dataclasses import dataclass, field
from pathlib import Path

from grading.catalogue import board
from grading.running.leading import the_failure_that_matters


class Mode(enum.Enum):
    """What the screen is for."""

    EXERCISE = enum.auto()
    LIST = enum.auto()  # the number of an exercise is being typed
    SOLUTION = enum.auto()  # the reference is shown
    REPORT = enum.auto()  # the whole report is shown, page after page


@dataclass
class State:
    """The exercise that is worked on, and all that is known of it.

    Attributes:
        folder: where the modules are.
        is_desk: whether that is ``exercises/``.
        name: the exercise.
        tallies: what is known of every exercise that is there, by name.
        mode: see :class:`Mode`.
        page: of the whole report, from 0.
        typed: the digits of an exercise's number, in the list.
        running: whether the tests run now.
        count: how many tests have run, and how many there are.
        shown: the failing test that is shown while the others still run, or None.
        named: the misconception that it shows, as far as that is known by then, or None.
        is_smallest: whether its smallest example is known.
        is_telling: whether nothing failed on the telling examples, while the others still run.
        last: the test that was shown last of each exercise, by name.
        run: the last run, a :class:`grading.running.result.Run`; None where there was none.
        seconds: that it took.
        hints: those given, pairs (tier, text).
        message: an answer to a key, or None.
    """

    folder: Path
    is_desk: bool
    name: str
    tallies: dict = field(default_factory=dict)
    mode: Mode = Mode.EXERCISE
    page: int = 0
    typed: str = ""
    running: bool = False
    count: tuple = (0, 0)
    shown: object = None
    named: object = None
    is_smallest: bool = False
    is_telling: bool = False
    last: dict = field(default_factory=dict)
    run: object = None
    seconds: float = 0.0
    hints: list = field(default_factory=list)
    message: str | None = None

    @property
    def path(self):
        """The module of the exercise."""
        return self.folder / f"{self.name}.py"

    @property
    def tally(self):
        return self.tallies.get(self.name) or board.Tally()

    @property
    def after(self):
        """The exercise to go on to, or None."""
        return board.next_exercise(self.tallies, after=self.name)

    @property
    def failures(self):
        """The failing tests of the last run."""
        return self.run.failures_of(self.name) if self.run else []

    @property
    def failure(self):
        """The failing test that matters, or None."""
        if self.running or self.run is None:
            return self.shown if self.running else None
        return the_failure_that_matters(self.failures, self.run.diagnosis_of)

    @property
    def diagnosis(self):
        """The misconception that it shows, or None."""
        if self.running:
            return self.named
        return self.run.diagnosis_of(self.failure) if self.run and self.failure else None

    def begin_run(self):
        """Nothing is known of a run that begins."""
        self.hints, self.running = [], True
        self.shown = self.named = None
        self.count, self.is_smallest, self.is_telling = (0, 0), False, False

    def begin_failing(self, failure, is_smallest):
        """Take note that a test fails while others still run; gives whether that is to be shown.

        The first is, and its smallest example when that is known.
        """
        is_first = self.shown is None
        is_new = is_smallest and not self.is_smallest
        if is_first or (is_new and failure.test == self.shown.test):
            self.shown, self.is_smallest = failure, is_smallest
            return True
        return False

    def go_to(self, name):
        """Work on another exercise."""
        self.name, self.run, self.hints, self.mode = name, None, [], Mode.EXERCISE
