"""A nursery under bubblewrap: student code that can neither see nor change anything of the host.

A :class:`SandboxedNursery` is used like :class:`grading.driver.Nursery`. It serves one submission,
and in a :class:`Pool` another one after that, provided that the first left no trace.
Its processes have namespaces of their own (processes, network, mounts, users, IPC), a read-only
system with Python and its packages, a copy of the few modules of the kit that a worker needs, and a
private, small ``/tmp``. The kernel limits each process (:class:`Limits`, a filter of system calls);
a thread here watches what all of them use together. Nothing of it outlives :meth:`close`.
"""

import contextlib
import functools
import importlib.util
import json
import os
import platform
import select
import shutil
import signal
import struct
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from grading.channel import Closed, TooLarge, TooLate
from grading.driver import Nurseries, Nursery
from grading.syllabus import NAMES

MODULES = (
    "__init__",
    "asking",
    "attempts",
    "channel",
    "load",
    "own_tests",
    "pictures",
    "plain",
    "seal",
    "show",
    "worker",
)
KIT, DESK = "/kit", "/tmp"  # where the kit's modules and the student's are, in the sandbox
NOBODY = 65534
REPLY_LIMIT = 20.0  # seconds for a nursery's answer: a submission may have stopped it
RELAUNCHES = 3  # of a nursery that a submission ended, before all is given up
WATCH_SECONDS = 0.1
LARGEST_ANSWER = 32 * 2**20  # bytes; the ids of the full Shakespeare text take 12 MiB
MOST_ANSWERS = 256 * 2**20  # bytes of memory, all answers of an exercise; usually less than 1 MiB
MOST_FILES = 20_000


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Attributes:
        memory: bytes, of all its processes, beyond what Python and TensorFlow take themselves.
        processes: processes and threads; TensorFlow starts several threads a core.
        disk: bytes in its private temporary folder, which holds what it prints, too.
        open_files: of each process.
        cpu: seconds of processor time of each process.
    """

    memory: int = 2 * 2**30
    processes: int = 128 + 16 * (os.cpu_count() or 1)
    disk: int = 256 * 2**20
    open_files: int = 256
    cpu: int = 600


@functools.cache
def missing():
    """What this system lacks for the sandbox, with the command that mends it; None if nothing."""
    if sys.platform != "linux":
        return f"the sandbox needs Linux, and this is {sys.platform}: grade in a Linux machine"
    for program, package in (("bwrap", "bubblewrap"), ("setpriv", "util-linux")):
        if shutil.which(program) is None and (program == "bwrap" or os.geteuid() == 0):
            return f"{program} is not installed: sudo apt-get install {package}"
    with tempfile.TemporaryDirectory(prefix="unrolled-") as folder:
        os.chmod(folder, 0o755)
        code = f"import numpy, os; os.open('{DESK}/x', os.O_CREAT); print('ready')"
        command = _command([sys.executable, "-c", code], folder, 0, Limits(), ())
        try:
            tried = subprocess.run(command, capture_output=True, timeout=60, text=True, env={})
        except subprocess.TimeoutExpired:
            return "bwrap does not come to an end: try bwrap --unshare-all --ro-bind / / true"
    if tried.stdout.strip() == "ready":
        return None
    said = (tried.stderr.strip().splitlines() or ["no message"])[-1]
    if "disable-userns" in said:
        return f"bwrap is too old ({said}): install bubblewrap 0.8 or later"
    if "mount proc" in said:
        mend = "docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined"
        return f"this container does not let bwrap show processes of its own ({said}): {mend} ..."
    apparmor = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    with contextlib.suppress(OSError):
        if apparmor.read_text().strip() == "1":
            mend = "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
            return f"this system does not let bwrap make user namespaces ({said}): {mend}"
    if "namespace" in said or "Operation not permitted" in said:
        mend = "sudo sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000"
        return f"this system does not let bwrap make user namespaces ({said}): {mend}"
    return f"the sandbox does not start ({said})"


class Sandboxes(Nurseries):
    """The nurseries of one submission, in the place of :class:`grading.driver.Nurseries`.

    Args:
        limits: what the submission may use.
        trusted: the nurseries for the kit's own code, which may serve many submissions.
        hide: paths that the submission must not see, should they lie in Python's folders.
        pool: a :class:`Pool` that nurseries are taken from, and go back to at the end.

    Attributes:
        notes: what befell the submission, each once, in order.
        failure: why a sandbox did not start, which is no fault of the submission; or None.
    """

    def __init__(self, limits=None, trusted=None, hide=(), pool=None):
        super().__init__()
        self.limits, self.trusted, self.hide = limits or Limits(), trusted, tuple(hide)
        self.pool, self.notes, self.failure = pool, [], None
        self.is_over = False

    def note(self, sentence):
        """Keep a sentence for the instructor."""
        if sentence not in self.notes and len(self.notes) < 50:
            self.notes.append(sentence)

    def end(self):
        """End all processes for good, from any thread: every later call comes to nothing."""
        self.is_over = True
        self.kill()

    def close(self):
        """End all nurseries, but for those that the pool takes back."""
        for key, nursery in list(self._kept.items()):
            if self.pool is not None and self._is_blameless and nursery.is_spotless():
                self.pool.put(self._key_of(*key), nursery)
                del self._kept[key]
        super().close()

    def _make(self, preload, hash_seed):
        kept = self.pool.take(self._key_of(preload, hash_seed)) if self.pool is not None else None
        nursery = kept or SandboxedNursery(preload, hash_seed)
        nursery.sandboxes = self
        return nursery

    def _key_of(self, preload, hash_seed):
        return preload, hash_seed, self.limits, self.hide

    @property
    def _is_blameless(self):
        return not (self.notes or self.failure or self.is_over)


class Pool:
    """Nurseries in sandboxes that go from one submission to the next.

    TensorFlow takes longer to import than most exercises to judge. Only a nursery goes on whose
    submission gave no reason for a note, and of which nothing is left: no process, no file, no
    change of the nursery's own limits. It never held a submission's code, see
    :meth:`SandboxedNursery.start`, so there is nothing to be found in its memory either.

    Attributes:
        kept: a dict from what a nursery was made for to those that wait for a submission.
    """

    def __init__(self):
        self.kept = {}

    def take(self, key):
        """A nursery that was made for this key, or None."""
        kept = self.kept.get(key)
        return kept.pop() if kept else None

    def put(self, key, nursery):
        """Keep a nursery for the next submission."""
        self.kept.setdefault(key, []).append(nursery)

    def close(self):
        """End all nurseries."""
        for kept in self.kept.values():
            for nursery in kept:
                nursery.close()
        self.kept.clear()


class SandboxedNursery(Nursery):
    """A nursery in a sandbox, for one submission at a time; see :class:`Sandboxes`."""

    reply_limit = REPLY_LIMIT
    largest_answer, most_answers = LARGEST_ANSWER, MOST_ANSWERS

    def __init__(self, preload=(), hash_seed=0, sandboxes=None):
        super().__init__(tuple(preload), hash_seed)
        self.sandboxes = sandboxes or Sandboxes()
        self._asking = threading.RLock()
        self._first = None  # the host's id of the nursery, whose end ends all others there
        self._n_launches = 0
        self._read_from_worker = False

    def is_spotless(self):
        """Clear the sandbox, and say whether the next submission can have it."""
        is_first = self._n_launches == 1 and self._ready() and not self._read_from_worker
        return is_first and self._ask({"clear": True}) is True

    # What a driver asks for.

    def start(self, spec):
        """Start a worker; the subject's module travels there, with the others beside it.

        The modules go to the worker itself: what the nursery once read, later workers could find
        in their memory.
        """
        if "library" in spec or "variant" in spec:
            return self._start_trusted(spec)
        with self._asking:
            for attempt in (1, 2):
                try:
                    return self._start_here(spec)
                except (Closed, TooLate, TooLarge, ValueError, OSError):
                    self._lose()
                    if attempt == 2 or self.sandboxes.is_over:
                        raise Closed from None

    def reap(self, pid):
        if isinstance(pid, _Trusted):
            return pid.nursery.reap(pid.pid)
        return self._ask({"reap": pid})

    def signal(self, pid, number):
        if isinstance(pid, _Trusted):
            pid.nursery.signal(pid.pid, number)
        else:
            self._ask({"signal": pid, "number": int(number)})

    def stack(self, pid, stacks, path):
        if isinstance(pid, _Trusted):
            return pid.nursery.stack(pid.pid, stacks, path)
        self._read_from_worker = True
        text = str(self._ask({"stack": pid, "file": stacks}) or "")
        return text.replace(f'"{DESK}/{stacks}/{Path(path).name}"', f'"{path}"').splitlines()

    def forget(self, stacks):
        """There is nothing to remove here: a worker's folder goes before the next one starts."""

    def note(self, sentence):
        self.sandboxes.note(sentence)

    def kill(self):
        # With the nursery all others end, in an order in which nobody is left to a stranger's care.
        if self._first is not None:
            _kill(self._first)
        else:
            super().kill()

    def _end(self):
        """End the nursery and everything in its sandbox, and see that it is gone."""
        process = self._process
        if process is not None:
            inside = _descendants(process.pid)  # once the nursery is gone, all others there are
            self.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()
            self._process = self._first = None
            self._control.close()
            if not all(_gone(pid) for pid in inside):
                self.note("some of its processes could not be ended")
        if self._folder:
            self._folder.cleanup()
            self._folder = None

    # How it is done.

    def _start_here(self, spec):
        self.warm()
        path = Path(spec["path"])
        beside = {
            other.name: other.read_bytes()
            for other in sorted(path.parent.glob("*.py"))
            if other.stem in NAMES
        }
        stacks = f"{spec['exercise']}-{time.monotonic_ns()}"
        request = {
            "exercise": spec["exercise"],
            "folder": stacks,
            "modules": beside,
            "path": f"{DESK}/{stacks}/{path.name}",
            "limits": asdict(self.sandboxes.limits),
        }
        channel, pid = self._fork({"sandbox": True}, REPLY_LIMIT)
        if type(pid) is not int:
            raise ValueError("not a process id")
        channel.send(request, REPLY_LIMIT)
        return channel, pid, stacks

    def _start_trusted(self, spec):
        if self.sandboxes.trusted is None:
            raise ValueError("the kit's own subjects need nurseries outside the sandbox")
        nursery = self.sandboxes.trusted.get(self.preload, self.hash_seed)
        channel, pid, stacks = nursery.start(spec)
        return channel, _Trusted(nursery, pid), stacks

    def _ask(self, request):
        """Ask the nursery; None if it is gone, or stopped and therefore ended."""
        with self._asking:
            try:
                self._control.sock.settimeout(REPLY_LIMIT)
                self._control.sock.sendall(b"!")
                self._control.send(request, REPLY_LIMIT)
                return self._control.receive(REPLY_LIMIT, largest=2**20)
            except (Closed, TooLate, TooLarge, ValueError, OSError):
                self._lose()
                return None

    def _lose(self):
        if not self.sandboxes.is_over and not self.sandboxes.failure:
            self.note("it ended or stopped the process that starts its workers")
        self.kill()

    def _launch(self):
        if self.sandboxes.is_over or self._n_launches > RELAUNCHES:
            raise Closed
        self._n_launches += 1
        try:
            super()._launch()
        except (Closed, TooLate, TooLarge, ValueError, OSError):
            if not self.sandboxes.is_over:  # no student's code has run in it yet
                why = missing.__wrapped__() or "it did when it was tried again"
                self.sandboxes.failure = f"a sandbox did not start: {why}"
            self.kill()
            raise Closed from None

    def _spawn(self, theirs):
        folder = Path(self._folder.name)
        folder.chmod(0o755)
        kit = _copy_of_kit(folder / "kit")
        told, tells = os.pipe()
        with tempfile.TemporaryFile() as rules:
            rules.write(_system_call_filter())
            rules.seek(0)
            command = _command(
                [sys.executable, "-m", "grading.worker", "sandbox", theirs.fileno(), *self.preload],
                kit,
                self.hash_seed,
                self.sandboxes.limits,
                self.sandboxes.hide,
                ["--info-fd", tells, "--seccomp", rules.fileno()],
            )
            fds = [theirs.fileno(), tells, rules.fileno()]
            launched = threading.Event()
            # The sandbox ends with the thread that started it, so that thread stays.
            watcher = threading.Thread(
                target=self._run, args=(command, fds, launched), daemon=True, name="sandbox"
            )
            watcher.start()
            launched.wait()
            os.close(tells)
        # Where a sandbox cannot be made there is nothing to read, and then no answer either.
        self._first = _child_pid(told)

    def _run(self, command, fds, launched):
        process = None
        try:
            process = self._process = subprocess.Popen(
                command,
                pass_fds=fds,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", os.defpath)},
            )
        finally:
            launched.set()
        watch = _Watch(self.sandboxes.limits)
        while process is not None and process.poll() is None:
            time.sleep(WATCH_SECONDS)
            if self._first is None or self._process is not process:
                continue
            excess = watch.excess(self._first)
            if excess:
                self.note(excess)
                watch.end_workers()


