"""The process of a subject: loads one module and answers the calls of its probes.

    python -m grading.beside.worker forkserver FD [tensorflow]   preload once, then fork a worker a request
    python -m grading.beside.worker sandbox FD [tensorflow]   the same, inside of grading.processes.sandbox
    python -m grading.beside.worker connect PORT              one worker, where a system cannot fork

A student's code runs here and nowhere else. Its standard input is empty, and what it prints goes to
a file that is sent along with each answer, so a print can neither break the protocol nor be lost.
"""

import ast
import contextlib
import faulthandler
import functools
import importlib
import os
import re
import signal
import socket
import sys
import tempfile

from grading.beside import asking, attempts, plain, seal
from grading.beside.channel import Channel, Closed
from grading.beside.show import describe
from grading.catalogue.syllabus import NAMES

REPLACED = "the module replaced "  # how the judge knows that from another mistake
LONGEST_OUTPUT = 20_000  # characters of what a student's code printed in one call


def main(arguments):
    mode, address, *preload = arguments
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # The tests' small sums are compared with NumPy's; a GPU would be slower and less exact.
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    for name in preload:
        importlib.import_module(name)
    if "tensorflow" in preload:
        _be_quick_on_small_tensors()
    if mode == "forkserver":
        server(socket.socket(fileno=int(address)))
    elif mode == "sandbox":
        for name in ("load", *(f"probes.{exercise}" for exercise in NAMES)):
            importlib.import_module(f"grading.beside.{name}")
        _close_all_but(int(address))
        _keep_to_itself()
        server(socket.socket(fileno=int(address)), (_state(), dict(_own_paths())))
    else:
        sock = socket.create_connection(("127.0.0.1", int(address)))
        serve(Channel(sock), Channel(sock).receive())


def _be_quick_on_small_tensors():
    """Have TensorFlow run graphs as they are, and share out no operation over threads.

    Here most graphs run once, on a handful of numbers: to optimize them, or to wake a thread for
    them, takes longer than to run them.
    """
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def server(control, first=None):
    """Fork a worker for each request; tell how a worker ended when asked.

    Args:
        control: the judge's socket.
        first: what a sandbox is like before the first worker, to tell whether anything is left.
    """
    channel, workers = Channel(control), set()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the judge, which then closes us
    channel.send("ready")
    try:
        _fork_on_request(control, channel, workers, first)
    finally:
        for pid in workers:  # one that loops would never notice that its judge is gone
            os.kill(pid, signal.SIGKILL)


def _fork_on_request(control, channel, workers, first):
    while True:
        try:
            # The judge sends one byte with the worker's socket, then a message about it.
            _, handles, _, _ = socket.recv_fds(control, 1, 1)
            request = channel.receive()
        except (Closed, OSError):
            return
        if "reap" in request:
            _, status = os.waitpid(request["reap"], 0)
            workers.discard(request["reap"])
            channel.send(os.waitstatus_to_exitcode(status))
            continue
        if "signal" in request:
            if request["signal"] in workers:
                os.kill(request["signal"], request["number"])
            channel.send(None)
            continue
        if "stack" in request:
            channel.send(_stack_of(request, workers))
            continue
        if "clear" in request:
            _clear_sandbox(first[1])
            workers.clear()
            channel.send(_is_clear(*first))
            continue
        if not handles:
            return
        if "sandbox" in request and not workers:
            _clear_sandbox(first[1])
            if not _is_clear(*first):  # what one worker leaves, the next must not find
                return
        pid = os.fork()
        if pid == 0:
            try:
                _die_with_parent()
                control.close()
                if "sandbox" in request:
                    _close_all_but(handles[0])
                own = Channel(socket.socket(fileno=handles[0]))
                if "sandbox" in request:
                    request = own.receive()
                    _settle(request)
                serve(own, request)
            finally:
                os._exit(0)
        workers.add(pid)
        os.close(handles[0])
        channel.send(pid)


def _die_with_parent():
    """Have the system end this worker when its fork server ends in whatever way (Linux only)."""
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


# In a sandbox: all of it may be touched by the student's code, but for the fork server itself.


