"""What a run of the tests came to, test by test."""

from dataclasses import asdict, dataclass, field

from grading.running.diagnosis import Diagnosis
from grading.running.failure import Failure
from grading.running.outcome import Kind
from grading.running.report import render


@dataclass
class Result:
    """What became of one test.

    Attributes:
        exercise, test: the exercise's name and the test's, with its parameters.
        state: "passed", "failed" or "skipped".
        seconds: how long it took.
        reason: why it was skipped.
        failure: why it failed, a :class:`grading.running.failure.Failure`.
        diagnosis: the misconception that it shows, or None.
    """

    exercise: str
    test: str
    state: str
    seconds: float = 0.0
    reason: str = ""
    failure: Failure | None = None
    diagnosis: Diagnosis | None = None

    @property
    def id(self):
        """The test as pytest calls it, without its folder."""
        return f"test_{self.exercise}.py::{self.test}"

    @property
    def is_unwritten(self):
        """Whether it failed for no other reason than that there is nothing to test yet."""
        return self.failure is not None and self.failure.kind is Kind.NOT_WRITTEN


@dataclass
class Run:
    """What a run of the tests came to.

    Attributes:
        where: what was tested, as in ``--impl``.
        implementation: the same as a :class:`grading.catalogue.where.Implementation`.
        tests: for each exercise that ran, the names of its tests in order.
        results: a :class:`Result` by ``test_EXERCISE.py::TEST`` for each test that came to an end.
        tallies: a :class:`grading.catalogue.board.Tally` for every exercise that is there; for
            those that were not run, what earlier runs found.
        n_left_out: tests that were not run, since calls of others did not return.
        abandoned: whether the run was stopped halfway; then nothing above is complete.
        error: why the tests could not be run, or None.
        code: pytest's exit code, when it has ended.
    """

    where: str = ""
    implementation: object = None
    tests: dict = field(default_factory=dict)
    results: dict = field(default_factory=dict)
    tallies: dict = field(default_factory=dict)
    n_left_out: int = 0
    abandoned: bool = False
    error: str | None = None
    code: int | None = None

    def of(self, exercise):
        """The results of one exercise's tests, by their names."""
        return {r.test: r for r in self.results.values() if r.exercise == exercise}

    def _in(self, state):
        return {key: result for key, result in self.results.items() if result.state == state}

    @property
    def passed(self):
        """The tests that passed, as in ``results``."""
        return list(self._in("passed"))

    @property
    def skipped(self):
        """The tests that were skipped, as in ``results``."""
        return list(self._in("skipped"))

    @property
    def failed(self):
        """For each failing test the :class:`grading.running.outcome.Kind` of its failure."""
        return {key: result.failure.kind for key, result in self._in("failed").items()}

    @property
    def messages(self):
        """For each failing test its report, as text."""
        return {key: text_of(result.failure) for key, result in self._in("failed").items()}

    @property
    def diagnoses(self):
        """For each failing test that shows one, the misconception."""
        return {key: r.diagnosis for key, r in self.results.items() if r.diagnosis}

    @property
    def failures(self):
        """The facts of each failing test, in order."""
        return [result.failure for result in self._in("failed").values()]

    def failures_of(self, exercise):
        """The facts of the failing tests of one exercise, in the order of their file."""
        return self.in_order(f for f in self.failures if f.exercise == exercise)

    def in_order(self, failures):
        """Failures of tests as these stand in their files."""
        tests = [(name, test) for name, tests in self.tests.items() for test in tests]
        order = {test: number for number, test in enumerate(tests)}
        return sorted(failures, key=lambda f: order.get((f.exercise, f.test), len(order)))

    def diagnosis_of(self, failure):
        """The misconception behind a failing test, or None."""
        result = self.results.get(failure.id)
        return result.diagnosis if result else None

    def problem_of(self, exercise):
        """Why an exercise's module cannot be loaded, or None."""
        failures = self.failures_of(exercise)
        told = [failure.message for failure in failures if failure.kind is Kind.UNLOADABLE]
        return told[-1] if told else None

    def as_plain(self):
        """What another process wants to know, as a plain dict."""
        results = []
        for result in self.results.values():
            failure = result.failure.as_plain() if result.failure else None
            results.append({**asdict(result), "failure": failure})
        return {"where": self.where, "tests": self.tests, "results": results, "error": self.error}

    @classmethod
    def of_plain(cls, plain):
        """What :meth:`as_plain` was made of."""
        run = cls(plain["where"], tests=plain["tests"], error=plain["error"])
        for told in plain["results"]:
            failure = Failure.of_plain(told["failure"]) if told["failure"] else None
            diagnosis = Diagnosis(**told["diagnosis"]) if told["diagnosis"] else None
            result = Result(**{**told, "failure": failure, "diagnosis": diagnosis})
            run.results[result.id] = result
        return run


def text_of(failure):
    """The report of a failing test as text, also of one that broke."""
    if failure.kind is Kind.ERROR:
        return failure.message
    return "\n".join(render(failure))
