"""Bubblewrap: whether it works here, the command for a sandbox, and what can be seen in one."""

import contextlib
import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from grading.processes.sandbox.limits import DESK, KIT, Limits

NOBODY = 65534


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
        command = command_for([sys.executable, "-c", code], folder, 0, Limits(), ())
        try:
            tried = subprocess.run(
                command, capture_output=True, timeout=60, encoding="utf-8", env={}
            )
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
        if apparmor.read_text(encoding="utf-8").strip() == "1":
            mend = "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
            return f"this system does not let bwrap make user namespaces ({said}): {mend}"
    if "namespace" in said or "Operation not permitted" in said:
        mend = "sudo sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000"
        return f"this system does not let bwrap make user namespaces ({said}): {mend}"
    return f"the sandbox does not start ({said})"


def command_for(inside, kit, hash_seed, limits, hide, options=()):
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
        # The fork server is the first process of its namespace: nobody in there can end or stop it.
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
    root = Path(__file__).resolve().parents[3]
    own = [Path(place) / package for place in places for package in packages]
    own += [root / package for package in packages]
    return [root, *own] if (root / "pyproject.toml").exists() else own


def _is_in(path, folder):
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def copy_of_kit(target):
    """Copy what runs beside a student's code; there is nothing else of the kit in a sandbox."""
    source = Path(__file__).resolve().parents[2] / "beside"
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(source, target / "grading" / "beside", ignore=without)
    (target / "grading" / "__init__.py").touch()
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return target
