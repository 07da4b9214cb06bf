"""A spare process becomes that of a subject, which cannot tell that it was used before."""

import os
import signal

import pytest

from grading.beside.probes import windows as probes
from grading.catalogue.spec import FileSpec
from grading.processes.forkserver import TENSORFLOW
from grading.running.driver import WorkerDriver
from grading.running.lasting import make_spares, spare_for
from grading.running.library import spec_of
from grading.running.outcome import Outcome
from grading.running.subject import Call

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="only forked processes are spare")

CALLS = [Call("batches", [range(9), 3], {"batch_size": 2}, Outcome(), probes.batches)]
# What a process knows, in a message.
TELLING = """
import sys
import numpy as np
import tensorflow as tf

def split_windows(*args, **kwargs):
    names = [tf.keras.layers.Dense(1).name, tf.keras.layers.Dense(1).name]
    raise ValueError(f"{np.random.rand()} {names} {sys.argv} {__name__}")
"""


@pytest.fixture
def spec(tmp_path):
    (tmp_path / "windows.py").write_text(TELLING, encoding="utf-8")
    return FileSpec("windows", str(tmp_path / "windows.py"))


@pytest.fixture
def server(servers):
    yield servers.get(TENSORFLOW[True])
    make_spares("tokenizer", servers, 1, [], lambda: True)  # those that are left end


def told(driver):
    fault = driver.call("batches", [range(9), 3], {}).fault
    driver.close()
    return fault.message


def test_a_subject_is_told_nothing_of_what_ran_before(servers, server, spec):
    make_spares("windows", servers, 2, CALLS, lambda: True)
    spares = [spare_for(spec, server, servers) for _ in range(3)]
    assert spares[0] and spares[1] and spares[2] is None
    texts = [told(WorkerDriver(server, spec, spare=spare)) for spare in spares]
    assert "dense" in texts[0] and len(set(texts)) == 1


def test_where_a_spare_process_has_ended_a_new_one_begins(servers, server, spec):
    make_spares("windows", servers, 1, CALLS, lambda: True)
    spare = spare_for(spec, server, servers)
    server.signal(spare._pid, signal.SIGKILL)
    assert "dense" in told(WorkerDriver(server, spec, spare=spare))


def test_one_that_is_not_ready_when_it_is_not_wanted_any_more_is_ended(servers, server, spec):
    answers = iter([True, False])
    make_spares("windows", servers, 1, CALLS * 2, lambda: next(answers))
    assert spare_for(spec, server, servers) is None


def test_spares_are_for_subjects_of_their_exercise(servers, server, spec):
    make_spares("windows", servers, 1, CALLS, lambda: True)
    assert spare_for(spec_of("windows"), server, servers) is None
    assert spare_for(FileSpec("stateful", spec.path), server, servers) is None
    assert spare_for(spec, servers.get(TENSORFLOW[True], hash_seed=1), servers) is None
    make_spares("stateful", servers, 1, [], lambda: True)
    assert spare_for(spec, server, servers) is None
