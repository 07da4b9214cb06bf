"""``unrolled train NAME``: train one of the chapter's models."""

import argparse
import datetime
import importlib
import os
from pathlib import Path

from grading.catalogue.refused import Refused
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
        default="solutions",
        metavar="WHERE",
        help="whose components: solutions, exercises, or a folder (default: %(default)s)",
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
    _refuse_what_has_no_effect(args)
    out = args.out or Path("runs") / args.name
    try:
        options = Options(**{name: getattr(args, name) for name in Options.__dataclass_fields__})
    except ValueError as error:
        raise Refused(f"--{str(error).replace('_', '-', 1)}", code=1) from None

    from solutions.models.components import ComponentError, blame, load_components
    from solutions.models.devices import make_strategy, set_mixed_precision, split_cpu
    from solutions.models.run_folder import RunError
    from solutions.models.training import train

    components = None
    try:
        if args.logical_devices is not None:
            split_cpu(args.logical_devices)
        strategy = make_strategy(args.strategy)
        set_mixed_precision(args.mixed_precision)
        module = importlib.import_module(info.module)
        modules_for = getattr(module, "modules_for", lambda options: module.MODULES)
        components = load_components(args.impl, modules_for(options))
        task = module.make_task(options, components)
        task.settings.update(impl=args.impl, mixed_precision=args.mixed_precision)
        print(f"{info.name}: {info.summary}\ndata: {task.source}", flush=True)
        model, history = train(task, out, seed=options.seed, strategy=strategy, fresh=args.fresh)
        lines = task.report(model, history)
    except (DataError, RunError, ComponentError) as error:
        raise Refused(error, code=1) from None
    except KeyboardInterrupt:
        print(f"\nstopped; the same command goes on after the last whole epoch, from {out}")
        return 130
    except Exception as error:
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

    seconds = round(sum(row["seconds"] for row in history))
    epochs = "1 epoch" if len(history) == 1 else f"{len(history)} epochs"
    print(f"after {epochs}, {datetime.timedelta(seconds=seconds)}:")
    for line in lines:
        print(f"  {line}")
    print(f"the chapter prints: {info.chapter}")
    print(f"in {out}: model.weights.h5, history.csv, curves.png")
    return 0


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
