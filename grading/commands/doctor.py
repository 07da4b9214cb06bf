"""``unrolled doctor``: what is there, what is missing, and the command that mends it.

Each check gives lines; none changes anything.
"""

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from rich.console import Console

from grading.catalogue.board import runner
from grading.catalogue.paths import ROOT
from grading.catalogue.syllabus import NAMES
from grading.processes import sandbox

OK, MISSING = "ok", "missing"
_STYLES = {OK: "green", MISSING: "yellow"}
TENSORFLOW_SECONDS = 300  # for the first import on a slow machine
FREE_BYTES = 2**30  # data, weights and caches of all models together

_LOOK_AT_TENSORFLOW = """
import json, os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
found = {"version": tf.__version__}
package = tf.keras.Model.__module__.partition(".")[0]  # tf.keras itself does not tell it
found["keras"] = __import__(package).__version__
found["gpus"] = [gpu.name for gpu in tf.config.list_physical_devices("GPU")]
try:
    import warnings
    warnings.simplefilter("ignore")
    import tensorflow_addons
    found["addons"] = tensorflow_addons.__version__
except Exception as error:
    found["problem"] = f"{type(error).__name__}: {error}"
print("\\n" + json.dumps(found))
"""


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "doctor",
        help="look whether everything is there, and how to mend what is not",
        description="Look at Python, TensorFlow, the GPU and all else that is of use. Exits with 0 "
        "unless something is missing that every student needs.",
    )
    parser.set_defaults(run=run)


def run(args):
    console = Console(highlight=False, soft_wrap=True)
    broken = 0
    for check in CHECKS:
        if check is check_tensorflow and console.is_terminal:  # the one that takes its time
            console.print("looking at TensorFlow ...", style="dim", end="\r")
        for line in check():
            sign, style = line.state, _STYLES[line.state]
            if line.state == MISSING and line.needed:
                sign, style, broken = "BROKEN", "red", broken + 1
            console.print(f"[{style}]{sign:<8}[/{style}]", end="")
            console.print(f"{line.name:<14}", end="")
            console.print(line.detail, markup=False)
            if line.mend and line.state != OK:
                console.print(f"{'':<22}mend it: ", end="")
                console.print(line.mend, markup=False, style="bold")
    if broken:
        console.print(f"\n{broken} thing{'s' * (broken > 1)} every student needs: mend that first.")
        return 1
    console.print(f"\nReady for all {len(NAMES)} exercises.")
    return 0


@dataclass(frozen=True)
class Line:
    """One thing that was looked at.

    Attributes:
        name: what.
        state: ``OK`` or ``MISSING``.
        detail: what was seen, and what it is for.
        mend: the command that mends it, or nothing.
        needed: whether every student needs it.
    """

    name: str
    state: str
    detail: str
    mend: str = ""
    needed: bool = False


def check_python():
    """Python's version, which decides which TensorFlow can be had."""
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        yield Line("Python", OK, version)
    else:
        detail = f"{version}, but TensorFlow needs 3.11, 3.12 or 3.13"
        yield Line("Python", MISSING, detail, "uv python install 3.11 && uv sync -p 3.11", True)


def check_packages():
    """The packages that the kit itself asks for, in the versions it was tried with."""
    wrong = []
    # Made by .ci/stack-c: another TensorFlow on purpose, with TF-Addons under another name.
    is_stack_c = os.environ.get("TF_USE_LEGACY_KERAS") == "1"
    for requirement in _requirements():
        if is_stack_c and requirement.name in ("tensorflow", "tensorflow-addons"):
            continue
        found = _version_of(requirement.name)
        if found is None:
            wrong.append(f"{requirement.name} is not there")
        elif not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} {found} instead of {requirement.specifier}")
    detail = "; ".join(wrong) or "as pyproject.toml asks for"
    yield Line("packages", MISSING if wrong else OK, detail, "uv sync", True)


def check_tensorflow():
    """TensorFlow, what it sees of a GPU, and TF-Addons; imported in a process of their own."""
    found = _look_at_tensorflow()
    if "version" not in found:
        yield Line("TensorFlow", MISSING, found["problem"], "uv sync", True)
        return
    keras = found.get("keras", "")
    yield Line("TensorFlow", OK, found["version"] + (f", Keras {keras}" if keras else ""))
    if found["gpus"]:
        yield Line("GPU", OK, f"{len(found['gpus'])} seen by TensorFlow")
    elif shutil.which("nvidia-smi"):
        detail = "TensorFlow does not see the NVIDIA GPU; training is slower without"
        yield Line("GPU", MISSING, detail, "uv sync --extra gpu")
    else:
        yield Line("GPU", OK, "none; everything works on the CPU too")
    yield _addons(found)


