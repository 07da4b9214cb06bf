"""``unrolled bench [NAME ...]``: measure the kit against the chapter's way."""

import contextlib
import dataclasses
import json
import math
import subprocess
import sys
import textwrap
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from grading.catalogue.refused import Refused
from grading.develop.benchmarks import NAMES, ON_REQUEST, Settings, load


def add_parser(subparsers):
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "bench",
        help="measure the kit against the chapter's way",
        description="Measure the kit's way and the chapter's way, one after the other, each in a "
        "process of its own.",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"which: {', '.join(NAMES)} (default: all but {' and '.join(ON_REQUEST)})",
    )
    parser.add_argument("--quick", action="store_true", help="a short run, for a first look")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument(
        "--text", metavar="PATH", help="text to use (default: Shakespeare if cached, or the sample)"
    )
    parser.add_argument(
        "--reviews", metavar="PATH", help="reviews to use (default: IMDB if cached, or the sample)"
    )
    parser.set_defaults(run=run)
    return parser


def run(args):
    """Measure; give 0 if all that is demanded was reached, else 1."""
    unknown = [name for name in args.names if name not in NAMES]
    if unknown:
        raise Refused(f"there is no benchmark {unknown[0]!r}; there are {', '.join(NAMES)}")
    for option in ("text", "reviews"):
        path = getattr(args, option)
        if path is not None and path != "sample" and not Path(path).exists():
            raise Refused(f"--{option} {path}: there is no such file")
    settings = Settings(quick=args.quick, text=args.text, reviews=args.reviews)
    rows = []
    for name in args.names or [name for name in NAMES if name not in ON_REQUEST]:
        rows.append(measure(name, settings))
    if args.json:
        print(json.dumps(rows, indent=1))
    else:
        _show(rows)
    return 0 if all(row["reached"] for row in rows) else 1


def measure(name, settings):
    """Run both sides of a benchmark.

    Returns:
        A dict for JSON: ``name``, ``summary``, ``unit``, ``ours`` and ``baseline`` (each with
        ``value``, ``peak_memory`` in bytes, ``notes``), ``ratio`` (how many times better ours is),
        ``demanded_ratio``, ``demanded_value``, ``same_output`` (None where there is none to
        compare) and ``reached``.

    Raises:
        Refused: a side failed; the message holds the end of what it said.
    """
    benchmark = load(name).BENCHMARK
    ours, baseline = (_run_side(name, side, settings) for side in ("ours", "baseline"))
    ratio = _ratio(ours["value"], baseline["value"], benchmark.higher_is_better)
    outputs = ours.pop("output"), baseline.pop("output")
    same = None if None in outputs else outputs[0] == outputs[1]
    reached = same is not False
    if benchmark.demanded_ratio is not None:
        reached &= ratio >= benchmark.demanded_ratio
    if benchmark.demanded_value is not None:
        better = ours["value"] - benchmark.demanded_value
        reached &= better >= 0 if benchmark.higher_is_better else better <= 0
    return {
        "name": name,
        **dataclasses.asdict(benchmark),
        "baseline_is": benchmark.baseline,
        "ours": ours,
        "baseline": baseline,
        "ratio": ratio,
        "same_output": same,
        "reached": reached,
    }


def _ratio(ours, baseline, higher_is_better):
    top, bottom = (ours, baseline) if higher_is_better else (baseline, ours)
    return top / bottom if bottom and math.isfinite(bottom) else 0.0


def _run_side(name, side, settings):
    command = [sys.executable, "-m", "grading.develop.benchmarks.child", name, side]
    whose = "the kit" if side == "ours" else load(name).BENCHMARK.baseline
    with _shown(f"measuring {name}: {whose}"):
        result = subprocess.run(
            [*command, json.dumps(dataclasses.asdict(settings))],
            capture_output=True,
            encoding="utf-8",
        )
    if result.returncode:
        lines = result.stderr.strip().splitlines() or [f"exit code {result.returncode}"]
        raise Refused(f"{name}, {side}: {lines[-1]}", code=1)
    return json.loads(result.stdout.strip().splitlines()[-1])


@contextlib.contextmanager
def _shown(what):
    """Show on standard error what is done: how long already, or a line where no terminal is."""
    console = Console(stderr=True)
    if console.is_terminal:
        columns = (SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        what = textwrap.shorten(what, max(20, console.width - 12), placeholder=" ...")
        with Progress(*columns, console=console, transient=True) as progress:
            progress.add_task(escape(what))
            yield
    else:
        print(f"{what} ...", file=sys.stderr, flush=True)
        yield


def _show(rows):
    """Print the results as a table, and below it the notes."""
    table = Table("benchmark", "unit", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for title in ("ours", "baseline", "ratio", "demanded", "", "memory", "its memory"):
        table.add_column(title, justify="right")
    notes = []
    for row in rows:
        demanded = []
        if row["demanded_ratio"] is not None:
            demanded.append(f"{row['demanded_ratio']:g}x")
        if row["demanded_value"] is not None:
            sign = ">=" if row["higher_is_better"] else "<="
            demanded.append(f"{sign} {row['demanded_value']:g} {row['unit']}")
        table.add_row(
            row["name"],
            row["unit"],
            _number(row["ours"]["value"]),
            _number(row["baseline"]["value"]),
            f"{_number(row['ratio'])}x",
            " ".join(demanded) or "-",
            "yes" if row["reached"] else "NO",
            _megabytes(row["ours"]["peak_memory"]),
            _megabytes(row["baseline"]["peak_memory"]),
        )
        notes.append(f"{row['name']}: {row['summary']}; baseline: {row['baseline_is']}")
        notes += [f"  ours: {note}" for note in row["ours"]["notes"]]
        notes += [f"  baseline: {note}" for note in row["baseline"]["notes"]]
        if row["same_output"] is not None:
            notes.append("  same output" if row["same_output"] else "  THE OUTPUTS DIFFER")
    console = Console(highlight=False)
    if not console.is_terminal:  # in a file a row is a line, however long
        console.width = 200
    console.print(table)
    print("\nmemory: the most that ours held, and that the baseline held (its memory)\n")
    print("\n".join(notes))


def _number(value):
    if not math.isfinite(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def _megabytes(size):
    return "?" if size is None else f"{size / 1e6:,.0f} MB"
