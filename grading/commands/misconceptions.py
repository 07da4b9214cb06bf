"""``unrolled misconceptions``: which test catches each known-wrong solution."""

import functools
import importlib
import json
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grading.catalogue.files import write_atomically
from grading.catalogue.refused import need_at_least_one
from grading.catalogue.syllabus import BUILT, exercise
from grading.develop.bars import bar
from grading.develop.matrix import as_html, as_markdown, collect
from grading.develop.pairs import diagnosed, draw, false_names
from grading.develop.seeds import escapes
from grading.running.library import MODULE as LIBRARY
from grading.running.library import misconception_of, where_of
from grading.running.many import FEW, catch_all, judge_all
from grading.running.outcome import Kind

UNDIAGNOSED = ["--no-diagnosis"]
# What a student sees, and what another seed would show: who passes a test that a misconception
# fails only by the luck of the draw may hold it all the same.
OTHER_DRAWS = (UNDIAGNOSED, [*UNDIAGNOSED, "--hypothesis-seed=1"])


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "misconceptions",
        help="for developers of the kit: show which test catches each known mistake",
        description="Run each exercise's tests on its known-wrong solutions and show which test "
        "catches which. Exits with 1 if one is not caught.",
    )
    parser.add_argument("exercise", nargs="*", metavar="EXERCISE", help="only these")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (default: 2)")
    parser.add_argument("--all", action="store_true", help="every test that fails, not the first")
    parser.add_argument(
        "--save",
        action="store_true",
        help="note every test that fails, whatever examples are drawn, in grading/misconceptions, "
        "where the diagnosis looks it up",
    )
    parser.add_argument(
        "--seeds",
        type=int,
        metavar="N",
        help="draw the examples with the seeds 0 to N - 1 in turn, and show at how many each "
        "mistake is caught; exits with 1 if one is not caught at all of them",
    )
    parser.add_argument(
        "--pairs",
        type=int,
        metavar="N",
        help="put N pairs of mistakes of each exercise into one module, others into unfinished "
        "modules, and show which are named; exits with 1 if a name is false",
    )
    parser.add_argument(
        "--matrix",
        metavar="FOLDER",
        type=Path,
        help="run all tests, with the diagnosis, on all known mistakes and all right alternatives, "
        "and write the tables to matrix.md and matrix.html in this folder",
    )
    parser.add_argument("--json", action="store_true", help="the table as JSON")
    parser.set_defaults(run=run)


def run(args):
    names = [exercise(name).name for name in args.exercise] or list(BUILT)
    need_at_least_one(args, "jobs", "seeds", "pairs")
    if args.pairs:
        return _show_pairs([name for name in names if _library(name)], args)
    wheres = [where_of(name, key) for name in names for key in _library(name)]
    started = time.monotonic()
    if args.seeds:
        with bar("misconceptions", len(wheres)) as told:
            return _show_seeds(escapes(wheres, args.seeds, args.jobs, told), args)
    if args.matrix:
        return _write_matrix(names, len(wheres), args)
    if args.save:
        few = [*UNDIAGNOSED, f"--examples-times={FEW}"]
        rows = _rows(wheres, args, functools.partial(judge_all, options=few))
        _save(rows)
        known = [
            where for where, (of, key, _) in zip(wheres, rows, strict=True) if not _chance(of, key)
        ]
        for draws in OTHER_DRAWS:
            _save(_rows(known, args, functools.partial(judge_all, options=draws, noted=True)))
    elif args.all:
        rows = _rows(wheres, args, functools.partial(judge_all, options=UNDIAGNOSED))
    else:
        rows = _rows(wheres, args, catch_all)
    escaped = [row for row in rows if not row[2]]
    if args.json:
        keys = ("exercise", "misconception", "caught_by")
        print(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2))
    else:
        _show(rows, time.monotonic() - started)
    return 1 if escaped else 0


def _library(name):
    return importlib.import_module(LIBRARY).library(name)


def _chance(name, key):
    return _library(name)[key].recognise is not None


