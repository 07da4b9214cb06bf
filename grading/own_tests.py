"""Run the tests that a student wrote, beside the student's code; see :mod:`grading.asking`."""

import functools
import inspect
import linecache
import traceback

from grading.probes.base import Missing, Unusable
from grading.show import show

EXAMPLES = 20  # of each property, unless the student's own @settings say otherwise
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
    tests = dict(_tests_of(module))
    if not tests:
        raise Missing("there is no test: write functions whose names begin with test_")
    for name, test in tests.items():
        cases = _cases(name, test)
        given = _arguments(name, test, subjects, cases[0])
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
    """The tests of a module by name, as pytest finds them: functions, and methods of classes."""
    for name, value in vars(module).items():
        if inspect.isclass(value) and name.startswith("Test") and value.__init__ is object.__init__:
            for method, function in vars(value).items():
                if method.startswith("test_") and inspect.isfunction(function):
                    yield f"{name}.{method}", getattr(value(), method)
        elif inspect.isfunction(value) and name.startswith("test_"):
            yield name, value


def _cases(name, test):
    """What ``@pytest.mark.parametrize`` gives a test: a dict of arguments for each of its runs."""
    cases = [{}]
    for mark in getattr(test, "pytestmark", ()):
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
        row = value.values if is_param else value if several else (value,)
        if not hasattr(row, "__len__") or len(row) != len(argnames):
            raise Unusable(
                f"{name}: @pytest.mark.parametrize names {', '.join(argnames)}, but gives "
                f"{show(value)}"
            )
        yield dict(zip(argnames, row, strict=True))


def _arguments(name, test, subjects, case):
    wanted = [
        parameter.name
        for parameter in inspect.signature(test).parameters.values()
        if parameter.default is parameter.empty and parameter.name not in case
    ]
    unknown = [argument for argument in wanted if argument not in subjects]
    if unknown:
        raise Unusable(
            f"{name} wants {' and '.join(unknown)}, but a test is given {' and '.join(subjects)} "
            "only; all else must be named in @given(...) or @pytest.mark.parametrize(...)"
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
        test(**given, **case)
    except _Failed as failed:
        return _told(failed.__cause__, test, last)
    except NotImplementedError:  # the stub's
        raise
    except BaseException as error:  # pytest.fail and sys.exit are no Exceptions
        return None if type(error).__name__ == "Skipped" else _told(error, test, last)
    finally:
        if handle:
            handle.inner_test = body
    return None


def _noting(body, last, given, small):
    @functools.wraps(body)
    def noting(*args, **kwargs):
        try:
            return body(*args, **kwargs)
        except Exception as error:
            if type(error).__module__.startswith("hypothesis."):  # assume() and the like
                raise
            last["example"] = _shown({n: value for n, value in kwargs.items() if n not in given})
            if small or isinstance(error, NotImplementedError):
                raise
            raise _Failed from error

    return noting


def _shown(example):
    return ", ".join(f"{name}={show(value)}" for name, value in example.items())


def _told(error, test, last):
    inner = getattr(getattr(test, "hypothesis", None), "inner_test", test)
    file = inspect.unwrap(inner).__code__.co_filename
    frames = traceback.extract_tb(error.__traceback__)
    line = next((frame.lineno for frame in reversed(frames) if frame.filename == file), 0)
    message = str(error).strip().split("\n")[0]
    name = type(error).__name__
    return {
        "example": last["example"],
        "error": f"{name}: {message}" if message else name,
        "line": line,
        "code": linecache.getline(file, line).strip(),
    }
