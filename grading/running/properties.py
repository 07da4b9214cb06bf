"""How hypothesis runs here: how many examples, and how long it may shrink a failing one."""

import functools

from hypothesis import Phase, Verbosity, reject, settings

from grading.running.subject import Subject

EXAMPLES = 20  # of each property
SHRINK_EXAMPLES = 150  # tried once a failing one is known, to find a smaller one
_times = 1  # what --examples-times multiplies by


def examples(count):
    """Settings for a property whose examples are slow: ``count`` instead of the usual number."""
    return settings(max_examples=_scaled(count, _times))


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
    body = getattr(handle.inner_test, "unbounded", handle.inner_test)
    handle.inner_test = _bounded(body, most)


def _bounded(test, most):
    failing, n_tried = set(), 0

    @functools.wraps(test)
    def example(*args, **kwargs):
        nonlocal n_tried
        subjects = [value for value in kwargs.values() if isinstance(value, Subject)]
        # Once enough was tried, hypothesis is told that nothing will come of any other example. It
        # gives up after some hundreds of these, which cost nothing, with the smallest so far.
        n_tried += bool(failing)
        if n_tried > most and _drawn(kwargs) not in failing:
            reject()
        for subject in subjects:
            subject.begin_example()
        try:
            return test(*args, **kwargs)
        except Exception:
            failing.add(_drawn(kwargs))
            raise

    example.unbounded = test
    return example


def _drawn(kwargs):
    return repr([item for item in kwargs.items() if not isinstance(item[1], Subject)])


def _scaled(count, times):
    return max(1, round(count * times))


def _health_checks():
    from hypothesis import HealthCheck

    # Slow examples are TensorFlow's nature, not a fault of a property.
    return [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
