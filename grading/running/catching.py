"""Look for a test that fails on each known mistake, all mistakes of an exercise in one process.

What pytest and a process of its own cost for each of them is far more than the few calls that show
the mistake.
"""

import collections
import importlib

import pytest
from hypothesis.errors import UnsatisfiedAssumption

from grading.running import faults
from grading.running.failure import Failure, failure_of
from grading.running.library import MODULE, spec_of
from grading.running.outcome import Kind
from grading.running.subject import Subject
from grading.running.telling import in_two, is_known, try_on, without_hypothesis


class Catching:
    """A pytest plugin that runs no test: it tries their examples on known mistakes.

    Args:
        exercise: its name.
        keys: the names of misconceptions.

    Attributes:
        subjects: the run's :class:`grading.running.subjects.Subjects`.
        caught: by misconception the :class:`grading.running.failure.Failure` of the first test that
            fails, of those that are known to catch it, or of all where none is known.
    """

    def __init__(self, exercise, keys):
        self.exercise, self.keys = exercise, keys
        self.subjects, self.caught = None, {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        items = [item for item in session.items if is_known(item, session.config)]
        known = importlib.import_module(MODULE).caught_by(self.exercise)
        # Mistakes that chance shows are not noted: tests which catch little else are for them.
        n_caught = collections.Counter(name for names in known.values() for name in names)
        rare_first = sorted(items, key=lambda item: n_caught[item.originalname])
        library = _Library(lambda seed: self.subjects.driver(spec_of(self.exercise), seed))
        with without_hypothesis():
            for key in self.keys:
                noted = [item for item in items if item.originalname in known.get(key, ())]
                tests = noted if key in known else rare_first
                failure = self._first_failure(tests, key, library)
                if failure is not None:
                    self.caught[key] = failure
        library.close()
        return True

    def _first_failure(self, tests, key, library):
        """How the first of some tests that fails on a misconception fails, or None."""
        parts = [(test, in_two(test, self.subjects.drawn(test))) for test in tests]
        for which in (0, 1):  # first the examples that tell most
            for test, examples in parts:
                failure = self._failure(test, examples[which], key, library)
                if failure is not None:
                    return failure
        return None

    def _failure(self, item, examples, key, library):
        """How a test fails on a misconception on some examples; None if it does not."""
        subject = Subject(self.exercise, library.of(key), lambda: library.of(key, hash_seed=1))
        given = {name: self.subjects.get(name) for name in item._fixtureinfo.argnames}
        given[self.exercise] = subject
        for example in examples:
            subject.begin_test()
            try:
                try_on(item, example, given)
            except UnsatisfiedAssumption:
                continue
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:
                spec = self.subjects.implementation.specs[self.exercise]
                failure = failure_of(error, item, subject, spec)
                if isinstance(error, faults.Stop):
                    library.close()  # what hung or died does no harm to the others
                return failure or Failure(
                    self.exercise, item.name, item.name, Kind.ERROR, repr(error)
                )
        return None


class _Library:
    """A process with all misconceptions, and one with another hash seed, when they are needed."""

    def __init__(self, make):
        self._make, self._drivers = make, {}

    def of(self, key, hash_seed=0):
        """A driver to one misconception."""
        if hash_seed not in self._drivers:
            self._drivers[hash_seed] = self._make(hash_seed)
        return _Misconception(self._drivers[hash_seed], key)

    def close(self):
        """End the processes; new ones are started when they are needed."""
        for driver in self._drivers.values():
            driver.close()
        self._drivers.clear()


class _Misconception:
    def __init__(self, driver, key):
        self.driver, self.key = driver, key

    def call(self, probe, args=(), kwargs=None):
        return self.driver.call(probe, args, kwargs, subject=self.key)
