"""How a picture reaches a module: the one place that knows drivers, probes and reports.

A student's code runs in the worker process, as in a test: fresh after each save, ended when a call
does not return. What comes back are plain values.
"""

from types import SimpleNamespace

from grading.beside import plain
from grading.catalogue.spec import FileSpec, VariantSpec
from grading.catalogue.stubs import solution_path
from grading.catalogue.syllabus import exercise
from grading.processes.forkserver import TENSORFLOW
from grading.running import faults
from grading.running.driver import CALL_LIMIT, WorkerDriver
from grading.running.failure import failure_of
from grading.running.outcome import Kind
from grading.running.patience import slowness_of
from grading.running.report import render
from grading.running.subject import Subject
from grading.student.see.fields import Unfit
from grading.student.see.parts import Trouble

WIDTH = 76  # characters of a report's line on the page
LIMIT = CALL_LIMIT  # seconds of one call, as in a test


class Module:
    """One module of an exercise: ``module.encoding(...)`` calls that probe of it.

    Args:
        servers: a :class:`grading.processes.forkserver.ForkServers`.
        name: the exercise.
        path: the student's file; None for the reference.
        wrong: the name of a known-wrong solution to take in place of the reference, or None.
    """

    def __init__(self, servers, name, path=None, wrong=None):
        self.name, self.is_reference = name, path is None
        self._path = path or solution_path(name)
        self._spec = FileSpec(name, str(self._path))
        if wrong is not None:
            self._spec = VariantSpec(name, "grading.misconceptions", f"{name}/{wrong}")
        server = servers.get(TENSORFLOW[exercise(name).tensorflow])
        # A busy machine may take long for the reference, too; nobody doubts that it returns.
        patience = slowness_of(name) * (3 if self.is_reference else 1)
        self._subject = Subject(name, WorkerDriver(server, self._spec, patience * LIMIT))
        self._answers = {}  # of this process: panels ask the same again

    def __getattr__(self, probe):
        def ask(*args, **kwargs):
            key = (probe, plain.dumps([args, kwargs]))
            if key not in self._answers:
                self._answers[key] = self._ask(probe, args, kwargs)
            answer, error, self._subject.calls[:] = self._answers[key]
            if error is not None:
                raise error
            return answer

        return ask

    def _ask(self, probe, args, kwargs):
        self._subject.begin_test()
        try:
            return getattr(self._subject, probe)(*args, **kwargs), None, self._subject.calls[:]
        except (Exception, faults.Stop) as error:
            return None, error, self._subject.calls[:]

    def draw(self, panel, inputs):
        """The part that a panel makes of this module, or a :class:`Trouble`.

        Raises:
            Unfit: what was typed is nothing for this exercise.
        """
        if not self._path.is_file():
            return Trouble("not there", [f"{self._path.name} is not in this folder yet."])
        try:
            return panel.draw(self, inputs)
        except Unfit:
            raise
        except (Exception, faults.Stop) as error:
            return self.trouble_of(error)

    def abandon(self):
        """End the call that another thread waits for."""
        self._subject.abandon()

    def close(self):
        """End the process."""
        self._subject.close()

    def trouble_of(self, error):
        """What is said of an exception that a picture ended with."""
        if self.is_reference:  # of the reference's code nothing is told, only what it says
            kind = "no answer" if isinstance(error, faults.Stop) else "refused"
            return Trouble(kind, [str(error)[:400]])
        item = SimpleNamespace(name="see", originalname="test_see")
        failure = failure_of(error, item, self._subject, self._spec)
        if failure is None:
            raise error
        failure.file = self._path.name  # which folder it is in is known
        lines = render(failure, WIDTH)
        if failure.kind is Kind.NOT_WRITTEN:
            lines = [failure.message.partition(": ")[2] or failure.message]
        return Trouble(failure.kind.value, lines)
