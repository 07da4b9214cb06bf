"""Steps of nbgrader that know the kit's cells: the stub at release, hidden tests in feedback."""

from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from traitlets import List

from grading.catalogue.stubs import BEGIN, stub_of
from grading.catalogue.syllabus import NAMES
from grading.notebooks.cells import BEGIN_HIDDEN, END_HIDDEN


class ModuleStubs(ClearSolutions):
    """Makes the stub of each module cell, with the sentence that tells a stub from a bug.

    nbgrader's ClearSolutions would put the same text in place of every solution. It still does so
    in all other cells.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        """Replace the solutions of one cell.

        Raises:
            MarkError: the marks of a module cell do not pair up.
        """
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        # Without a mark the whole cell is the solution: ClearSolutions replaces it.
        if name not in NAMES or cell.cell_type != "code" or BEGIN not in cell.source:
            return super().preprocess_cell(cell, resources, cell_index)
        cell.source = stub_of(cell.source, name).removesuffix("\n")
        return cell, resources


class HideTests(NbGraderPreprocessor):
    """Takes the code of hidden tests out of feedback; what they found stays."""

    # nbconvert's HTML exporter sets this for each step, and warns of those that do not know it.
    display_data_priority = List().tag(config=True)

    def preprocess_cell(self, cell, resources, cell_index):
        """Replace the lines between the marks in a locked cell that nbgrader restored."""
        if cell.metadata.get("nbgrader", {}).get("grade") and BEGIN_HIDDEN in cell.source:
            before, _, rest = cell.source.partition(BEGIN_HIDDEN)
            _, _, after = rest.partition(END_HIDDEN)
            cell.source = (before.rstrip() + after).rstrip()
        return cell, resources
