"""A verdict ahead of pytest's own run of the tests, on examples that are known already.

Most of what a student waits for are calls of the student's own code, one after the other. So tests
are tried without pytest and hypothesis, several at a time, each thread with a process of its own:

1. on the examples that tell most: those of ``@example``, which show mistakes that were met before,
   or, for a property without any, one that is drawn; and of the tests first the simple ones, with
   which a file begins, and those that together catch every known mistake, after which a first
   verdict is told;
2. on all others that are drawn for them.

The first test that fails is told at once; if its example is large, pytest runs that test, to find
its smallest. When all were tried on the telling examples, the mistake is named, and pytest runs the
failing test that matters, to find its smallest example, while nothing else is tried. That is what a
student reads while all else that failed is run and the other examples are tried.

Tests are told in the order in which they were to be tried, whichever of them was known to fail
first: what is told does not depend on how busy the machine is.
"""

import os
import threading
from collections import deque

import pytest
from hypothesis.errors import UnsatisfiedAssumption

from grading.running import faults
from grading.running.collection import exercise_of
from grading.running.leading import is_large
from grading.running.outcome import Kind
from grading.running.settling import Settling
from grading.running.stages import InTurn, Stage
from grading.running.telling import first_of, in_two, is_known, try_on, without_hypothesis

# Tests at a time, each with a process of its own, which elsewhere imports TensorFlow anew.
JOBS = min(4, os.cpu_count() or 1) if hasattr(os, "fork") else 1


