"""Subjects: what tests call. A test calls probes by name and receives plain values."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from grading.beside.plain import to_plain
from grading.beside.probes.base import spell
from grading.catalogue.stubs import is_stub_message
from grading.running import faults
from grading.running.outcome import Kind, Outcome


@dataclass
class Call:
    """One call that a test made.

    Attributes:
        probe, args, kwargs: what was called, so that it can be called again on another subject.
        outcome: what it came to.
        function: the probe itself.
    """

    probe: str
    args: list
    kwargs: dict
    outcome: Outcome
    function: Callable

    @property
    def spelled(self):
        """The call as a student would write it; only a call that is shown needs it."""
        return spell(self.function, self.args, self.kwargs)

    @property
    def shown(self):
        """What turns the value of the outcome into text."""
        return self.function.probe_shown


class Subject:
    """The implementation of one exercise under test.

    ``subject.batches(range(8), 3)`` calls the probe ``batches`` of that exercise. Everything that
    goes in and comes out is a plain value; see :mod:`grading.beside.plain`.

    Args:
        exercise: the exercise's name.
        driver: how its probes are reached.
        elsewhere: makes a driver to the same module in a process started on its own, for what
            must be the same in every process.

    Attributes:
        calls: the calls of the current example, in order.
    """

    KEPT_EXAMPLES = 8  # of failing ones, and of others

    def __init__(self, exercise, driver, elsewhere=None):
        self.exercise, self.driver = exercise, driver
        self.calls = []
        self.begin_test()
        self._make_elsewhere, self._elsewhere = elsewhere, None
        self._probes = importlib.import_module(f"grading.beside.probes.{exercise}")

    @property
    def elsewhere(self):
        """The same module in another process, with another hash seed."""
        if self._elsewhere is None:
            self._elsewhere = Subject(self.exercise, self._make_elsewhere())
            self._elsewhere.calls = self.calls
        return self._elsewhere

    def __getattr__(self, name):
        probe = None if name.startswith("_") else getattr(self._probes, name, None)
        if not hasattr(probe, "probe_call"):
            raise AttributeError(f"the exercise {self.exercise} has no probe {name!r}")

        def call(*args, **kwargs):
            return self._call(probe, args, kwargs)

        return call

    def begin_test(self):
        """A new test begins: forget all calls."""
        self.calls.clear()
        self._failing_examples, self._other_examples = [], []
        self._is_failing = False

    def begin_example(self):
        """A new example of the same test begins."""
        examples = self._failing_examples if self._is_failing else self._other_examples
        if self.calls and len(examples) < self.KEPT_EXAMPLES:
            examples.append(self.calls[:])
        self.calls.clear()
        self._is_failing = False

    def end_failing_example(self):
        """The current example failed: its calls tell more than others."""
        self._is_failing = True

    def record(self):
        """The calls of the current test: the last example's, and some earlier examples'.

        Returns:
            A list of calls, and two lists of such lists: of failing examples, and of others.
        """
        return self.calls[:], self._failing_examples[:], self._other_examples[:]

    def take_over(self, record):
        """Take the calls of a test, a :meth:`record`, from a subject that has made them."""
        self.calls[:], self._failing_examples, self._other_examples = map(list, record)

    def abandon(self):
        """End the call that another thread is waiting for."""
        self.driver.abandon()
        if self._elsewhere is not None:
            self._elsewhere.abandon()

    def close(self):
        """End the subject's processes."""
        self.driver.close()
        if self._elsewhere is not None:
            self._elsewhere.close()

    def _call(self, probe, args, kwargs):
        args = [_argument(value) for value in args]
        kwargs = {name: _argument(value) for name, value in kwargs.items()}
        outcome = self.driver.call(probe.__name__, args, kwargs)
        self.calls.append(Call(probe.__name__, args, kwargs, outcome, probe))
        if outcome.fault is not None:
            error = error_of(self.exercise, outcome.fault)
            error.given = [args, kwargs]
            raise error
        return outcome.value


def error_of(exercise, fault):
    """The exception that tells a test of a :class:`grading.running.outcome.Fault`."""
    if fault.kind is Kind.RAISED:
        if fault.error == "NotImplementedError" and is_stub_message(exercise, fault.message):
            return faults.NotWritten(f"NotImplementedError: {fault.message}")
        return faults.SubjectError(fault.error, fault.bases, fault.message, fault.frames)
    if fault.kind is Kind.UNUSABLE:
        return faults.Unusable(fault.message)
    if fault.kind in (Kind.MISSING, Kind.UNLOADABLE):
        return faults.Unloadable(fault.message)
    if fault.kind is Kind.HUNG:
        limit = f"{fault.limit:.3g} second" + "s" * (fault.limit != 1)
        call = "importing the module" if fault.importing else "the call"
        message = f"{call} did not return within {limit}, so it was ended"
        return faults.Hung(message, fault.frames)
    if fault.kind is Kind.DIED:
        code = fault.code
        how = f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        return faults.Died(f"the call ended the whole Python process ({how}) instead of returning")
    raise ValueError(f"not a fault of a call: {fault.kind}")


def _argument(value):
    return value if isinstance(value, range) else to_plain(value)
