"""The pytest plugin that looks for the misconception behind failing tests, when all have run."""

import collections
import itertools

import pytest

from grading.catalogue.syllabus import exercise
from grading.running.collection import exercise_of
from grading.running.diagnosis import diagnose
from grading.running.evidence import TestRecord, is_not_written
from grading.running.lasting import library_drivers


class Diagnosing:
    """Keeps the calls of all tests, and names the misconception that failing ones show.

    Args:
        config: pytest's configuration.
        subjects: the run's :class:`grading.running.subjects.Subjects`.
        run: the :class:`grading.running.result.Run`, whose results get the diagnoses.
    """

    def __init__(self, config, subjects, run):
        self.config, self.subjects, self.run = config, subjects, run
        self._records = collections.defaultdict(dict)  # by exercise and test
        self._named = {}  # what was found last, by exercise: a dict from tests to a Diagnosis

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item):
        report = yield
        name = exercise_of(item.path, self.config)
        subject = self.subjects.made(name)
        if report.when == "call" and subject is not None:
            self.note(item, report.failed, {name: subject.record()})
        return report

    def note(self, item, failed, records, is_over=True):
        """Keep the calls of a test.

        Args:
            item: the test.
            failed: whether it failed.
            records: what :meth:`grading.running.subject.Subject.record` gave, by exercise.
            is_over: whether all its examples were tried, or one failed.
        """
        name = exercise_of(item.path, self.config)
        if name in records:
            last, *examples = records[name]
            earlier = [call for calls in itertools.chain(*examples) for call in calls]
            record = TestRecord(item.name, failed, last, earlier, is_over)
            self._records[name][item.name] = record

    def look(self):
        """Name the misconceptions of the tests that failed so far."""
        if not self.config.getoption("diagnose"):
            return
        for name, records in self._records.items():
            # As they stand in their file, not as they came to an end.
            ordered = [records[test] for test in self.run.tests[name] if test in records]
            self._named[name] = self._diagnoses(name, ordered)
        self.tell()

    def tell(self):
        """Put what was found into the results that are there."""
        for result in self.run.results.values():
            if result.exercise in self._named:
                result.diagnosis = self._named[result.exercise].get(result.test)

    def diagnosis_of(self, failure):
        """The misconception that a failing test was found to show, or None."""
        return self._named.get(failure.exercise, {}).get(failure.test)

    def pytest_sessionfinish(self):
        self.look()

    def _diagnoses(self, name, records):
        """The misconceptions behind an exercise's failing tests; none of a stub."""
        written = [record for record in records if not record.failed or _is_written(record)]
        if not any(record.failed for record in written) or exercise(name).tests_of:
            return {}  # tests of a student's tests are named after the mistakes
        seconds = self.config.getoption("--diagnosis-time")
        drivers = library_drivers(name, self.subjects.recorder.servers)
        is_wanted, start = lambda: not self.subjects.is_abandoned, self.subjects.starter_of(name)
        return diagnose(name, written, drivers, seconds, is_wanted, start)


def _is_written(record):
    return not any(is_not_written(call) for call in record.last)
