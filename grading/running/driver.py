"""Drivers: how a probe reaches its subject, and what comes back when the subject misbehaves."""

import contextlib
import re
import threading
import time
from dataclasses import replace
from pathlib import Path

from grading.beside import plain
from grading.beside.channel import Closed, TooLarge, TooLate
from grading.processes.starter import KILL, START_LIMIT, descendants, request_of
from grading.running.outcome import Fault, Kind, Outcome, clean, outcome_of
from grading.running.patience import Patience

CALL_LIMIT = 10.0  # seconds for one call of a student's function
MOST_ANSWERING = 4  # times the limit, for a call that asks questions


class WorkerDriver:
    """Calls a subject in a process of its own, which is ended when a call takes too long.

    Args:
        server: starts the processes.
        spec: which subject, a :class:`grading.catalogue.spec.Spec`.
        limit: seconds one call may take.
        spare: another one with the same server, whose process is taken over, or None.
    """

    def __init__(self, server, spec, limit=CALL_LIMIT, spare=None):
        self.server, self.spec, self.limit = server, spec, limit
        self._spare = spare
        self._channel = self._pid = self._stacks = None
        self._hangs = self._weight = 0
        self._broken = None  # why the module cannot even be loaded
        self._is_abandoned = self._ignores_signals = False
        self.answer = None  # a function that answers what the subject asks during a call
        self._calling = threading.Lock()

    def call(self, probe, args=(), kwargs=None, **more):
        """Call a probe of the subject; gives an :class:`Outcome`, whatever the subject does.

        Several threads may do so; one waits for the other.
        """
        with self._calling:
            return self._call(probe, args, kwargs, more)

    def _call(self, probe, args, kwargs, more):
        if self._broken is None and self._channel is None and not self._is_abandoned:
            self._start()
        if self._broken is not None:
            return Outcome(fault=self._broken)
        if self._is_abandoned:
            return Outcome(fault=Fault(Kind.DIED))
        # Where one call hung, others will: they get less time, so that all tests end soon.
        limit = max(self.limit / (1 + self._hangs), min(2.0, self.limit))
        try:
            request = {"probe": probe, "args": list(args), "kwargs": kwargs or {}, **more}
            self._allow(limit)
            self._channel.send(request, limit)
            answer = self._receive(self._end)
            while self.answer is not None and type(answer) is dict and "ask" in answer:
                asked = time.monotonic()
                said = self.answer(answer["ask"])
                # The time of the answer is not the subject's, unless it asks without end.
                self._end = min(self._end + time.monotonic() - asked, self._latest)
                self._channel.send(said, limit)
                answer = self._receive(self._end)
            return outcome_of(answer)
        except TooLate:
            return Outcome(fault=self._end_hung(limit))
        except Closed:
            return Outcome(fault=self._end_dead())
        except TooLarge as error:
            self.server.note(f"an answer of it was far too large: {error}")
            self._kill()
            return Outcome(fault=Fault(Kind.UNUSABLE, f"the answer is far too large: {error}"))
        except ValueError as error:  # the worker's own code does not write such a message
            self.server.note(f"it sent an answer that no worker sends: {clean(error, 200)}")
            self._kill()
            message = "the answer came in a form that no answer has"
            return Outcome(fault=Fault(Kind.UNUSABLE, message))

    def allow_anew(self):
        """Give the call that is being answered its time anew: a branch of it begins or has ended.

        From then on, what its branches use of the processor is its time, too.
        """
        self._allow(self._limit, self._seconds_of_branches)

    def _allow(self, limit, used=None):
        used = used or (lambda: self.server.processor_seconds(self._pid))
        self._limit, self._end = limit, time.monotonic() + limit
        self._latest = self._end + MOST_ANSWERING * limit
        self._channel.more_time = Patience(used, limit).more

    def _seconds_of_branches(self):
        pids = (self._pid, *descendants(self._pid))
        return sum(self.server.processor_seconds(pid) or 0.0 for pid in pids)

    def abandon(self):
        """End a call that another thread is waiting for, and all later ones: the process died."""
        self._is_abandoned = True
        pid = self._pid
        if pid is not None:
            self.server.signal(pid, KILL)

    def close(self):
        """End the subject's process, when the call that another thread makes is over."""
        with self._calling:
            if self._channel is not None:
                self._kill()
        if self._spare is not None:
            self._spare.close()

    def hand_over(self, spec):
        """Have the process go on with another subject, for another driver.

        Returns:
            The channel, the process id and the stack file; None if there is no such process.
        """
        with self._calling:
            channel, pid, stacks = self._channel, self._pid, self._stacks
            if channel is None:
                return None
            channel.more_time, channel.weight = None, 0
            try:
                channel.send({"become": request_of(spec, stacks)}, START_LIMIT)
                channel.receive(START_LIMIT)
            except (Closed, TooLate):
                self._kill()
                return None
            self._channel = self._pid = self._stacks = None
            return channel, pid, stacks

    def _start(self):
        spare, self._spare = self._spare, None
        ready = spare and spare.hand_over(self.spec)
        try:
            self._channel, self._pid, self._stacks = ready or self.server.start(self.spec)
        except Closed:  # a submission ended its fork server again and again
            self._broken = Fault(Kind.DIED)
            return
        limit = 3 * self.limit + self.server.import_seconds
        try:
            if ready is None:
                self._channel.receive(START_LIMIT)
            self._receive(time.monotonic() + limit)
        except TooLate:
            self._broken = replace(self._end_hung(limit), importing=True)
        except (Closed, TooLarge, ValueError):
            self._broken = self._end_dead()

    def _receive(self, end):
        """Receive an answer; before it a worker may tell what its module tried."""
        while True:
            answer = self._channel.receive(end - time.monotonic(), self.server.largest_answer)
            self._weigh()
            self._note_attempts(answer)
            if type(answer) is not dict or answer.keys() != {"tried"}:
                return answer

    def _weigh(self):
        """Limit the memory of all answers together, since a judge keeps some of them."""
        self._weight, self._channel.weight = self._weight + self._channel.weight, 0
        if self._weight > self.server.most_answers:
            message = "the answers to all calls together are far too large"
            self._broken = Fault(Kind.UNUSABLE, message)
            raise TooLarge(f"{self._weight} bytes in all")

    def _note_attempts(self, answer):
        tried = answer.get("tried") if type(answer) is dict else None
        for attempt in tried[:20] if type(tried) is list else ():
            self.server.note(f"{self.spec.exercise}: it {clean(attempt, 300)}")

    def _kill(self):
        self.server.signal(self._pid, KILL)
        code = self.server.reap(self._pid)
        self._channel.close()
        self._channel = self._pid = None
        if self._stacks:
            self.server.forget(self._stacks)
        return code

    def _end_hung(self, limit):
        frames = self._stack_frames()
        self._kill()
        self._hangs += 1
        return Fault(Kind.HUNG, limit=limit, frames=tuple(frames))

    def _end_dead(self):
        return Fault(Kind.DIED, code=self._kill())

    def _stack_frames(self):
        """The lines of the student's file that a hanging worker is in, outermost first."""
        path = self.spec.path
        if not (self._stacks and path) or self._ignores_signals:
            return []
        with contextlib.suppress(OSError):
            lines = self.server.stack(self._pid, self._stacks, path)
            self._ignores_signals = not lines  # it will not answer the next time either
            source = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
            written = re.compile(rf'"{re.escape(path)}", line (\d{{1,9}})\b')
            numbers = [int(found[1]) for found in map(written.search, lines) if found]
            known = [number for number in reversed(numbers) if 0 < number <= len(source)]
            return [(number, source[number - 1].strip()) for number in known]
        return []


class InlineDriver:
    """Calls a subject in this process: for a debugger, never for judging."""

    def __init__(self, spec):
        self.spec = spec
        self._subject = None
        self.answer = None  # as of a WorkerDriver

    def call(self, probe, args=(), kwargs=None):
        import importlib

        from grading.beside import load, suites, worker

        suites.ask_through(lambda request: self.answer(plain.loads(plain.dumps(request))))

        if self._subject is None:
            self._subject = load.load(request_of(self.spec))
        module, fault = self._subject
        probes = importlib.import_module(f"grading.beside.probes.{self.spec.exercise}")
        request = plain.loads(
            plain.dumps({"probe": probe, "args": list(args), "kwargs": kwargs or {}})
        )
        answer = fault or worker.answer_call(probes, module, request_of(self.spec), request)
        return outcome_of(plain.loads(plain.dumps(answer)))

    def abandon(self):
        """There is no process to end: the call goes on."""

    def close(self):
        self._subject = None
