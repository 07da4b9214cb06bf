"""What outlives a run: processes of the library, and spare ones for the next run's subjects.

TensorFlow does much when it is used for the first time in a process. A spare process has made the
calls with which the tests of an exercise begin, on the reference, and then becomes that of a
subject.
"""

import os
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

from grading.catalogue.spec import LibrarySpec
from grading.catalogue.syllabus import exercise
from grading.processes.forkserver import TENSORFLOW
from grading.running.driver import CALL_LIMIT, WorkerDriver
from grading.running.library import REFERENCE, spec_of
from grading.running.patience import slowness_of
from grading.running.suite_run import Known

PAIR = min(2, os.cpu_count() or 1)  # processes of the kit's own that work side by side
# By fork servers, of the exercise that is worked at.
_LIBRARIES = weakref.WeakKeyDictionary()  # its name, and drivers
_SPARES = weakref.WeakKeyDictionary()  # drivers
_KNOWN = {}  # of the exercise about tests that is worked at, what the candidates answered
_CHOOSING = threading.Lock()


def library_drivers(name, servers):
    """Drivers to the misconceptions of an exercise, which stay until another one is asked for.

    Args:
        name: the exercise.
        servers: the :class:`grading.processes.forkserver.ForkServers` of a run.
    """
    servers = _for_our_code(servers)
    with _CHOOSING:
        known, drivers = _LIBRARIES.get(servers, (None, []))
        if known == name:
            return drivers
        _end_library(servers)
        drivers = [_driver(name, servers) for _ in range(PAIR)]
        _LIBRARIES[servers] = name, drivers
        return drivers


def end_library_drivers(servers):
    """End those that are there; ``servers`` as for :func:`library_drivers`."""
    with _CHOOSING:
        _end_library(_for_our_code(servers))


def known_answers(name):
    """What candidates of an exercise answered: at the next save, most is asked again."""
    with _CHOOSING:
        if name not in _KNOWN:
            _KNOWN.clear()
            _KNOWN[name] = Known()
        return _KNOWN[name]


def make_spares(name, servers, number, calls, is_wanted):
    """Have so many spare processes for an exercise, and none for another one.

    Args:
        name: the exercise.
        servers: as for :func:`library_drivers`.
        number: how many.
        calls: what they call on the reference.
        is_wanted: asked before each call; a process that is not ready by then is ended.
    """
    with _CHOOSING:
        spares = _SPARES.setdefault(servers, [])
        others = [spare for spare in spares if spare.spec.exercise != name]
        spares[:] = [spare for spare in spares if spare.spec.exercise == name]
    for spare in others:
        spare.close()
    if not exercise(name).tensorflow:
        return

    def make(_):
        spare = _driver(name, servers)
        for call in calls:
            if not is_wanted():
                spare.close()
                return
            spare.call(call.probe, call.args, call.kwargs, subject=REFERENCE)
        with _CHOOSING:
            spares.append(spare)

    with ThreadPoolExecutor(number) as pool:
        list(pool.map(make, range(number - len(spares))))


def spare_for(spec, server, servers):
    """A spare process of a fork server for a subject, or None; nobody else gets it."""
    if isinstance(spec, LibrarySpec):
        return None
    with _CHOOSING:
        for spare in _SPARES.get(servers, ()):
            if spare.server is server and spare.spec.exercise == spec.exercise:
                _SPARES[servers].remove(spare)
                return spare
    return None


def _driver(name, servers):
    server = servers.get(TENSORFLOW[exercise(name).tensorflow])
    return WorkerDriver(server, spec_of(name), slowness_of(name) * CALL_LIMIT)


def _for_our_code(servers):
    return getattr(servers, "trusted", None) or servers


def _end_library(servers):
    _, drivers = _LIBRARIES.pop(servers, (None, []))
    for driver in drivers:
        driver.close()
