"""A step of nbgrader that sets a submitted notebook right before anything else looks at it.

A mark that a student deleted, copied or changed would otherwise end the grading of that notebook,
and one with a changed version of the format that of the whole class.
"""

from pathlib import Path

from nbformat import v4
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from grading.course.reading import check_file, mark_of

FORMAT = 3  # of nbgrader's marks


class MendCells(NbGraderPreprocessor):
    """Gives every cell of the assignment its marks back, takes away others, adds missing checks."""

    def preprocess(self, nb, resources):
        """Mend a notebook.

        Args:
            nb: the submitted notebook; changed in place.
            resources: nbgrader's, with the names of notebook and assignment.

        Raises:
            NotTaken: the notebook is a link, or far too large.
        """
        where, file = resources["nbgrader"], resources["metadata"]
        folder = Path(file["path"])  # submitted/STUDENT/ASSIGNMENT
        check_file(folder / f"{file['name']}.ipynb", folder.parent.parent)
        with Gradebook(where["db_url"]) as gradebook:
            source = gradebook.find_notebook(where["notebook"], where["assignment"])
            graded = {cell.name: cell.max_score for cell in source.grade_cells}
            solutions = {cell.name for cell in source.solution_cells}
            cells = {cell.name: cell for cell in source.source_cells}
            seen = set()
            for cell in reversed(nb.cells):  # of several with the same mark, the last counts
                mark = mark_of(cell)
                if mark not in cells or mark in seen:
                    if cell.metadata.pop("nbgrader", None) is not None:
                        self.log.warning("Cell '%s' is not of the assignment, or a copy", mark)
                    continue
                seen.add(mark)
                _mark(cell, cells[mark], graded.get(mark), mark in solutions)
            for mark in graded:
                if mark not in seen and mark not in solutions:
                    self.log.warning("Cell '%s' is missing; it is added again", mark)
                    cell = v4.new_code_cell(cells[mark].source, id=mark)
                    if nb.nbformat_minor < 5:  # a notebook of before cells had ids
                        del cell["id"]
                    nb.cells.append(cell)
                    _mark(cell, cells[mark], graded[mark], False)
        return nb, resources


def _mark(cell, source, points, solution):
    """Give a cell its type and its marks, as the gradebook knows them."""
    if cell.cell_type != source.cell_type:
        cell.cell_type = source.cell_type
        if source.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
    cell.metadata["nbgrader"] = {
        "schema_version": FORMAT,
        "grade_id": source.name,
        "grade": points is not None,
        "solution": solution,
        "locked": source.locked,
        "task": False,
        "cell_type": source.cell_type,
        "checksum": source.checksum,
    }
    if points is not None:
        cell.metadata["nbgrader"]["points"] = points