class Ahead:
    """A pytest plugin that tries examples that are known, ahead of the run of the tests.

    Args:
        subjects: the run's :class:`grading.running.subjects.Subjects`.
        diagnosing: the run's :class:`grading.running.diagnosing.Diagnosing`.
        jobs: how many tests at a time.
        in_order: have pytest run or note the tests as they stand in their files, each when it was
            tried on all its examples, for one who reads pytest's own output; nothing is told.
        last: the name of the test that failed in the run before, which is tried first, or None.
        failed: called with the failure of the first test that fails, on whatever example, from any
            thread; not of what is not written yet.
        told: called, from any thread, once the tests that catch every known mistake pass the
            telling examples.
        settled: called when the failing test that matters was run, and its mistake is looked for;
            again if more is known of it when all that failed on the telling examples was run.
    """

    def __init__(
        self,
        subjects,
        diagnosing,
        jobs=JOBS,
        in_order=False,
        last=None,
        failed=None,
        told=None,
        settled=None,
    ):
        self.subjects, self.diagnosing = subjects, diagnosing
        self.jobs, self.last, self.in_order = jobs, last, in_order
        self._failed, self._told = failed, told
        self._changed = threading.Condition()
        self._telling, self._others = Stage(), Stage()
        self._left, self._first_verdict = [], []  # tests: tried later; those that it needs
        self._drawn = {}  # the examples of each test, or None
        self._passed = deque()  # tests that passed all their examples, for pytest to note
        self._noted, self._hung = {}, {}  # the calls of tests that need not be run; what they met
        self._failures = {}  # of tests, on an example that was tried
        self._run_now = None  # a test that failed, which pytest is to run before all are tried
        settling = Settling(self._telling, self._failures, diagnosing, settled)
        self._settling = settling.tests()
        self._is_settled = self._is_over = False
        self._exercise, self._files = None, {}  # of pytest's test, and of each thread's last one

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session):
        if session.config.option.collectonly:
            return (yield)
        known = [item for item in session.items if is_known(item, self.subjects.config)]
        self._left = sorted(known, key=lambda item: item.name != self.last)
        if not self.in_order:
            self._first_verdict = first = first_of(self._left)
            self._left = first + [item for item in self._left if item not in first]
        while self._left and not self.in_order:
            self._begin_file()
        session.items = InTurn(self._first if self.in_order else self._next, session.items)
        for name in {name for item in known for name in item._fixtureinfo.argnames}:
            for number in range(self.jobs):
                self.subjects.get(name, number)  # made before there are threads
        threads = [threading.Thread(target=self._work, args=[n]) for n in range(1, self.jobs)]
        with without_hypothesis():
            for thread in threads:
                thread.start()
            try:
                return (yield)
            finally:
                self._end()
                self.subjects.abandon(1)  # calls that nobody waits for any more
                for thread in threads:
                    thread.join()

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem):
        if pyfuncitem not in self._noted:
            return None
        for name, record in self._noted[pyfuncitem].items():
            pyfuncitem.funcargs[name].take_over(record)
        if pyfuncitem in self._hung:
            raise self._hung[pyfuncitem]
        return True

    # In pytest's thread.

    def _first(self, left):
        """The first test that is left, once it is known whether pytest is to run it."""
        name = exercise_of(left[0].path, self.subjects.config)
        if name != self._exercise:  # nothing of the one before is tried any more
            self.subjects.end_ahead(self._exercise)
            self._exercise = name
        while True:
            with self._changed:
                is_waiting = left[0] in self._left or self._telling.is_waiting(left[0])
                if not is_waiting or self._is_over or self.subjects.is_abandoned:
                    return left[0]
                needs_file = self._left and len(self._telling.files()) < self.jobs
                task = None if needs_file else self._take(0)
                if task is None and not needs_file:
                    self._changed.wait()
            if task is not None:
                self._try(*task, 0)
            elif needs_file:
                self._begin_file()

    def _begin_file(self):
        """Draw the examples of one more file, and let its tests be tried."""
        path = self._left[0].path
        items = [item for item in self._left if item.path == path]
        self._drawn |= {item: self.subjects.drawn(item) for item in items}
        with self._changed:
            self._left = [item for item in self._left if item.path != path]
            self._telling.add(items)
            self._changed.notify_all()

    def _next(self, left):
        """The test that pytest is to run next, of those that are left."""
        while True:
            with self._changed:
                if self._is_over or self.subjects.is_abandoned:
                    passed = self._telling.passed  # what hung is run first
                    return min(left, key=lambda item: passed.get(item, True))
                if (now := self._run_now) is not None:
                    self._run_now = None
                    self._telling.to_run.remove(now)
                    return now
                must_settle = self._telling.is_over and not self._is_settled
                if self._is_settled and (ready := self._to_run()):
                    return ready.popleft()
                # Nothing long is begun here while a test may still fail: this thread is to settle.
                task = None if must_settle else self._take(0, others=self._telling.is_over)
                if task is None and not must_settle:
                    if self._telling.is_over and self._others.is_over:
                        return left[0]
                    self._changed.wait()
                    continue
            if task is not None:
                self._try(*task, 0)
            elif (item := next(self._settling, None)) is not None:
                return item
            else:
                with self._changed:
                    self._is_settled = True
                    self._changed.notify_all()

    def _to_run(self):
        return self._telling.to_run or self._others.to_run or self._passed

    # In all threads.

    def _work(self, number):
        try:
            while task := self._next_task(number):
                self._try(*task, number)
        except BaseException:  # an error of the kit's own: pytest tells it, and runs all tests
            self._end()
            raise

    def _next_task(self, number):
        """What a thread is to try, once there is something; None when all is tried."""
        with self._changed:
            while (task := self._take(number)) is None and not self._is_over:
                if not self._left and self._telling.is_over and self._others.is_over:
                    break
                self._changed.wait()
        return task

    def _take(self, number, others=True):
        """A stage and a test to try, or None if there is none now."""

        def cost(item):  # each thread best has a file of its own, whose models its process keeps
            tried_by = [thread for thread, file in self._files.items() if file == item.path]
            return number not in tried_by, bool(tried_by)

        is_for_others = others and not self._is_settling
        for stage in (self._telling, self._others) if is_for_others else (self._telling,):
            if not self._is_over and (item := stage.take(cost)):
                self._files[number] = item.path
                return stage, item
        return None

    @property
    def _is_settling(self):
        """Whether a test failed and a student waits for what it shows: all else waits, too."""
        return not (self.in_order or self._is_settled or all(self._telling.passed.values()))

    def _try(self, stage, item, number):
        """Try a test on the examples of a stage, and note what came of it."""
        given = {name: self.subjects.get(name, number) for name in item._fixtureinfo.argnames}
        for name, subject in given.items():
            subject.begin_test()
            if stage is self._others:
                subject.take_over(self._telling.records[item][name])
        try:
            for example in self._examples_of(stage, item):
                self._wait_for_settling(stage)
                try_on(item, example, given)
            found = True
        except UnsatisfiedAssumption:  # hypothesis would draw another one
            found = stage is self._telling and not self.in_order
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # the test failed
            found, self._failures[item] = False, self.subjects.failure_of(item, error, number)
            if isinstance(error, faults.Hung):  # others will, too, and once is long enough
                self._hung[item] = error
                self._end()
        with self._changed:
            records = {name: subject.record() for name, subject in given.items()}
            if item in self._hung:
                self._noted[item] = records
            for known in stage.note(item, found, records):
                self._go_on(stage, known)
            self._tell()
            self._changed.notify_all()

    def _go_on(self, stage, item):
        """What came of a test in a stage is known, and of all before it."""
        is_property = hasattr(item.obj, "hypothesis")
        if not stage.passed[item]:
            self._tell_of(item)
        elif is_property and self._drawn[item] is None:  # hypothesis is to draw
            return
        elif is_property and stage is self._telling and not self.in_order:
            self._others.add([item])
        else:
            self._noted[item] = stage.records[item]
            self._passed.append(item)

    def _tell_of(self, item):
        failure = self._failures.get(item)
        if failure is None or failure.kind is Kind.NOT_WRITTEN:
            return
        is_ended = self._is_over or self.subjects.is_abandoned  # and so were calls, by us
        if self._failed and not is_ended:
            self._failed(failure)
            self._failed = None
            if item in self._telling.to_run and is_large(failure):
                self._run_now = item  # nobody can read that

    def _tell(self):
        """Tell the first verdict, if it is time for it and nothing failed."""
        passed, first = self._telling.passed, self._first_verdict
        if self._told and first and all(map(passed.get, first)) and all(passed.values()):
            self._told()
            self._told = None

    def _examples_of(self, stage, item):
        telling, others = in_two(item, self._drawn[item])
        if self.in_order:
            return telling + others
        return telling if stage is self._telling else others

    def _wait_for_settling(self, stage):
        with self._changed:
            while stage is self._others and self._is_settling and not self._is_over:
                self._changed.wait()

    def _end(self):
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
