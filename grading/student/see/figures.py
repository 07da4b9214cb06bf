"""The figures of the lessons: pictures of the reference, made by ``unrolled build``.

The notebooks of the last three exercises show a known-wrong solution beside it, with the first
difference lit.
"""

from dataclasses import dataclass, field
from types import SimpleNamespace

from grading.catalogue.files import write_atomically
from grading.catalogue.lessons import figure_path
from grading.processes.forkserver import ForkServers
from grading.student.see import svg
from grading.student.see.looking import first_difference
from grading.student.see.parts import Trouble
from grading.student.see.views import VIEWS, defaults
from grading.student.see.worker import Module


@dataclass(frozen=True)
class Figure:
    """One panel of a view, drawn from the reference or from a known-wrong solution.

    Attributes:
        view: the name of the exercise that it shows.
        panel: the number of the panel.
        inputs: what differs from the view's own inputs.
        wrong: the name of a misconception, or None.
    """

    view: str
    panel: int
    inputs: dict = field(default_factory=dict)
    wrong: str | None = None


_LINES = {"learnt": "bad dab", "text": "dab"}
_ROWS = {"text": "0123456789abcdefghijklmnopq", "n_steps": 4, "batch_size": 3}
_WORDS = {"text": "a cat sat down", "hidden": 0, "causal": True}
_DATE = {"date": "April 22, 2019"}
FIGURES = {
    "windows": Figure("windows", 0, {"text": "to be, or not", "n_steps": 4, "shift": 2}),
    "tokenizer": Figure("tokenizer", 0, {"learnt": "Hello, hello!"}),
    "tokenizer-ids": Figure("tokenizer", 1, {"learnt": "Hello, hello!", "text": "HELL"}),
    "sampling-cold": Figure("sampling", 0, {"weights": "8 4 2 1 0", "temperature": 0.5}),
    "sampling-warm": Figure("sampling", 0, {"weights": "8 4 2 1 0", "temperature": 2.0}),
    "stateful": Figure("stateful", 0, _ROWS),
    "vocabulary": Figure("vocabulary", 0),
    "vocabulary-ids": Figure("vocabulary", 1, {"words": "the sea whale gull ship"}),
    "positional_encoding": Figure("positional_encoding", 0),
    "positional_encoding-curves": Figure("positional_encoding", 1),
    "attention": Figure("attention", 0, {"hidden": 1}),
    "attention-causal": Figure("attention", 1, {"hidden": 0, "causal": True}),
    "generation": Figure("generation", 1, {"prompt": "To b", "n_chars": 6}),
    "reviews": Figure("reviews", 0, {"review": "It's GREAT.<br />See it!", "max_bytes": 20}),
    "reviews-after": Figure("reviews", 1, {"review": "It's GREAT.<br />See it!"}),
    "masking": Figure("masking", 0, {"ids": "12 7 3", "padding": 2}),
    "masking-flat": Figure("masking", 1, {"ids": "12 7 3"}),
    "encoder_decoder": Figure("encoder_decoder", 0, _DATE),
    "encoder_decoder-chances": Figure("encoder_decoder", 1, _DATE),
    "transformer": Figure("transformer", 3, _DATE),
    "transformer-causal": Figure("transformer", 2, _DATE),
    "beam_search": Figure("beam_search", 0),
    "tokenizer_tests-right": Figure("tokenizer", 1, _LINES),
    "tokenizer_tests-wrong": Figure("tokenizer", 1, _LINES, "ties-alphabetical"),
    "stateful_tests-right": Figure("stateful", 0, _ROWS),
    "stateful_tests-wrong": Figure("stateful", 0, _ROWS, "consecutive-windows-in-one-batch"),
    "attention_tests-right": Figure("attention", 1, _WORDS),
    "attention_tests-wrong": Figure("attention", 1, _WORDS, "causal-hides-diagonal"),
}


def draw(servers, figure):
    """The text of a figure.

    Raises:
        RuntimeError: the reference gave no picture.
    """
    view = VIEWS[figure.view]
    panel, inputs = view.panels[figure.panel], SimpleNamespace(**defaults(view) | figure.inputs)
    reference = _part(Module(servers, view.name), panel, inputs)
    if figure.wrong is None:
        return svg.draw(reference, label=panel.title)
    part = _part(Module(servers, view.name, wrong=figure.wrong), panel, inputs)
    return svg.draw(part, first_difference(part, reference), panel.title)


def _part(module, panel, inputs):
    try:
        part = module.draw(panel, inputs)
    finally:
        module.close()
    if isinstance(part, Trouble):
        raise RuntimeError(f"no picture of {module.name}: {' '.join(part.lines)}")
    return part


def write_all(again=False):
    """Draw the figures that are not there, or all ``again``; gives the paths of what is new."""
    names = [name for name in FIGURES if again or not figure_path(name).is_file()]
    servers, written = ForkServers(), []
    try:
        for name in names:
            path, text = figure_path(name), draw(servers, FIGURES[name]) + "\n"
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                write_atomically(path, text)
                written.append(path)
    finally:
        servers.close()
    return written
