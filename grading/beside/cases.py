"""The tests of a student's module as pytest would find them, and what each is called with."""

import inspect

from grading.beside.probes.base import Unusable
from grading.beside.show import show

_rows = {}  # of each @pytest.mark.parametrize


def tests_of(module):
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


def is_left_out(marks):
    """Whether pytest would not run a test with these marks, or not care whether it fails."""
    names = {mark.name for mark in marks if mark.name != "skipif" or any(mark.args)}
    return bool(names & {"skip", "skipif", "xfail"})


def cases(name, marks):
    """What ``@pytest.mark.parametrize`` gives a test: a dict of arguments for each of its runs."""
    found = [{}]
    for mark in marks:
        if mark.name == "parametrize":
            if id(mark) not in _rows:  # its values may come from an iterator, which comes once
                _rows[id(mark)] = list(_parameters(name, *mark.args, **mark.kwargs))
            rows = _rows[id(mark)]
            found = [{**case, **row} for case in found for row in rows]
    return found


def _parameters(name, argnames, argvalues, *_, **__):
    several = not isinstance(argnames, str) or "," in argnames
    if isinstance(argnames, str):
        argnames = [word.strip() for word in argnames.split(",") if word.strip()]
    argvalues = list(argvalues)
    if not argvalues:
        raise Unusable(f"{name}: @pytest.mark.parametrize gives no {' and '.join(argnames)}")
    for value in argvalues:
        is_param = type(value).__name__ == "ParameterSet"  # made by pytest.param(...)
        if is_param and is_left_out(value.marks):
            continue
        row = value.values if is_param else value if several else (value,)
        if not hasattr(row, "__len__") or len(row) != len(argnames):
            raise Unusable(
                f"{name}: @pytest.mark.parametrize names {', '.join(argnames)}, but gives "
                f"{show(value)}"
            )
        yield dict(zip(argnames, row, strict=True))


def arguments(name, test, subjects, case, module):
    parameters = inspect.signature(test).parameters.values()
    wanted = [
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        and parameter.name not in case
    ]
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        wanted = list(dict.fromkeys([*wanted, *subjects]))  # as where @given itself is wrong
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
