"""What the tests saw of a student's answer, and how a misconception shows in it."""

import enum
import functools
import importlib
import inspect
import re
from dataclasses import dataclass, field, replace

from grading.catalogue.syllabus import exercise as entry_of
from grading.running.differences import differences
from grading.running.library import REFERENCE
from grading.running.outcome import Kind, Outcome

FIRST = 4  # earlier calls of a failing test, which are mostly those of failing examples
CALLS = 120  # compared at most to see whether a misconception is refuted


@dataclass
class TestRecord:
    """What one test of an exercise saw of the student's answer.

    Attributes:
        test: the test's name.
        failed: whether it failed.
        last: the calls of its last example; the failing one, if it failed.
        earlier: calls of some earlier examples; those of failing ones first.
        is_over: whether it was tried on all its examples, or fails.
    """

    __test__ = False

    test: str
    failed: bool
    last: list
    earlier: list = field(default_factory=list)
    is_over: bool = True

    @property
    def function(self):
        """The test's name without its parameters."""
        return self.test.partition("[")[0]

    @property
    def calls(self):
        return [*self.last, *self.earlier]


class Seen(enum.Enum):
    """How a misconception shows in a call; see :mod:`grading.running.diagnosis`."""

    HIDDEN, SHARED, REFUTED, BLURRED = range(4)


class Evidence:
    """The calls of one run of an exercise's tests, compared with what the library gives for them.

    Args:
        exercise: its name.
        records: a :class:`TestRecord` for each test that ran.
        library: a :class:`grading.running.library.Library`.
    """

    def __init__(self, exercise, records, library):
        self.records, self.library = records, library
        self.probes = importlib.import_module(f"grading.beside.probes.{exercise}")
        self.parts = entry_of(exercise).defines
        self._equal, self._marks, self._shortened = {}, {}, {}
        self._ended_by = {
            id(call): record.last[-1]
            for record in records
            if record.failed and record.last
            for call in record.calls
        }

    def telling(self, record):
        """The calls of a failing test's final example in which the student is wrong."""
        return [
            call
            for call in record.last
            if self.is_repeatable(call) and not is_not_written(call) and self.is_wrong(call)
        ]

    def calls_about(self, parts):
        """The calls of all tests about these parts, those of failing tests and final ones first."""
        ordered = sorted(self.records, key=lambda record: not record.failed)
        calls = [call for record in ordered if record.failed for call in record.last]
        calls += [call for record in ordered if record.failed for call in record.earlier[:FIRST]]
        calls += [call for record in ordered if not record.failed for call in record.last]
        calls += [call for record in ordered for call in record.earlier[FIRST * record.failed :]]
        about = (call for call in calls if self.parts_of([call]) <= parts)
        return [c for c in about if self.is_repeatable(c) and not is_not_written(c)][:CALLS]

    def parts_of(self, calls):
        """The functions and classes of the exercise that some calls concern."""
        parts = set()
        for call in calls:
            spelled = call.function.probe_call
            parts |= {part for part in self.parts if part in spelled} or set(self.parts)
        return parts

    def would_be_right(self, call, outcome):
        """Whether a call that came to another outcome would be right."""
        return self._are_equal(call, outcome, self.library.outcome(REFERENCE, call))

    def is_wrong(self, call):
        return not self.gives(REFERENCE, call) or self._is_refused_otherwise(call)

    def _is_refused_otherwise(self, call):
        """Whether it is refused, but by accident, or with a message that a test failed for."""
        failed = self._ended_by.get(id(call))
        is_so = failed is not None and same_error(call.outcome, failed.outcome)
        return is_so and self.is_refused(call)

    def is_refused(self, call):
        """Whether a right answer raises an exception for this call."""
        return self.library.outcome(REFERENCE, call).kind is Kind.RAISED

    def gives(self, name, call):
        """Whether a misconception gives what the student gives.

        Where the call should be refused, and neither does so, it does not matter what they give if
        the misconception is just that.
        """
        key = id(call), name
        if key not in self._equal:
            theirs = self.library.outcome(name, call)
            self._equal[key] = self._are_equal(call, call.outcome, theirs) or (
                self._lacks_a_check(name) and self._ought_to_refuse(call, theirs)
            )
        return self._equal[key]

    def _lacks_a_check(self, name):
        return not self._unchecked.isdisjoint(name.split("+"))

    @functools.cached_property
    def _unchecked(self):
        return frozenset(self.library.unchecked())

    def _ought_to_refuse(self, call, theirs):
        """Whether a right answer raises an exception which neither the student nor they raise.

        One that the student raises on purpose is another mistake: its message, or its class.
        """
        fault = call.outcome.fault
        line = fault.frames[-1][1] if fault is not None and fault.frames else ""
        on_purpose = line.startswith(("raise", "assert"))
        return (
            not on_purpose
            and call.outcome.kind is not Kind.MISSING
            and self.is_refused(call)
            and self.is_wrong(call)
            and not self._are_equal(call, theirs, self.library.outcome(REFERENCE, call))
        )

    def gives_without(self, name, call, options):
        """Whether a misconception gives the student's result where some options are left out."""
        key = id(call), frozenset(options)
        if key not in self._shortened:
            left = {name: value for name, value in call.kwargs.items() if name not in options}
            self._shortened[key] = replace(call, kwargs=left)  # kept: what is equal goes by id
        return self.gives(name, self._shortened[key])

    def is_hidden(self, name, call):
        """Whether a misconception gives what the reference gives."""
        key = *self.library.key(name, call), "hidden"
        if key not in self._equal:
            theirs = self.library.outcome(name, call)
            right = self.library.outcome(REFERENCE, call)
            self._equal[key] = self._are_equal(call, theirs, right)
        return self._equal[key]

    def seen(self, name, call):
        if self.is_hidden(name, call):
            by_accident = self._is_refused_otherwise(call) and same_error(
                call.outcome, self.library.outcome(name, call)
            )
            return Seen.SHARED if by_accident else Seen.HIDDEN
        of_chance = self.is_of_chance(call)
        if not self.is_wrong(call):
            # Frequencies that are near to both, by chance, tell nothing.
            return Seen.HIDDEN if of_chance and self.gives(name, call) else Seen.REFUTED
        if self.gives(name, call) or (of_chance and name in self.marks(call)):
            return Seen.SHARED
        return Seen.BLURRED

    def marks(self, call):
        """The misconceptions whose mark the student's result bears, as results of chance do."""
        if id(call) not in self._marks:
            known = call.outcome.fault is None
            self._marks[id(call)] = self.library.recognised(call) if known else ()
        return self._marks[id(call)]

    def marked(self, record):
        """The misconceptions whose mark a test's results of chance bear."""
        of_chance = [c for c in record.last if not self.is_repeatable(c) or self.is_of_chance(c)]
        return set().union(*map(self.marks, of_chance))

    def marks_of_seeds(self, record):
        """The misconceptions that explain why a test's equal calls with a seed differ."""
        kept, first = {}, {}
        for call in record.calls:
            seed = call.kwargs.get("seed")
            if seed is None or self.is_repeatable(call):
                continue
            other = first.setdefault(self.library.key(REFERENCE, call), call)
            if other is not call:
                is_equal = self._are_equal(call, call.outcome, other.outcome)
                kept[seed] = kept.get(seed, True) and is_equal
        if all(kept.values()):
            return set()
        differs = [not equal for equal in kept.values()]
        marks = self.library.unrepeatable(list(kept))
        return {name for name, expected in marks.items() if expected == differs}

    def is_of_chance(self, call):
        """Whether results are frequencies, alike but never equal."""
        return call.function.probe_tolerance == getattr(self.probes, "FREQUENCIES", None)

    def n_distinct(self, calls):
        """How many of some calls differ in what is called, or with what."""
        return len({self.library.key(REFERENCE, call) for call in calls})

    def is_repeatable(self, call):
        rule = getattr(self.probes, "is_repeatable", None)
        return rule is None or rule(call.probe, call.args, call.kwargs)

    def _are_equal(self, call, one, other):
        rtol, atol = call.function.probe_tolerance
        return same_outcome(one, other, rtol, atol)


