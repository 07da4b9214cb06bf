"""Drivers: how a probe reaches its subject, and what comes back when the subject misbehaves."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from grading import plain
from grading.channel import LARGEST, Channel, Closed, TooLarge, TooLate
from grading.environment import kit_environment

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
LONGEST_OUTPUT = 20_000  # characters of what is printed in one call
RAISED = {"kind", "kinds", "message", "frames"}
# Control characters but tabs and newlines, and marks that turn the direction of writing: ranges.
UNPRINTED = "\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069"
_UNPRINTED = re.compile(f"[{UNPRINTED}\ud800-\udfff]")  # and half of a pair
START_LIMIT = 300  # seconds for a new process to import TensorFlow on a slow, busy machine
CALL_LIMIT = 10.0  # seconds for one call of a student's function


@dataclass
class Outcome:
    """What one call came to: a plain value, or a fault as the worker told it.

    Attributes:
        value: the plain value, if ``fault`` is None.
        fault: None or a dict with one of the keys ``raised``, ``unusable``, ``missing``,
            ``unloadable``, ``hung``, ``died``.
        printed: what the subject printed meanwhile.
    """

    value: object = None
    fault: dict | None = None
    printed: str = ""


@dataclass
class Nursery:
    """A process that imported what is slow to import, and forks a worker for each subject.

    Args:
        preload: modules to import once, such as ``tensorflow``.
        hash_seed: Python's hash seed in this process and its workers; each process of a real
            program has a seed of its own, so two nurseries show what depends on it.
    """

    preload: tuple[str, ...] = ()
    hash_seed: int = 0
    import_seconds = 0  # a worker imports nothing slow
    largest_answer, most_answers = LARGEST, float("inf")  # bytes, of one and of all
    _process: subprocess.Popen | None = None
    _control: Channel | None = None
    _folder: tempfile.TemporaryDirectory | None = field(default=None, repr=False)
    _launching: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _asking: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def warm(self):
        """Start the process if it does not run yet; another thread may do so ahead of need."""
        with self._launching:
            if not self._ready():
                self._launch()

    def start(self, spec):
        """Start a worker for a subject; gives its channel, process id and stack file."""
        self.warm()
        stacks = str(Path(self._folder.name) / f"stack-{time.monotonic_ns()}")
        with self._asking:  # one question at a time, also where several drivers share a nursery
            return *self._fork({**spec, "stacks": stacks}, START_LIMIT), stacks

    def reap(self, pid):
        """Wait for a worker that ended and give its exit code (minus the signal that killed it)."""
        with self._asking:
            try:
                self._control.sock.sendall(b"!")
                self._control.send({"reap": pid})
                return self._control.receive(START_LIMIT)
            except (Closed, TooLate, OSError):
                return None

    def signal(self, pid, number):
        """Send a worker a signal; one that is gone already gets none."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)

    def stack(self, pid, stacks, path):
        """The lines that say where a worker is, in which its subject's file is called ``path``."""
        self.signal(pid, signal.SIGUSR1)
        return _written_soon(stacks)

    def forget(self, stacks):
        """Remove the stack file of a worker that ended."""
        with contextlib.suppress(OSError):
            os.unlink(stacks)

    def note(self, sentence):
        """What befell the subject, for whoever keeps notes; see :mod:`grading.sandbox`."""

    def kill(self):
        """End the process at once; whoever waits for it meets :class:`Closed`."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self):
        """End the process and all its workers, also while another thread is starting it."""
        if not self._launching.acquire(blocking=False):
            self.kill()  # so that the start ends soon
            self._launching.acquire()
        try:
            self._end()
        finally:
            self._launching.release()

    def _end(self):
        if self._process:
            self._control.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2)
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._folder:
            self._folder.cleanup()
            self._folder = None

    def _ready(self):
        return self._process is not None and self._process.poll() is None

    def _fork(self, request, limit):
        """Have a worker forked; gives its channel and process id."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._control.sock.settimeout(limit)
            socket.send_fds(self._control.sock, [b"!"], [theirs.fileno()])
        self._control.send(request, limit)
        return Channel(ours), self._control.receive(limit)

    def _launch(self):
        self._end()
        self._folder = tempfile.TemporaryDirectory(prefix="unrolled-")
        ours, theirs = socket.socketpair()
        self._control = Channel(ours)
        with theirs:
            self._spawn(theirs)
        self._control.receive(START_LIMIT)

    def _spawn(self, theirs):
        """Start the process, with its end of the control socket."""
        command = [sys.executable, "-m", "grading.worker", "nursery", str(theirs.fileno())]
        self._process = subprocess.Popen(
            [*command, *self.preload],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=worker_environment(self.hash_seed),
        )


