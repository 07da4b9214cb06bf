"""Print what is said first at each step; see the package."""

import sys
import tempfile
from pathlib import Path

from grading.catalogue.syllabus import BUILT
from tests.kit.hour import steps


def main():
    for exercise in sys.argv[1:] or BUILT:
        with tempfile.TemporaryDirectory() as folder:
            found = steps.take(exercise, Path(folder))
        for one, (failure, diagnosis) in zip(steps.steps_of(exercise), found, strict=True):
            print(f"{exercise}: {one.label}")
            print(f"    {failure.test if failure else 'all pass'}")
            print(f"    {failure.title if failure else ''}")
            print(f"    {diagnosis.name if diagnosis else '-'}", flush=True)


if __name__ == "__main__":
    main()
