"""The processes of a sandbox, seen from outside: what they use together, and whether they end."""

import contextlib
import json
import os
import select
import signal
import time

from grading.processes.sandbox.limits import DESK, MOST_FILES


class Watch:
    """What the processes of one sandbox use together, seen from outside."""

    def __init__(self, limits):
        self.limits = limits
        self._base = 0
        self._tree = []

    def excess(self, first):
        """A sentence about what there is too much of, or None."""
        self._tree = descendants(first)
        # The first is the fork server, which runs none of the student's code.
        self._base = max(self._base, _resident(first))
        memory = sum(max(0, _resident(pid) - self._base) for pid in self._tree)
        if memory > self.limits.memory:
            return f"it used more than {self.limits.memory / 2**20:.0f} MiB of memory and was ended"
        if sum(_threads(pid) for pid in self._tree) > self.limits.processes:
            return f"it ran more than {self.limits.processes} processes and was ended"
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


def descendants(pid):
    """The processes below one, parents first."""
    found, open_ends = [], [pid]
    while open_ends:
        pid = open_ends.pop(0)
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children") as file:
                    children = [int(child) for child in file.read().split()]
                found += children
                open_ends += children
    return found


def _resident(pid):
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _threads(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[17])
    except (OSError, ValueError, IndexError):
        return 0


def kill(pid):
    if pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def gone(pid, seconds=10):
    """Wait until a process that was killed is gone, and say whether it is."""
    end = time.monotonic() + seconds
    while True:
        try:
            with open(f"/proc/{pid}/stat") as file:
                state = file.read().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
