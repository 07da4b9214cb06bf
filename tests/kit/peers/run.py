"""Put our known mistakes to the tests of another course kit, where it has the same component.

    python tests/kit/peers/run.py cs336 CHECKOUT
    python tests/kit/peers/run.py tinytorch CHECKOUT

CHECKOUT is a clone of that kit, whose tests run as they stand; nothing of it is copied. What they
test is replaced by our modules, through an adapter (``of_cs336.py``, ``of_tinytorch.py``). It runs
in one process, which needs what this kit needs and what the other one's tests import: see the
README beside this file, which holds the figures.
"""

import argparse
import contextlib
import functools
import importlib
import io
import os
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.append(str(ROOT))

from grading.misconceptions import library, subject  # noqa: E402

KITS = ("cs336", "tinytorch")
RIGHT = ""  # the name of the reference, beside those of mistakes


class Outcomes:
    """The pytest plugin that keeps which tests passed."""

    def __init__(self):
        self.passed, self.failed = set(), set()

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.when == "call" and report.passed:
            self.passed.add(report.nodeid)


def run_pytest(tests, *options):
    """Run tests of the checkout, where we are; gives those that passed and those that failed."""
    outcomes = Outcomes()
    left_out = [f"-pno:{plugin}" for plugin in ("unrolled", "cacheprovider", "terminal")]
    # Without their settings, which ask for plugins and for output that is of no use here.
    pytest.main([*left_out, f"-c{os.devnull}", "--rootdir=.", *options, *tests], [outcomes])
    return outcomes.passed - outcomes.failed, outcomes.failed


def table(kit):
    """For each component: its name, the tests that ran, and for each mistake whether it is caught.

    A mistake counts only where it can be seen through the other kit's interface: where it gives
    something else than the reference for one of the adapter's samples. Tests that fail on the
    reference are left out: they cannot be run here.
    """
    for component in kit.COMPONENTS:
        of = functools.partial(_results, kit, component)
        right, passed, failed = of(RIGHT)
        print(f"{component.name}: {len(passed)} tests, left out: {sorted(failed)}", file=sys.stderr)
        if not passed:
            continue
        caught = {}
        for name, mistake in library(component.exercise).items():
            if mistake.recognise is not None:
                continue  # seen in frequencies alone, of which there are no samples
            samples, _, fails = of(name)
            if not all(map(_same, samples, right)):
                caught[name] = bool(fails & passed)
        yield component, sorted(passed), caught


def _results(kit, component, name):
    module = subject(f"{component.exercise}/{name}" if name else component.exercise)
    with contextlib.redirect_stdout(io.StringIO()):  # the tests print much
        samples = [_sample(sample, module) for sample in component.samples]
        passed, failed = kit.run(component, module)
    return samples, passed, failed


def _sample(sample, module):
    try:
        return sample(module)
    except Exception as error:
        return type(error).__name__


def _same(one, other):
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.shape == other.shape and np.allclose(one, other, 1e-3, 1e-4, equal_nan=True)
    return type(one) is type(other) and bool(np.all(one == other))


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__.split("\n\n")[0])
    parser.add_argument("kit", choices=KITS)
    parser.add_argument("checkout", type=Path, metavar="CHECKOUT", help="a clone of that kit")
    args = parser.parse_args(arguments)
    if not (args.checkout / "tests").is_dir():
        parser.error(f"{args.checkout} has no folder tests; give a clone of the kit")
    os.chdir(args.checkout)
    sys.path.insert(0, os.getcwd())  # its folder tests, not ours
    kit = importlib.import_module(f"of_{args.kit}")
    rows = []
    print("| component | its tests | our mistakes seen through it | caught |")
    print("| --- | ---: | ---: | ---: |")
    for component, tests, caught in table(kit):
        rows.append((component, caught))
        print(
            f"| {component.name} | {len(tests)} | {len(caught)} | {sum(caught.values())} |",
            flush=True,
        )
    for component, caught in rows:
        missed = [name for name, is_caught in caught.items() if not is_caught]
        print(f"\nNot caught of {component.name}: {', '.join(missed) or 'none'}.")


if __name__ == "__main__":
    main()
