"""From a save to what a student sees under ``unrolled watch``, beside one import of TensorFlow.

What the watch runs at a save is run here, again and again in one process, on a right module and on
a wrong one of each exercise. A student who starts pytest anew waits for the import at each save.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grading.catalogue.stubs import solution_path
from grading.catalogue.syllabus import NAMES
from grading.develop.benchmarks import Benchmark, Measurement
from grading.misconceptions import library
from grading.processes.forkserver import ForkServers
from grading.running.run import Recorder, run_tests
from grading.student.watch.runs import JOBS

BENCHMARK = Benchmark(
    summary="from a save to the end of all tests on a right module, of the slowest exercise",
    unit="s",
    higher_is_better=False,
    demanded_ratio=1 / 0.35,
    baseline="one `import tensorflow`, which each new pytest would wait for",
)
QUICK = ("tokenizer", "windows")


def ours(settings):
    """Run the tests of each exercise as the watch does, on a right and on a wrong module."""
    servers, worst, notes = ForkServers(), 0.0, []
    try:
        for name in QUICK if settings.quick else NAMES:
            right, whole = _on_right(servers, name)
            worst = max(worst, whole)
            notes.append(f"{name}, right: first verdict {right:.2f} s, all tests {whole:.2f} s")
            wrong = next(iter(library(name)), None)  # none where students write tests
            if wrong is not None:
                red, settled = _on_wrong(servers, f"variant:grading.misconceptions:{name}/{wrong}")
                notes.append(f"{name}, {wrong}: red {red:.2f} s, settled {settled:.2f} s")
    finally:
        servers.close()
    return Measurement(worst, notes)


def baseline(settings):
    """Import TensorFlow in a new process."""
    taken = []
    for _ in range(2 if settings.quick else 5):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import tensorflow"], capture_output=True, check=True)
        taken.append(time.perf_counter() - start)
    return Measurement(statistics.median(taken))


def _on_right(servers, name):
    """Seconds to the first verdict and to the last one, when not for the first time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.py"
        path.write_bytes(solution_path(name).read_bytes())
        _timed(servers, folder, name)
        run, seen, whole = _timed(servers, folder, name)
    if run.failures:
        raise RuntimeError(f"the reference of {name} fails {run.failures[0].test}")
    return seen.get("telling", whole), whole


def _on_wrong(servers, where):
    run, seen, settled = _timed(servers, where, where.split(":")[-1].split("/")[0])
    if not run.failures:
        raise RuntimeError(f"no test fails on {where}")
    return seen["red"], settled


def _timed(servers, where, name):
    """A run as the watch makes it, when something could first be seen, and its seconds."""
    start, seen = time.perf_counter(), {}

    def see(what):
        return lambda _: seen.setdefault(what, time.perf_counter() - start)

    ahead = {"jobs": JOBS, "told": see("telling")}
    run = run_tests(where, [name], Recorder(servers, see("red"), ahead=ahead))
    return run, seen, time.perf_counter() - start
