"""Name a mistake: which known-wrong solution gives the same results as the student's?

The calls that the tests made are made again, with the same arguments, on the reference and on the
misconceptions of that exercise. In each call a misconception is

* *hidden*, if it gives what the reference gives;
* *shared*, if the student gives the same wrong result, or both fail to refuse the call;
* *refuted*, if the student is right where it is wrong;
* *blurred*, if the student is wrong there, too, but in another way.

It is named for a failing test if it is shared in every call of the test's final example in which
the student is wrong, and refuted in no call that concerns the same part of the exercise. Students
make several mistakes at once and write one part after the other, so a blurred call is no reason
for silence if something else explains it: the part is not written yet, a second misconception
beside this one gives just the student's result, the student is wrong whenever an option is given
that none of the shared calls has, or does there what the misconception does without that option.

Of several, one that is named for another test is named here, too, or else the one that explains
most. One that few calls show is named only if nothing stays unexplained: no other test of the same
part fails but those that it, or another one that is named, is known to fail
(:func:`grading.misconceptions.caught_by`). A student who passes a test that a misconception fails
does not hold it.
"""

import contextlib
import importlib
import itertools
from dataclasses import dataclass

from grading.running import left_behind
from grading.running.evidence import CALLS, Evidence, Seen, is_unfinished, options_of, same_error
from grading.running.library import MODULE, REFERENCE, SECONDS, Library, OutOfCalls, mixtures

AT_ONCE = 8  # calls are made side by side before their outcomes are compared
ENOUGH = 3  # different shared calls name a misconception even where something else is wrong, too
MANY = 10  # times as many shared calls as blurred ones name it as well
FEW = 5  # tests, as where the first that fails ends the run: what several explain gets no name
LIKELY = 6  # misconceptions are tried first, and in pairs where no single one fits


@dataclass(frozen=True)
class Diagnosis:
    """The misconception that a failing test shows, for the student; see :mod:`.misconceptions`."""

    name: str
    title: str
    explanation: str
    hint: str | None = None


def diagnose(exercise, records, drivers, seconds=SECONDS, is_wanted=None, start=None):
    """Look for the known misconceptions behind the failing tests of one exercise.

    Args:
        exercise: its name.
        records: a :class:`TestRecord` for each test that ran.
        drivers: reach the library of misconceptions; several work side by side.
        seconds, is_wanted, start: see :class:`.library.Library` and :func:`.left_behind.tests`.

    Returns:
        A dict from the names of failing tests, those that have one, to a :class:`Diagnosis`.
    """
    search = _Search(exercise, records, Library(exercise, drivers, None, seconds, is_wanted))
    with contextlib.suppress(OutOfCalls):
        search.run()
        if start and not search.found:
            tests = left_behind.tests(search.evidence, search.failing, start)
            search.found = dict.fromkeys(tests, Diagnosis(*left_behind.TOLD))
    return search.found


