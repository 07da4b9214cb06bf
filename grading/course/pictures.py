"""Pictures for pages of feedback: what a test found beside what it expected, without a script."""

from markupsafe import Markup

from grading.student.see import svg
from grading.student.see.looking import Difference
from grading.student.see.parts import Cell, Cells


def picture(part):
    """Two tables, each as SVG, with the first differing cell framed.

    Args:
        part: a :class:`grading.running.wrong_part.WrongPart`, as a plain dict.

    Returns:
        A dict with ``found``, ``expected``, the pictures, and ``place``, where the cells are in the
        whole, or "".
    """
    row, column = part["row"], part["column"]
    cells = f"row {row}, column {column} of these cells"
    first = Difference(row, column, cells, *(_at(part[of], row, column) for of in _BOTH))
    drawn = {of: svg.draw(_table(part[of]), first, of) for of in _BOTH}
    # Within HTML the element needs no namespace, and a page of feedback names no address at all.
    drawn = {of: Markup(text.replace(svg.NAMESPACE, "", 1)) for of, text in drawn.items()}
    return {**drawn, "place": part["place"]}


_BOTH = ("found", "expected")


def _table(rows):
    return Cells([[Cell(text) for text in row] for row in rows])


def _at(rows, row, column):
    try:
        return rows[row][column]
    except IndexError:
        return "nothing"
