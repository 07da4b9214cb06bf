"""The processes of a sandbox, seen from outside: what they use together, and whether they end."""

import contextlib
import json
import os
import select
import signal
import time
from pathlib import Path

from grading.processes.sandbox.limits import DESK, MOST_FILES
from grading.processes.starter import descendants


class Watch:
    """What the processes of one sandbox use together, seen from outside."""

    def __init__(self, limits):
        self.limits = limits
        self._base = 0
        self._tree = []
        self._used = {}

    def begin(self):
        """A new worker starts: what those before it used counts no more."""
        self._used = {}

    def excess(self, first):
        """A sentence about what there is too much of, or None."""
        self._tree = descendants(first)
        # The first is the fork server, which runs none of the student's code.
        self._base = max(self._base, _memory(first))
        memory = sum(max(0, _memory(pid) - self._base) for pid in self._tree)
        if memory > self.limits.memory:
            return f"it used more than {self.limits.memory / 2**20:.0f} MiB of memory and was ended"
        threads, used = 0, self._used
        for pid in self._tree:
            n_threads, seconds = _threads_and_seconds(pid)
            threads += n_threads
            used[pid] = max(seconds, used.get(pid, 0.0))  # also when it is gone
        if threads > self.limits.processes:
            return f"it ran more than {self.limits.processes} processes and was ended"
        # The worker is the one that works most, or it is one of many.
        if sum(used.values()) - max(used.values(), default=0.0) > self.limits.children:
            most = f"{self.limits.children:g} seconds of processor time"
            return f"the processes that it started used more than {most} and were ended"
        with contextlib.suppress(OSError):
            disk = os.statvfs(f"/proc/{first}/root{DESK}")
            if disk.f_files - disk.f_ffree > MOST_FILES:
                return f"it made more than {MOST_FILES} files and was ended"
        return None

    def end_workers(self):
        """End all processes of the student's, until none is left that could start another."""
        for pid in self._tree:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGSTOP)
        for pid in self._tree:
            kill(pid)


def child_pid(handle, seconds=60):
    """The host's id of a sandbox's first process, as bubblewrap tells it; None if it does not."""
    said, end = b"", time.monotonic() + seconds
    with open(handle, "rb", buffering=0) as info:
        while b"}" not in said and select.select([info], [], [], end - time.monotonic())[0]:
            part = info.read(1000)
            if not part:
                return None
            said += part
    return json.loads(said)["child-pid"] if b"}" in said else None


def host_pid(first, pid):
    """The host's id of the process that a sandbox knows by ``pid``; None if there is none.

    Args:
        first: the host's id of the sandbox's first process.
    """
    for candidate in descendants(first):
        if _status(candidate).get("NSpid", "").split()[-1:] == [str(pid)]:
            return candidate
    return None


def _status(pid):
    """What the kernel says of a process, as a dict of texts; empty if it is gone."""
    lines = (line.partition(":") for line in _said_of(pid, "status").split("\n")[1:])
    return {name: value for name, _, value in lines}  # without the first line, the process' name


def _said_of(pid, what):
    """The text of one of a process' files in /proc; empty if it is gone."""
    try:
        # A process may give itself a name that is no text.
        return Path(f"/proc/{pid}/{what}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _memory(pid):
    """The bytes that a process uses: in memory, swapped out, and in the kernel's tables of them."""
    status = _status(pid)
    kinds = [status[kind] for kind in ("VmRSS", "VmSwap", "VmPTE") if kind in status]
    return sum(int(kind.split()[0]) * 2**10 for kind in kinds)


def _threads_and_seconds(pid):
    """How many threads a process has, and how much processor time it took."""
    fields = _said_of(pid, "stat").rpartition(")")[2].split()
    if not fields:
        return 0, 0.0
    return int(fields[17]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def kill(pid):
    if pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def is_over(pid):
    """Whether a process is gone, or has ended and is only not reaped yet."""
    state = _said_of(pid, "stat").rpartition(")")[2].split()[:1]
    return not state or state[0] in "ZX"


def gone(pid, seconds=10):
    """Wait until a process that was killed is gone, and say whether it is."""
    end = time.monotonic() + seconds
    while True:
        if is_over(pid):
            return True
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
