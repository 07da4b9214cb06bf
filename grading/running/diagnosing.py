"""The pytest plugin that looks for the misconception behind failing tests, when all have run."""

import collections
import os

import pytest

from grading.catalogue.syllabus import exercise
from grading.running.collection import exercise_of
from grading.running.diagnosis import diagnose
from grading.running.evidence import TestRecord, is_not_written
from grading.running.library import spec_of


class Diagnosing:
    """Keeps the calls of all tests, and names the misconception that failing ones show.

    Args:
        config: pytest's configuration.
        subjects: the run's :class:`grading.running.subjects.Subjects`.
        run: the :class:`grading.running.result.Run`, whose results get the diagnoses.
    """

    def __init__(self, config, subjects, run):
        self.config, self.subjects, self.run = config, subjects, run
        self._records = collections.defaultdict(list)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item):
        report = yield
        name = exercise_of(item.path, self.config)
        subject = self.subjects.made(name)
        if report.when == "call" and subject is not None:
            calls, earlier = list(subject.calls), subject.earlier
            self._records[name].append(TestRecord(item.name, report.failed, calls, earlier))
        return report

    def pytest_sessionfinish(self):
        for name, records in self._records.items():
            if not self.config.getoption("diagnose") or not any(r.failed for r in records):
                continue
            if exercise(name).tests_of:  # its tests are named after the mistakes
                continue
            results = self.run.of(name)
            for test, diagnosis in self._diagnoses(name, records).items():
                if test in results:
                    results[test].diagnosis = diagnosis

    def _diagnoses(self, name, records):
        """The misconceptions behind an exercise's failing tests; none of a stub."""
        written = [record for record in records if not record.failed or _is_written(record)]
        if not any(record.failed for record in written):
            return {}
        n_drivers = min(2, os.cpu_count() or 1)
        drivers = [self.subjects.driver(spec_of(name)) for _ in range(n_drivers)]
        try:
            return diagnose(name, written, drivers, self.config.getoption("--diagnosis-time"))
        finally:
            for driver in drivers:
                driver.close()


def _is_written(record):
    return not any(is_not_written(call) for call in record.last)
