"""The step of nbgrader's autograde that takes the place of running the notebook.

The module cells are judged outside of the student's process, and each check cell gets what the
judge found, in a form that nbgrader turns into points. Nothing else of a notebook runs or counts.
"""

from pathlib import Path

from nbformat import v4
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Unicode

from grading.catalogue.points import groups_of
from grading.catalogue.syllabus import NAMES
from grading.course import judge as course_judge
from grading.course import nbgrader_report, results
from grading.course.reading import mark_of, modules_in
from grading.notebooks.cells import BEGIN_HIDDEN, check_id
from grading.running import hidden_tests

# From nbgrader's id of a check cell to its exercise and group.
CHECKS = {check_id(name, group): (name, group) for name in NAMES for group in groups_of(name)}


class JudgeCells(NbGraderPreprocessor):
    """Writes the judge's outcome into the check cells of a notebook."""

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
            self.log.warning("%s", nbgrader_report.plain(note))
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
        course = self.course or "."
        result = course_judge.ready(course, modules)
        return result or course_judge.judge(course, modules, sandbox=self.sandbox)


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
        "text/plain": nbgrader_report.as_text(group, outcome, failing),
        "text/html": nbgrader_report.as_html(group, outcome, failing),
    }
    outputs = [v4.new_output("display_data", report)]
    # The instructor may have given the cell other points than the group has.
    max_points = float(cell.metadata.nbgrader["points"])
    points = round(outcome["points"] * max_points / group.points, 2)
    if not outcome["points"]:
        return [*outputs, _no_points("ChecksFailed", nbgrader_report.headline(group, outcome))]
    if outcome["points"] < group.points:
        part = {
            "text/plain": f"{points:g}",
            "text/html": f"<b>{points:g}</b> of {max_points:g} points",
        }
        outputs.append(v4.new_output("execute_result", part))
    return outputs


def _no_points(kind, message):
    """An error, which is worth no points to nbgrader."""
    message = nbgrader_report.plain(message)
    return v4.new_output("error", ename=kind, evalue=message, traceback=[f"{kind}: {message}"])