class Spawner:
    """Starts each worker from scratch, for systems that cannot fork."""

    import_seconds = START_LIMIT  # of a module, which may import TensorFlow
    largest_answer, most_answers = LARGEST, float("inf")

    def __init__(self, preload=(), hash_seed=0):
        self.hash_seed = hash_seed
        self._processes = {}

    def warm(self):
        """Nothing can be imported ahead of need here."""

    def kill(self):
        """End all workers at once."""
        for process in list(self._processes.values()):
            process.kill()

    def start(self, spec):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            process = subprocess.Popen(
                [sys.executable, "-m", "grading.worker", "connect", str(port)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=worker_environment(self.hash_seed),
            )
            server.settimeout(START_LIMIT)
            channel = Channel(server.accept()[0])
        self._processes[process.pid] = process
        channel.send({**spec, "stacks": None})
        return channel, process.pid, None

    def reap(self, pid):
        return self._processes.pop(pid).wait()

    def signal(self, pid, number):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)

    def stack(self, pid, stacks, path):
        return []

    def forget(self, stacks):
        """There is no stack file here."""

    def note(self, sentence):
        """Nobody keeps notes here."""

    def close(self):
        for process in self._processes.values():
            process.kill()
            process.wait()
        self._processes.clear()


class Nurseries:
    """The nurseries of a run, each started when it is first needed, in the quickest way there is.

    They can outlive a run of pytest, so that many runs share one import of TensorFlow.
    """

    def __init__(self):
        self._kept = {}

    def get(self, preload=(), hash_seed=0):
        """The nursery with these modules preloaded and this hash seed."""
        key = (tuple(preload), hash_seed)
        if key not in self._kept:
            self._kept[key] = self._make(*key)
        return self._kept[key]

    def kill(self):
        """End all of them at once, from another thread than the one that waits for them."""
        for nursery in list(self._kept.values()):
            nursery.kill()

    def close(self):
        """End all of them, and all their workers."""
        for nursery in self._kept.values():
            nursery.close()
        self._kept.clear()

    def _make(self, preload, hash_seed):
        return (Nursery if hasattr(os, "fork") else Spawner)(preload, hash_seed)


def worker_environment(hash_seed):
    """The environment of a subject's process."""
    return kit_environment(
        PYTHONHASHSEED=str(hash_seed), PYTHONDONTWRITEBYTECODE="1", TF_CPP_MIN_LOG_LEVEL="3"
    )


class WorkerDriver:
    """Calls a subject in a process of its own, which is ended when a call takes too long.

    Args:
        nursery: starts the processes.
        spec: which subject; see :mod:`grading.worker`.
        limit: seconds one call may take.
    """

    def __init__(self, nursery, spec, limit=CALL_LIMIT):
        self.nursery, self.spec, self.limit = nursery, spec, limit
        self._channel = self._pid = self._stacks = None
        self._hangs = self._weight = 0
        self._broken = None  # why the module cannot even be loaded
        self._is_abandoned = self._ignores_signals = False
        self.answer = None  # from a question that the subject asks during a call to its answer

    def call(self, probe, args=(), kwargs=None, **more):
        """Call a probe of the subject; gives an :class:`Outcome`, whatever the subject does."""
        if self._broken is None and self._channel is None and not self._is_abandoned:
            self._start()
        if self._broken is not None:
            return Outcome(fault=self._broken)
        if self._is_abandoned:
            return Outcome(fault={"died": {"code": None}})
        # Where one call hung, others will: they get less time, so that all tests end soon.
        limit = max(self.limit / (1 + self._hangs), min(2.0, self.limit))
        try:
            request = {"probe": probe, "args": list(args), "kwargs": kwargs or {}, **more}
            end = time.monotonic() + limit
            self._channel.send(request, limit)
            answer = self._receive(end)
            while self.answer is not None and type(answer) is dict and "ask" in answer:
                self._channel.send(self.answer(answer["ask"]), limit)
                answer = self._receive(end)
            self._note_attempts(answer)
            return outcome_of(answer)
        except TooLate:
            return Outcome(fault=self._end_hung(limit))
        except Closed:
            return Outcome(fault=self._end_dead())
        except TooLarge as error:
            self.nursery.note(f"an answer of it was far too large: {error}")
            self._kill()
            return Outcome(fault={"unusable": f"the answer is far too large: {error}"})
        except ValueError as error:  # the worker's own code does not write such a message
            self.nursery.note(f"it sent an answer that no worker sends: {clean(error, 200)}")
            self._kill()
            return Outcome(fault={"unusable": "the answer came in a form that no answer has"})

    def abandon(self):
        """End a call that another thread is waiting for, and all later ones: the process died."""
        self._is_abandoned = True
        pid = self._pid
        if pid is not None:
            self.nursery.signal(pid, KILL)

    def close(self):
        """End the subject's process."""
        if self._channel is not None:
            self._kill()

    def _start(self):
        try:
            self._channel, self._pid, self._stacks = self.nursery.start(self.spec)
        except Closed:  # a submission ended what starts its workers, again and again
            self._broken = {"died": {"code": None}}
            return
        limit = 3 * self.limit + self.nursery.import_seconds
        try:
            self._channel.receive(START_LIMIT)
            self._note_attempts(self._channel.receive(limit, self.nursery.largest_answer))
        except TooLate:
            self._broken = self._end_hung(limit)
            self._broken["hung"]["importing"] = True
        except (Closed, TooLarge, ValueError):
            self._broken = self._end_dead()

    def _receive(self, end):
        answer = self._channel.receive(end - time.monotonic(), self.nursery.largest_answer)
        self._weigh()
        return answer

    def _weigh(self):
        """Refuse more answers than a judge, which keeps some of them, has room for."""
        self._weight, self._channel.weight = self._weight + self._channel.weight, 0
        if self._weight > self.nursery.most_answers:
            self._broken = {"unusable": "the answers to all calls together are far too large"}
            raise TooLarge(f"{self._weight} bytes in all")

    def _note_attempts(self, answer):
        tried = answer.get("tried") if type(answer) is dict else None
        for attempt in tried[:20] if type(tried) is list else ():
            self.nursery.note(f"{self.spec['exercise']}: it {clean(attempt, 300)}")

    def _kill(self):
        self.nursery.signal(self._pid, KILL)
        code = self.nursery.reap(self._pid)
        self._channel.close()
        self._channel = self._pid = None
        if self._stacks:
            self.nursery.forget(self._stacks)
        return code

    def _end_hung(self, limit):
        frames = self._stack_frames()
        self._kill()
        self._hangs += 1
        return {"hung": {"limit": limit, "frames": frames}}

    def _end_dead(self):
        return {"died": {"code": self._kill()}}

    def _stack_frames(self):
        """The lines of the student's file that a hanging worker is in, outermost first."""
        path = self.spec.get("path")
        if not (self._stacks and path) or self._ignores_signals:
            return []
        with contextlib.suppress(OSError):
            lines = self.nursery.stack(self._pid, self._stacks, path)
            self._ignores_signals = not lines  # to wait once for what never comes is enough
            source = Path(path).read_text(errors="replace").splitlines()
            written = re.compile(rf'"{re.escape(path)}", line (\d{{1,9}})\b')
            numbers = [int(found[1]) for found in map(written.search, lines) if found]
            known = [number for number in reversed(numbers) if 0 < number <= len(source)]
            return [[number, source[number - 1].strip()] for number in known]
        return []