@dataclass(frozen=True)
class _Trusted:
    """A worker of a nursery outside the sandbox."""

    nursery: object
    pid: int


class _Watch:
    """What the processes of one sandbox use together, seen from outside."""

    def __init__(self, limits):
        self.limits = limits
        self._base = 0
        self._tree = []

    def excess(self, first):
        """A sentence about what there is too much of, or None."""
        self._tree = _descendants(first)
        # The first is the nursery, which runs none of the student's code.
        self._base = max(self._base, _resident(first))
        memory = sum(max(0, _resident(pid) - self._base) for pid in self._tree)
        if memory > self.limits.memory:
            return f"it used more than {self.limits.memory / 2**20:.0f} MiB of memory and was ended"
        if sum(_threads(pid) for pid in self._tree) > self.limits.processes:
            return f"it ran more than {self.limits.processes} processes and was ended"
        with contextlib.suppress(OSError):
            disk = os.statvfs(f"/proc/{first}/root{DESK}")
            if disk.f_files - disk.f_ffree > MOST_FILES:
                return f"it made more than {MOST_FILES} files and was ended"
        return None

    def end_workers(self):
        """End all processes of the student's, until none is left that could start another."""
        for pid in self._tree:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGSTOP)
        for pid in self._tree:
            _kill(pid)


