"""A first verdict, before all examples are drawn: on those that were chosen for what they tell.

A property's ``@example`` decorators hold the cases on which mistakes that were met before show.
There are few of them, so they are tried first; of a property without any it is one that was drawn
in an earlier run. Where one fails, its test is run first, with all that belongs to it: the smallest
example, and the name of the misconception.
"""

import copy

import pytest

from grading.catalogue.syllabus import NAMES
from grading.running import faults
from grading.running.properties import body_of


class Telling:
    """A pytest plugin that tries the telling examples of all tests before any test is run.

    Args:
        subjects: the run's :class:`grading.running.subjects.Subjects`.
        last: the name of the test that failed in the run before, which is tried first, or None.
        told: called with the number of tests once nothing failed on the telling examples.
    """

    def __init__(self, subjects, last=None, told=None):
        self.subjects, self.last, self.told = subjects, last, told

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session):
        items = session.items
        items.sort(key=lambda item: item.name != self.last)  # the others keep their order
        failed, is_whole = self._try(items)
        if failed is not None:
            items.sort(key=lambda item: item is not failed)
        elif is_whole and self.told and not session.shouldstop:
            self.told(len(items))
        return (yield)

    def _try(self, items):
        """The first test that fails, if any, and whether nothing is left to be written."""
        is_whole = True
        for item in items:
            needed = item._fixtureinfo.argnames
            if any(name not in NAMES for name in needed):
                continue  # it needs the real text, say
            given = {name: self.subjects.get(name) for name in needed}
            try:
                self._try_one(item, given)
            except (faults.NotWritten, pytest.skip.Exception):
                is_whole = False
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException:
                return item, False
        return None, is_whole

    def _try_one(self, item, given):
        handle = getattr(item.obj, "hypothesis", None)
        for example in self._examples_of(item) if handle else [{}]:
            for subject in given.values():
                subject.begin_test()
            (body_of(handle) if handle else item.obj)(**example, **given)

    def _examples_of(self, item):
        """The arguments of each telling example of a property."""
        # Decorators are applied from the last one to the first.
        explicit = reversed(getattr(item.obj, "hypothesis_explicit_examples", ()))
        found = [example.kwargs for example in explicit]
        # The first one that is drawn is the smallest there is, which tells little.
        return copy.deepcopy(found or self.subjects.drawn_before(item)[1:2])
