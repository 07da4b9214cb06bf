"""``unrolled mutants``: do the tests notice every small change of a solution?"""

import json
import tempfile
import time

from rich.console import Console

from grading.catalogue.paths import ROOT
from grading.catalogue.refused import Refused, need_at_least_one
from grading.catalogue.syllabus import BUILT, exercise
from grading.develop.bars import bar
from grading.develop.mutants import mutants_of, write_mutants
from grading.running.many import judge_all

EQUIVALENT = ROOT / "tests" / "kit" / "equivalent_mutants.json"


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "mutants",
        help="for developers of the kit: test the tests on mutants of the solutions",
        description="Change each solution in every way cosmic-ray knows and see whether its tests "
        "notice. Exits with 1 if a mutant survives that is not listed, with the reason why it is "
        f"equivalent, in {EQUIVALENT.relative_to(ROOT)}.",
    )
    parser.add_argument("exercise", nargs="*", metavar="EXERCISE", help="only these")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (default: 2)")
    parser.set_defaults(run=run)


def run(args):
    need_at_least_one(args, "jobs")
    names = [exercise(name).name for name in args.exercise] or list(BUILT)
    try:
        mutants = [mutant for name in names for mutant in mutants_of(name)]
    except ModuleNotFoundError as error:
        raise Refused(
            f"{error.name} is not installed; use: uv run --group mutation unrolled mutants"
        ) from None
    started = time.monotonic()
    survivors = _survivors(mutants, args.jobs)
    return _tell(mutants, survivors, names, time.monotonic() - started)


def _survivors(mutants, jobs):
    with (
        tempfile.TemporaryDirectory(prefix="unrolled-mutants-") as folder,
        bar("mutants", len(mutants)) as told,
    ):
        places = write_mutants(mutants, folder)
        verdicts = judge_all(
            places,
            jobs,
            first=True,
            options=["--no-diagnosis", "--time-limit=3"],
            told=lambda verdict: told(),
        )
    pairs = zip(mutants, verdicts, strict=True)
    return [mutant for mutant, verdict in pairs if not verdict.failed]


def _tell(mutants, survivors, names, seconds):
    known = {
        (entry["exercise"], entry["before"], entry["after"]): entry["reason"]
        for entry in json.loads(EQUIVALENT.read_text(encoding="utf-8"))
        if entry["exercise"] in names
    }
    alive = {(mutant.exercise, mutant.before, mutant.after) for mutant in survivors}
    console = Console(highlight=False, soft_wrap=True)
    for name in names:
        total = sum(mutant.exercise == name for mutant in mutants)
        left = [key for key in alive if key[0] == name]
        equivalent = sum(key in known for key in left)
        console.print(f"{name:<20} {total} mutants, {total - len(left)} killed, "
                      f"{equivalent} equivalent, {len(left) - equivalent} alive")  # fmt: skip
    unexplained = sorted(alive - set(known))
    for name, before, after in unexplained:
        console.print(f"\nalive in {name}:\n  - {before}\n  + {after}", markup=False)
    for name, before, after in sorted(set(known) - alive):
        console.print(f"\nlisted as equivalent but killed, in {name}:\n  - {before}\n  + {after}",
                      markup=False)  # fmt: skip
    console.print(f"\n{len(mutants)} mutants in {seconds:.0f} s")
    return 1 if unexplained else 0
