"""The subjects of a run: each made when a test first asks for it, and ended with the run."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from grading.catalogue.spec import LibrarySpec, VariantSpec
from grading.catalogue.syllabus import exercise
from grading.processes.forkserver import TENSORFLOW, WRITES_TESTS
from grading.running.collection import exercise_of
from grading.running.driver import InlineDriver, WorkerDriver
from grading.running.failure import failure_of
from grading.running.lasting import PAIR, end_library_drivers, known_answers, spare_for
from grading.running.patience import slowness_of
from grading.running.properties import SHRINK_EXAMPLES, Replays, bound, settle
from grading.running.report import FULL_REPORTS
from grading.running.subject import Subject
from grading.running.suites import TestingDriver, candidates_spec

REPLAYS = Replays()  # of all runs of this process
TESTS_TIMES = 3  # a call that runs all of a student's tests may take as many times as long


class Subjects:
    """A pytest plugin that makes the subjects and tells them when a test and an example begins.

    Args:
        config: pytest's configuration.
        implementation: what is tested.
        recorder: the run's :class:`grading.running.run.Recorder`, which lends the processes.
    """

    def __init__(self, config, implementation, recorder):
        self.config, self.implementation, self.recorder = config, implementation, recorder
        self._is_inline = config.getoption("--inline")
        is_seeded = config.getoption("--hypothesis-seed", None) is not None
        self.replay = not (self._is_inline or is_seeded)
        self._subjects, self.is_abandoned = {}, False  # by name and number
        self.is_class = hasattr(recorder.servers, "trusted")  # a submission is judged

    def pytest_collection_finish(self):
        is_run = not (self._is_inline or self.config.option.collectonly)
        if self.recorder.is_alone and is_run:  # else they are there already
            for name in self.recorder.run.tests:
                self.recorder.servers.warm(name)

    def get(self, name, number=0):
        """A subject of an exercise, made when it is first asked for.

        Args:
            name: the exercise.
            number: which one. Number 0 is the one that tests hold; the others are for threads that
                try examples ahead.
        """
        key = name, number
        if key not in self._subjects:
            spec = self.implementation.specs[name]
            if exercise(name).tests_of:
                driver = self._testing_driver(name, spec)
            else:
                driver = self._driver(spec)
            self._subjects[key] = Subject(name, driver, lambda: self.driver(spec, hash_seed=1))
        if self.is_abandoned:
            self._subjects[key].abandon()
        return self._subjects[key]

    def _driver(self, spec, preload=()):
        if self._is_inline:
            return InlineDriver(spec)
        return self.driver(spec, preload=preload)

    def _testing_driver(self, name, spec):
        """Two runs side by side, each of them on many candidates, where no class is judged."""
        is_single = self.is_class or self._is_inline or not hasattr(os, "fork")
        lanes = []
        for _ in range(1 if is_single else PAIR):
            driver = self._driver(spec, WRITES_TESTS)
            driver.limit = TESTS_TIMES * self.config.getoption("--time-limit")
            lanes.append((driver, self.driver(candidates_spec(name))))
        if is_single:
            return TestingDriver(lanes, name)
        return TestingDriver(lanes, name, together=True, known=known_answers(name))

    def made(self, name):
        """The subject of an exercise if a test has asked for it, else None."""
        return self._subjects.get((name, 0))

    def starter_of(self, name):
        """A function that gives a driver to an exercise's module in a new process, or None."""
        return None if self._is_inline else lambda: self.driver(self.implementation.specs[name])

    def driver(self, spec, hash_seed=0, preload=()):
        """A driver to a subject in a process of its own.

        Args:
            spec: which subject.
            hash_seed: Python's, in that process.
            preload: modules that are imported beforehand, besides TensorFlow where it is wanted.
        """
        tensorflow = TENSORFLOW[wants_tensorflow(spec)]
        server = self.recorder.servers.get_for(spec, (*tensorflow, *preload), hash_seed)
        limit = slowness_of(spec.exercise) * self.config.getoption("--time-limit")
        return WorkerDriver(server, spec, limit, spare_for(spec, server, self.recorder.servers))

    def failure_of(self, item, error, number=0):
        """How a test failed on a subject, see :meth:`get`: a :class:`.failure.Failure`, or None."""
        name = exercise_of(item.path, self.config)
        subject = self._subjects.get((name, number))
        return subject and failure_of(error, item, subject, self.implementation.specs[name])

    def abandon(self, first=0):
        """End the calls that are being waited for: this run's outcome is not wanted any more.

        Args:
            first: only those of subjects with this number, see :meth:`get`, or a higher one.
        """
        self.is_abandoned |= first == 0
        for (_, number), subject in list(self._subjects.items()):
            if number >= first:
                subject.abandon()

    def pytest_runtest_setup(self, item):
        name = exercise_of(item.path, self.config)
        if name and hasattr(item.obj, "hypothesis"):
            settle(item.obj)
            bound(item.obj.hypothesis, self._examples_to_shrink(name))
        subject = self.made(name)
        if subject is not None:
            subject.begin_test()

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem):
        if not self.replay or exercise_of(pyfuncitem.path, self.config) is None:
            return None
        return REPLAYS.run(pyfuncitem, self.config.getoption("--examples-times"))

    def end_ahead(self, name):
        """End the processes of an exercise that are for threads which try examples ahead."""
        for key in list(self._subjects):
            if key[0] == name and key[1] > 0:
                self._subjects.pop(key).close()

    def drawn(self, item):
        """The examples of a property, or None; see :meth:`Replays.drawn`."""
        if hasattr(item.obj, "hypothesis"):
            settle(item.obj)
        return REPLAYS.drawn(item, self.config.getoption("--examples-times"))

    def _examples_to_shrink(self, name):
        """How many examples may be tried to shrink one: few if hardly anyone will look at it."""
        n_failed = len(self.recorder.run.failures_of(name))
        is_brief = n_failed >= FULL_REPORTS and self.config.get_verbosity() < 1
        return SHRINK_EXAMPLES // 5 if is_brief else SHRINK_EXAMPLES

    def pytest_unconfigure(self):
        for subject in self._subjects.values():
            subject.close()
        if self.is_class:  # many judges at a time have no room for them
            end_library_drivers(self.recorder.servers)


def wants_tensorflow(spec):
    """Whether a subject is better started with TensorFlow imported."""
    item = exercise(spec.exercise)
    tested = exercise(item.tests_of) if item.tests_of and isinstance(spec, LibrarySpec) else item
    if item.tensorflow or tested.tensorflow:
        return True
    path = find_spec(spec.module).origin if isinstance(spec, VariantSpec) else spec.path
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace") if path else ""
    except OSError:
        return False
    return "tensorflow" in text
