"""Start the processes in which subjects run: forked from a warm one, or from scratch.

Our own, since it must give what the standard library's fork server does not: one hash seed a
process, modules imported ahead of need, and a place inside of a sandbox.
"""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from grading.beside.channel import Channel, Closed, TooLate
from grading.catalogue.paths import kit_environment
from grading.catalogue.syllabus import exercise
from grading.processes.starter import START_LIMIT, Starter, beside, popen, request_of

# Modules that are slow to import, and therefore imported in advance.
TENSORFLOW = {True: ("tensorflow",), False: ()}  # by whether it is used
WRITES_TESTS = ("hypothesis", "pytest")
# Of a submission's processes.
LARGEST_ANSWER = 32 * 2**20  # bytes; the ids of the full Shakespeare text take 12 MiB
MOST_ANSWERS = 256 * 2**20  # bytes of memory, all answers of an exercise; usually less than 1 MiB


@dataclass
class ForkServer(Starter):
    """A process that imported what is slow to import, and forks a worker for each subject.

    Args:
        preload: modules to import once, such as ``tensorflow``.
        hash_seed: Python's hash seed in this process and its workers; each process of a real
            program has a seed of its own, so two fork servers show what depends on it.
    """

    preload: tuple[str, ...] = ()
    hash_seed: int = 0
    _process: subprocess.Popen | None = None
    _control: Channel | None = None
    _folder: tempfile.TemporaryDirectory | None = field(default=None, repr=False)
    _launching: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _asking: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _is_closed: bool = False

    def warm(self):
        """Start the process if it does not run yet; another thread may do so ahead of need."""
        with self._launching:
            if self._is_closed:
                raise Closed
            if not self._ready():
                self._launch()

    def start(self, spec):
        self.warm()
        stacks = str(Path(self._folder.name) / f"stack-{time.monotonic_ns()}")
        with self._asking:  # one question at a time, also where several drivers share a fork server
            return *self._fork(request_of(spec, stacks), START_LIMIT), stacks

    def reap(self, pid):
        with self._asking:
            try:
                self._control.sock.sendall(b"!")
                self._control.send({"reap": pid})
                return self._control.receive(START_LIMIT)
            except (Closed, TooLate, OSError):
                return None

    def stack(self, pid, stacks, path):
        self.signal(pid, signal.SIGUSR1)
        return _written_soon(stacks)

    def processor_seconds(self, pid):
        try:
            with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:  # quicker than a Path
                user, system = file.read().rpartition(b")")[2].split()[11:13]
        except OSError:  # no Linux
            return None
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def forget(self, stacks):
        with contextlib.suppress(OSError):
            os.unlink(stacks)

    def kill(self):
        process = self._process
        if process is not None:
            process.kill()

    def close(self):
        """End the process and all its workers, also while another thread is starting it."""
        if not self._launching.acquire(blocking=False):
            self.kill()  # so that the start ends soon
            self._launching.acquire()
        try:
            self._is_closed = True
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
        """Have a worker forked for a request; gives its channel and process id."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._control.sock.settimeout(limit)
            socket.send_fds(self._control.sock, [b"!"], [theirs.fileno()])
        self._control.send({"fork": request}, limit)
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
        """Start the process, with its end of the control socket.

        Its folder is the temporary folder of its workers, too, and goes when it ends: TensorFlow
        writes a file for each function that it translates for a graph, and a worker is killed
        before it could remove them.
        """
        command = beside("forkserver", theirs.fileno(), *self.preload)
        environment = kit_environment(TMPDIR=self._folder.name)
        self._process = popen(command, self.hash_seed, environment, pass_fds=[theirs.fileno()])


class Spawner(Starter):
    """Starts each worker from scratch, for systems that cannot fork."""

    import_seconds = START_LIMIT  # a module may import TensorFlow

    def __init__(self, preload=(), hash_seed=0):
        self.hash_seed = hash_seed
        self._processes = {}

    def kill(self):
        for process in list(self._processes.values()):
            process.kill()

    def start(self, spec):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            process = popen(beside("connect", port), self.hash_seed)
            server.settimeout(START_LIMIT)
            channel = Channel(server.accept()[0])
        self._processes[process.pid] = process
        channel.send(request_of(spec))
        return channel, process.pid, None

    def reap(self, pid):
        return self._processes.pop(pid).wait()

    def close(self):
        for process in self._processes.values():
            process.kill()
            process.wait()
        self._processes.clear()


class ForkServers:
    """The fork servers of a run, each started when it is first needed.

    They can outlive a run of pytest, so that many runs share one import of TensorFlow.
    """

    def __init__(self):
        self._kept, self._getting = {}, threading.Lock()

    def get(self, preload=(), hash_seed=0):
        """The fork server with these modules preloaded and this hash seed."""
        key = (tuple(preload), hash_seed)
        with self._getting:
            if key not in self._kept:
                self._kept[key] = self._make(*key)
            return self._kept[key]

    def get_for(self, spec, preload=(), hash_seed=0):
        """The fork server that runs a subject.

        Args:
            spec: which subject, a :class:`grading.catalogue.spec.Spec`.
            preload, hash_seed: as for :meth:`get`.
        """
        return self.get(preload, hash_seed)

    def warm(self, name):
        """Start those that the tests of an exercise use, side by side and in the background."""
        item = exercise(name)
        needed = TENSORFLOW[item.tensorflow]
        keys = [(needed, 0)]
        if item.tests_of:
            keys = [(needed + WRITES_TESTS, 0), (TENSORFLOW[exercise(item.tests_of).tensorflow], 0)]
        if item.other_process:
            keys.append((needed, 1))
        for server in [self.get(*key) for key in keys]:
            threading.Thread(target=_warm, args=[server], daemon=True, name="warm").start()

    def kill(self):
        """End all of them at once, from another thread than the one that waits for them."""
        for server in list(self._kept.values()):
            server.kill()

    def close(self):
        """End all of them, and all their workers."""
        for server in self._kept.values():
            server.close()
        self._kept.clear()

    def _make(self, preload, hash_seed):
        return (ForkServer if hasattr(os, "fork") else Spawner)(preload, hash_seed)


class SubmissionServers(ForkServers):
    """The fork servers of one submission. The kit's own code runs in others, which stay.

    Args:
        trusted: the fork servers for the kit's own code, which may serve many submissions; None
            where none of it is run.

    Attributes:
        notes: what befell the submission, each once, in order.
        failure: why a fork server did not start, which is no fault of the submission; or None.
        is_over: whether all has ended for good.
    """

    def __init__(self, trusted=None):
        super().__init__()
        self.trusted, self.notes, self.failure, self.is_over = trusted, [], None, False

    def get_for(self, spec, preload=(), hash_seed=0):
        if spec.is_ours:
            return _Trusted(self.trusted.get(preload, hash_seed), self.note)
        return self.get(preload, hash_seed)

    def note(self, sentence):
        """Keep a sentence for the instructor."""
        if sentence not in self.notes and len(self.notes) < 50:
            self.notes.append(sentence)

    def end(self):
        """End all processes for good, from any thread: every later call comes to nothing."""
        self.is_over = True
        self.kill()


class _Trusted:
    """A fork server for the kit's own code, which a submission's tests may ask: with limits."""

    largest_answer, most_answers = LARGEST_ANSWER, MOST_ANSWERS

    def __init__(self, server, note):
        self.server, self.note = server, note

    def __getattr__(self, name):
        return getattr(self.server, name)


def _warm(server):
    with contextlib.suppress(Closed, TooLate, OSError):  # if it is ended meanwhile
        server.warm()


def _written_soon(path, limit=3.0):
    """The lines of a file that another process, perhaps a busy one, is about to write."""
    end, text = time.monotonic() + limit, ""
    while time.monotonic() < end:
        time.sleep(0.05)
        before, text = text, Path(path).read_text(encoding="utf-8")
        if text and text == before:
            break
    return text.splitlines()
