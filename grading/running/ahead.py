"""A verdict ahead of pytest's own run of the tests, on examples that are known already.

Most of what a student waits for are calls of the student's own code, one after the other. Before
pytest runs a test, properties are tried without hypothesis, several at a time, each thread with a
process of its own:

1. on the examples that tell most: those of ``@example``, which show mistakes that were met before,
   or, for a property without any, one that was drawn in an earlier run;
2. if nothing fails there, on all others that were drawn for them in an earlier run.

Pytest then skips what passed on all of them, and runs first what failed, to find the smallest
example and the name of the misconception.
"""

import copy
import random
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis.errors import HypothesisDeprecationWarning

from grading.catalogue.syllabus import NAMES, exercise
from grading.running import faults
from grading.running.properties import body_of


class Ahead:
    """A pytest plugin that tries examples that are known, ahead of the run of the tests.

    Args:
        subjects: the run's :class:`grading.running.subjects.Subjects`.
        jobs: how many tests at a time.
        last: the name of the test that failed in the run before, which is tried first, or None.
        told: called with the number of tests once nothing failed on the telling examples.
    """

    def __init__(self, subjects, jobs=1, last=None, told=None):
        self.subjects, self.jobs, self.last, self.told = subjects, jobs, last, told
        self.passed = set()  # tests that need not be run again

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session):
        session.items.sort(key=lambda item: item.name != self.last)  # the others keep their order
        items = [item for item in session.items if _is_known(item)]
        failed = self._try(items)
        if failed is not None:
            session.items.sort(key=lambda item: item is not failed)
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem):
        return True if pyfuncitem in self.passed else None

    def _try(self, items):
        """Fills ``passed``; gives the first of the tests that failed, or None."""
        found = self._try_on(items, self._telling_of)
        failed = _first_failed(found)
        if failed is not None or None in found.values():  # None: not written yet
            return failed
        if self.told and len(found) == len(items) > 0:
            self.told(len(items))
        known = [item for item in items if self.subjects.drawn_before(item)]
        whole = [item for item in items if not hasattr(item.obj, "hypothesis")]
        found = self._try_on(known, self._others_of)
        self.passed = {*whole, *(item for item, failed in found.items() if failed is False)}
        return _first_failed(found)

    def _try_on(self, items, examples_of):
        """A dict from each test that was tried to whether it failed; None for a stub.

        After the first failure no further test begins.
        """
        waiting, found, over = iter(items), {}, threading.Event()
        taking = threading.Lock()

        def work(number):
            given = {}
            while not over.is_set():
                with taking:
                    item = next(waiting, None)
                if item is None:
                    return
                for name in item._fixtureinfo.argnames:
                    if name not in given:
                        given[name] = self.subjects.get(name, number)
                needed = {name: given[name] for name in item._fixtureinfo.argnames}
                found[item] = _fails(item, examples_of(item), needed)
                if found[item]:
                    over.set()

        with ThreadPoolExecutor(self.jobs) as threads, warnings.catch_warnings():
            # assume() is meant to be called by hypothesis only.
            warnings.simplefilter("ignore", HypothesisDeprecationWarning)
            list(threads.map(work, range(self.jobs)))
        return {item: found[item] for item in items if item in found}

    def _telling_of(self, item):
        # Decorators are applied from the last one to the first.
        explicit = reversed(getattr(item.obj, "hypothesis_explicit_examples", ()))
        found = [example.kwargs for example in explicit]
        # The first example that hypothesis draws is the smallest one, which tells little.
        return found or self.subjects.drawn_before(item)[1:2]

    def _others_of(self, item):
        explicit = getattr(item.obj, "hypothesis_explicit_examples", ())
        return self.subjects.drawn_before(item)[len(explicit) :]


def _is_known(item):
    """Whether a test asks nothing but subjects, and is no test of a student's tests."""
    needed = item._fixtureinfo.argnames
    return all(name in NAMES and not exercise(name).tests_of for name in needed)


def _fails(item, examples, given):
    handle = getattr(item.obj, "hypothesis", None)
    body = item.obj if handle is None else body_of(handle)
    try:
        for example in copy.deepcopy(examples) if handle else [{}]:
            for subject in given.values():
                subject.begin_test()
            random.seed(0)  # as hypothesis does
            body(**example, **given)
    except (faults.NotWritten, pytest.skip.Exception):
        return None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        return True
    return False


def _first_failed(found):
    return next((item for item, failed in found.items() if failed), None)
