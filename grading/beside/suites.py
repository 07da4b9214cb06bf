"""Run the tests that a student wrote, beside the student's code.

Their process never holds the implementation under test: it runs elsewhere, and :func:`ask` brings
its answers. So the tests can judge it by nothing but what it does: not by its name, not by its
code, not by its place in memory.
"""

import ast
import builtins
import functools
import inspect
import linecache
import textwrap
import traceback

from grading.beside.cases import arguments, cases, is_left_out, tests_of
from grading.beside.plain import to_plain
from grading.beside.probes.base import Missing, Unusable
from grading.beside.quick import draw_no_constants
from grading.beside.show import describe, show

EXAMPLES = 20  # of each property, unless the student's own @settings say otherwise
SHOWN_OPERATORS = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}
NOT_COUNTED = ("Skipped", "XFailed")  # what pytest.skip() and pytest.xfail() raise
_answer = None


def prepare():
    """Set hypothesis up; before the student's module is imported, since properties keep settings.

    Only here is it imported: most exercises' processes do without it.
    """
    from hypothesis import HealthCheck, settings

    draw_no_constants()
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


def warm():
    """Have hypothesis read its tables of characters before processes are forked."""
    from hypothesis import given, settings
    from hypothesis import strategies as st

    @settings(max_examples=20)
    @given(st.text(), st.lists(st.integers()), st.data())
    def is_ready(text, numbers, data):
        data.draw(st.floats())

    prepare()
    is_ready()


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
    tests = {name: found for name, *found in tests_of(module) if not is_left_out(found[1])}
    if not tests:
        raise Missing("there is no test: write functions whose names begin with test_")
    for name, (test, marks) in tests.items():
        runs = cases(name, marks)
        given = arguments(name, test, subjects, runs[0], module) if runs else {}
        for case in runs:
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
    """Refuse sizes that would take the judge's memory; no test needs them.

    Raises:
        Unusable: a size is larger than ``most``.
    """
    if max(sizes, default=0) > most:
        raise Unusable(f"here, tests may use sizes up to {most}, but this is {max(sizes)}")


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
    """Refuse a test that returns something, as pytest does, since the value is ignored.

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
    said = str(error) or _values_of_assertion(error, file)
    message = textwrap.shorten(said, 250, placeholder=" ...")  # in one line
    name = type(error).__name__
    return {
        "example": last["example"],
        "error": f"{name}: {message}" if message else name,
        "line": line,
        "code": linecache.getline(file, line).strip(),
    }


def _values_of_assertion(error, file):
    """What was compared by an ``assert`` of a file that failed, such as ``'a' == 'A'``, or "".

    Both sides are evaluated once more, where they stand.
    """
    if not isinstance(error, AssertionError):
        return ""
    walked = traceback.walk_tb(error.__traceback__)
    frames = [step for step in walked if step[0].f_code.co_filename == file]
    try:
        frame, line = frames[-1]
        names = {**frame.f_globals, **frame.f_locals}
        tree = ast.parse("".join(linecache.getlines(file)))
        asserts = [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]
        test = next(node.test for node in asserts if node.lineno <= line <= node.end_lineno)
        operator = SHOWN_OPERATORS[type(test.ops[0])]
        left, right = (
            show(eval(compile(ast.Expression(side), file, "eval"), names))
            for side in (test.left, *test.comparators)
        )
        return f"{left} {operator} {right}"
    except Exception:  # it is no comparison, or cannot be evaluated again
        return ""


def ask_through(answer):
    """Let :func:`ask` go through ``answer``, from a plain request to a plain answer."""
    global _answer
    _answer = answer


def ask(probe, *args):
    """Call a probe of the implementation under test; gives a plain value.

    Raises:
        Exception: what the implementation raised, as the built-in class it is or derives from.
        TypeError: an argument is no plain value, or the answer was none.
        RuntimeError: the call did not return, or ended its process.
    """
    given = [value if isinstance(value, range) else to_plain(value) for value in args]
    answer = _answer({"probe": probe, "args": given})
    (kind, what), *_ = answer.items()
    if kind == "value":
        return what
    if kind == "raised":
        raise _built_in(what["kinds"])(what["message"])
    if kind == "unusable":
        raise TypeError(what)
    if kind == "hung":
        raise RuntimeError("the call did not return")
    raise RuntimeError("the call ended its process")


def _built_in(kinds):
    for name in kinds:
        found = getattr(builtins, name, None)
        if isinstance(found, type) and issubclass(found, Exception):
            try:
                found("message")
            except TypeError:  # UnicodeError's children want more than a message
                continue
            return found
    return RuntimeError
