"""Write the golden texts anew; see the package."""

import argparse
import sys
from pathlib import Path

from grading.catalogue.syllabus import BUILT
from grading.misconceptions import library
from tests.kit import golden


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.kit.golden")
    parser.add_argument("exercise", nargs="*", choices=[*BUILT, []], metavar="EXERCISE")
    parser.add_argument("--full", type=Path, metavar="FOLDER", help="write whole reports there")
    parser.add_argument("--only", nargs="+", metavar="KEY", help="these misconceptions alone")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes")
    args = parser.parse_args()
    for name in args.exercise or [name for name in BUILT if library(name)]:
        keys = golden.keys_of(name)
        runs = golden.runs_of(name, [k for k in keys if k in (args.only or keys)], args.jobs)
        known = golden.read(name) if args.only else {}
        known.update({key: golden.text_of(run) for key, run in runs.items()})
        golden.write(name, {key: known[key] for key in keys if key in known})
        print(f"wrote {golden.path_of(name)}", flush=True)
        if args.full:
            args.full.mkdir(parents=True, exist_ok=True)
            reports = [f"== {key}\n" + "\n".join(golden.report_of(r)) for key, r in runs.items()]
            (args.full / f"{name}.txt").write_text("\n\n".join(reports) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
