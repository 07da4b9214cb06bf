"""What a module can and cannot do in its sandbox, and that nothing of it stays."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.spec import FileSpec
from grading.catalogue.stubs import solution_path
from grading.processes import sandbox
from grading.processes.forkserver import ForkServers
from grading.processes.sandbox import Limits, Sandboxes, bubblewrap
from grading.processes.sandbox.processes import descendants
from grading.running.driver import WorkerDriver
from grading.running.outcome import Fault, Kind
from tests.kit.test_bad_input import wrong

needs_sandbox = pytest.mark.skipif(sandbox.missing() is not None, reason=str(sandbox.missing()))
LIMITS = Limits(memory=512 * 2**20, processes=60, disk=32 * 2**20)


@pytest.fixture
def boxes():
    made = Sandboxes(LIMITS)
    yield made
    made.close()


@pytest.fixture
def answer_of(boxes, tmp_path):
    """Run some code in a sandbox; gives the text that it leaves in ``said``."""

    def answer(code):
        lines = "\n        ".join(["said = None", *code.strip().splitlines(), "return repr(said)"])
        path = tmp_path / "tokenizer.py"
        path.write_text(wrong(decode=lines))
        driver = WorkerDriver(boxes.get(), FileSpec("tokenizer", str(path)), limit=5)
        outcome = driver.call("decoding", ["ab", [0]])
        driver.close()
        return outcome.value if outcome.fault is None else outcome.fault

    return answer


def refused(code):
    """Code that says which error some code ends in."""
    return f"try:\n    said = {code}\nexcept OSError as error:\n    said = error.strerror"


@needs_sandbox
def test_the_kit_the_solutions_and_the_host_cannot_be_seen(answer_of, tmp_path):
    (tmp_path / "gradebook.db").write_text("100")
    for path in (ROOT / "solutions", ROOT / "tests", ROOT / "grading", tmp_path, "/home", "/var"):
        assert answer_of(f"import os; said = os.path.exists({str(path)!r})") == "False"
    assert answer_of("import os; said = sorted(os.listdir('/kit'))") == "['grading']"
    seen = answer_of("import os; said = sorted(os.listdir('/kit/grading'))")
    for name in ("hints", "groups", "expect", "plugin", "driver", "misconceptions"):
        assert name not in seen
    assert (
        answer_of("import os; said = [f for f in os.listdir('/etc') if 'ld.so' not in f]") == "[]"
    )


@needs_sandbox
def test_only_its_own_small_folder_can_be_written(answer_of):
    assert answer_of("open('mine', 'w').write('x'); said = open('mine').read()") == "'x'"
    for place in (
        "/",
        "/kit",
        "/kit/grading",
        "/usr",
        "/dev",
        sys.prefix,
        os.path.dirname(os.__file__),
    ):
        found = answer_of(refused(f"open({place + '/unrolled-x'!r}, 'w')"))
        assert found in ("'Read-only file system'", "'Permission denied'"), place
    assert answer_of(refused("open('big', 'wb').write(bytes(40 * 2**20))")) in (
        "'No space left on device'",
        "'File too large'",
    )


@needs_sandbox
def test_there_is_no_network(answer_of):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        code = f"__import__('socket').create_connection({address!r}, 1)"
        assert answer_of(refused(code)) == "'Operation not permitted'"
    devices = "said = [line.split(':')[0].strip() for line in open('/proc/self/net/dev')][2:]"
    assert answer_of(devices) == "['lo']"


@needs_sandbox
def test_it_sees_no_other_process_and_cannot_end_its_server(answer_of):
    seen = "import os; said = {p for p in os.listdir('/proc') if p.isdigit()}"
    assert answer_of(f"{seen} == {{'1', str(os.getpid())}}") == "True"
    for number in (signal.SIGKILL, signal.SIGSTOP):
        code = f"import os, time\nos.kill(os.getppid(), {int(number)})\ntime.sleep(0.2)"
        assert answer_of(f"{code}\nsaid = open('/proc/1/stat').read().split()[2]") == "'S'"
    for path in ("mem", "environ", "maps", "fd", "root"):
        code = f"__import__('os').listdir('/proc/1/{path}') or open('/proc/1/{path}').read()"
        if path not in ("fd", "root"):
            code = f"open('/proc/1/{path}', 'rb').read(10)"
        assert answer_of(refused(code)) == "'Permission denied'", path


@needs_sandbox
def test_a_worker_holds_its_own_socket_and_no_other(answer_of):
    code = (
        "import os, stat\n"
        "said = 0\n"
        "for fd in range(1000):\n"
        "    try:\n"
        "        said += stat.S_ISSOCK(os.fstat(fd).st_mode)\n"
        "    except OSError:\n"
        "        pass"
    )
    assert answer_of(code) == "1"


@needs_sandbox
def test_the_environment_tells_nothing_of_the_host(answer_of, monkeypatch):
    monkeypatch.setenv("UNROLLED_TEST_SECRET", "secret")
    names = answer_of("import os; said = sorted(os.environ)")
    assert "secret" not in answer_of("import os; said = dict(os.environ)")
    assert not any(word in names for word in ("PYTEST", "UNROLLED", "VIRTUAL_ENV", "SSH"))
    assert answer_of("import os; said = os.getuid() == 65534 and os.environ['HOME']") == "'/tmp'"


@needs_sandbox
def test_system_calls_beyond_a_programs_needs_are_refused(answer_of):
    new_user_namespace, attach = 0x10000000, 16
    for call in (
        f"unshare({new_user_namespace})",
        f"ptrace({attach}, 1, 0, 0)",
        "memfd_create(b'x', 0)",
        "shmget(0, 4096, 0o1600)",
        "mount(b'none', b'/tmp', b'tmpfs', 0, 0)",
        "socket(2, 2, 0)",  # its counters would tell the next worker something
        "socketpair(1, 1, 0, b'12345678')",  # what waits in it to be read is nobody's memory
    ):
        library = "import ctypes; library = ctypes.CDLL(None, use_errno=True)"
        found = answer_of(f"{library}; said = library.{call}, ctypes.get_errno()")
        assert found == "(-1, 1)", call
    assert answer_of(refused("__import__('mmap').mmap(-1, 4096)")) == "'Operation not permitted'"


@needs_sandbox
def test_limits_bind_each_process_and_all_together(answer_of, boxes):
    assert "MemoryError" in str(answer_of("said = len(bytearray(600 * 2**20))"))
    forks = (
        "import os, time\n"
        "said = 0\n"
        "for _ in range(100):\n"
        "    try:\n"
        "        if os.fork() == 0:\n"
        "            time.sleep(5)\n"
        "            os._exit(0)\n"
        "    except BlockingIOError:\n"
        "        break\n"
        "    said += 1"
    )
    assert int(answer_of(forks)) < 60
    together = (
        "import os, time\n"
        "for _ in range(4):\n"
        "    if os.fork() == 0:\n"
        "        kept = bytes([1]) * (200 * 2**20)\n"
        "        time.sleep(5)\n"
        "        os._exit(0)\n"
        "time.sleep(4.5)"
    )
    assert answer_of(together).kind is Kind.DIED
    assert boxes.notes[-1] == "it used more than 512 MiB of memory and was ended"
    assert answer_of("said = 1") == "1"


@needs_sandbox
def test_the_kernel_s_tables_of_memory_count_as_memory(answer_of, boxes):
    code = (
        "import mmap, time\n"
        "import numpy as np\n"
        "free = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000\n"  # nothing is set aside for it
        "empty = mmap.mmap(-1, {size}, flags=free, prot=mmap.PROT_READ)\n"
        "empty.madvise(mmap.MADV_NOHUGEPAGE)\n"
        "said = np.frombuffer(empty, np.uint8)[:: 2**21].sum()\n"
        "time.sleep(4.5)"
    )
    assert "Cannot allocate memory" in str(answer_of(code.format(size=2**40)))
    unreadable = "import ctypes; ctypes.CDLL(None).prctl(15, b'\\xff)\\t 1')\n"  # the process' name
    code = unreadable + code
    boxes.close()
    boxes.limits = Limits(memory=64 * 2**20)  # for the fork servers from now on
    assert answer_of(code.format(size=60 * 2**30)).kind is Kind.DIED
    assert boxes.notes[-1] == "it used more than 64 MiB of memory and was ended"


@needs_sandbox
def test_a_worker_and_all_that_it_starts_are_one_session_beside_the_server_s(answer_of):
    code = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"  # to the scheduler, a session may be as much as all others together
        "    os.write(os.open('sid', os.O_CREAT | os.O_WRONLY), str(os.getsid(0)).encode())\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "said = [int(open('sid').read()), os.getsid(0), os.getpid()], os.getsid(1)"
    )
    (child, worker, pid), server = eval(answer_of(code))
    assert child == worker == pid != server


@needs_sandbox
def test_what_a_worker_starts_may_not_use_much_processor_time(tmp_path):
    path = tmp_path / "tokenizer.py"
    busy = "[os.fork() or [None for _ in iter(int, 1)] for _ in range(5)]; time.sleep(60)"
    alone = (
        "end = time.process_time() + 1; [None for _ in iter(lambda: time.process_time() > end, 1)]"
    )
    parts = {"decode": f"import os, time; {busy}", "encode": f"import time; {alone}"}
    path.write_text(wrong(**parts))
    boxes = Sandboxes(Limits(children=0.5))
    driver = WorkerDriver(boxes.get(), FileSpec("tokenizer", str(path)), limit=60)
    assert driver.call("encoding", ["ab", "a"]).fault.kind is Kind.UNUSABLE and boxes.notes == []
    start = time.monotonic()
    assert driver.call("decoding", ["ab", [0]]).fault == Fault(Kind.DIED, code=-9)
    assert time.monotonic() - start < 30
    said = "the processes that it started used more than 0.5 seconds of processor time"
    assert boxes.notes[-1] == f"{said} and were ended"
    driver.close()
    boxes.close()


@needs_sandbox
def test_the_processor_time_of_a_worker_is_known_outside(boxes, tmp_path):
    path = tmp_path / "tokenizer.py"
    busy = "import time\n        while time.process_time() < 1: pass\n        return 'a'"
    path.write_text(wrong(decode=busy))
    server = boxes.get()
    for _ in range(2):  # the second has another id
        driver = WorkerDriver(server, FileSpec("tokenizer", str(path)), limit=60)
        driver.call("encoding", ["a", "a"])
        before = server.processor_seconds(driver._pid)
        assert driver.call("decoding", ["ab", [0]]).value == "a"
        assert before < 0.9 < server.processor_seconds(driver._pid) < 1.5
        assert server.processor_seconds(99999) is None
        driver.close()


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
        "from grading.processes.sandbox.processes import descendants\n"
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


@needs_sandbox
def test_a_path_to_hide_inside_of_what_is_shown_is_hidden(tmp_path, monkeypatch):
    shown = tmp_path / "shown"
    (shown / "course").mkdir(parents=True)
    shown.chmod(0o755)
    for name in ("course/gradebook.db", "gradebook.db", "library"):
        (shown / name).write_text("x")
    python = bubblewrap._python_folders()
    monkeypatch.setattr(bubblewrap, "_python_folders", lambda: [*python, str(shown)])
    path = tmp_path / "tokenizer.py"
    code = f"import os; files = [open('{shown}/library').read(), *os.listdir('{shown}/course')]"
    hidden = f"try: open('{shown}/gradebook.db')"
    lines = [code, hidden, "except PermissionError: return str(files)"]
    path.write_text(wrong(decode="\n        ".join(lines)))
    boxes = Sandboxes(LIMITS, hide=(shown / "course", shown / "gradebook.db"))
    driver = WorkerDriver(boxes.get(), FileSpec("tokenizer", str(path)))
    outcome = driver.call("decoding", ["ab", [0]])
    driver.close()
    boxes.close()
    assert outcome.value == "['x']"


def test_what_is_missing_is_said_with_the_command_that_mends_it(monkeypatch):
    monkeypatch.setenv("PATH", "")
    told = sandbox.missing.__wrapped__()
    assert told == "bwrap is not installed: sudo apt-get install bubblewrap"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "needs Linux" in sandbox.missing.__wrapped__()


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        ("bwrap: No permissions to create new namespace", "sudo sysctl"),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "docker run"),
        ("bwrap: Unknown option --disable-userns", "0.8 or later"),
        ("bwrap: something else", "does not start"),
    ],
)
def test_why_a_sandbox_does_not_start_is_said(monkeypatch, said, mend):
    code = f"import sys; sys.exit({said!r})"
    monkeypatch.setattr(bubblewrap, "command_for", lambda *_: [sys.executable, "-c", code])
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda program: f"/usr/bin/{program}")
    told = sandbox.missing.__wrapped__()
    assert said in told and mend in told
