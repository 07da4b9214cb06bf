"""A fork server in a sandbox: one submission at a time, many after each other."""

import contextlib
import os
import subprocess
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path

from grading.beside.channel import Closed, TooLarge, TooLate
from grading.catalogue.syllabus import NAMES
from grading.processes.forkserver import LARGEST_ANSWER, MOST_ANSWERS, ForkServer
from grading.processes.references import references
from grading.processes.sandbox import bubblewrap
from grading.processes.sandbox.limits import DESK
from grading.processes.sandbox.processes import Watch, child_pid, gone, host_pid, kill
from grading.processes.sandbox.system_calls import session_filter, system_call_filter
from grading.processes.starter import beside, descendants

REPLY_LIMIT = 20.0  # seconds for a fork server's answer: a submission may have stopped it
RELAUNCHES = 3  # of a fork server that a submission ended, before all is given up
WATCH_SECONDS = 0.1


class SandboxedForkServer(ForkServer):
    """A fork server in a sandbox, for one submission at a time; see
    :class:`grading.processes.sandbox.pool.Sandboxes`."""

    largest_answer, most_answers = LARGEST_ANSWER, MOST_ANSWERS

    def __init__(self, preload, hash_seed, sandboxes):
        super().__init__(tuple(preload), hash_seed)
        self.sandboxes = sandboxes
        self._asking = threading.RLock()
        self._first = None  # the host's id of the fork server, whose end ends all others there
        self._n_launches = 0
        self._read_from_worker = False
        self._watch = None
        self._on_host = {}  # from the ids of workers to those that the host knows them by

    def is_spotless(self):
        """Clear the sandbox, and say whether the next submission can have it."""
        is_first = self._n_launches == 1 and self._ready() and not self._read_from_worker
        return is_first and self._ask({"clear": True}) is True

    # What a driver asks for.

    def start(self, spec):
        """Start a worker; the subject's module travels there, with the others beside it.

        The modules go to the worker itself: what the fork server once read, later workers could
        find in their memory.
        """
        with self._asking:
            for attempt in (1, 2):
                try:
                    return self._start_here(spec)
                except (Closed, TooLate, TooLarge, ValueError, OSError):
                    self._lose()
                    if attempt == 2 or self.sandboxes.is_over:
                        raise Closed from None

    def reap(self, pid):
        return self._ask({"reap": pid})

    def signal(self, pid, number):
        self._ask({"signal": pid, "number": int(number)})

    def stack(self, pid, stacks, path):
        self._read_from_worker = True
        text = str(self._ask({"stack": pid, "file": stacks}) or "")
        return text.replace(f'"{DESK}/{stacks}/{Path(path).name}"', f'"{path}"').splitlines()

    def processor_seconds(self, pid):
        if pid not in self._on_host:
            self._on_host[pid] = host_pid(self._first, pid)
        return super().processor_seconds(self._on_host[pid])

    def forget(self, stacks):
        """There is nothing to remove here: a worker's folder goes before the next one starts."""

    def note(self, sentence):
        self.sandboxes.note(sentence)

    def kill(self):
        # With the first process of its namespace, the kernel ends all others there.
        if self._first is not None:
            kill(self._first)
        else:
            super().kill()

    def _end(self):
        """End the fork server and everything in its sandbox, and see that it is gone."""
        process = self._process
        if process is not None:
            inside = descendants(process.pid)  # once the fork server is gone, all others there are
            self.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()
            self._process = self._first = None
            self._control.close()
            if not all(gone(pid) for pid in inside):
                self.note("some of its processes could not be ended")
        if self._folder:
            self._folder.cleanup()
            self._folder = None

    # How it is done.

    def _start_here(self, spec):
        self.warm()
        path = Path(spec.path)
        modules = {
            other.name: other.read_bytes()
            for other in sorted(path.parent.glob("*.py"))
            if other.stem in NAMES
        }
        stacks = f"{spec.exercise}-{time.monotonic_ns()}"
        request = {
            "exercise": spec.exercise,
            "folder": stacks,
            "modules": modules,
            "references": {
                name: reference and reference.read_bytes()
                for name, reference in references(spec.exercise, path).items()
            },
            "path": f"{DESK}/{stacks}/{path.name}",
            "limits": asdict(self.sandboxes.limits),
            "filter": session_filter(),
        }
        self._watch.begin()
        self._on_host.clear()
        channel, pid = self._fork(None, REPLY_LIMIT)
        if type(pid) is not int:
            raise ValueError("not a process id")
        channel.send(request, REPLY_LIMIT)
        return channel, pid, stacks

    def _ask(self, request):
        """Ask the fork server; None if it is gone, or stopped and therefore ended."""
        with self._asking:
            try:
                self._control.sock.settimeout(REPLY_LIMIT)
                self._control.sock.sendall(b"!")
                self._control.send(request, REPLY_LIMIT)
                return self._control.receive(REPLY_LIMIT, largest=2**20)
            except (Closed, TooLate, TooLarge, ValueError, OSError):
                self._lose()
                return None

    def _lose(self):
        if not self.sandboxes.is_over and not self.sandboxes.failure:
            self.note(
                "it ended, stopped or changed the process that starts its workers, or left there "
                "what cannot be cleared away"
            )
        self.kill()
        process = self._process
        if process is not None:  # else it might seem to be ready still
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(REPLY_LIMIT)

    def _launch(self):
        if self.sandboxes.is_over or self._n_launches > RELAUNCHES:
            raise Closed
        self._n_launches += 1
        try:
            super()._launch()
        except (Closed, TooLate, TooLarge, ValueError, OSError):
            if not self.sandboxes.is_over:  # no student's code has run in it yet
                why = bubblewrap.missing.__wrapped__() or "it did when it was tried again"
                self.sandboxes.failure = f"a sandbox did not start: {why}"
            self.kill()
            raise Closed from None

    def _spawn(self, theirs):
        folder = Path(self._folder.name)
        folder.chmod(0o755)
        kit = bubblewrap.copy_of_kit(folder / "kit")
        told, tells = os.pipe()
        with tempfile.TemporaryFile() as rules:
            rules.write(system_call_filter())
            rules.seek(0)
            command = bubblewrap.command_for(
                beside("sandbox", theirs.fileno(), *self.preload),
                kit,
                self.hash_seed,
                self.sandboxes.limits,
                self.sandboxes.hide,
                ["--info-fd", tells, "--seccomp", rules.fileno()],
            )
            fds = [theirs.fileno(), tells, rules.fileno()]
            launched, self._watch = threading.Event(), Watch(self.sandboxes.limits)
            # The sandbox ends with the thread that started it, so that thread stays.
            watcher = threading.Thread(
                target=self._run, args=(command, fds, launched), daemon=True, name="sandbox"
            )
            watcher.start()
            launched.wait()
            os.close(tells)
        # Where a sandbox cannot be made there is nothing to read, and then no answer either.
        self._first = child_pid(told)

    def _run(self, command, fds, launched):
        process = None
        try:
            process = self._process = subprocess.Popen(
                command,
                pass_fds=fds,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", os.defpath)},
            )
        finally:
            launched.set()
        watch = self._watch
        while process is not None and process.poll() is None:
            time.sleep(WATCH_SECONDS)
            if self._first is None or self._process is not process:
                continue
            excess = watch.excess(self._first)
            if excess:
                self.note(excess)
                watch.end_workers()