def options_of(call):
    """The arguments by keyword that say something and could be left out."""
    given = {n for n, value in call.kwargs.items() if value is not None and value is not False}
    parameters = inspect.signature(call.function).parameters.values()
    return given - {each.name for each in parameters if each.default is each.empty}


def is_unfinished(call):
    """Whether a call raised an exception, which has to be mended first."""
    return call.outcome.kind in (Kind.RAISED, Kind.MISSING)


def same_error(one, other):
    """Whether two calls came to the same exception, whatever numbers its message names."""
    if not one.kind is other.kind is Kind.RAISED:
        return False
    one, other = ((o.fault.error, re.sub(r"\d+", "", o.fault.message)) for o in (one, other))
    return one == other


def is_not_written(call):
    """Whether a call met a part that is still a stub, or a module that cannot be loaded."""
    fault = call.outcome.fault
    if fault is None:
        return False
    return fault.error == "NotImplementedError" or fault.kind is Kind.UNLOADABLE


def same_outcome(one: Outcome, other: Outcome, rtol=1e-4, atol=1e-5):
    """Whether two calls came to the same: equal values, or faults of the same kind."""
    if (one.fault is None) != (other.fault is None):
        return False
    if one.fault is None:
        return not differences(one.value, other.value, rtol, atol)
    one, other = one.fault, other.fault
    if one.kind is not other.kind:
        return False
    if one.kind is Kind.RAISED:
        return one.error == other.error
    return one.kind is not Kind.UNUSABLE or one.message == other.message