def _child_pid(handle, seconds=60):
    """The host's id of a sandbox's first process, as bubblewrap tells it; None if it does not."""
    said, end = b"", time.monotonic() + seconds
    with open(handle, "rb", buffering=0) as info:
        while b"}" not in said and select.select([info], [], [], end - time.monotonic())[0]:
            part = info.read(1000)
            if not part:
                return None
            said += part
    return json.loads(said)["child-pid"] if b"}" in said else None


def _descendants(pid):
    """The processes below one, parents first."""
    found, open_ends = [], [pid]
    while open_ends:
        pid = open_ends.pop(0)
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children") as file:
                    children = [int(child) for child in file.read().split()]
                found += children
                open_ends += children
    return found


def _resident(pid):
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _threads(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[17])
    except (OSError, ValueError, IndexError):
        return 0


def _kill(pid):
    if pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _gone(pid, seconds=10):
    """Wait until a process that was killed is gone, and say whether it is."""
    end = time.monotonic() + seconds
    while True:
        try:
            with open(f"/proc/{pid}/stat") as file:
                state = file.read().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        if time.monotonic() > end:
            return False
        time.sleep(0.005)


# The command.


def _command(inside, kit, hash_seed, limits, hide, options=()):
    """The command that runs a command in a sandbox."""
    is_root = os.geteuid() == 0
    layout = _layout(KIT if is_root else kit, hide)
    variables = {
        "HOME": DESK,
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": hash_seed,
        "PYTHONPATH": os.pathsep.join([KIT, *_package_folders()]),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TMPDIR": DESK,
        "USER": "student",
    }
    command = [
        *("bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent"),
        # The nursery is the first process of its namespace: nobody in there can end or stop it.
        *(
            "--as-pid-1",
            "--new-session",
            "--clearenv",
            "--uid",
            NOBODY,
            "--gid",
            NOBODY,
            "--hostname",
            "sandbox",
        ),
        # Before all that may be shown inside of it.
        *("--perms", "0700", "--size", limits.disk, "--tmpfs", DESK),
        *layout,
        *("--proc", "/proc", "--size", 2**16, "--tmpfs", "/dev"),
        *("--dev-bind", "/dev/null", "/dev/null", "--dev-bind", "/dev/urandom", "/dev/urandom"),
        *("--dev-bind", "/dev/random", "/dev/random", "--symlink", "/proc/self/fd", "/dev/fd"),
        *("--symlink", DESK, "/dev/shm", "--remount-ro", "/dev", "--remount-ro", "/"),
        *("--chdir", KIT),  # not a folder that a student's module can write to
        *(part for name, value in variables.items() for part in ("--setenv", name, value)),
        *(*options, "--", *inside),
    ]
    if is_root:
        # The kernel sets root no limits. So become nobody first, in a view of the system in which
        # nobody may read Python, wherever it is installed.
        command = [
            *("bwrap", "--die-with-parent", "--tmpfs", DESK, *_layout(kit, hide)),
            *("--dev-bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev", "--chdir", "/", "--"),
            *("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"),
            *("--pdeathsig", "KILL", "--"),
            *command,
        ]
    return [str(part) for part in command]


