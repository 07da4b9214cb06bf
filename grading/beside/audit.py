"""See what a student's module does that no exercise needs, for the judge and for the instructor.

All of it runs beside the student's code, so whoever looks for it can evade it. What it does not
see is prevented all the same, by the sandbox; and the judge, in another process, decides what a
module's answers are worth.

:func:`sealed` and :func:`broken` make the usual tricks plain to see: to replace what the answers
pass through (builtins, NumPy, TensorFlow, the kit). :func:`watch` sees what a module asks of the
system, where that goes through Python.
"""

import os
import re
import shutil
import sys
import types

REPLACED = "the module replaced "  # by which the judge knows this mistake
WATCHED = ("builtins", "numpy", "json", "base64", "tensorflow")
MOST = 10  # notes of one worker
_STARTS = ("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.system", "subprocess.Popen")
_NETWORK = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_PRIVATE = re.compile(
    r"/proc/(\d+|self|thread-self)/(mem|fd|environ|cmdline|maps|root|cwd|task)"
    r"|gradebook|solutions|submitted|autograded|test_\w+\.py"
)
_OURS = re.compile(r"(solutions|tests|grading(?!\.beside))\b")


def sealed():
    """What there is before the student's module is loaded; see :func:`broken`."""
    names = [name for name in sys.modules if name in WATCHED or name.startswith("grading.")]
    kept = []
    for name in names:
        for key, value in list(vars(sys.modules[name]).items()):
            if callable(value) and not key.startswith("__"):
                kept.append((vars(sys.modules[name]), f"{name}.{key}", key, value, _code(value)))
    return kept


def broken(kept):
    """The name of something that is no longer what it was, or None."""
    for namespace, name, key, value, code in kept:
        if namespace.get(key) is not value or _code(value) is not code:
            return name
    return None


def _code(value):
    return value.__code__ if type(value) is types.FunctionType else None


def watch(folder, tell):
    """Begin to look; gives the list of attempts, which grows.

    Args:
        folder: where a module may write.
        tell: called with the list when this process starts another or becomes another program:
            it may not be able to tell anything after that.
    """
    attempts, own = [], os.getpid()

    def hook(event, arguments):
        attempt = _attempt(event, arguments, folder)
        if attempt and attempt not in attempts and len(attempts) < MOST:
            attempts.append(attempt)
            if event in _STARTS and os.getpid() == own:
                tell(attempts)

    sys.addaudithook(hook)
    return attempts


def _attempt(event, arguments, folder):
    if event == "open":
        return _opening(*arguments, folder)
    if event in _STARTS:
        is_honest = event == "subprocess.Popen" and _lists_fonts(*arguments)
        return None if is_honest else "tried to start a process"
    if event == "import":
        return f"tried to import {arguments[0]!r}" if _OURS.match(arguments[0]) else None
    if event in _NETWORK:
        return "tried to use the network"
    if event == "os.kill":
        return "tried to send a signal to a process"
    return None


def _lists_fonts(program, command, folder, environment):
    """Whether the system's fc-list is started, as Matplotlib does when it is imported."""
    known = [os.path.join(place, "fc-list") for place in os.defpath.split(os.pathsep)]
    return program == "fc-list" and environment is None and shutil.which(program) in known


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
