"""Examples that hypothesis drew, kept for the next run of the same tests.

A class is judged on the same examples, submission after submission, and so is a student's module,
save after save. To draw them anew each time is about half of the judge's own work. So what was
drawn for a property that passed is kept, and tried first on the next subject. Where an example
fails, hypothesis goes through all of them again, to find the smallest.
"""

import copy
import functools
import inspect
import random
import warnings
import weakref

import numpy as np
from hypothesis.errors import Flaky, HypothesisDeprecationWarning
from hypothesis.strategies import DataObject

from grading.running.subject import Subject


class Replays:
    """Runs properties, and keeps what was drawn for them as long as their functions exist."""

    def __init__(self):
        self._kept = weakref.WeakKeyDictionary()

    def run(self, item, settings=None):
        """Run a test of pytest if it is a property.

        Args:
            item: the test, whose ``hypothesis`` was prepared by
                :func:`grading.running.properties.bound`.
            settings: what else decides about the examples; anything hashable.

        Returns:
            True if it passed, None if it is no property, so that pytest is to run it.

        Raises:
            BaseException: what the property raised.
        """
        handle = getattr(item.obj, "hypothesis", None)
        if handle is None or inspect.ismethod(item.obj):
            return None
        given = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
        kept = self._kept.setdefault(handle.inner_test.unbounded, {})
        examples = kept.get((item.nodeid, settings))
        if examples is None:
            drawn = _draw(item.obj, given)
            if drawn is not None:
                kept[item.nodeid, settings] = drawn
        else:
            _replay(item.obj, examples, given)
        return True


def _draw(test, given):
    """Have hypothesis run a property; gives its examples, or None if others cannot do with them."""
    examples, is_whole, bounded = [], True, test.hypothesis.inner_test

    @functools.wraps(bounded)
    def noting(*args, **kwargs):
        nonlocal is_whole
        drawn = {name: value for name, value in kwargs.items() if name not in given}
        if any(isinstance(value, DataObject) for value in drawn.values()):
            is_whole = False  # what is drawn in the body is not known
        if is_whole:
            examples.append(copy.deepcopy(drawn))
        try:
            return bounded(*args, **kwargs)
        except BaseException:
            is_whole = False  # an example that was rejected, perhaps for what the subject gave
            raise

    test.hypothesis.inner_test = noting
    try:
        test(**given)
    finally:
        test.hypothesis.inner_test = bounded
    return examples if is_whole else None


def _replay(test, examples, given):
    """Call the body of a property with examples; where one fails, leave it to hypothesis."""
    body = test.hypothesis.inner_test.unbounded
    subjects = [value for value in given.values() if isinstance(value, Subject)]
    try:
        for example in examples:
            for subject in subjects:
                subject.begin_example()
            random.seed(0)  # as hypothesis does
            np.random.seed(0)
            with warnings.catch_warnings():
                # assume() is meant to be called by hypothesis only.
                warnings.simplefilter("ignore", HypothesisDeprecationWarning)
                body(**copy.deepcopy(example), **given)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        for subject in subjects:
            subject.begin_test()
        test(**given)
        raise Flaky(f"an example failed, and then passed: {error}") from None
