"""``unrolled generate``: write text with a trained character RNN."""

import os
from pathlib import Path

from grading.catalogue.refused import Refused
from solutions.models import LARGEST

RUNS = [Path("runs/char-rnn"), Path("runs/stateful-char-rnn")]


def add_parser(subparsers):
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "generate",
        help="write text with a trained character RNN",
        description="Write text with a trained character RNN.",
    )
    parser.add_argument("--prompt", default="the ", help="what the text begins with")
    parser.add_argument("--chars", type=int, default=500, metavar="N", help="characters to add")
    parser.add_argument("--temperature", type=float, default=0.7, metavar="T")
    parser.add_argument("--seed", type=int, metavar="N", help="the same seed, the same text")
    parser.add_argument("--samples", type=int, default=1, metavar="N", help="how many texts")
    # Not dest="run": that is where a command's function goes.
    parser.add_argument(
        "--run",
        dest="folder",
        type=Path,
        metavar="DIR",
        help="folder of the run (default: the last finished one of runs/char-rnn and "
        "runs/stateful-char-rnn)",
    )
    parser.set_defaults(run=run)
    return parser


def _newest(name):
    """Give the run whose file of this name is the newest, or None."""
    found = [path for path in RUNS if (path / name).is_file()]
    return max(found, key=lambda path: (path / name).stat().st_mtime, default=None)


def run(args):
    """Write the texts; give the exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if args.seed is not None and args.seed < 0:
        raise Refused(f"--seed must be at least 0, got {args.seed}", code=1)
    for name, value, least in [("chars", args.chars, 0), ("samples", args.samples, 1)]:
        if not least <= value <= LARGEST:
            raise Refused(f"--{name} must be in {least} ... {LARGEST}, got {value}", code=1)

    from solutions.models.char_rnn import load
    from solutions.models.generation import TextGenerator
    from solutions.models.run_files import SETTINGS, WEIGHTS, RunError

    folder = args.folder or _newest(WEIGHTS) or _newest(SETTINGS) or RUNS[-1]
    try:
        model, tokenizer = load(folder)
        texts = TextGenerator(model, tokenizer).complete(
            args.prompt,
            args.chars,
            n_samples=args.samples,
            temperature=args.temperature,
            seed=args.seed,
        )
    except (RunError, ValueError) as error:
        raise Refused(error, code=1) from None
    except (MemoryError, OverflowError):
        raise Refused(
            f"--samples {args.samples} of --chars {args.chars} are more than the memory holds",
            code=1,
        ) from None
    print("\n----\n".join(texts))
    return 0
