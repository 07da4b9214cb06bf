"""Steps of nbgrader that know the kit's cells, in the order in which a course uses them.

:class:`ModuleStubs` makes the stubs at release. :class:`MendCells` sets a submitted notebook right
before anything else looks at it. :class:`JudgeCells` takes the place of running the notebook.
:class:`HideTests` keeps the code of hidden tests out of feedback, and :class:`ShowAsText` students'
own HTML and script out of all that is shown.
"""

import html
import uuid
from pathlib import Path
from typing import ClassVar

from nbformat import v4
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from traitlets import Bool, List, Unicode

from grading.catalogue.points import groups_of
from grading.catalogue.stubs import BEGIN, stub_of
from grading.catalogue.syllabus import NAMES
from grading.course import harmless, reports, results
from grading.course.reading import check_file, mark_of, modules_in
from grading.course.rendering import plain
from grading.notebooks.cells import BEGIN_HIDDEN, END_HIDDEN, check_id
from grading.running import hidden_tests
from grading.running.submission import judge_submission

FORMAT = 3  # of nbgrader's marks
# From nbgrader's id of a check cell to its exercise and group.
CHECKS = {check_id(name, group): (name, group) for name in NAMES for group in groups_of(name)}


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


class MendCells(NbGraderPreprocessor):
    """Gives every cell of the assignment its marks back, takes away others, adds missing checks.

    What is no cell of the assignment, or a text that the student wrote, is shown as plain text;
    see :mod:`grading.course.harmless`.
    A mark that a student deleted, copied or changed would otherwise end the grading of that
    notebook, and one with a changed version of the format that of the whole class.
    """

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
            nb.metadata.clear()  # nbgrader's OverwriteKernelspec names the kernel again
            for cell in reversed(nb.cells):  # of several with the same mark, the last counts
                mark = mark_of(cell)
                if mark not in cells or mark in seen:
                    if cell.metadata.pop("nbgrader", None) is not None:
                        self.log.warning("Cell '%s' is not of the assignment, or a copy", mark)
                    _disarm(cell, nb)
                    continue
                seen.add(mark)
                _mark(cell, cells[mark], graded.get(mark), mark in solutions)
                if cells[mark].locked:
                    cell.source = cells[mark].source
                _disarm(cell, nb, cells[mark].source)
            for mark in graded:
                if mark not in seen and mark not in solutions:
                    self.log.warning("Cell '%s' is missing; it is added again", mark)
                    cell = v4.new_code_cell(cells[mark].source, id=mark)
                    if nb.nbformat_minor < 5:  # a notebook of before cells had ids
                        del cell["id"]
                    nb.cells.append(cell)
                    _mark(cell, cells[mark], graded[mark], False)
        return nb, resources


def _disarm(cell, nb, source=None):
    harmless.disarm(cell, source)
    if "id" not in cell and nb.nbformat_minor >= 5:
        cell["id"] = uuid.uuid4().hex[:8]


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


class JudgeCells(NbGraderPreprocessor):
    """Writes the judge's outcome into the check cells of a notebook.

    The module cells are judged outside of the student's process, and each check cell gets what the
    judge found, in a form that nbgrader turns into points. Nothing else of a notebook runs or
    counts.

    Attributes:
        known: the modules and the result of the submission that is being imported, for whoever
            has read them already.
    """

    known: ClassVar[tuple] = ({}, None)
    course = Unicode("", help="The folder of the course, which no submission may see").tag(
        config=True
    )
    sandbox = Bool(
        True, help="Whether students' code runs under bubblewrap; if not, it may do all you may"
    ).tag(config=True)

    def preprocess(self, nb, resources):
        """Judge a notebook.

        Args:
            nb: the notebook; what its cells showed is replaced.
            resources: nbgrader's.

        Raises:
            NoSandbox: there is no bubblewrap here; the message says how to get it. No grade is
                written then.
        """
        checks = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade")]
        names = sorted({CHECKS[mark][0] for mark in map(mark_of, checks) if mark in CHECKS})
        answer = modules_in(nb, names)
        for note in answer.notes:
            self.log.warning("%s", note)
        result = self._result(answer.modules) if answer.modules else {}
        for note in result.get("notes", ()):
            self.log.warning("%s", plain(note))
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        hidden = hidden_tests.names_in(Path(self.course or ".") / hidden_tests.FOLDER)
        for cell in checks:
            if cell.cell_type == "code":
                cell.outputs = _outputs(cell, answer, result, hidden)
        return nb, resources

    def _result(self, modules):
        """The judge's result, which may be ready."""
        if self.known[0] == modules and self.known[1] is not None:
            return self.known[1]
        course = self.course or "."
        result = results.ready(course, modules)
        if result is None:
            result = judge_submission(modules, course=course, sandbox=self.sandbox)
            result = results.keep(course, modules, result)
            for name, group, old, new in results.changes(result.get("before", {}), result):
                label = f"{name}/{group}" if group else name
                self.log.warning("the verdict changed: %s %g -> %g points", label, old, new)
        return result


def _outputs(cell, answer, result, hidden):
    """What a check cell shows; nbgrader's rules make points of it.

    ``hidden`` holds pairs (exercise, test).
    """
    mark = mark_of(cell)
    if mark not in CHECKS:
        return [_no_points("NotJudged", "no group of the kit's tests belongs to this cell")]
    name, group = CHECKS[mark]
    if name in answer.problems:
        return [_no_points("NotJudged", answer.problems[name])]
    outcome = results.outcomes_of(result, name).get(group.name)
    if outcome is None:
        return [_no_points("NotJudged", f"the judge has no outcome for {group.name}")]
    failing = [failure["test"] for failure in outcome["failed"]]
    if BEGIN_HIDDEN not in cell.source:
        failing = [test for test in failing if (name, test.partition("[")[0]) in hidden]
    report = {
        "text/plain": reports.as_text(group, outcome, failing),
        "text/html": reports.as_html(group, outcome, failing),
    }
    outputs = [v4.new_output("display_data", report)]
    # The instructor may have given the cell other points than the group has.
    max_points = float(cell.metadata.nbgrader["points"])
    points = round(outcome["points"] * max_points / group.points, 2)
    if not outcome["points"]:
        return [*outputs, _no_points("ChecksFailed", reports.headline(group, outcome))]
    if outcome["points"] < group.points:
        part = {
            "text/plain": f"{points:g}",
            "text/html": f"<b>{points:g}</b> of {max_points:g} points",
        }
        outputs.append(v4.new_output("execute_result", part))
    return outputs


def _no_points(kind, message):
    """An error, which is worth no points to nbgrader."""
    message = plain(message)
    return v4.new_output("error", ename=kind, evalue=message, traceback=[f"{kind}: {message}"])


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


class ShowAsText(NbGraderPreprocessor):
    """Shows what students wrote as text, in formgrader and in feedback.

    MendCells does so for all that is imported; this is for what was imported before, and for
    outputs of nbgrader's own step Execute.
    """

    display_data_priority = List().tag(config=True)  # see HideTests

    def preprocess(self, nb, resources):
        """Disarm what is to be shown; the file stays as it is."""
        for cell in nb.cells:
            marks = cell.metadata.get("nbgrader", {})
            is_given = marks.get("locked") and not marks.get("solution")
            _disarm(cell, nb, cell.source if is_given else None)
            for output in cell.get("outputs", ()):
                harmless.disarm_output(output)
        # Formgrader's page escapes none of these.
        for key in ("student", "first_name", "last_name", "notebook_path"):
            if isinstance(resources.get(key), str):
                resources[key] = html.escape(resources[key])
        return nb, resources