def _rows(wheres, args, judged):
    """For each misconception its exercise, its name, and the tests that fail on it."""
    with bar("misconceptions", len(wheres)) as told:
        verdicts = judged(wheres, args.jobs, told=lambda verdict: told())
    return [(*misconception_of(v.where), _killers(v)) for v in verdicts]


def _write_matrix(names, total, args):
    with bar("misconceptions", total) as told:
        matrices = collect(names, args.jobs, lambda run: told())
    args.matrix.mkdir(parents=True, exist_ok=True)
    for name, text in (("matrix.md", as_markdown(matrices)), ("matrix.html", as_html(matrices))):
        write_atomically(args.matrix / name, text)
        print(f"wrote {args.matrix / name}")
    return 0 if all(mistake.failed for one in matrices for mistake in one.mistakes) else 1


def _show_seeds(escaped, args):
    lucky = [where for where, seeds in escaped.items() if seeds]
    if args.json:
        found = {where.rpartition(":")[2]: seeds for where, seeds in escaped.items()}
        print(json.dumps({"seeds": args.seeds, "not_caught_at": found}, indent=2))
        return 1 if lucky else 0
    table = Table("misconception", "caught at", "but not at", box=None, pad_edge=False)
    for where, seeds in escaped.items():
        caught = f"{args.seeds - len(seeds)} of {args.seeds}"
        table.add_row(where.rpartition(":")[2], caught, ", ".join(map(str, seeds)))
    console = Console()
    console.print(table)
    console.print(f"\n{len(escaped) - len(lucky)} of {len(escaped)} caught at every seed")
    return 1 if lucky else 0


def _show_pairs(names, args):
    drawn = [mixture for name in names for mixture in draw(name, args.pairs)]
    with bar("misconceptions", len(drawn)) as told:
        mixtures = diagnosed(drawn, args.jobs, lambda run: told())
    false = false_names(mixtures, args.jobs)
    if args.json:
        rows = [{"mixture": f"{m.exercise}/{m.key}", "names": sorted(m.names)} for m in mixtures]
        print(json.dumps({"mixtures": rows, "false": [m.key for m in false]}, indent=2))
        return 1 if false else 0
    table = Table("exercise", "mistakes", "named", box=None, pad_edge=False)
    for mixture in mixtures:
        named = ", ".join(sorted(mixture.names)) or "[red]nothing[/red]"
        table.add_row(mixture.exercise, mixture.key, named + " [red](false)" * (mixture in false))
    console = Console()
    console.print(table)
    hit = sum(bool(mixture.names & mixture.mistakes) for mixture in mixtures)
    console.print(f"\n{hit} of {len(mixtures)} got a right name, {len(false)} a false one")
    return 1 if false else 0


def _save(rows):
    """Write the table to the file that :func:`grading.misconceptions.caught_by` reads.

    What is recognised by results of chance is left out: which tests it fails is chance, too.
    """
    path = importlib.import_module(LIBRARY).CAUGHT_BY
    saved = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    for name in {name for name, _, _ in rows}:
        saved[name] = {
            key: sorted({test.split("::")[1].partition("[")[0] for test in tests})
            for of, key, tests in rows
            if of == name and tests and not _chance(name, key)
        }
    text = json.dumps({name: saved[name] for name in BUILT if name in saved}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def _killers(verdict):
    """The tests that fail for the right reason: a judgement of an answer, not a broken test."""
    return [test for test, kind in verdict.failed.items() if kind is not Kind.ERROR]


def _show(rows, seconds):
    table = Table("exercise", "misconception", "caught by", box=None, pad_edge=False)
    last = None
    for name, key, killers in rows:
        tests = "\n".join(test.split("::")[1] for test in killers) or "[red]nothing[/red]"
        table.add_row(name if name != last else "", key, tests)
        last = name
    console = Console()
    console.print(table)
    caught = sum(bool(killers) for _, _, killers in rows)
    console.print(f"\n{caught} of {len(rows)} caught, in {seconds:.0f} s")
