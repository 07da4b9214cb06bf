"""``unrolled plot WHAT``: draw the chapter's pictures."""

import os
from pathlib import Path

from grading.catalogue.refused import Refused


def add_parser(subparsers):
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "plot", help="draw the chapter's pictures", description="Draw the chapter's pictures."
    )
    whats = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    positions = whats.add_parser("positional-encoding", help="the table of positions")
    attention = whats.add_parser("attention", help="what a trained Transformer looks at")
    attention.add_argument("--text", default="April 22, 2019", help="the date to translate")
    curves = whats.add_parser("curves", help="the training curves of a run")
    for part, default in [(attention, "runs/transformer"), (curves, None)]:
        part.add_argument(
            "--run",
            dest="folder",
            type=Path,
            default=default and Path(default),
            required=default is None,
            metavar="DIR",
            help="folder of the run" + (" (default: %(default)s)" if default else ""),
        )
    for name, part in [
        ("positional-encoding", positions),
        ("attention", attention),
        ("curves", curves),
    ]:
        part.add_argument(
            "--out",
            type=Path,
            default=Path(f"{name}.png"),
            metavar="FILE",
            help="picture to write: .png, .svg or .pdf (default: %(default)s)",
        )
        part.set_defaults(run=run)
    parser.set_defaults(run=run)
    return parser


def run(args):
    """Draw the picture; give the exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from solutions.models.run_files import RunError

    draw = {
        "positional-encoding": _positional_encoding,
        "attention": _attention,
        "curves": _curves,
    }[args.what]
    try:
        figure = draw(args)
        out = args.out if args.out.suffix else args.out.with_name(f"{args.out.name}.png")
        out.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(out)
    except (RunError, OSError, ValueError) as error:
        raise Refused(error, code=1) from None
    print(out)
    return 0


def _positional_encoding(args):
    import numpy as np

    from solutions.models.plots import plot_positional_encoding
    from solutions.positional_encoding import PositionalEncoding

    table = PositionalEncoding(201, 512)(np.zeros([1, 201, 512], np.float32))[0]
    return plot_positional_encoding(table)


def _attention(args):
    from solutions.encoder_decoder import teacher_forcing_inputs
    from solutions.models.plots import plot_attention
    from solutions.models.transformer import SIZES, cross_attention_weights, load

    if not 1 <= len(args.text) <= SIZES["max_steps"]:
        raise Refused(f"--text must hold 1 ... {SIZES['max_steps']} characters", code=1)
    model, dates = load(args.folder)
    source_ids = dates.encode([args.text])
    written = dates.translate(model, source_ids)
    weights = cross_attention_weights(
        model, source_ids, teacher_forcing_inputs(written, dates.sos_id)
    )
    [translation] = dates.decode(written)
    return plot_attention(
        weights[0], translation, args.text, title=f"{args.text}  →  {translation}"
    )


def _curves(args):
    from solutions.models.plots import plot_curves
    from solutions.models.run_files import read_history

    return plot_curves(read_history(args.folder), title=args.folder.name)
