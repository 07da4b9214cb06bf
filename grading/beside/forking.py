"""The fork server: forks a worker for each request of the judge, and tells how workers ended."""

import os
import signal
import socket

from grading.beside import branches, confined, worker
from grading.beside.channel import Channel, Closed


def serve(control, sandbox=None):
    """Answer the judge's requests until it closes.

    A request is one byte, with the socket of the new worker if there is to be one, and a message:
    ``{"fork": what the worker is for}``, ``{"reap": pid}``, ``{"signal": pid, "number": number}``;
    in a sandbox, ``{"stack": pid, "file": name}`` and ``{"clear": True}``, too.

    Args:
        control: the judge's socket.
        sandbox: the :class:`grading.beside.confined.Sandbox` that this process is in, or None.
    """
    channel, workers = Channel(control), set()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the judge, which then closes us
    channel.send("ready")
    try:
        while True:
            _, handles, _, _ = socket.recv_fds(control, 1, 1)
            request = channel.receive()
            if handles:
                # What one worker leaves, the next must not find.
                if sandbox and not workers and not sandbox.clear():
                    return
                answer = _fork(control, handles[0], request["fork"], sandbox)
                workers.add(answer)
            elif "clear" in request:
                workers.clear()
                answer = sandbox.clear()
            else:
                answer = _about_worker(request, workers)
            channel.send(answer)
    except (Closed, OSError):
        return
    finally:
        for pid in workers:  # one that loops would never notice that its judge is gone
            os.kill(pid, signal.SIGKILL)


def _fork(control, handle, request, sandbox):
    """Fork a worker that talks through a handle; gives its process id."""
    pid = os.fork()
    if pid:
        os.close(handle)
        return pid
    try:
        branches.die_with_parent()
        control.close()
        if sandbox:
            confined.close_all_but(handle)
        channel = Channel(socket.socket(fileno=handle))
        if sandbox:  # what this process reads, later workers could find in their memory
            request = channel.receive()
            confined.settle(request)
        worker.serve(channel, request)
    finally:
        os._exit(0)


def _about_worker(request, workers):
    """Answer a request about a worker that there is."""
    if "reap" in request:
        _, status = os.waitpid(request["reap"], 0)
        workers.discard(request["reap"])
        return os.waitstatus_to_exitcode(status)
    if "signal" in request:
        if request["signal"] in workers:
            os.kill(request["signal"], request["number"])
        return None
    return confined.stack_of(request["stack"], request["file"], workers)
