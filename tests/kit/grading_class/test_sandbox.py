"""What a module can and cannot do in its sandbox, and that nothing of it stays."""

import os
import signal
import socket
import sys
import time

from grading.catalogue.paths import ROOT
from grading.catalogue.spec import FileSpec
from grading.processes.sandbox import Limits, Sandboxes
from grading.running.driver import WorkerDriver
from grading.running.outcome import Fault, Kind
from tests.kit.grading_class.sandboxes import needs_sandbox, refused
from tests.kit.test_bad_input import wrong


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
