"""The exercise notebooks: the lesson, the module as one cell, a check cell a group of tests, and a
cell that shows what the module does.

Those in ``exercises/notebooks`` begin with what Google Colab needs: :mod:`grading.notebooks.colab`.

They are made from the lesson, the stub, the syllabus and the groups, byte for byte the same on
every machine. The marks in the metadata are nbgrader's (format 3, as of nbgrader 0.9.6): the module
is a solution cell, each check cell a locked test cell with its points.
"""

import ast

from grading.catalogue.lessons import lesson_with_figures
from grading.catalogue.milestones import MILESTONES
from grading.catalogue.points import groups_of
from grading.catalogue.stubs import expected_stub
from grading.catalogue.syllabus import NAMES, exercise
from grading.notebooks import colab
from grading.notebooks.files import put_module, write

# nbgrader's marks around what runs only when it grades.
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"

_ABOUT_SEEING = (
    "## See it\n\nThis is what your module does, as you last ran its cell, beside the reference. "
    "The first difference has a red frame. To try other inputs, call `see` in a cell of your own "
    "and name them: the list below the pictures says which there are."
)
_IMPORTS = """\
from grading.notebooks.check import source_of
from grading.student.see.cell import see"""
_KERNEL = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def page(name, module=None):
    """The notebook of an exercise, as bytes.

    Args:
        name: the exercise.
        module: the bytes of the module to put into the module cell; the stub if None.

    Raises:
        ValueError: there is no such exercise.
        NotebookError: the bytes are no text.
    """
    badge = _text_cell(f"{name}-badge", colab.badge(name))
    setup = _code_cell(f"{name}-setup", colab.setup(), _marks(f"{name}-setup", locked=True))
    setup["metadata"]["editable"] = False
    return notebook_of([badge, setup, *cells_of(name, module)])


def notebook_of(cells):
    """The bytes of a notebook with these cells."""
    return write({"cells": cells, "metadata": _KERNEL, "nbformat": 4, "nbformat_minor": 5})


def cells_of(name, module=None, hidden=()):
    """The cells of the notebook of an exercise; see :func:`page`.

    Args:
        name: the exercise.
        module: the bytes of the module; the stub if None.
        hidden: the names of groups whose check is between nbgrader's marks of hidden tests, so
            that ``nbgrader generate_assignment`` takes it out of what students get.
    """
    exercise(name)
    answer = _code_cell(f"{name}-module", "", _marks(name, solution=True))
    put_module(answer, expected_stub(name).encode() if module is None else module)
    return [
        _text_cell(f"{name}-story", _story(name)),
        answer,
        _text_cell(f"{name}-checks", _about_checks(name)),
        *(check_cell(name, group, group.name in hidden) for group in groups_of(name)),
        *(_see_cells(name, bool(hidden)) if exercise(name).tests_of is None else ()),
    ]


def _story(name):
    """The lesson, under the first line of the module's docstring."""
    docstring = ast.get_docstring(ast.parse(expected_stub(name)))
    title, _, what = docstring.partition("\n")[0].partition(". ")
    return (
        f"# {title}\n\n**{what}**\n\n{lesson_with_figures(name)}\n\n---\n\n"
        f'This is chapter 16, "{exercise(name).section}".\n\n'
        f"**The next cell is the whole module `{name}.py`.** Replace each "
        "`raise NotImplementedError(...)`, run the cell, then run the checks below it. Only this "
        "cell is judged, so helper functions belong in it."
    )


def _about_checks(name):
    points = exercise(name).points
    return (
        f"## Checks\n\nEach check runs a group of tests on the module cell as you last ran it; "
        f"together they are worth {points} points. A group of which part passes gives part of its "
        "points."
    )


def check_cell(name, group, hidden=False):
    """The locked cell that runs one group of an exercise's tests, and has its points."""
    worth = f"# {group.name}: {group.points} point{'s' * (group.points != 1)}"
    code = f'from grading.notebooks.check import check\n\ncheck("{name}", "{group.name}")'
    if hidden:
        source = f"{worth}, when your work is graded\n{BEGIN_HIDDEN}\n{code}\n{END_HIDDEN}"
    else:
        source = f"{worth}\n{code}"
    marks = _marks(check_id(name, group), grade=True, locked=True, points=group.points)
    cell = _code_cell(check_id(name, group), source, marks)
    # One group that fails must not keep "Run All Cells" from running the others.
    cell["metadata"] |= {"editable": False, "tags": ["raises-exception"]}
    return cell


def _see_cells(name, is_alone):
    """The cell that shows what the module does; where tests are hidden, without the reference."""
    options = ", alone=True" * is_alone
    call = f'see("{name}", source_of("{name}"){options})'
    cell = _code_cell(f"{name}-see", f"{_IMPORTS}\n\n{call}", _marks(f"{name}-see", locked=True))
    cell["metadata"] |= {"editable": False, "tags": ["raises-exception"]}
    return [_text_cell(f"{name}-look", _ABOUT_SEEING + _milestones_of(name)), cell]


def _milestones_of(name):
    """What the exercise is a part of, and the command that trains that."""
    models = [m for m in MILESTONES.values() if name in m.needs]
    lines = [
        f"* **{m.model}**, of {', '.join(m.needs)}: `unrolled train {m.model} --quick`\n"
        for m in models
    ]
    about = (
        "\n\nThis exercise is a part of these models of the chapter. When all parts of one are "
        "done as modules (`unrolled module` takes them out of notebooks), the command trains it on "
        "yours in about a minute and shows it at work:\n\n"
    )
    return (about + "".join(lines)).rstrip() if models else ""


def check_id(name, group):
    """nbgrader's id of the check cell of a group."""
    return f"{name}-{group.slug}"


def _marks(grade_id, *, grade=False, solution=False, locked=False, **more):
    return {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
        **more,
    }


def _code_cell(identifier, source, marks):
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": identifier,
        "metadata": {"deletable": False, "nbgrader": marks},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def _text_cell(identifier, text):
    marks = _marks(identifier, locked=True)
    return {
        "cell_type": "markdown",
        "id": identifier,
        "metadata": {"deletable": False, "editable": False, "nbgrader": marks},
        "source": text.splitlines(keepends=True),
    }


def pages():
    """All exercise notebooks: a dict from the file's name to its bytes."""
    return {f"{name}.ipynb": page(name) for name in NAMES}