def _layout(kit, hide):
    """Bubblewrap's options for what can be seen: the system's libraries, Python, its packages."""
    shown = [*("/usr", "/bin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache"), *_python_folders()]
    hidden = [str(Path(path).resolve()) for path in (*_own_folders(), *hide)]
    steps = [(path, "show") for path in dict.fromkeys(shown) if os.path.exists(path)]
    steps += [
        (path, "hide")
        for path in dict.fromkeys(hidden)
        if os.path.exists(path) and any(_is_in(path, other) and path != other for other in shown)
    ]
    steps.sort(key=lambda step: step[0].count("/"))  # what is inside comes after what it is in
    options, made = [], set()
    for path, step in steps:
        for parent in reversed(Path(path).parents):
            inside = any(_is_in(str(parent), other) for other, kind in steps if kind == "show")
            if str(parent) not in ("/", DESK) and str(parent) not in made and not inside:
                options += ["--perms", "0755", "--dir", str(parent)]
                made.add(str(parent))
        if step == "show" and os.path.islink(path) and path.count("/") == 1:
            options += ["--symlink", os.readlink(path), path]  # /lib to /usr/lib, say
        elif step == "show":
            options += ["--ro-bind", path, path]
        elif os.path.isdir(path):
            options += ["--perms", "0755", "--tmpfs", path]
        else:
            options += ["--ro-bind", "/dev/null", path]
    return [*options, "--ro-bind", str(kit), KIT]


