"""See what a student's module asks of the system that no exercise needs, for the instructor.

It runs beside the student's code and sees what goes through Python. It prevents nothing, the
sandbox does that; and what it does not see is prevented all the same.
"""

import os
import re
import sys

MOST = 10  # notes of one worker
_STARTS = ("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.system", "subprocess.Popen")
_NETWORK = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_PRIVATE = re.compile(
    r"/proc/(\d+|self|thread-self)/(mem|fd|environ|cmdline|maps|root|cwd|task)"
    r"|gradebook|solutions|submitted|autograded|test_\w+\.py"
)


def watch(folder):
    """Begin to look; gives the list of attempts, which grows.

    Args:
        folder: where a module may write.
    """
    attempts = []

    def hook(event, arguments):
        attempt = _attempt(event, arguments, folder)
        if attempt and attempt not in attempts and len(attempts) < MOST:
            attempts.append(attempt)

    sys.addaudithook(hook)
    return attempts


def _attempt(event, arguments, folder):
    if event == "open":
        return _opening(*arguments, folder)
    if event in _STARTS:
        return "tried to start a process"
    if event in _NETWORK:
        return "tried to use the network"
    if event == "os.kill":
        return "tried to send a signal to a process"
    return None


def _opening(path, _, flags, folder):
    if not isinstance(path, str | bytes):
        return None
    path = os.path.abspath(os.fsdecode(path))[:200]
    # A temporary file without a name is opened as its folder.
    if path in (folder, os.devnull) or path.startswith(folder + "/"):
        return None
    if flags & _WRITES:
        return f"tried to write {path!r}"
    if _PRIVATE.search(path) and not path.startswith((sys.prefix, sys.base_prefix)):
        return f"tried to read {path!r}"
    return None
