"""The pytest plugin that shows the board under the results."""

import sys

import pytest

from grading.catalogue import board, milestones, progress
from grading.catalogue.syllabus import NAMES


class Summary:
    """Shows what is tested, and after the tests how far each exercise is.

    Args:
        config: pytest's configuration.
        run: the :class:`grading.running.result.Run`.
    """

    def __init__(self, config, run):
        self.config, self.run = config, run

    def pytest_report_header(self):
        missing = [name for name in NAMES if name not in self.run.implementation.specs]
        line = f"unrolled: testing {self.run.implementation.label}"
        return line + (f" (not there: {', '.join(missing)})" if missing else "")

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter):
        run, writer = self.run, terminalreporter
        if not run.tests:
            return
        cache = getattr(self.config, "cache", None)
        if not self.config.getoption("collectonly"):
            ran = {name: run.tallies[name] for name in run.tests}
            progress.remember(cache, run.implementation, ran)
        writer.section("exercises", sep="-")
        unicode = "utf" in (getattr(sys.stdout, "encoding", "") or "").lower()
        label, width = run.implementation.label, writer._tw.fullwidth
        reached = milestones.reached(cache, run.implementation)
        models = milestones.rows_of(run.tallies, label, reached, unicode, width)
        lines = board.lines_of(run.tallies, label, unicode, width)
        for text, colour in [*lines, *([("", None), *models] if models else [])]:
            writer.write_line(text, **({colour: True} if colour else {}))
