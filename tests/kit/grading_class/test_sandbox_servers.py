"""The fork servers of sandboxes: what they do, and that nothing of a submission stays."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.spec import FileSpec, LibrarySpec
from grading.catalogue.stubs import solution_path
from grading.processes import sandbox
from grading.processes.forkserver import ForkServers
from grading.processes.sandbox import Sandboxes
from grading.processes.starter import descendants
from grading.running.driver import WorkerDriver
from tests.kit.grading_class.sandboxes import LIMITS, needs_sandbox
from tests.kit.test_bad_input import wrong


def test_a_students_code_and_nothing_else_is_for_the_sandbox():
    trusted = ForkServers()
    boxes, kept = Sandboxes(LIMITS, trusted), trusted.get(["numpy"], 1)
    theirs = FileSpec("tokenizer", str(solution_path("tokenizer")))
    assert boxes.get_for(theirs, ["numpy"], 1) is boxes.get(["numpy"], 1)
    ours = boxes.get_for(LibrarySpec("tokenizer", "grading.misconceptions"), ["numpy"], 1)
    assert ours.server is kept is trusted.get(["numpy"], 1)
    assert ours.largest_answer == boxes.get().largest_answer < kept.largest_answer
    ours.note("too large")
    assert boxes.notes == ["too large"]


@needs_sandbox
def test_what_one_exercise_leaves_does_not_meet_the_next(answer_of):
    child = "if os.fork() == 0:\n    time.sleep(60)"
    assert answer_of(f"import os, time\nopen('/tmp/left', 'w')\n{child}\nsaid = 1") == "1"
    assert answer_of("import os; said = os.path.exists('/tmp/left')") == "False"
    assert (
        answer_of("import os; said = len([p for p in os.listdir('/proc') if p.isdigit()])") == "2"
    )


@needs_sandbox
@pytest.mark.parametrize(
    "code",
    [
        "import os; os.makedirs('/tmp/left/x'); os.chmod('/tmp/left', 0)",
        "import os\nfor _ in range(3000): os.mkdir('left') or os.chdir('left')",
        "import resource; resource.prlimit(1, resource.RLIMIT_CORE, (9, 9))",
    ],
)
def test_what_cannot_be_cleared_away_ends_the_sandbox(answer_of, boxes, code):
    assert answer_of(code) == "None"
    look = "import os, resource; said = [os.listdir('/tmp'), resource.prlimit(1, 4)]"
    found = answer_of(look)
    assert "left" not in found and "(9, 9)" not in found
    assert "what cannot be cleared away" in boxes.notes[0]


@needs_sandbox
def test_a_hanging_call_tells_the_lines_it_hangs_in(boxes, tmp_path):
    path = tmp_path / "tokenizer.py"
    path.write_text(wrong(decode="while True: pass"))
    driver = WorkerDriver(boxes.get(), FileSpec("tokenizer", str(path)), limit=1)
    frames = driver.call("decoding", ["ab", [0]]).fault.frames
    assert frames[-1][1] == "while True: pass"
    driver.close()


@needs_sandbox
def test_the_right_solution_works_with_and_without_tensorflow(boxes):
    for name, probe, arguments in (
        ("tokenizer", "encoding", ["abb", "ab"]),
        ("windows", "batches", [list(range(9)), 3]),
    ):
        preload = ("tensorflow",) if name == "windows" else ()
        spec = FileSpec(name, str(solution_path(name)))
        inside, outside = WorkerDriver(boxes.get(preload), spec), ForkServers()
        beside = WorkerDriver(outside.get(preload), spec)
        one, other = (driver.call(probe, arguments) for driver in (inside, beside))
        inside.close()
        outside.close()
        assert one.fault is other.fault is None
        assert repr(one.value) == repr(other.value)


@needs_sandbox
def test_a_server_can_be_warmed_in_a_thread_that_ends(boxes):
    server = boxes.get()
    thread = threading.Thread(target=server.warm)
    thread.start()
    thread.join()
    time.sleep(0.3)
    driver = WorkerDriver(server, FileSpec("tokenizer", str(solution_path("tokenizer"))))
    assert driver.call("decoding", ["ab", [0]]).value == "a"
    driver.close()


@needs_sandbox
def test_nothing_is_left_when_it_is_closed(tmp_path):
    path = tmp_path / "tokenizer.py"
    child = "if os.fork() == 0: os.setsid() or os.execvp('sleep', ['sleep', '4321.9'])"
    path.write_text(wrong(decode=f"import os\n        {child}\n        return 'a'"))
    others = set(descendants(os.getpid()))  # of tests before this one
    boxes = Sandboxes(LIMITS)
    driver = WorkerDriver(boxes.get(), FileSpec("tokenizer", str(path)))
    assert driver.call("decoding", ["ab", [0]]).value == "a"
    folder = boxes.get()._folder.name
    time.sleep(0.3)  # the child becomes another program
    inside = set(descendants(os.getpid())) - others
    assert any(b"4321.9" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in inside)
    boxes.close()
    assert [pid for pid in inside if Path(f"/proc/{pid}").exists()] == []
    assert not os.path.exists(folder)


def after(code, tmp_path, pool, limit=5):
    """What a fork server from the pool is after a submission that runs some code."""
    path = tmp_path / "tokenizer.py"
    path.write_text(wrong(decode="\n        ".join([*code.strip().splitlines(), "return 'a'"])))
    boxes = Sandboxes(LIMITS, pool=pool)
    server = boxes.get()
    driver = WorkerDriver(server, FileSpec("tokenizer", str(path)), limit)
    outcome = driver.call("decoding", ["ab", [0]])
    driver.close()
    boxes.close()
    return server, outcome.value if outcome.fault is None else outcome.fault


@needs_sandbox
def test_in_a_pool_the_next_submission_has_the_same_server_and_finds_nothing(tmp_path):
    pool = sandbox.Pool()
    leave = (
        "import os, threading, time\n"
        "os.makedirs('/tmp/left/there')\n"
        "threading.Thread(target=time.sleep, args=[60], daemon=True).start()\n"
        "os.chmod('/tmp', 0)"
    )
    first, said = after(leave, tmp_path, pool)
    assert said == "a"
    look = (
        "import os\n"
        "assert 'left' not in os.listdir('/tmp')\n"
        "assert {p for p in os.listdir('/proc') if p.isdigit()} == {'1', str(os.getpid())}"
    )
    again, said = after(look, tmp_path, pool)
    assert said == "a" and again is first
    pool.close()
    assert first._process is None


@needs_sandbox
@pytest.mark.parametrize(
    "code",
    [
        "import resource; resource.prlimit(1, resource.RLIMIT_NOFILE, (9, 9))",
        "import os; os.setpriority(os.PRIO_PROCESS, 1, 5)",
        "import os; os.sched_setscheduler(1, os.SCHED_IDLE, os.sched_param(0))",
        "import os\nfor _ in range(3000): os.mkdir('d') or os.chdir('d')",
        "while True: pass",
        "raise SystemExit",
    ],
)
def test_a_server_goes_with_a_submission_that_left_a_trace(tmp_path, code):
    pool = sandbox.Pool()
    server, _ = after(code, tmp_path, pool, limit=2)
    boxes = Sandboxes(LIMITS, pool=pool)
    is_kept = boxes.get() is server
    boxes.close()
    pool.close()
    assert is_kept is (code == "raise SystemExit")  # an exception like others
    assert server._process is None


@needs_sandbox
def test_a_server_is_never_told_the_modules(boxes, tmp_path):
    path, told = tmp_path / "tokenizer.py", []
    path.write_text(wrong(decode="return 'a mark of its own'"))
    server = boxes.get()
    server.warm()
    send = server._control.send
    server._control.send = lambda request, *limit: told.append(request) or send(request, *limit)
    driver = WorkerDriver(server, FileSpec("tokenizer", str(path)))
    assert driver.call("decoding", ["ab", [0]]).value == "a mark of its own"
    driver.close()
    assert told and "a mark of its own" not in repr(told)


BUSY = """
import os, time
for _ in range(60):
    if os.fork() == 0:
        os.setsid()
        while True: pass
