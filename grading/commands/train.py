"""``unrolled train NAME``: train one of the chapter's models."""

import argparse
import datetime
import functools
import importlib
import os
import sys
from pathlib import Path

from grading.catalogue import milestones
from grading.catalogue.board import FRESH, STARTED, UNKNOWN
from grading.catalogue.memory import Memory
from grading.catalogue.progress import remembered
from grading.catalogue.refused import Refused
from grading.catalogue.where import resolve
from solutions.data import DataError
from solutions.models import MODELS, Options


def add_parser(subparsers):
    """Add the command to the command line."""
    width = max(map(len, MODELS))
    parser = subparsers.add_parser(
        "train",
        help="train one of the chapter's models",
        description="Train one of the chapter's models. A run that was stopped goes on when the "
        "same command is given again.",
        epilog="models:\n"
        + "\n".join(f"  {info.name:{width}}  {info.summary}" for info in MODELS.values()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", choices=MODELS, help="one of the models below")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="about a minute on data that are shipped, with your own parts; then the model is "
        "shown at work, and what it reaches beside what the reference reaches",
    )
    data = parser.add_argument_group("data")
    data.add_argument(
        "--data",
        metavar="PATH",
        help="a text; an aclImdb folder or a CSV file of review and sentiment; or 'sample', what "
        "is shipped (default: the real data, downloaded once; the sample if offline)",
    )
    data.add_argument("--limit", type=int, metavar="N", help="only the first N examples")
    data.add_argument("--embedding", metavar="URL", help="SavedModel of `pretrained`, or a folder")
    how = parser.add_argument_group("how to train")
    how.add_argument(
        "--recipe",
        choices=["default", "chapter"],
        default="default",
        help="'chapter' for the chapter's exact settings",
    )
    how.add_argument(
        "--impl",
        metavar="WHERE",
        help="whose components: solutions, exercises, or a folder (default: solutions; with "
        "--quick, exercises)",
    )
    how.add_argument("--masking", choices=["auto", "manual"], default="auto", help="of `sentiment`")
    how.add_argument("--epochs", type=int, metavar="N")
    how.add_argument("--batch-size", type=int, metavar="N")
    how.add_argument("--learning-rate", type=float, metavar="X")
    how.add_argument("--units", type=int, metavar="N", help="size of the layers")
    how.add_argument("--seed", type=int, default=42, metavar="N")
    where = parser.add_argument_group("where to train")
    where.add_argument("--mixed-precision", action="store_true", help="compute in 16 bits")
    where.add_argument(
        "--strategy",
        choices=["none", "mirrored", "multiworker"],
        default="none",
        help="spread over the GPUs of this machine, or over machines (TF_CONFIG) that share --out",
    )
    where.add_argument(
        "--logical-devices", type=int, metavar="N", help="split the CPU, to try a strategy out"
    )
    run_group = parser.add_argument_group("the run")
    run_group.add_argument(
        "--out", metavar="DIR", help="folder of the run (default: runs/NAME)", type=Path
    )
    run_group.add_argument("--fresh", action="store_true", help="start over, forget the run there")
    parser.set_defaults(run=run)
    return parser


def run(args):
    """Train; give the exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    info = MODELS[args.name]
    _fill_in(args)
    _refuse_what_has_no_effect(args)
    out = args.out or Path("runs") / args.name
    try:
        options = Options(**{name: getattr(args, name) for name in Options.__dataclass_fields__})
    except ValueError as error:
        raise Refused(f"--{str(error).replace('_', '-', 1)}", code=1) from None

    from solutions.models.components import ComponentError, blame, load_components
    from solutions.models.devices import make_strategy, set_mixed_precision, split_cpu
    from solutions.models.run import Run
    from solutions.models.run_files import RunError

    components = None
    try:
        if args.logical_devices is not None:
            split_cpu(args.logical_devices)
        strategy = make_strategy(args.strategy)
        set_mixed_precision(args.mixed_precision)
        module = importlib.import_module(info.module)
        modules_for = getattr(module, "modules_for", lambda options: module.MODULES)
        names = milestones.MILESTONES[info.name].needs if args.quick else modules_for(options)
        components = load_components(args.impl, names)
        if names and components.folder is not None:
            _say_what_tests_found(components.folder, args.impl, names)
        training = Run(
            out,
            seed=options.seed,
            strategy=strategy,
            fresh=args.fresh,
            settings={"impl": args.impl, "mixed_precision": args.mixed_precision},
            title=f"{info.name}: {info.summary}",
            say=functools.partial(print, flush=True),
        )
        model, lines = module.train(training, options, components)
        if args.quick:
            from grading.student.at_work import lines_of

            lines += lines_of(info.name, model, components)
    except (DataError, RunError, ComponentError) as error:
        raise Refused(error, code=1) from None
    except KeyboardInterrupt as error:
        line = blame(error, components) if components else None
        at = f" at {line.removesuffix(': KeyboardInterrupt')}" if line else ""
        print(f"\nstopped{at}; the same command goes on after the last whole epoch, from {out}")
        return 130
    except (Exception, SystemExit) as error:
        # In a student's component? Then that line is what they need, not our traceback.
        line = blame(error, components) if components else None
        if line is not None:
            raise Refused(line, code=1) from None
        if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
            raise Refused(
                "the memory is not enough: smaller --units, --batch-size or --limit need less",
                code=1,
            ) from None
        raise

    seconds = round(sum(row["seconds"] for row in training.history))
    n_epochs = len(training.history)
    epochs = "1 epoch" if n_epochs == 1 else f"{n_epochs} epochs"
    print(f"after {epochs}, {datetime.timedelta(seconds=seconds)}:")
    for line in lines:
        print(f"  {line}")
    if args.quick:
        _say_what_the_reference_reaches(info.name, args.impl, training.history[-1])
    else:
        print(f"the chapter prints: {info.chapter}")
    print(f"in {out}: model.weights.h5, history.csv, curves.png")
    return 0


def _fill_in(args):
    """The options of a quick training, and whose components.

    Raises:
        Refused: the model cannot be trained quickly, or the options are not for that.
    """
    if not args.quick:
        args.impl = args.impl or "solutions"
        return
    milestone = milestones.MILESTONES.get(args.name)
    if milestone is None:
        quick = ", ".join(milestones.MILESTONES)
        raise Refused(f"--quick is of {quick}, not of {args.name}: it has no parts of yours")
    for name in ("data", "epochs", "units", "limit", "batch_size", "learning_rate"):
        if getattr(args, name) is not None:
            option = name.replace("_", "-")
            raise Refused(f"--quick says how to train, so that results can be compared: leave "
                          f"--{option} or --quick out")  # fmt: skip
    vars(args).update(milestone.options)
    args.impl = args.impl or "exercises"
    args.out, args.fresh = args.out or Path("runs") / f"{args.name}-quick", True


def _say_what_the_reference_reaches(name, impl, last):
    """Say it beside what was reached, and keep that for the board."""
    milestone = milestones.MILESTONES[name]
    value = last[milestone.measure]
    print(f"  {milestone.told(value)}")
    if milestone.is_worse(value):
        print(
            "  That is further from it than chance explains: a part of yours may be wrong in a "
            "way that its tests do not see."
        )
    if impl != "solutions":
        milestones.remember(Memory(), resolve(impl, Path.cwd()), name, value)


def _say_what_tests_found(folder, label, names):
    """Warn of components whose tests fail or were not run, so that nobody trains them for hours.

    Raises:
        Refused: one is not written yet.
    """
    implementation = resolve(str(folder), Path.cwd())
    for name in names:
        path = implementation.path(name)
        tally = remembered(Memory(), implementation, name)
        tests = f"`pytest --impl {label} tests/test_{name}.py`"
        if tally.state == FRESH:
            raise Refused(f"{path}: not written yet; {tests} says what it must do", code=1)
        if tally.state == UNKNOWN:
            print(f"{path}: its tests were not run since it changed; {tests} runs them", flush=True)
        elif tally.state == STARTED:
            n_missing = tally.total - len(tally.passed)
            warning = f"{n_missing} of its {tally.total} tests do not pass"
            if failed := sorted(tally.failed):
                more = f" and {len(failed) - 3} more" if len(failed) > 3 else ""
                warning += f" ({', '.join(failed[:3])}{more})"
            warning += f", so the model may not learn; {tests} says why"
            print(f"unrolled train: {path}: {warning}", file=sys.stderr, flush=True)


def _refuse_what_has_no_effect(args):
    """Say that an option is for other models, so that nobody waits for what will not happen."""
    texts, reviews = ("char-rnn", "stateful-char-rnn"), ("sentiment", "pretrained")
    for option, is_given, models in [
        ("--data", args.data not in (None, "sample"), texts + reviews),
        ("--masking", args.masking != "auto", ("sentiment",)),
        ("--embedding", args.embedding is not None, ("pretrained",)),
    ]:
        if is_given and args.name not in models:
            raise Refused(f"{option} is of {', '.join(models)}, not of {args.name}", code=1)
