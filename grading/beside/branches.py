"""Let one run of a student's tests stand for many: it is forked where implementations differ.

Up to the first answer in which two implementations differ, a run on either is the same run. So one
process runs the tests on all of them. Where the judge has several answers for one question, the
process forks for each but the last, and waits while the child goes on to its end with its own.
"""

import contextlib
import ctypes
import faulthandler
import os
import random
import signal
import sys
import threading

from grading.beside import output

_say = None  # to the judge, in a branch: says what it came to


def can_fork():
    """Whether this process is copied whole by a fork: another thread would be missing."""
    return (
        sys.platform == "linux"  # else a branch that hangs would outlive the process it came from
        and threading.current_thread() is threading.main_thread()
        and threading.active_count() == 1
        and "tensorflow" not in sys.modules  # it has threads that Python does not know
    )


def part(number, ask, file, stacks):
    """Go on in as many processes as there are answers; gives each its own.

    Args:
        number: of answers, at least 2.
        ask: asks the judge: ``{"ended": exit code}`` of each branch, and ``{"next": whether this
            process goes on to its end with it}``, which is answered with an answer.
        file: to which this process prints.
        stacks: a file to which it writes where it is when it gets SIGUSR1, or None.
    """
    global _say
    for _ in range((number - 1) * can_fork()):
        output.flush()
        chance = random.getstate()  # Python gives a fork another one
        try:
            pid = os.fork()
        except OSError:
            break
        if pid == 0:
            random.setstate(chance)
            die_with_parent()
            output.part(file)
            _say = ask
            return ask({"next": False})
        with _passing_on(pid, stacks):
            _, status = os.waitpid(pid, 0)
        ask({"ended": os.waitstatus_to_exitcode(status)})
    return ask({"next": True})


def end_if_branch(answer):
    """End this process if it is a branch, after it told the judge what its run came to."""
    if _say is not None:
        _say({"came": answer})
        os._exit(0)


def die_with_parent():
    """Have the system end this process when its parent ends in whatever way (Linux only)."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


@contextlib.contextmanager
def _passing_on(pid, stacks):
    """While this process waits for a branch, that one is to say where it is."""
    if stacks is None:
        yield
        return
    faulthandler.unregister(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, lambda *_: os.kill(pid, signal.SIGUSR1))
    try:
        yield
    finally:
        faulthandler.register(signal.SIGUSR1, file=stacks, all_threads=False)
