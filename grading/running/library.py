"""Ask the library of misconceptions: what would each of them, and the reference, give for a call?

Equal calls are made once a process, whichever run asks: in ``unrolled watch`` and in the grading of
a class the same examples come again and again. What died is asked again in the next run. What hung
is not: to wait for it takes longest of all, and it is given time by the processor's clock.
"""

import collections
import hashlib
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

from grading.beside import plain
from grading.catalogue.spec import LibrarySpec
from grading.catalogue.syllabus import exercise as entry_of
from grading.catalogue.where import VARIANT
from grading.running.outcome import Kind, Outcome

MODULE = "grading.misconceptions"
REFERENCE = ""  # its name in the library
MOST_CALLS = {False: 2000, True: 500}  # of one diagnosis, without and with TensorFlow
SECONDS = 60.0  # a last guard
_MOST_KEPT = 20_000  # outcomes

_kept: collections.OrderedDict[tuple, Outcome] = collections.OrderedDict()
_keeping = threading.Lock()


class OutOfCalls(Exception):
    """All calls of the budget are made: what is not compared by then is not named."""


def where_of(exercise, name):
    """A misconception as ``--impl`` takes it."""
    return f"{VARIANT}{MODULE}:{exercise}/{name}"


def misconception_of(where):
    """The exercise and the name of a misconception that ``--impl`` may name."""
    exercise, _, name = where.rpartition(":")[2].partition("/")
    return exercise, name


def mixtures(one, other):
    """Two misconceptions in one, each made from the other; see :meth:`Library.outcome`."""
    return f"{one}+{other}", f"{other}+{one}"


def spec_of(exercise):
    """What a driver needs to know to reach the misconceptions of an exercise."""
    return LibrarySpec(exercise, MODULE)


class Library:
    """The misconceptions of one exercise, for one diagnosis.

    Args:
        exercise: its name.
        drivers: reach the library, each in a process of its own; they work side by side.
        most_calls: how many calls may be made before :class:`OutOfCalls` is raised. Calls are
            counted, not seconds, so that a name does not depend on how busy the machine is.
        seconds: after which it is raised, too; a guard that nobody should meet.
        is_wanted: asked before each call; where it says no, it is raised as well.
    """

    def __init__(self, exercise, drivers, most_calls=None, seconds=SECONDS, is_wanted=None):
        self.exercise, self.drivers = exercise, drivers
        self._is_wanted = is_wanted or (lambda: True)
        self.most_calls = most_calls or MOST_CALLS[entry_of(exercise).tensorflow]
        self.end = time.monotonic() + seconds
        self._digests, self._momentary = {}, {}
        self._counted = set()

    def names(self):
        """The names of all misconceptions."""
        return self._ask("names") or []

    def explain(self, name):
        """The title and the explanation of a misconception, as a dict."""
        return self._ask("explain", subject=name)

    def recognised(self, call):
        """The misconceptions whose mark a result of chance bears."""
        return (
            self._ask("recognise", [call.probe, call.args, call.kwargs, call.outcome.value]) or ()
        )

    def unchecked(self):
        """The names of the misconceptions that only lack a check of arguments."""
        return self._ask("unchecked") or []

    def unrepeatable(self, seeds):
        """For misconceptions about seeds: with which of these equal calls differ, as booleans."""
        return self._ask("unrepeatable", [seeds]) or {}

    def outcome(self, name, call):
        """What a call comes to on a misconception; ``A+B`` is B made from A."""
        key = self.key(name, call)
        self._count(key)
        if self._known(key) is None:
            self._make(self._driver_of(name) or self.drivers[0], name, call)
        return self._known(key)

    def prepare(self, wanted):
        """Make several calls, given as pairs (name, call), all drivers at work side by side."""
        missing = []
        for pair in wanted:
            self._count(self.key(*pair))
            if self._known(self.key(*pair)) is None:
                missing.append(pair)
        if len(missing) < 2:
            return
        left, lock = dict(enumerate(missing)), threading.Lock()

        def work(driver):
            while True:
                with lock:
                    mine = (n for n, (name, _) in left.items() if self._may_make(driver, name))
                    if (number := next(mine, None)) is None:
                        return
                    pair = left.pop(number)
                self._make(driver, *pair)

        with ThreadPoolExecutor(len(self.drivers)) as pool:
            for done in [pool.submit(work, driver) for driver in self.drivers]:
                done.result()

    def _may_make(self, driver, name):
        return self._driver_of(name) in (driver, None)

    def _driver_of(self, name):
        """The driver that calls a misconception, always the same one; None: any.

        It keeps the models that it made, which take far longer to build than to be called.
        """
        if name == REFERENCE:
            return None
        return self.drivers[zlib.crc32(name.encode()) % len(self.drivers)]

    def _count(self, key):
        """Count a call once, also one that is known: a name does not depend on earlier runs."""
        if key in self._counted:
            return
        is_out = len(self._counted) >= self.most_calls or time.monotonic() > self.end
        if is_out or not self._is_wanted():
            raise OutOfCalls
        self._counted.add(key)

    def _make(self, driver, name, call):
        outcome = driver.call(call.probe, call.args, call.kwargs, subject=name)
        with _keeping:
            if outcome.kind is Kind.DIED:
                self._momentary[self.key(name, call)] = outcome
                return
            _kept[self.key(name, call)] = outcome
            for _ in range(len(_kept) - _MOST_KEPT):
                _kept.popitem(last=False)

    def _known(self, key):
        with _keeping:
            if key in _kept:
                _kept.move_to_end(key)
            return _kept.get(key) or self._momentary.get(key)

    def key(self, name, call):
        """Equal for equal calls of the same misconception."""
        if id(call) not in self._digests:
            said = plain.dumps([call.probe, call.args, call.kwargs])
            # The call is kept, too: only then is no other one with its id.
            self._digests[id(call)] = hashlib.sha256(said).digest(), call
        return self.exercise, name, self._digests[id(call)][0]

    def _ask(self, *args, **kwargs):
        return self.drivers[0].call(*args, **kwargs).value
