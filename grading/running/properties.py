"""How hypothesis runs here: how many examples, how it shrinks a failing one, and their reuse.

A class is judged on the same examples, submission after submission, and so is a student's module,
save after save. To draw them anew each time is about half of the judge's own work. So
:class:`Replays` keeps what was drawn for a property that passed, and tries that first on the next
subject. Where an example fails, hypothesis goes through all of them again, to find the smallest.
"""

import copy
import functools
import inspect
import random
import warnings
import weakref

import numpy as np
from hypothesis import Phase, Verbosity, reject, settings
from hypothesis.errors import Flaky, HypothesisDeprecationWarning
from hypothesis.internal.conjecture import providers
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.strategies import DataObject

from grading.running.subject import Subject

EXAMPLES = 20  # of each property
SHRINK_EXAMPLES = 150  # tried once a failing one is known, to find a smaller one
_times = 1  # what --examples-times multiplies by

# Hypothesis draws constants, too, that it reads in the modules that are loaded. In pytest, check
# cells and the judge those are not the same modules, and the examples have to be. A later version
# that does not know this name reads them again.
providers._get_local_constants = providers.Constants


def examples(count):
    """For a property whose examples are slow: ``count`` instead of the usual number."""

    def mark(test):
        test.n_examples = count
        return test

    return mark


def use_profile(times=1, repeatable=True, shrink=True):
    """Set hypothesis up for this run.

    Args:
        times: multiplies the number of examples of every property; a fraction will do.
        repeatable: draw the same examples in every run, so that a student meets the same failure
            again; without it, hypothesis' own seed decides.
        shrink: look for the smallest failing example.
    """
    global _times
    _times = times
    phases = [Phase.explicit, Phase.generate] + [Phase.shrink] * shrink
    settings.register_profile(
        "unrolled",
        max_examples=_scaled(EXAMPLES, times),
        derandomize=repeatable,
        database=None,
        deadline=None,
        phases=phases,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(_health_checks()),
        verbosity=Verbosity.quiet,
    )
    settings.load_profile("unrolled")


def settle(test):
    """Give a property the settings of this run.

    Hypothesis gives them to a property when its module is imported, and that may have been for an
    earlier run in this process, with other settings. Settings of the property's own stay.
    """
    if hasattr(test, "_hypothesis_internal_settings_applied"):
        return
    count = _scaled(getattr(body_of(test.hypothesis), "n_examples", EXAMPLES), _times)
    test._hypothesis_internal_use_settings = settings(settings.default, max_examples=count)


def bound(handle, most=SHRINK_EXAMPLES):
    """Make a property tell its subject when an example begins, and keep its shrinking short.

    To be called before each run of the property: what was learnt of failing examples in an earlier
    run, perhaps on another subject, is forgotten.

    Args:
        handle: the ``hypothesis`` attribute of a test decorated with ``@given``, made by
            hypothesis for plugins to replace the body of a test in.
        most: how many examples may be tried to shrink a failing one. Examples are counted, not
            seconds, so that the smallest one does not depend on how busy the machine is.
    """
    handle.inner_test = _bounded(body_of(handle), most)


def body_of(handle):
    """What a property does with one example, called without hypothesis; see :func:`bound`."""
    return getattr(handle.inner_test, "unbounded", handle.inner_test)


def _bounded(test, most):
    failing, n_tried = set(), 0

    @functools.wraps(test)
    def example(*args, **kwargs):
        nonlocal n_tried
        subjects = [value for value in kwargs.values() if isinstance(value, Subject)]
        # Once enough was tried, hypothesis ends with the smallest example so far.
        n_tried += bool(failing)
        if n_tried > most and _drawn(kwargs) not in failing:
            _end_shrinking()
            reject()
        for subject in subjects:
            subject.begin_example()
        try:
            return test(*args, **kwargs)
        except Exception:
            failing.add(_drawn(kwargs))
            for subject in subjects:
                subject.end_failing_example()
            raise

    example.unbounded = test
    return example


# Hypothesis has a limit of seconds for shrinking, but none of examples: its run is told that its
# time is over. A later version that does not know these names gives up a little later by itself.
_runs = []
_shrink = ConjectureRunner.shrink_interesting_test_cases


def _noted(run):
    _runs.append(run)
    try:
        _shrink(run)
    finally:
        _runs.pop()


ConjectureRunner.shrink_interesting_test_cases = _noted


def _end_shrinking():
    for run in _runs[-1:]:
        run.finish_shrinking_deadline = float("-inf")


def _drawn(kwargs):
    return repr([item for item in kwargs.items() if not isinstance(item[1], Subject)])


def _scaled(count, times):
    return max(1, round(count * times))


def _health_checks():
    from hypothesis import HealthCheck

    # Slow examples are TensorFlow's nature, not a fault of a property.
    return [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


class Replays:
    """Runs properties, and keeps what was drawn for them as long as their functions exist."""

    def __init__(self):
        self._kept = weakref.WeakKeyDictionary()

    def run(self, item, settings=None):
        """Run a test of pytest if it is a property.

        Args:
            item: the test, whose ``hypothesis`` was prepared by :func:`bound`.
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
        kept = self._kept.setdefault(body_of(handle), {})
        examples = kept.get((item.nodeid, settings))
        if examples is None:
            drawn = _draw(item.obj, given)
            if drawn is not None:
                kept[item.nodeid, settings] = drawn
        else:
            _replay(item.obj, examples, given)
        return True

    def known(self, item, settings=None):
        """The examples that are kept of a test, in the order in which they were drawn."""
        handle = getattr(item.obj, "hypothesis", None)
        kept = self._kept.get(body_of(handle), {}) if handle else {}
        return kept.get((item.nodeid, settings), [])


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
    body = body_of(test.hypothesis)
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