def _keep_to_itself():
    """Let no worker look into this process, nor into another worker."""
    import ctypes

    set_dumpable = 4
    ctypes.CDLL(None).prctl(set_dumpable, 0)


def _close_all_but(handle):
    os.closerange(3, handle)
    os.closerange(handle + 1, 4096)


def _clear_sandbox(paths):
    """End what an earlier worker left running, and remove what it left beside the first paths."""
    import shutil

    with contextlib.suppress(OSError):
        os.kill(-1, signal.SIGKILL)  # all but this process
        while True:
            os.waitpid(-1, 0)
    folder = tempfile.gettempdir()
    os.chmod(folder, 0o700)
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if path in paths:
            continue
        with contextlib.suppress(Exception):  # a tree too deep to be removed stays
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)


def _is_clear(state, paths):
    """Whether nothing is left of earlier workers: no other process, no other file."""
    others = [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    same = (paths.get(path) == mode for path, mode in _own_paths())
    return not others and state == _state() and all(same)


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


def _settle(spec):
    """Write the student's modules to a folder of their own, and set the limits on resources."""
    import resource

    folder = os.path.join(tempfile.gettempdir(), spec["folder"])
    os.mkdir(folder)
    for name, source in spec["modules"].items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(source)
    os.chdir(folder)
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    spec["stacks"] = os.path.join(folder, "stack")
    limits = spec["limits"]
    with open("/proc/self/statm") as file:
        data = int(file.read().split()[5]) * resource.getpagesize()
    for kind, most in {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: limits["cpu"],
        resource.RLIMIT_DATA: data + limits["memory"],
        resource.RLIMIT_FSIZE: limits["disk"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_NPROC: limits["processes"],
    }.items():
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def _stack_of(request, workers):
    """What a worker's stack file says a moment after it was asked to write it."""
    import time

    path, before, text = os.path.join(tempfile.gettempdir(), request["file"], "stack"), None, ""
    if request["stack"] not in workers:
        return ""
    os.kill(request["stack"], signal.SIGUSR1)
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
        return os.read(handle, LONGEST_OUTPUT).decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        os.close(handle)


def serve(channel, spec):
    """Load the subject that ``spec`` names and answer calls until the judge closes."""
    output = _take_over_output()
    stacks = None
    if hasattr(faulthandler, "register") and spec.get("stacks"):
        stacks = open(spec["stacks"], "w")  # noqa: SIM115 (stays open for the signal handler)
        faulthandler.register(signal.SIGUSR1, file=stacks, all_threads=False)
    exercise = spec["exercise"]
    probes = importlib.import_module(f"grading.beside.probes.{exercise}")
    importlib.import_module("grading.beside.load")
    if hasattr(probes, "prepare"):
        probes.prepare()
    asking.through(functools.partial(_ask, channel))
    kept = seal.sealed() if "path" in spec else []
    tried = attempts.watch(tempfile.gettempdir()) if "modules" in spec else []
    channel.send("ready")  # from now on the time is the student's
    subject, fault = load(spec)
    _reply(channel, {"loaded": fault, "tried": tried}, output)
    while True:
        try:
            request = channel.receive()
        except (Closed, ValueError):
            return
        if "library" in spec:
            answer = answer_of_library(probes, spec, request)
        else:
            answer = fault or answer_call(probes, subject, spec, request)
        replaced = seal.broken(kept)
        if replaced:
            answer = {"unusable": f"{REPLACED}{replaced}, which its answers pass through"}
        try:
            _reply(channel, {**answer, "tried": tried} if tried else answer, output)
        except Closed:
            return


def _ask(channel, request):
    """Ask the judge something in the middle of a call; see :mod:`grading.beside.asking`."""
    channel.send({"ask": request})
    return channel.receive()


def answer_call(probes, subject, spec, request):
    """Run one probe and describe what happened, as a plain dict."""
    from grading.beside.probes.base import Missing, Unusable

    probe = getattr(probes, request["probe"])
    try:
        result = probe(subject, *request["args"], **request["kwargs"])
        return {"value": plain.to_plain(result)}
    except plain.NotPlain as error:
        return {"unusable": f"the answer holds {describe(error.value)}, which is no plain value"}
    except Unusable as error:
        return {"unusable": str(error)}
    except Missing as error:
        return {"missing": str(error)}
    except BaseException as error:  # sys.exit() in a function is an answer too
        return {"raised": describe_error(error, spec.get("path", ""))}


def answer_of_library(probes, spec, request):
    """Run a probe on one of many subjects that are made by code, or tell about one of them."""
    library = importlib.import_module(spec["library"])
    known = library.library(spec["exercise"])
    if request["probe"] == "names":
        return {"value": list(known)}
    if request["probe"] == "recognise":
        marks = {name: known[name].recognise for name in known if known[name].recognise}
        return {"value": [name for name, mark in marks.items() if mark(*request["args"])]}
    name = request["subject"]
    if request["probe"] == "explain":
        return {"value": {"title": known[name].title, "explanation": known[name].explanation}}
    made = spec.setdefault("made", {})
    if name not in made:
        made[name] = library.subject(f"{spec['exercise']}/{name}" if name else spec["exercise"])
    return answer_call(probes, made[name], spec, request)


def describe_error(error, path):
    """An exception as plain values: class names, message, and the lines of the student's file."""
    return {
        "kind": type(error).__name__,
        "kinds": [base.__name__ for base in type(error).__mro__],
        "message": _own_message(error),
        "frames": _frames_in(path, error) or _definition_called(path, error),
    }


def _own_message(error):
    """The message, without what Keras and AutoGraph wrap round it."""
    text = str(error)
    if "Call arguments received by layer" in text:
        text = text[: text.index("Call arguments received by layer")]
    if "Exception encountered when calling layer" in text:
        text = text[text.index("Exception encountered when calling layer") :].partition("\n\n")[2]
    # What the student wrote stays whole: a tab at its end may be the very character it names.
    return text if text == str(error) else text.strip()


def _frames_in(path, error):
    import linecache

    frames, trace = [], error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == path:
            code = linecache.getline(path, trace.tb_lineno).strip()
            frames.append([trace.tb_lineno, code])
        trace = trace.tb_next
    return frames[-5:]


def _definition_called(path, error):
    """Where the function is defined that could not be called so: its line, as a frame."""
    found = re.match(r"([\w.]+)\(\) (takes|got|missing)", str(error))
    if not (isinstance(error, TypeError) and found):
        return []
    try:
        with open(path, encoding="utf-8") as file:
            source = file.read()
        body = ast.parse(source).body
        for name in found[1].split("."):
            (node,) = (n for n in body if getattr(n, "name", None) == name)
            body = node.body
    except (OSError, ValueError, SyntaxError, AttributeError):  # not the student's own function
        return []
    return [[node.lineno, source.splitlines()[node.lineno - 1].strip()]]


def load(spec):
    from grading.beside.load import LoadError, load_module

    try:
        if "library" in spec:
            return None, None
        if "variant" in spec:  # a subject made by code, such as a misconception
            return importlib.import_module(spec["variant"]).subject(spec["name"]), None
        return load_module(spec["path"], spec["exercise"]), None
    except LoadError as error:
        return None, {"unloadable": str(error)}


def _take_over_output():
    """Send everything that is printed, also by native code, to a file of our own."""
    output = tempfile.TemporaryFile(mode="w+b")  # noqa: SIM115
    with open(os.devnull) as empty:
        os.dup2(empty.fileno(), 0)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(output.fileno(), 1)
    os.dup2(output.fileno(), 2)
    return output


def _reply(channel, answer, output):
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # a student may have closed or replaced it
            continue
    size = os.fstat(output.fileno()).st_size
    printed = ""
    if size:
        os.lseek(output.fileno(), 0, os.SEEK_SET)
        printed = os.read(output.fileno(), 4 * LONGEST_OUTPUT).decode("utf-8", "replace")
        os.ftruncate(output.fileno(), 0)
        os.lseek(output.fileno(), 0, os.SEEK_SET)
    printed = printed[:LONGEST_OUTPUT]
    try:
        channel.send({**answer, "printed": printed})
    except (TypeError, ValueError, RecursionError) as error:  # an int of 5000 digits, say
        channel.send(
            {"unusable": f"the answer cannot be written down: {error}", "printed": printed}
        )


if __name__ == "__main__":
    main(sys.argv[1:])
