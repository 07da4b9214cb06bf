"""From saving a module to the verdict on it: ``unrolled watch`` and a new pytest each time."""

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grading.catalogue.paths import ROOT, kit_environment
from grading.catalogue.stubs import solution_path
from grading.develop.benchmarks import Benchmark, Measurement

BENCHMARK = Benchmark(
    summary="from saving the module of `tokenizer` to the verdict on it",
    unit="s",
    higher_is_better=False,
    demanded_value=1.5,
    baseline="a new pytest for each save",
)
SLOW = "windows"  # needs TensorFlow, whose import watch does once only
LIMIT = 300  # seconds to wait for a verdict


def ours(settings):
    """Save again and again under one `unrolled watch`."""
    seconds, output = _watched("tokenizer", _saves(settings))
    notes = []
    if not settings.quick:
        slow, _ = _watched(SLOW, 2)
        notes = [f"{SLOW}, with TensorFlow: {slow:.2f} s"]
    return Measurement(seconds, notes, output)


def baseline(settings):
    """Save, and start pytest."""
    seconds, output = _tested("tokenizer", _saves(settings))
    notes = []
    if not settings.quick:
        slow, _ = _tested(SLOW, 2)
        notes = [f"{SLOW}, with TensorFlow: {slow:.2f} s"]
    return Measurement(seconds, notes, output)


def _saves(settings):
    return 3 if settings.quick else 5


def _watched(name, saves):
    with tempfile.TemporaryDirectory() as folder:
        module = Path(folder) / f"{name}.py"
        shutil.copy(solution_path(name), module)
        command = [sys.executable, "-m", "grading.cli", "watch", name, "--impl", folder]
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=kit_environment(PYTHONUNBUFFERED="1"),
            cwd=ROOT,
        ) as watch:
            _verdict(
                watch.stdout, name
            )  # of the file as it was found, TensorFlow's import included
            taken = []
            for number in range(saves):
                start = _save(module, number)
                tally = _verdict(watch.stdout, name)
                taken.append(time.perf_counter() - start)
            watch.stdin.close()  # which ends it
            watch.wait(LIMIT)
    return statistics.median(taken), tally


def _verdict(lines, name):
    """Read until the board of a run has come; give what it says of the exercise."""
    tally = None
    for line in lines:
        found = re.search(rf" {name} .*?(\d+ of \d+)", line)
        tally = found[1] if found else tally
        if re.fullmatch(r"\(\d+\.\d+ s\)\n", line) and tally:
            return tally
    raise RuntimeError("unrolled watch ended without a verdict")


def _tested(name, saves):
    with tempfile.TemporaryDirectory() as folder:
        module, taken = Path(folder) / f"{name}.py", []
        shutil.copy(solution_path(name), module)
        test = f"tests/test_{name}.py"
        command = [sys.executable, "-m", "pytest", "-q", "--impl", folder, test]
        for number in range(saves):
            start = _save(module, number)
            done = subprocess.run(
                command,
                capture_output=True,
                encoding="utf-8",
                env=kit_environment(PYTHONUNBUFFERED="1"),
                cwd=ROOT,
            )
            taken.append(time.perf_counter() - start)
    found = re.search(rf" {name} .*?(\d+ of \d+)", done.stdout)
    if not found:
        raise RuntimeError(f"pytest gave no verdict: {done.stdout[-300:]}")
    return statistics.median(taken), found[1]


def _save(module, number):
    """Save a change that changes nothing, and give the time."""
    with open(module, "a", encoding="utf-8") as file:
        file.write(f"# save {number}\n")
    return time.perf_counter()