def outcome_of(answer):
    """The outcome that a worker's answer tells; a worker is not trusted to tell one.

    Raises:
        ValueError: it is no answer of a worker's.
    """
    if type(answer) is not dict:
        raise ValueError("an answer is a dict")
    answer = dict(answer)
    printed = clean(answer.pop("printed", ""), LONGEST_OUTPUT)
    answer.pop("tried", None)
    if len(answer) != 1:
        raise ValueError("an answer is a value or one fault")
    ((kind, what),) = answer.items()
    if kind == "value":
        return Outcome(what, printed=printed)
    if kind in ("unusable", "missing", "unloadable") and type(what) is str:
        return Outcome(fault={kind: clean(what)}, printed=printed)
    if kind != "raised" or type(what) is not dict or set(what) != RAISED:
        raise ValueError(f"not a fault: {kind!r:.100}")
    kinds, frames = what["kinds"], what["frames"]
    if type(kinds) is not list or type(frames) is not list or len(kinds) > 100 or len(frames) > 5:
        raise ValueError("not the classes and lines of an exception")
    if any(type(f) is not list or [type(part) for part in f] != [int, str] for f in frames):
        raise ValueError("not the lines of a file")
    fault = {
        "kind": clean(what["kind"], 200),
        "kinds": [clean(name, 200) for name in kinds],
        "message": clean(what["message"]),
        "frames": [[number, clean(code, 300)] for number, code in frames],
    }
    return Outcome(fault={"raised": fault}, printed=printed)


def clean(text, longest=10_000):
    """A text for people: not too long, and nothing in it that would steer a terminal."""
    text = str(text).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > longest:
        text = text[:longest] + " ..."
    return _UNPRINTED.sub("\N{REPLACEMENT CHARACTER}", text)


def _written_soon(path, limit=3.0):
    """The lines of a file that another process, perhaps a busy one, is about to write."""
    end, text = time.monotonic() + limit, ""
    while time.monotonic() < end:
        time.sleep(0.05)
        before, text = text, Path(path).read_text()
        if text and text == before:
            break
    return text.splitlines()


class InlineDriver:
    """Calls a subject in this very process: for a debugger, never for judging."""

    def __init__(self, spec):
        self.spec = spec
        self._subject = None
        self.answer = None  # as of a WorkerDriver

    def call(self, probe, args=(), kwargs=None):
        import importlib

        from grading import asking, worker

        asking.through(lambda request: self.answer(plain.loads(plain.dumps(request))))

        if self._subject is None:
            self._subject = worker.load(self.spec)
        module, fault = self._subject
        probes = importlib.import_module(f"grading.probes.{self.spec['exercise']}")
        request = plain.loads(
            plain.dumps({"probe": probe, "args": list(args), "kwargs": kwargs or {}})
        )
        answer = fault or worker.answer_call(probes, module, self.spec, request)
        answer = plain.loads(plain.dumps(answer))
        if "value" in answer:
            return Outcome(answer["value"])
        return Outcome(fault=answer)

    def abandon(self):
        """There is no process to end: the call goes on."""

    def close(self):
        self._subject = None
