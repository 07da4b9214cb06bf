"""All that runs only in a sandbox, of the fork server and of its workers.

A student's code may change all of it, except in the fork server itself.
"""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time

LONGEST_STACK = 20_000  # bytes that are read of a stack file
# Bytes that a process may map and not use, as threads do for their stacks: the kernel's tables of
# them take up to a 512th of that, which no limit counts.
MOST_ADDRESSES = 64 * 2**30


def keep_to_itself():
    """Let no worker look into this process, nor into another worker."""
    import ctypes

    set_dumpable = 4
    ctypes.CDLL(None).prctl(set_dumpable, 0)


def close_all_but(handle):
    """Close all open files but one, and but standard input and output."""
    os.closerange(3, handle)
    os.closerange(handle + 1, 4096)


class Sandbox:
    """What the sandbox is like before the first worker, to tell whether a worker left anything."""

    def __init__(self):
        self._state, self._modes = _state(), dict(_own_paths())

    def clear(self):
        """End what workers left running, remove what they left; gives whether nothing is left."""
        _end_all_others()
        self._remove_files()
        others = [name for name in os.listdir("/proc") if name.isdigit()]
        is_alone = others == [str(os.getpid())]
        same = (self._modes.get(path) == mode for path, mode in _own_paths())
        return is_alone and self._state == _state() and all(same)

    def _remove_files(self):
        folder = tempfile.gettempdir()
        os.chmod(folder, 0o700)
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if path in self._modes:
                continue
            with contextlib.suppress(Exception):  # a tree too deep to be removed stays
                if os.path.isdir(path) and not os.path.islink(path):
                    shutil.rmtree(path)
                else:
                    os.unlink(path)


def _end_all_others():
    with contextlib.suppress(OSError):
        os.kill(-1, signal.SIGKILL)  # all but this process
        while True:
            os.waitpid(-1, 0)


def _own_paths():
    """Paths below the temporary folder, with modes, but what is mounted there (Python may be)."""
    folder = tempfile.gettempdir()
    device, open_ends = os.stat(folder).st_dev, [folder]
    while open_ends:
        for entry in os.scandir(open_ends.pop()):
            status = entry.stat(follow_symlinks=False)
            yield entry.path, status.st_mode
            if entry.is_dir(follow_symlinks=False) and status.st_dev == device:
                open_ends.append(entry.path)


def _state():
    """What a worker, which has the same user, could change about this process from outside."""
    import resource

    kinds = [getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")]
    limits = {kind: resource.getrlimit(kind) for kind in kinds}
    if sys.platform != "linux":
        return limits
    here = (os.sched_getscheduler(0), os.sched_getaffinity(0), os.getpriority(os.PRIO_PROCESS, 0))
    return limits, here


def settle(request):
    """Write the student's modules to a folder of their own, and set the limits on resources.

    The worker becomes a session of its own, and can begin no other: however many processes it
    starts, together they get as much of a busy processor as the fork server alone.
    """
    import resource

    os.setsid()
    _filter_system_calls(request["filter"])

    folder = os.path.join(tempfile.gettempdir(), request["folder"])
    _write(folder, request["modules"])
    given = {name: text for name, text in request["references"].items() if text is not None}
    paths = _write(
        os.path.join(folder, "references"), {f"{name}.py": given[name] for name in given}
    )
    request["references"] |= dict(zip(given, paths, strict=True))
    os.chdir(folder)
    tempfile.tempdir = folder
    for name in ("TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):  # Matplotlib keeps files there
        os.environ[name] = folder
    request["stacks"] = os.path.join(folder, "stack")
    limits = request["limits"]
    with open("/proc/self/statm", encoding="utf-8") as file:
        sizes = [int(size) * resource.getpagesize() for size in file.read().split()]
    addresses, data = sizes[0], sizes[5]
    for kind, most in {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: limits["cpu"],
        resource.RLIMIT_DATA: data + limits["memory"],
        resource.RLIMIT_AS: addresses + limits["memory"] + MOST_ADDRESSES,
        resource.RLIMIT_FSIZE: limits["disk"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_NPROC: limits["processes"],
    }.items():
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def _filter_system_calls(program):
    """Have the kernel apply a filter (classic BPF) to this process and to all that it starts."""
    import ctypes

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))

    set_seccomp, mode_filter, bytes_of_a_step = 22, 2, 8
    program = Program(len(program) // bytes_of_a_step, program)
    if ctypes.CDLL(None, use_errno=True).prctl(set_seccomp, mode_filter, ctypes.byref(program)):
        raise OSError(ctypes.get_errno(), "the filter of system calls was refused")


def _write(folder, files):
    """Make a folder of files, and give their paths."""
    os.mkdir(folder)
    paths = [os.path.join(folder, name) for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        with open(path, "wb") as file:
            file.write(text)
    return paths


def stack_of(pid, name, workers):
    """What the stack file of a worker says a moment after it was asked to write it.

    Args:
        pid: the worker.
        name: of the worker's folder.
        workers: those that there are.
    """
    path, before, text = os.path.join(tempfile.gettempdir(), name, "stack"), None, ""
    if pid not in workers:
        return ""
    os.kill(pid, signal.SIGUSR1)
    for _ in range(60):
        time.sleep(0.05)
        before, text = text, _beginning(path)
        if text and text == before:
            break
    return text


def _beginning(path):
    """The first lines of a file that a student's code may have replaced by anything."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    try:
        return os.read(handle, LONGEST_STACK).decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        os.close(handle)