def check_instructors():
    """What instructors need, and students do not."""
    if sys.platform.startswith("linux"):
        yield _sandbox()
    version = _version_of("nbgrader")
    if version:
        yield Line("nbgrader", OK, version)
    else:
        detail = "only instructors need it"
        yield Line("nbgrader", MISSING, detail, "uv sync --extra instructor")


def check_disk():
    """Room for data, weights and caches."""
    free = shutil.disk_usage(ROOT).free
    detail = f"{free / 1e9:.1f} GB free"
    if free >= FREE_BYTES:
        yield Line("disk", OK, detail)
    else:
        yield Line("disk", MISSING, f"{detail}; training wants 1 GB", "uv cache prune")


def check_data():
    """The real text in the cache; the tests on it are skipped without."""
    from solutions.data import cache_dir, find_shakespeare

    path = find_shakespeare()
    if path:
        yield Line("Shakespeare", OK, str(path))
        return
    detail = f"not in {cache_dir()}; the shipped sample serves, a few tests are skipped"
    code = "from solutions.data import load_shakespeare as f; print(f()[1])"
    yield Line("Shakespeare", MISSING, detail, f'{runner()}python -c "{code}"')


def check_desk(folder=ROOT / "exercises"):
    """The student's folder: can it be written to, and is every module there?"""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        detail = f"{folder} cannot be written to: {error.strerror}"
        mend = f'chmod -R u+rwX "{folder}"' if folder.is_dir() and os.name != "nt" else ""
        yield Line("exercises", MISSING, detail, mend or f"{runner()}unrolled build", True)
        return
    absent = [name for name in NAMES if not (folder / f"{name}.py").is_file()]
    if absent:
        detail = f"not there: {', '.join(absent)}"
        yield Line("exercises", MISSING, detail, f"{runner()}unrolled reset {absent[0]}")
    else:
        yield Line("exercises", OK, f"{len(NAMES)} modules in {folder}")


CHECKS = (
    check_python,
    check_packages,
    check_tensorflow,
    check_desk,
    check_disk,
    check_data,
    check_instructors,
)


def _addons(found):
    """TF-Addons, which only the chapter's own translator needs: the exercise is done without."""
    if "addons" in found:
        return Line("TF-Addons", OK, found["addons"])
    if found.get("keras", "2").partition(".")[0] != "2":
        detail = "none for Keras 3; only the chapter's own translator needs it, on Python 3.11"
        return Line("TF-Addons", OK, detail)
    detail = f"only the chapter's own translator needs it ({found['problem']})"
    has_wheels = sys.platform == "darwin" or platform.machine() in ("x86_64", "AMD64")
    mend = "uv sync" if has_wheels and sys.platform != "win32" else ""
    return Line("TF-Addons", MISSING, detail, mend)


def _look_at_tensorflow():
    try:
        done = subprocess.run(
            [sys.executable, "-c", _LOOK_AT_TENSORFLOW],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=TENSORFLOW_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return {"problem": f"its import did not end within {TENSORFLOW_SECONDS} s"}
    lines = done.stdout.strip().splitlines()
    if done.returncode == 0 and lines:
        return json.loads(lines[-1])
    said = done.stderr.strip().splitlines()
    return {"problem": said[-1] if said else f"its import ended with exit code {done.returncode}"}


def _sandbox():
    problem = sandbox.missing()
    if problem is None:
        return Line("sandbox", OK, shutil.which("bwrap"))
    # What mends it, where that is known, stands after what is missing.
    detail, _, mend = (problem, "", "") if problem.endswith(")") else problem.rpartition(": ")
    return Line("sandbox", MISSING, f"only instructors need it, to grade safely; {detail}", mend)


def _requirements():
    """What every student's installation asks for here; none where the kit is not installed."""
    from packaging.requirements import Requirement

    try:
        lines = importlib.metadata.requires("unrolled") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    parsed = [Requirement(line) for line in lines]
    return [r for r in parsed if r.marker is None or r.marker.evaluate({"extra": ""})]


def _version_of(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
