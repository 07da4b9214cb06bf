"""Run the tests that a student wrote, beside the student's code; see :mod:`grading.beside.asking`."""

import functools
import inspect
import linecache
import textwrap
import traceback

from grading.beside.probes.base import Missing, Unusable
from grading.beside.show import describe, show

EXAMPLES = 20  # of each property, unless the student's own @settings say otherwise
NOT_COUNTED = ("Skipped", "XFailed")  # what pytest.skip() and pytest.xfail() raise
_rows = {}  # of each @pytest.mark.parametrize


def prepare():
    """Set hypothesis up; before the student's module is imported, since properties keep settings.

    Only here is it imported: most exercises' processes do without it.
    """
    from hypothesis import HealthCheck, settings

    settings.register_profile(
        "own-tests",
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("own-tests")


class _Failed(BaseException):
    """An example failed; hypothesis lets this through and looks for no smaller one."""


def run_tests(module, subjects, small=False):
    """Run all functions ``test_...`` of a module until one fails.

    Args:
        module: the student's module.
        subjects: by the names that a test may ask for, what it is given.
        small: have hypothesis look for the smallest failing example, which takes its time.

    Returns:
        ``{"tests": number, "failed": None}``, or in place of None a dict of the failing test:
        ``test``, ``example`` (its arguments, as text), ``error``, ``line`` and its ``code``.

    Raises:
        Missing: there is no test.
        Unusable: a test asks for what it cannot get.
        NotImplementedError: a test is not written yet.
    """
    tests = {name: found for name, *found in _tests_of(module) if not _is_left_out(found[1])}
    if not tests:
        raise Missing("there is no test: write functions whose names begin with test_")
    for name, (test, marks) in tests.items():
        cases = _cases(name, marks)
        given = _arguments(name, test, subjects, cases[0], module) if cases else {}
        for case in cases:
            problem = _problem(test, given, case, small)
            if problem:
                return {"tests": len(tests), "failed": {"test": name, **problem}}
    return {"tests": len(tests), "failed": None}


def shown_run(value):
    """What came of the tests, in words."""
    if not isinstance(value, dict) or not {"tests", "failed"} <= value.keys():
        return show(value)
    if value["failed"] is None:
        return f"all {value['tests']} tests pass" if value["tests"] > 1 else "the only test passes"
    return f"{value['failed']['test']} fails"


def within(most, *sizes):
    """Refuse what would take the judge's memory; whoever writes tests has no use for it.

    Raises:
        Unusable: a size is larger than ``most``.
    """
    if max(sizes, default=0) > most:
        raise Unusable(f"here, tests may use sizes up to {most}, but this is {max(sizes)}")


def _tests_of(module):
    """The tests of a module as pytest finds them: triples of name, function or method, and marks.

    Those of a method are its own and those of its class.
    """
    for name, value in vars(module).items():
        if inspect.isclass(value) and name.startswith("Test") and value.__init__ is object.__init__:
            for method in dir(value):  # those that it inherits, too
                if method.startswith("test_") and inspect.isroutine(getattr(value, method)):
                    marks = [*_marks(getattr(value, method)), *_marks(value)]
                    yield f"{name}.{method}", getattr(value(), method), marks
        elif inspect.isfunction(value) and name.startswith("test_"):
            yield name, value, _marks(value)


def _marks(marked):
    return getattr(marked, "pytestmark", [])


def _is_left_out(marks):
    """Whether pytest would not run a test with these marks, or not care whether it fails."""
    names = {mark.name for mark in marks if mark.name != "skipif" or any(mark.args)}
    return bool(names & {"skip", "skipif", "xfail"})


def _cases(name, marks):
    """What ``@pytest.mark.parametrize`` gives a test: a dict of arguments for each of its runs."""
    cases = [{}]
    for mark in marks:
        if mark.name == "parametrize":
            if id(mark) not in _rows:  # its values may come from an iterator, which comes once
                _rows[id(mark)] = list(_parameters(name, *mark.args, **mark.kwargs))
            rows = _rows[id(mark)]
            cases = [{**case, **row} for case in cases for row in rows]
    return cases


def _parameters(name, argnames, argvalues, *_, **__):
    several = not isinstance(argnames, str) or "," in argnames
    if isinstance(argnames, str):
        argnames = [word.strip() for word in argnames.split(",") if word.strip()]
    argvalues = list(argvalues)
    if not argvalues:
        raise Unusable(f"{name}: @pytest.mark.parametrize gives no {' and '.join(argnames)}")
    for value in argvalues:
        is_param = type(value).__name__ == "ParameterSet"  # made by pytest.param(...)
        if is_param and _is_left_out(value.marks):
            continue
        row = value.values if is_param else value if several else (value,)
        if not hasattr(row, "__len__") or len(row) != len(argnames):
            raise Unusable(
                f"{name}: @pytest.mark.parametrize names {', '.join(argnames)}, but gives "
                f"{show(value)}"
            )
        yield dict(zip(argnames, row, strict=True))


def _arguments(name, test, subjects, case, module):
    parameters = inspect.signature(test).parameters.values()
    wanted = [
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        and parameter.name not in case
    ]
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        wanted = list(dict.fromkeys([*wanted, *subjects]))  # as by a @given that is wrong itself
    unknown = [argument for argument in wanted if argument not in subjects]
    if unknown:
        instead = "all else must be named in @given(...) or @pytest.mark.parametrize(...)"
        if any(
            "fixture" in type(vars(module).get(argument)).__name__.lower() for argument in unknown
        ):
            instead = "fixtures are not run here: make it a helper function, and call that"
        raise Unusable(
            f"{name} wants {' and '.join(unknown)}, but a test is given {' and '.join(subjects)} "
            f"only; {instead}"
        )
    if not wanted:
        raise Unusable(
            f"{name} takes no {' or '.join(subjects)}, so it does not look at any implementation"
        )
    return {argument: subjects[argument] for argument in wanted}


def _problem(test, given, case, small):
    """What is wrong where a test fails, as a dict; None where it passes."""
    last = {"example": _shown(case)}
    handle = getattr(test, "hypothesis", None)
    body = handle.inner_test if handle else None
    if handle:
        handle.inner_test = _noting(body, last, given, small)
    try:
        _set_up(test)
        gave = test(**given, **case)
    except _Failed as failed:
        if isinstance(failed.__cause__, Unusable):
            raise failed.__cause__ from None
        return _told(failed.__cause__, test, last)
    except NotImplementedError:  # the stub's
        raise
    except BaseException as error:  # pytest.fail and sys.exit are no Exceptions
        return None if type(error).__name__ in NOT_COUNTED else _told(error, test, last)
    finally:
        if handle:
            handle.inner_test = body
    _check_gave_nothing(test, gave)
    return None


def _set_up(test):
    """Call the ``setup_method`` of the class that a test is a method of, if it has one."""
    prepare_test = getattr(getattr(test, "__self__", None), "setup_method", None)
    if prepare_test:
        takes_method = inspect.signature(prepare_test).parameters
        prepare_test(*[test] * bool(takes_method))


def _check_gave_nothing(test, gave):
    """Refuse a test that returns something, as pytest does: nobody would look at it.

    Raises:
        Unusable: it does.
    """
    if gave is not None:
        raise Unusable(
            f"{test.__name__} returns {describe(gave)}, but nobody looks at that: a test passes "
            "unless something in it fails, so write assert in place of return"
        )


def _noting(body, last, given, small):
    @functools.wraps(body)
    def noting(*args, **kwargs):
        example = {name: kwargs[name] for name in kwargs if name not in (*given, "self")}
        for name in example:
            if type(example[name]).__name__ == "DataObject":
                example[name] = _noted_draws(example[name])
        try:
            gave = body(*args, **kwargs)
        except BaseException as error:
            is_failure = (
                isinstance(error, Exception) or type(error).__name__ == "Failed"
            )  # pytest's
            if not is_failure or type(error).__module__.startswith("hypothesis."):  # assume() ...
                raise
            last["example"] = _shown(example)
            if small or isinstance(error, NotImplementedError):
                raise
            raise _Failed from error
        if gave is not None:
            try:
                _check_gave_nothing(body, gave)
            except Unusable as error:
                raise _Failed from error

    return noting


def _noted_draws(data):
    """A dict that will hold what a test draws from ``st.data()``, by labels where it gives them."""
    draws, draw = {}, data.draw

    def noting(strategy, label=None):
        value = draw(strategy, label)
        draws[label or f"draw {len(draws) + 1}"] = value
        return value

    data.draw = noting
    return draws


def _shown(example):
    return ", ".join(f"{name}={show(value)}" for name, value in example.items())


def _told(error, test, last):
    inner = getattr(getattr(test, "hypothesis", None), "inner_test", test)
    file = inspect.unwrap(inner).__code__.co_filename
    frames = traceback.extract_tb(error.__traceback__)
    line = next((frame.lineno for frame in reversed(frames) if frame.filename == file), 0)
    message = textwrap.shorten(str(error), 250, placeholder=" ...")  # in one line
    name = type(error).__name__
    return {
        "example": last["example"],
        "error": f"{name}: {message}" if message else name,
        "line": line,
        "code": linecache.getline(file, line).strip(),
    }
