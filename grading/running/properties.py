"""How hypothesis runs here: how many examples, how it shrinks a failing one, and their reuse.

A class is judged on the same examples, submission after submission, and so is a student's module,
save after save. To draw them anew each time is about half of the judge's own work. So
:class:`Replays` draws them once. Where one fails, hypothesis goes through all of them again, to
find the smallest.
"""

import contextlib
import copy
import functools
import inspect
import random
import weakref

import numpy as np
from hypothesis import Phase, Verbosity, core, reject, settings
from hypothesis.errors import Flaky, UnsatisfiedAssumption
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.strategies import DataObject

from grading.beside.quick import draw_no_constants
from grading.running.subject import Subject

EXAMPLES = 20  # of each property
SHRINK_EXAMPLES = 150  # tried once a failing one is known, to find a smaller one
_times = 1  # what --examples-times multiplies by

draw_no_constants()


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
    count = _scaled(count_of(test), _times)
    test._hypothesis_internal_use_settings = settings(settings.default, max_examples=count)


def count_of(test):
    """How many examples are tried of a property: fewer of those that take longer."""
    return getattr(body_of(test.hypothesis), "n_examples", EXAMPLES)


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
    """Runs properties on examples that are drawn once, and kept as long as their functions exist.

    Which examples hypothesis draws does not depend on the subject, but where a property itself
    draws or rejects some (``st.data()``, ``assume``): those are run by hypothesis each time.
    """

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
        if not _is_property(item):
            return None
        given = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
        examples = self.drawn(item, settings)
        if examples is not None:
            try:
                _replay(item.obj, examples, given)
                return True
            except UnsatisfiedAssumption:
                self._kept[body_of(item.obj.hypothesis)][item.nodeid, settings] = None
        item.obj(**given)
        return True

    def drawn(self, item, settings=None):
        """The examples of a property, drawn when they are first asked for.

        None for what is no property, or draws more in its body.
        """
        if not _is_property(item):
            return None
        kept = self._kept.setdefault(body_of(item.obj.hypothesis), {})
        if (item.nodeid, settings) not in kept:
            kept[item.nodeid, settings] = _draw(item.obj, item._fixtureinfo.argnames)
        return kept[item.nodeid, settings]


def _is_property(item):
    return hasattr(item.obj, "hypothesis") and not inspect.ismethod(item.obj)


def _draw(test, subjects):
    """What hypothesis draws for a property; None if that is not all."""
    examples, replaced = [], test.hypothesis.inner_test

    @functools.wraps(replaced)  # examples depend on the property's source
    def note(**kwargs):
        examples.append({name: value for name, value in kwargs.items() if name not in subjects})

    test.hypothesis.inner_test = note
    try:
        with _seeded_once() as is_untouched:
            test(**dict.fromkeys(subjects))
        if not is_untouched():
            examples.clear()
            test(**dict.fromkeys(subjects))
    finally:
        test.hypothesis.inner_test = replaced
    drawn = (value for example in examples for value in example.values())
    return None if any(isinstance(value, DataObject) for value in drawn) else examples


@contextlib.contextmanager
def _seeded_once():
    """Have hypothesis seed the global generators once, and not for each example.

    That is a third of the time of drawing, and strategies have generators of their own. Gives a
    function that says whether that was so.
    """
    seeded, states = core.deterministic_PRNG, []

    def note():
        states.append((random.getstate(), np.random.get_state(legacy=False)["state"]["pos"]))

    with seeded():
        core.deterministic_PRNG = contextlib.nullcontext
        note()
        try:
            yield lambda: states[0] == states[1]
        finally:
            note()
            core.deterministic_PRNG = seeded


def _replay(test, examples, given):
    """Call the body of a property with examples; where one fails, hypothesis finds a smaller one.

    Raises:
        UnsatisfiedAssumption: the property does not want one of them.
    """
    subjects = [value for value in given.values() if isinstance(value, Subject)]
    try:
        for example in examples:
            try_example(test, example, given)
    except (KeyboardInterrupt, SystemExit, UnsatisfiedAssumption):
        raise
    except BaseException as error:
        if Phase.shrink not in settings.default.phases:
            raise  # hypothesis would come to the same example
        for subject in subjects:
            subject.begin_test()
        test(**given)
        raise Flaky(f"an example failed, and then passed: {error}") from None


def try_example(test, example, given):
    """Call the body of a property once, as hypothesis would do."""
    for subject in given.values():
        if isinstance(subject, Subject):
            subject.begin_example()
    random.seed(0)
    np.random.seed(0)
    body_of(test.hypothesis)(**copy.deepcopy(example), **given)
