"""Drivers reach one and the same subject, and leave nothing behind."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from grading.beside.channel import Closed
from grading.catalogue.paths import ROOT
from grading.catalogue.spec import FileSpec, VariantSpec
from grading.catalogue.stubs import solution_path
from grading.processes.forkserver import ForkServer, ForkServers, Spawner
from grading.running.driver import InlineDriver, WorkerDriver
from grading.running.outcome import Fault, Kind
from grading.running.subjects import wants_tensorflow
from tests.kit.test_bad_input import wrong

SPEC = FileSpec("tokenizer", str(solution_path("tokenizer")))


@pytest.fixture(params=[ForkServer, Spawner])
def server(request):
    made = request.param()
    yield made
    made.close()


def spec_of(tmp_path, source):
    path = tmp_path / "tokenizer.py"
    path.write_text(source)
    return FileSpec("tokenizer", str(path))


def test_all_drivers_give_the_same(server):
    worker, inline = WorkerDriver(server, SPEC), InlineDriver(SPEC)
    one, other = (driver.call("encoding", ["hello", "ole"]) for driver in (worker, inline))
    assert one.fault is other.fault is None
    assert one.value.tolist() == other.value.tolist()
    worker.close()


def test_a_dead_subject_can_be_called_again(server, tmp_path):
    worker = WorkerDriver(server, spec_of(tmp_path, wrong(encode="import os; os._exit(7)")))
    for _ in range(2):
        assert worker.call("encoding", ["ab", "a"]).fault == Fault(Kind.DIED, code=7)
    assert worker.call("decoding", ["ab", [0]]).value == "a"
    worker.close()


def test_a_hanging_subject_is_ended_and_gets_less_time_next_time(server, tmp_path):
    worker = WorkerDriver(server, spec_of(tmp_path, wrong(encode="while True: pass")), limit=4)
    for limit in (4, 2):
        assert worker.call("encoding", ["ab", "a"]).fault.limit == limit
    worker.close()


def test_subjects_in_two_servers_have_different_hash_seeds(tmp_path):
    source = wrong(decode="return str(hash('a'))")
    servers = ForkServers()
    drivers = [WorkerDriver(servers.get((), seed), spec_of(tmp_path, source)) for seed in (0, 0, 1)]
    first, again, other = (driver.call("decoding", ["ab", [0]]).value for driver in drivers)
    assert first == again != other
    servers.close()


def test_a_subject_cannot_change_what_the_test_holds(tmp_path):
    source = wrong(decode="given[0] = 99 if isinstance(given, list) else 99; return 'x'")
    ids = [0, 1]
    driver = InlineDriver(spec_of(tmp_path, source))
    driver.call("decoding", ["ab", ids])
    assert ids == [0, 1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked only where that exists")
def test_what_a_subject_leaves_in_the_temporary_folder_goes_with_the_fork_server(tmp_path):
    server = ForkServer()
    leaves = "import tempfile; return tempfile.mkstemp()[1]"
    worker = WorkerDriver(server, spec_of(tmp_path, wrong(decode=leaves)))
    left = Path(worker.call("decoding", ["ab", [0]]).value)
    assert left.exists()
    worker.close()
    server.close()
    assert not left.exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked only where that exists")
def test_a_server_can_be_closed_while_another_thread_starts_it_anew(monkeypatch):
    class SlowToEnd:
        def __init__(self, process):
            self.process = process

        def __getattr__(self, name):
            if name == "wait" and threading.current_thread() is threading.main_thread():
                time.sleep(0.2)
            return getattr(self.process, name)

    def spawn_slowly(server, theirs, spawn=ForkServer._spawn):
        time.sleep(0.4)
        spawn(server, theirs)

    server, faults = ForkServer(), []
    monkeypatch.setattr(ForkServer, "_spawn", spawn_slowly)

    def warm():
        try:
            server.warm()
        except (Closed, OSError):  # it was ended meanwhile
            pass
        except Exception as error:
            faults.append(error)

    server.warm()
    server._process = SlowToEnd(server._process)
    server.kill()
    thread = threading.Thread(target=warm)
    thread.start()
    server.close()
    thread.join(60)
    server.close()
    assert not faults and not thread.is_alive()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked only where that exists")
def test_no_worker_outlives_a_judge_that_was_killed(tmp_path):
    spec_of(tmp_path, wrong(encode="open('worker.pid', 'w').write(str(__import__('os').getpid()))"
                            "; [None for _ in iter(int, 1)]"))  # fmt: skip
    judge = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--impl", str(tmp_path),
         "--time-limit", "100", str(ROOT / "tests" / "test_tokenizer.py")],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    pid_file = tmp_path / "worker.pid"
    for _ in range(600):
        if pid_file.exists() and pid_file.read_text():
            break
        time.sleep(0.1)
    pid = int(pid_file.read_text())
    judge.kill()
    judge.wait()
    for _ in range(100):
        if not _is_alive(pid):
            return
        time.sleep(0.1)
    pytest.fail("the worker is still there ten seconds later")


def _is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.parametrize(
    ("module", "wanted"), [("tests.kit.trivial", True), ("tests.kit.second_ways", False)]
)
def test_a_module_that_makes_subjects_is_looked_at_for_tensorflow_as_well(module, wanted):
    assert wants_tensorflow(VariantSpec("tokenizer", module, "tokenizer/none")) is wanted