def _python_folders():
    """The folders of this Python, of the one it was made from, and of the packages."""
    folders = [sys.base_prefix, os.path.realpath(sys.base_prefix), sys.prefix]
    program = sys.executable
    while os.path.islink(program):  # a virtual environment's, perhaps by way of a version manager's
        program = os.path.join(os.path.dirname(program), os.readlink(program))
        folders.append(os.path.dirname(os.path.dirname(os.path.normpath(program))))
    folders += _package_folders()
    return [folder for folder in dict.fromkeys(folders) if folder not in ("/", "")]


def _package_folders():
    """The folders with the packages that a worker needs, where Python does not look by itself."""
    folders = []
    for name in ("numpy", "tensorflow"):
        spec = importlib.util.find_spec(name)
        if spec and spec.origin:
            folder = str(Path(spec.origin).parent.parent)
            if not _is_in(folder, sys.prefix) and not _is_in(folder, sys.base_prefix):
                folders.append(folder)
    return list(dict.fromkeys(folders))


def _own_folders():
    """Where the kit's own code may lie among what is shown."""
    places = [sysconfig.get_paths()[kind] for kind in ("purelib", "platlib")]
    packages = ("exercises", "grading", "solutions", "tests")
    root = Path(__file__).resolve().parent.parent
    own = [Path(place) / package for place in places for package in packages]
    own += [root / package for package in packages]
    return [root, *own] if (root / "pyproject.toml").exists() else own


