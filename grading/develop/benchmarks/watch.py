"""From a save to what a student sees under ``unrolled watch``, beside one import of TensorFlow.

What the watch runs at a save is run here, again and again in one process, on a right module and on
a wrong one of each exercise, both when the watch had the time to prepare. Settled is the first
screen when the failing test, its smallest example and the name of the mistake are there; the other
examples are tried after that. A student who starts pytest anew waits for the import at each save.
"""

import queue
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
from grading.student.watch.runs import Runs

BENCHMARK = Benchmark(
    summary="from a save to the end of all tests on a right module, of the slowest exercise",
    unit="s",
    higher_is_better=False,
    demanded_ratio=1 / 0.35,
    baseline="one `import tensorflow`, which each new pytest would wait for",
)
QUICK = ("tokenizer", "windows")
LONGEST_THOUGHT = 120  # seconds that the watch has to prepare


def ours(settings):
    """Run the tests of each exercise as the watch does, on a right and on a wrong module."""
    watch, worst, notes = _Watch(), 0.0, []
    try:
        for name in QUICK if settings.quick else NAMES:
            watch.prepare(name)
            seen = _on_right(watch, name)
            worst = max(worst, seen["end"])
            first, whole = seen.get("told", seen["end"]), seen["end"]
            notes.append(f"{name}, right: first verdict {first:.2f} s, all tests {whole:.2f} s")
            wrong = next(iter(library(name)), None)  # none where students write tests
            if wrong is not None:
                watch.wait(name)
                seen = watch.run(f"variant:grading.misconceptions:{name}/{wrong}", name)
                if not seen["run"].failures:
                    raise RuntimeError(f"no test fails on {name}/{wrong}")
                times = {what: seen.get(what, seen["end"]) for what in ("failed", "settled", "end")}
                told = "red {failed:.2f} s, settled {settled:.2f} s, all tests {end:.2f} s"
                notes.append(f"{name}, {wrong}: {told.format(**times)}")
    finally:
        watch.runs.close()
    return Measurement(worst, notes)


def baseline(settings):
    """Import TensorFlow in a new process."""
    taken = []
    for _ in range(2 if settings.quick else 5):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import tensorflow"], capture_output=True, check=True)
        taken.append(time.perf_counter() - start)
    return Measurement(statistics.median(taken))


class _Watch:
    """The runs of a watch, and when each of their events came."""

    def __init__(self):
        self._events = queue.SimpleQueue()
        self.runs = Runs(*map(self._putting, ("failed", "told", "settled", "tested", "end")))

    def _putting(self, event):
        return lambda what=None: self._events.put((event, time.perf_counter(), what))

    def prepare(self, name):
        """Let the watch do what it does while a student thinks."""
        self.runs.warm(name)
        self.wait(name)

    def wait(self, name):
        """Let it go on with that, as it does after each run."""
        end = time.monotonic() + LONGEST_THOUGHT
        while not self.runs.is_prepared(name) and time.monotonic() < end:
            time.sleep(0.1)

    def run(self, where, name):
        """The seconds to each kind of event, and the run at its end."""
        start, seen, event = time.perf_counter(), {}, None
        self.runs.begin(where, name)
        while event != "end":
            event, at, what = self._events.get()
            seen.setdefault(event, at - start)
        self.runs.ended(name)
        return {**seen, "run": what}


def _on_right(watch, name):
    """The seconds on a right module, when not for the first time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.py"
        path.write_bytes(solution_path(name).read_bytes())
        watch.run(folder, name)
        watch.wait(name)
        seen = watch.run(folder, name)
    if seen["run"].failures:
        raise RuntimeError(f"the reference of {name} fails {seen['run'].failures[0].test}")
    return seen
