"""Which of the tests that failed ahead pytest runs before a student is told what matters."""

from grading.running.leading import outline, the_failure_that_matters


class Settling:
    """Names the mistake, and finds the failing test that matters, before all of them were run.

    To find the smallest example of a test takes far longer than to see that it fails. So the
    mistake is looked for in the examples on which the tests failed, and of those tests only the one
    that leads is run: the one that would matter if the examples of all others were short.

    Args:
        stage: the :class:`grading.running.stages.Stage` of the telling examples, when it is over.
        failures: by test, how it failed there.
        diagnosing: the run's :class:`grading.running.diagnosing.Diagnosing`.
        settled: called when the test that matters was run, and again where no mistake was found in
            it when all tests that failed were run; or None.
    """

    def __init__(self, stage, failures, diagnosing, settled):
        self.stage, self.failures, self.diagnosing = stage, failures, diagnosing
        self._settled = settled

    def tests(self):
        """Give the tests that pytest is to run, one after the other; each is run by then."""
        to_run = self.stage.to_run
        if not self.stage.failed:
            return
        for item, records in self.stage.records.items():
            if self._result(self.failures.get(item)):  # it was run, and noted then
                continue
            passed = self.stage.passed[item]
            self.diagnosing.note(item, not passed, records, is_over=not passed)
        self.diagnosing.look()
        while (lead := self._lead()) in to_run:
            to_run.remove(lead)
            yield lead
        self._tell()
        if lead is None or self.diagnosing.diagnosis_of(self.failures[lead]) is None:
            while to_run:
                yield to_run.popleft()
            self.diagnosing.look()  # the smallest examples of all tests may tell more
            self._tell()

    def _lead(self):
        """The failing test that matters, as far as is known, or None."""
        failures = {item: self._known(item) for item in self.stage.failed}
        failures = {item: failure for item, failure in failures.items() if failure is not None}
        ordered = self.diagnosing.run.in_order(failures.values())
        lead = the_failure_that_matters(ordered, self.diagnosing.diagnosis_of)
        return next((item for item in failures if failures[item] is lead), None)

    def _known(self, item):
        """How a test failed when it was run, or else ahead; None if it passed, or is broken."""
        failure = self.failures[item]
        result = self._result(failure)
        if result:
            return result.failure
        return failure and outline(failure)

    def _result(self, failure):
        return failure and self.diagnosing.run.results.get(failure.id)

    def _tell(self):
        self.diagnosing.tell()
        if self._settled:
            self._settled()