def _is_in(path, folder):
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _copy_of_kit(target):
    """Copy the modules that a worker needs; there is nothing else of the kit in a sandbox."""
    source, package = Path(__file__).resolve().parent, target / "grading"
    package.mkdir(parents=True)
    for name in MODULES:
        shutil.copyfile(source / f"{name}.py", package / f"{name}.py")
    (package / "syllabus.py").write_text(f"NAMES = {tuple(NAMES)!r}\n")
    (package / "probes").mkdir()
    for module in (source / "probes").glob("*.py"):
        shutil.copyfile(module, package / "probes" / module.name)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return target


# The filter of system calls.

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Memory that no limit counts; looking into other processes; mounts and namespaces; kernel matters
# that are no business of a program. Numbers from 424 on are the same everywhere.
_REFUSED = {
    "x86_64": (
        *(29, 64, 68, 240, 319),  # shmget semget msgget mq_open memfd_create
        *(101, 103, 135, 310, 311, 312),  # ptrace syslog personality process_vm_* kcmp
        *(155, 161, 165, 166, 272, 303, 304, 308),  # pivot_root chroot mount umount unshare setns
        *(246, 248, 249, 250, 298, 313, 320, 321, 323),  # keys, bpf, perf, modules, userfaultfd
    ),
    "aarch64": (
        *(194, 190, 186, 180, 279),
        *(117, 116, 92, 270, 271, 272),
        *(41, 51, 40, 39, 97, 264, 265, 268),
        *(104, 217, 218, 219, 241, 273, 294, 280, 282),
    ),
}
_REFUSED_EVERYWHERE = (425, 428, 429, 430, 431, 432, 433, 438, 442, 447)
_MMAP = {"x86_64": 9, "aarch64": 222}


def _system_call_filter():
    """A program for the kernel (classic BPF) that refuses some system calls with EPERM."""
    load, equal, at_least, keep, give = 0x20, 0x15, 0x35, 0x54, 0x06
    allow, refuse = 0x7FFF0000, 0x00050001
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        return struct.pack("=HBBI", give, 0, 0, allow)
    numbers = (*_REFUSED[machine], *_REFUSED_EVERYWHERE)
    steps = [(load, 4), (equal, _ARCHITECTURES[machine], "next", "refuse"), (load, 0)]
    steps += [(at_least, 0x40000000, "refuse", "next")]  # the numbers of another calling convention
    steps += [(equal, number, "refuse", "next") for number in numbers]
    # Memory shared with nobody in particular outlives its pages' owner: only private memory counts.
    steps += [(equal, _MMAP[machine], "next", "allow"), (load, 16 + 8 * 3), (keep, 0x21)]
    steps += [(equal, 0x21, "refuse", "allow"), (give, allow), (give, refuse)]
    place = {"allow": len(steps) - 2, "refuse": len(steps) - 1}
    program = b""
    for i, (code, value, *jumps) in enumerate(steps):
        yes, no = [place.get(to, i + 1) - i - 1 for to in jumps] or (0, 0)
        program += struct.pack("=HBBI", code, yes, no, value)
    return program
