"""What the check cells of a notebook call: ``check("tokenizer", "the ids")``.

This runs in the kernel, beside whatever the student's cells did there, so it imports next to
nothing. The tests run in a process of their own (:mod:`grading.running.server`).
"""

import ast
import atexit
import re
import sys

from grading.catalogue.points import earned, group_named, groups_of
from grading.catalogue.syllabus import SYLLABUS, exercise
from grading.running.pool import Judges, NotJudged, request

_MOST_PARSED = 200_000  # characters of a cell; parsing takes a hundred times their memory
_RED, _GREEN, _YELLOW, _PLAIN = "\033[31m", "\033[32m", "\033[33m", "\033[0m"


class _Short:
    def _render_traceback_(self):  # IPython shows this instead of a traceback
        return [f"{_RED}{type(self).__name__}{_PLAIN}: {self}"]


class ChecksFailed(_Short, AssertionError):
    """No test of a group passed. The report stands above, so one line is enough here."""


class CannotCheck(ChecksFailed):
    """The tests could not run at all; the message says what to do."""


class Interrupted(_Short, KeyboardInterrupt):
    """The student interrupted the kernel, and so the tests."""


class Part:
    """Part of a group's points, as the result of a check cell.

    As text it is nothing but the number, which nbgrader takes for partial credit.

    Attributes:
        points: those that were earned.
        max_points: those there are.
    """

    def __init__(self, points, max_points):
        self.points, self.max_points = points, max_points

    def __float__(self):
        return float(self.points)

    def __repr__(self):
        return f"{self.points:g}"

    def _repr_html_(self):  # what a notebook shows instead
        return f"<b>{self.points:g}</b> of {_worth(self.max_points)}"


def check(name, group=None):
    """Run a group of an exercise's tests on the module cell, and show what came of it.

    The module is the source of the cell that defines it, as it was last run: see
    :func:`module_source`.

    Args:
        name: the exercise.
        group: the name of one of its groups of tests; None runs them all.

    Returns:
        None if all tests passed, so that the cell shows nothing but the report; to nbgrader that
        means all points. A :class:`Part` of them if some passed.

    Raises:
        ChecksFailed: no test passed. To nbgrader that means no points.
        CannotCheck: there is no such exercise or group, or no module cell was run yet.
    """
    try:
        item = exercise(name)
        groups = groups_of(name) if group is None else (group_named(name, group),)
    except ValueError as error:
        raise CannotCheck(str(error)) from None
    title = name if group is None else group
    source = module_source(item, _history())
    answer = _asked(exercise=name, group=group, source=source, place="module cell")
    counted = [*answer["passed"], *answer["failed"], *answer["unwritten"]]
    n_passed, n_run = len(answer["passed"]), len(counted)
    points = earned(name, answer["passed"], counted)
    max_points = sum(g.points for g in groups)
    _show(title, answer, n_passed, n_run, max_points)
    if not n_run:
        raise CannotCheck(f"{title}: none of the tests could run")
    if len(answer["unwritten"]) == n_run:
        raise ChecksFailed(f"{title}: not written yet")
    if not n_passed:
        raise ChecksFailed(f"{title}: 0 of {_tests(n_run)} passed")
    return Part(points, max_points) if n_passed < n_run else None


def source_of(name):
    """The text of the module cell of an exercise, as it was last run.

    Raises:
        CannotCheck: there is no such exercise, or no module cell was run yet.
    """
    try:
        return module_source(exercise(name), _history())
    except ValueError as error:
        raise CannotCheck(str(error)) from None


