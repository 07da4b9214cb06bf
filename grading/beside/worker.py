"""The process of a subject: loads one module and answers the calls of its probes.

A student's code runs here and nowhere else. Its standard input is empty, and what it prints goes to
a file that is sent along with each answer, so a print can neither break the protocol nor be lost.
"""

import faulthandler
import functools
import importlib
import signal
import sys
import tempfile

import numpy as np

from grading.beside import audit, branches, output, plain, suites
from grading.beside.channel import Closed
from grading.beside.errors import describe_error
from grading.beside.load import load
from grading.beside.probes.base import Missing, Unusable
from grading.beside.show import describe


def serve(channel, request):
    """Load the subject that a request names and answer calls until the judge closes.

    Args:
        channel: to the judge.
        request: which subject, see :func:`grading.beside.load.load`. ``exercise`` names its probes,
            ``stacks`` a file for what it does when it hangs, or None; in a sandbox there are
            ``modules``, too, the student's. Where it is a library, the judge may say in place of a
            call which subject to ``become``: such a request.
    """
    chance = np.random.get_state()  # Python's own is another one in each forked process
    file = output.take_over()
    stacks = None
    if hasattr(faulthandler, "register") and request.get("stacks"):
        stacks = open(request["stacks"], "w", encoding="utf-8")  # noqa: SIM115 (stays open for the signal handler)
        faulthandler.register(signal.SIGUSR1, file=stacks, all_threads=False)
    exercise = request["exercise"]
    probes = importlib.import_module(f"grading.beside.probes.{exercise}")
    if hasattr(probes, "prepare"):
        probes.prepare()
    suites.ask_through(functools.partial(_ask, channel, file, stacks))
    kept = audit.sealed() if "path" in request else []
    tried = []
    if "modules" in request:
        tell = functools.partial(_tell_attempts, channel)
        tried = audit.watch(tempfile.gettempdir(), tell)
    channel.send("ready")  # from now on the time is the student's
    subject, fault = load(request)
    _reply(channel, {"loaded": fault, "tried": tried}, file)
    while True:
        try:
            call = channel.receive()
        except (Closed, ValueError):
            return
        if "become" in call:
            _begin_anew(chance)
            serve(channel, call["become"])
            return
        if "library" in request:
            answer = answer_of_library(probes, request, call)
        else:
            answer = fault or answer_call(probes, subject, request, call)
        replaced = audit.broken(kept)
        if replaced:
            answer = {"unusable": f"{audit.REPLACED}{replaced}, which its answers pass through"}
        try:
            _reply(channel, {**answer, "tried": tried} if tried else answer, file)
        except Closed:
            return


def _ask(channel, file, stacks, request):
    """Ask the judge something in the middle of a call; see :func:`grading.beside.suites.ask`."""

    def ask(what):
        channel.send({"ask": what})
        return channel.receive()

    answer = ask(request)
    if "branches" in answer:
        return branches.part(answer["branches"], ask, file, stacks)
    return answer


def _tell_attempts(channel, tried):
    channel.send({"tried": tried})


def answer_call(probes, subject, spec, request):
    """Run one probe and describe what happened, as a plain dict."""
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
    if request["probe"] == "unchecked":
        return {"value": [name for name in known if known[name].unchecked]}
    if request["probe"] == "recognise":
        marks = {name: known[name].recognise for name in known if known[name].recognise}
        return {"value": [name for name, mark in marks.items() if mark(*request["args"])]}
    if request["probe"] == "unrepeatable":
        marks = {name: known[name].unrepeatable for name in known if known[name].unrepeatable}
        (seeds,) = request["args"]
        return {"value": {name: [bool(mark(s)) for s in seeds] for name, mark in marks.items()}}
    if request["probe"] == "each":  # one call for several subjects
        asked, args, names = request["args"]
        calls = [{"probe": asked, "args": args, "kwargs": {}, "subject": name} for name in names]
        return {"value": [answer_of_library(probes, spec, call) for call in calls]}
    name = request["subject"]
    if request["probe"] == "explain":
        told = ("title", "explanation", "hint")
        return {"value": {what: getattr(known[name], what) for what in told}}
    made = spec.setdefault("made", {})
    if name not in made:
        made[name] = library.subject(f"{spec['exercise']}/{name}" if name else spec["exercise"])
    return answer_call(probes, made[name], spec, request)


def _begin_anew(chance):
    """Undo what calls have changed that a subject could tell.

    Args:
        chance: the state in which NumPy's generator was before them.
    """
    np.random.set_state(chance)
    if "tensorflow" in sys.modules:
        backend = sys.modules["tensorflow"].keras.backend
        # What Keras numbers the names of layers by.
        getattr(backend, "reset_uids", backend.clear_session)()


def _reply(channel, answer, file):
    answer = {**answer, "printed": output.take_out(file)}
    try:
        _send(channel, answer)
    except (TypeError, ValueError, RecursionError) as error:  # an int of 5000 digits, say
        problem = f"the answer cannot be written down: {error}"
        _send(channel, {"unusable": problem, "printed": answer["printed"]})


def _send(channel, answer):
    branches.end_if_branch(answer)
    channel.send(answer)
