"""What starts the processes of subjects: what it is asked for, and what it tells them."""

import abc
import contextlib
import os
import signal
import subprocess
import sys

from grading.beside.channel import LARGEST
from grading.catalogue.paths import kit_environment
from grading.processes.references import references

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
START_LIMIT = 300  # seconds for a new process to import TensorFlow on a slow, busy machine


class Starter(abc.ABC):
    """What starts the processes of subjects; a driver needs no more of it than this.

    Methods that are not abstract are optional.
    """

    import_seconds = 0  # that an import may take longer than a call
    largest_answer, most_answers = LARGEST, float("inf")  # bytes: of one answer, of all together

    @abc.abstractmethod
    def start(self, spec):
        """Start a worker for a subject; gives its channel, process id and stack file, if any.

        Args:
            spec: which subject, a :class:`grading.catalogue.spec.Spec`.
        """

    @abc.abstractmethod
    def reap(self, pid):
        """Wait for a worker that ended and give its exit code (minus the signal that killed it)."""

    @abc.abstractmethod
    def kill(self):
        """End all workers at once; whoever waits for one meets :class:`Closed`."""

    @abc.abstractmethod
    def close(self):
        """End all workers, and what starts them."""

    def warm(self):  # noqa: B027
        """Import in advance what is slow to import, where that is possible."""

    def signal(self, pid, number):
        """Send a worker a signal; one that is gone already gets none."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)

    def stack(self, pid, stacks, path):
        """The lines that say where a worker is, in which its subject's file is called ``path``."""
        return []

    def processor_seconds(self, pid):
        """The processor time that a worker has used so far, or None where that is not known."""
        return None

    def forget(self, stacks):  # noqa: B027
        """Remove the stack file of a worker that ended."""

    def note(self, sentence):  # noqa: B027
        """Keep a sentence about what befell the subject, as sandboxes do."""


def request_of(spec, stacks=None):
    """What a worker outside of a sandbox is told about a subject.

    Args:
        spec: as for :meth:`Starter.start`.
        stacks: a file for what it does when it hangs, or None.
    """
    request = {**spec.as_request(), "stacks": stacks}
    if spec.path:
        found = references(spec.exercise, spec.path)
        request["references"] = {name: path and str(path) for name, path in found.items()}
    return request


def beside(mode, *arguments):
    """The command of a process beside a student's code; see ``grading/beside/__main__.py``."""
    return [sys.executable, "-m", "grading.beside", mode, *map(str, arguments)]


def popen(command, hash_seed, environment=None, **more):
    """Start a process without input and output, for subjects with this hash seed.

    Args:
        command, more: as for :class:`subprocess.Popen`.
        hash_seed: Python's.
        environment: variables; this process's, and the kit, if None.
    """
    environment = kit_environment() if environment is None else dict(environment)
    environment |= {"PYTHONHASHSEED": str(hash_seed), "PYTHONDONTWRITEBYTECODE": "1"}
    environment["TF_CPP_MIN_LOG_LEVEL"] = "3"
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    return subprocess.Popen(command, env=environment, **streams, **more)


def descendants(pid):
    """The processes below one, parents first (Linux only)."""
    found, open_ends = [], [pid]
    while open_ends:
        pid = open_ends.pop(0)
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children", encoding="utf-8") as file:
                    children = [int(child) for child in file.read().split()]
                found += children
                open_ends += children
    return found