time.sleep(60)
"""


@needs_sandbox
@pytest.mark.parametrize("busy", [False, True])
def test_a_judge_that_is_killed_leaves_nothing_running(tmp_path, busy):
    path = tmp_path / "tokenizer.py"
    path.write_text(wrong(decode="\n        ".join(BUSY.split("\n"))))
    code = (
        "from grading.catalogue.spec import FileSpec\n"
        "from grading.processes.sandbox import Limits, Sandboxes\n"
        "from grading.processes.starter import descendants\n"
        "from grading.running.driver import WorkerDriver\n"
        "import os, threading, time\n"
        "boxes = Sandboxes(Limits(children=1000))\n"
        "boxes.get().warm()\n"
        f"if {busy}:\n"
        f"    spec = FileSpec('tokenizer', {str(path)!r})\n"
        "    driver = WorkerDriver(boxes.get(), spec, 60)\n"
        "    call = lambda: driver.call('decoding', ['ab', [0]])\n"
        "    threading.Thread(target=call, daemon=True).start()\n"
        "    end = time.monotonic() + 60\n"
        "    while len(descendants(os.getpid())) < 60 and time.monotonic() < end: time.sleep(0.1)\n"
        "print(*descendants(os.getpid()), flush=True)\n"
        "time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment
    ) as judge:
        inside = judge.stdout.readline().split()
        judge.kill()
        assert len(inside) >= (60 if busy else 1)
    end = time.monotonic() + 2
    while any(is_running(pid) for pid in inside) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(is_running(pid) for pid in inside)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