class _Search:
    def __init__(self, exercise, records, library):
        self.library, self.records, self.found = library, records, {}
        self.evidence = Evidence(exercise, records, library)
        self.known = importlib.import_module(MODULE).caught_by(exercise)
        self.failing = [record for record in records if record.failed and record.last]
        self._holds, self._n_shared = {}, {}

    def run(self):
        self._look()
        for name in self._told:
            if self._is_doubtful(name):
                self.found = {test: told for test, told in self.found.items() if told.name != name}

    def _look(self):
        names = self.library.names()
        for record in self.failing * 2:  # the second time with the names that are known by then
            if record.test not in self.found:
                self._tell(record, self._first(names, record))
        for record in self.failing:
            if record.test not in self.found:
                self._tell(record, self._second(names, record))

    def _tell(self, record, name):
        if name:
            told = self._told.get(name) or Diagnosis(name, **self.library.explain(name))
            self.found[record.test] = told

    @property
    def _told(self):
        """What was found so far, each once: a dict from names to a :class:`Diagnosis`."""
        return {told.name: told for told in self.found.values()}

    # One test, one misconception.

    def _ordered(self, names, record):
        """The misconceptions that may be behind a failing test, likely ones first."""
        told = self._told
        failed = {other.function for other in self.failing}
        parts = self.evidence.parts_of(record.calls)
        passed = {
            other.function
            for other in self.records
            if not other.failed and other.is_over and self.evidence.parts_of(other.calls) <= parts
        }
        possible = [name for name in names if not passed & self._known(name)]

        def likeness(name):
            tests = self._known(name)
            return len(tests & failed) / max(1, len(tests | failed))

        return sorted(possible, key=lambda name: (name not in told, -likeness(name)))

    def _first(self, names, record):
        ordered, marked = self._ordered(names, record), self._marked(record)
        if len(self.records) < FEW:
            return self._best(ordered, record, marked)
        # Where one that is told already fits, or else a likely one, the others need not be called.
        n_told = len(self._told.keys() & ordered)
        parts = ordered[:n_told], ordered[n_told:LIKELY], ordered[max(n_told, LIKELY) :]
        return next(filter(None, (self._best(part, record, marked) for part in parts)), None)

    def _best(self, names, record, marked):
        telling = self.evidence.telling(record)
        self.library.prepare((name, call) for name in names for call in telling[:1])
        fitting = {}
        for name in names:
            if telling and all(self.evidence.seen(name, call) is Seen.SHARED for call in telling):
                n_shared = self._shared_if_held(name, self.evidence.parts_of(telling))
                if n_shared:
                    fitting[name] = n_shared
            elif name in marked:
                fitting[name] = 1
        # Of equals the first, whose tests fit best; of few tests none.
        best = max(fitting, key=fitting.get, default=None)
        equals = [name for name in fitting if fitting[name] == fitting[best]]
        return best if len(equals) == 1 or len(self.records) >= FEW else None

    def _shared_if_held(self, name, parts):
        """In how many calls a misconception is shared; 0 if the student does not hold it."""
        key = name, frozenset(parts)
        if key not in self._holds:
            self._holds[key] = self._count_shared(name, parts)
        return self._holds[key]

    def _count_shared(self, name, parts):
        shared, blurred, unfinished, unexplained = [], [], [], []
        calls = iter(self.evidence.calls_about(parts))
        while some := list(itertools.islice(calls, AT_ONCE)):
            self.library.prepare((n, call) for call in some for n in (REFERENCE, name))
            for call in some:
                seen = self.evidence.seen(name, call)
                if seen is Seen.REFUTED:
                    return 0
                if seen is Seen.SHARED:
                    shared.append(call)
                if seen is Seen.HIDDEN and is_unfinished(call) and self.evidence.is_wrong(call):
                    unexplained.append(call)
                if seen is Seen.BLURRED:
                    (unfinished if is_unfinished(call) else blurred).append(call)
        n_shared = self.evidence.n_distinct(shared)
        if unfinished and n_shared < ENOUGH:
            return 0
        if blurred and not self._is_excused(name, n_shared, shared, blurred):
            return 0
        if any(same_error(c.outcome, o.outcome) for o in unexplained for c in shared[:1]):
            return 0  # what is also raised where the misconception does no harm has another reason
        self._n_shared[name] = max(n_shared, self._n_shared.get(name, 0))
        return n_shared

    def _is_excused(self, name, n_shared, shared, blurred):
        """Whether something besides this misconception explains the calls that blur it."""
        options = set().union(*map(options_of, shared))
        if n_shared >= ENOUGH and all(options_of(call) - options for call in blurred):
            return True
        left = self._with_options_read(name, blurred) if n_shared >= ENOUGH else blurred
        if n_shared + len(blurred) - len(left) >= MANY * len(left):
            return True
        return any(self._pair_gives(name, other, blurred) for other in self.library.names())

    def _with_options_read(self, name, calls):
        """Without those calls where the student gives what the misconception gives without options.

        Options are written last: until then they change nothing.
        """
        gives, unread, left = self.evidence.gives_without, set(), []
        for call in calls:
            options = options_of(call)
            unread |= {each for each in options - unread if gives(name, call, {each})}
            ignored = options & unread
            if not ignored or not gives(name, call, ignored):
                left.append(call)
        return left

    def _is_doubtful(self, name):
        """Whether few calls show a misconception, and something that it would explain is not."""
        if self._n_shared.get(name, ENOUGH) >= ENOUGH:
            return False
        told = {test for test, told in self.found.items() if told.name == name}
        shown = [record for record in self.failing if record.test in told]
        parts = set().union(*(self.evidence.parts_of(record.calls) for record in shown))
        return any(
            record.test not in self.found
            and record.function not in self._known(name)
            # For misconceptions that are recognised by a mark, no failing tests are noted.
            and (self._known(name) or self.evidence.telling(record))
            and self.evidence.parts_of(record.calls) & parts
            and not self._has_another_reason(record)
            for record in self.failing
        )

    def _has_another_reason(self, record):
        """Whether a test fails because a part, or a check of arguments, is not written."""
        calls = self.evidence.telling(record)
        return bool(calls) and all(is_unfinished(c) or self.evidence.is_refused(c) for c in calls)

    # Two misconceptions at once.

    def _second(self, names, record):
        """The misconception that explains a failing test together with another one."""
        if not (telling := self.evidence.telling(record)):
            return None
        firsts = list(self._told)
        likely = [] if firsts else self._ordered(names, record)[:LIKELY]
        likely = [name for name in likely if self._shares_something(name)]
        pairs = [(first, other) for first in firsts for other in names if other not in firsts]
        pairs += list(itertools.combinations(likely, 2))
        parts = self.evidence.parts_of(telling)
        fitting = [
            {first, other}
            for first, other in pairs
            if self._pair_gives(first, other, telling) and self._pair_holds(first, other, parts)
        ]
        # Where several pairs would do, the calls only tell what these have in common.
        common = set.intersection(*fitting) - set(firsts) if fitting else set()
        return min(
            common, key=lambda name: (record.function not in self._known(name), name), default=None
        )

    def _known(self, name):
        """The tests that a misconception is known to fail."""
        return self.known.get(name, frozenset())

    def _shares_something(self, name):
        """Whether the student makes this mistake in some failing test, seen by its first calls."""
        firsts = [self.evidence.telling(record)[:1] for record in self.failing[:LIKELY]]
        return any(self.evidence.seen(name, c) is Seen.SHARED for c in itertools.chain(*firsts))

    def _pair_gives(self, one, other, calls):
        """Whether two different misconceptions together give the student's results."""
        return one != other and any(
            all(self.evidence.gives(pair, call) for call in calls) for pair in mixtures(one, other)
        )

    def _pair_holds(self, one, other, parts):
        """Whether a pair, in some order, is what the student holds, and not just one of the two."""
        return any(self._is_held_whole(pair, one, parts) for pair in mixtures(one, other))

    def _is_held_whole(self, pair, first, parts):
        n_beyond = 0
        for call in self.evidence.calls_about(parts):
            seen = self.evidence.seen(pair, call)
            if seen in (Seen.REFUTED, Seen.BLURRED):
                return False
            n_beyond += seen is Seen.SHARED and not self.evidence.gives(first, call)
        return n_beyond >= 2

    # Results of chance, which cannot be compared.

    def _marked(self, record):
        """The misconceptions whose mark results of chance bear that nothing else explains."""
        seeds = self.evidence.marks_of_seeds(record)
        if any(record.function in self._known(name) for name in self._told):
            return seeds
        return seeds.union(filter(self._explains_all, self.evidence.marked(record)))

    def _explains_all(self, name):
        """Whether no result of the student is wrong in a way that the misconception is not.

        A mark on results of chance is weaker evidence than equal results: it only counts where
        nothing else that is computed is to be explained.
        """
        calls = [call for record in self.failing for call in record.last]
        return all(
            self.evidence.seen(name, call) is Seen.SHARED
            or not self.evidence.is_wrong(call)
            or self.evidence.is_refused(call)  # a missing check is another matter
            for call in filter(self.evidence.is_repeatable, calls[:CALLS])
        )
