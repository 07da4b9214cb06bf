"""Where one side of a benchmark runs: ``python -m grading.develop.benchmarks.child``.

Takes the benchmark's name, ``ours`` or ``baseline``, and the settings as JSON; gives the
measurement as JSON in the last line of standard output.
"""

import dataclasses
import json
import os
import sys

from grading.develop.benchmarks import Settings, load


def peak_memory():
    """Give the most memory this process ever held, in bytes; None where that is not known."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main():
    """Measure, and print the result."""
    name, side, settings = sys.argv[1:]
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    measure = getattr(load(name), side)
    measurement = measure(Settings(**json.loads(settings)))
    print(json.dumps({**dataclasses.asdict(measurement), "peak_memory": peak_memory()}))


if __name__ == "__main__":
    main()