def module_source(item, history):
    """The text of the module cell, found in what the kernel was told to run.

    It is the newest cell that begins with the module's title, as in "Exercise 2:". An experiment
    with the exercise's names in another cell does not count, and a module that lost one of them
    does. Where no cell kept the title, it is the newest cell that defines these names. Neither the
    saved notebook nor the objects in the kernel would do: the file may be older than what was run,
    and an object does not know the imports and helpers that its module needs.

    Args:
        item: the :class:`grading.catalogue.syllabus.Exercise`.
        history: the sources of all cells that were run, oldest first, as they were written.

    Raises:
        CannotCheck: no cell has the title or defines any of the names.
    """
    title = f"Exercise {SYLLABUS.index(item) + 1}:"
    best, best_rank = None, 1
    for source in history:
        if any(title in line for line in source.strip().splitlines()[:5]):
            rank = len(item.defines) + 1
        else:
            rank = len(_defined_names(source, item.defines))
        if rank >= best_rank:
            best, best_rank = source, rank
    if best is None:
        names = " and ".join(item.defines)
        raise CannotCheck(
            f"run the module cell first: no cell that was run since the kernel started defines "
            f"{names}"
        )
    return best


def _defined_names(source, names):
    """Which of the names a cell defines at its top level."""
    try:
        body = ast.parse(source).body if len(source) <= _MOST_PARSED else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        body = None
    if body is None:
        # Also a cell that cannot be parsed is the module: the report will say what is wrong.
        return {n for n in names if re.search(rf"^(?:class|def) +{n}\b|^{n} *=", source, re.M)}
    defined = set()
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            defined |= {alias.asname or alias.name for alias in node.names}
        else:
            defined |= {
                child.id
                for child in ast.walk(node)
                if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store)
            }
    return defined & set(names)


def _history():
    shell = _shell()
    if shell is None:
        raise CannotCheck("check() is for the cells of a notebook; elsewhere, run: unrolled check")
    # As written: "In" holds cells after IPython has rewritten their magics.
    return list(shell.history_manager.input_hist_raw)


def _shell():
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _show(title, answer, n_passed, n_run, points):
    lines = []
    worth = _worth(points)
    if n_run and n_passed == n_run:
        lines.append(f"{_GREEN}✓ {title}: {_tests(n_run)} passed · {worth}{_PLAIN}")
    elif n_run and len(answer["unwritten"]) == n_run:
        lines.append(f"{_YELLOW}· {title}: {_tests(n_run)} to pass · {worth}{_PLAIN}")
    elif answer["skipped"] and not n_run:
        lines.append(f"{_YELLOW}· {title}: nothing to run{_PLAIN}")
    else:
        lines.append(f"{_RED}✗ {title}: {n_passed} of {_tests(n_run)} passed{_PLAIN}")
    for message in dict.fromkeys(answer["unwritten"].values()):
        lines.append(f"    {message}")
    for reason in dict.fromkeys(answer["skipped"].values()):
        count = sum(other == reason for other in answer["skipped"].values())
        lines.append(f"    {_tests(count)} left out: {reason.split(':')[0]}")
    if answer["text"]:
        lines += ["", answer["text"]]
    lines += _notes(answer["text"])
    print("\n".join(lines))


def _notes(text):
    """What a student of notebooks may stumble over: names that only exist in other cells."""
    unknown = re.findall(r"NameError: name '(\w+)' is not defined", text)
    found = [name for name in dict.fromkeys(unknown) if name in getattr(_shell(), "user_ns", {})]
    return [
        f"\nNote: {name} is defined in another cell. Only the module cell is judged: move it there."
        for name in found
    ]


def _worth(points):
    return f"{points} point{'s' * (points != 1)}"


def _tests(count):
    return f"{count} test{'s' * (count != 1)}"


def _asked(**what):
    """What the tests say of a module, as long as it takes."""
    try:
        return _judges.ask(request("check", **what))
    except NotJudged as error:
        _judges.end_all()
        raise CannotCheck(f"the tests could not run: {error}") from None
    except KeyboardInterrupt:
        _judges.end_all()
        raise Interrupted("the tests were ended; no verdict") from None


_judges = Judges()  # one process, since one cell runs at a time
atexit.register(_judges.end)
