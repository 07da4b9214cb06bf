"""What is seen of the translation models: encoder_decoder and transformer, on the date task."""

import datetime
from collections import Counter

import numpy as np

from grading.student.see.fields import Number, Panel, Text, Unfit, View
from grading.student.see.parts import Cell, Cells, visible
from grading.student.see.trained import ENCODER_DECODER, TRANSFORMER, weights_of

MONTHS = "January February March April May June July August September October November December"
STEPS = len("2019-04-22")
TOLERANCE = (1e-2, 1e-2)  # of probabilities, as the tests of these models have it


def _alphabet(text):
    return [character for character, _ in Counter(text.lower()).most_common()]


# As solutions/models/dates.py numbers them; in the source, 0 is padding.
SOURCE, TARGET = _alphabet("0123456789/, " + MONTHS.replace(" ", "")), _alphabet("0123456789-")
SOS = len(TARGET)
VOCABULARIES = [len(SOURCE) + 1, len(TARGET)]


def iso_of(text):
    """A date as the task has it, in ISO form.

    Raises:
        Unfit: it is none.
    """
    written = " ".join(text.split())
    for form in ("%B %d, %Y", "%d %B %Y", "%b %d %Y", "%m/%d/%Y"):
        try:
            date = datetime.datetime.strptime(written, form)
        except ValueError:
            continue
        if 1900 <= date.year < 2100:
            return date.date().isoformat()
    raise Unfit(
        "Type a date from 1900 to 2099 in one of the four ways that the model has learnt: "
        "April 22, 2019 or 22 April 2019 or Apr 22 2019 or 04/22/2019"
    )


def _check_date(inputs):
    iso_of(inputs.date)


def _ids(inputs):
    """The source, the targets, and what the decoder reads in teacher forcing: ``[1, steps]``."""
    text = " ".join(inputs.date.split()).lower()
    source = np.array([[SOURCE.index(c) + 1 for c in text]], np.int64)
    targets = np.array([[TARGET.index(c) for c in iso_of(inputs.date)]], np.int64)
    return source, targets, np.array([[SOS, *targets[0, :-1]]], np.int64)


def _letters(ids):
    return [TARGET[i] if 0 <= i < SOS else "start" if i == SOS else "?" for i in ids]


def _table(probabilities, inputs):
    """Steps down and items across, shaded by probability."""
    rows = []
    for step, row in enumerate(np.asarray(probabilities)[0].tolist()):
        rows.append(
            [
                Cell(
                    f"{p:.2f}".lstrip("0") if p >= 0.005 else "",
                    p,
                    f"step {step}, {c!r}: {p:.4f}",
                    shade=float(np.clip(np.nan_to_num(p), 0, 1)),
                )
                for c, p in zip(TARGET, row, strict=True)
            ]
        )
    labels = [f"{step} should be {c}" for step, c in enumerate(iso_of(inputs.date))]
    return rows, labels[: len(rows)]


def _probabilities(module, inputs):
    source, _, decoder = _ids(inputs)
    weights = weights_of(module.name)
    found = module.translated_when_trained(
        source, decoder, weights, vocabularies=VOCABULARIES, sizes=ENCODER_DECODER
    )
    rows, labels = _table(found, inputs)
    return Cells(rows, labels, TARGET, TOLERANCE, "Each row is a step and sums to 1. The decoder "
                 "reads the true items before it.")  # fmt: skip


def _forced(module, inputs):
    """What the decoder reads beside what it is to write."""
    _, targets, _ = _ids(inputs)
    read = np.asarray(module.forced(targets, SOS))[0].tolist()
    rows = [
        [Cell(visible(c), kind="dim", tip=f"step {k}") for k, c in enumerate(_letters(targets[0]))],
        [
            Cell("▶" if i == SOS else c, i, f"step {k}: reads {c!r}", group=0, where=f"step {k}")
            for k, (i, c) in enumerate(zip(read, _letters(read), strict=True))
        ],
    ]
    return Cells(rows, ["to write", "reads"], list(range(len(read))),
                 note="▶ is the start of the sequence.")  # fmt: skip


def _greedy(module, inputs):
    """What the model writes when it reads its own items."""
    source, _, _ = _ids(inputs)
    written = module.written_when_trained(
        source, STEPS, SOS, weights_of(module.name), vocabularies=VOCABULARIES,
        sizes=ENCODER_DECODER,
    )  # fmt: skip
    ids, right = np.asarray(written)[0].tolist(), iso_of(inputs.date)
    cells = [
        Cell(c, i, f"step {k}: {c!r}", group=0, where=f"step {k}",
             kind="" if right[k : k + 1] == c else "hidden")
        for k, (i, c) in enumerate(zip(ids, _letters(ids), strict=True))
    ]  # fmt: skip
    return Cells([cells], ["written"], note=f"Should be {right}; hatched where it is not.")


DATE = Text("date", "A date to translate", "April 22, 2019")

ENCODER_DECODER_VIEW = View(
    "encoder_decoder",
    "The date task with a small trained model's weights in your layers: the probabilities of each "
    "step.",
    [DATE],
    [
        Panel("What the decoder reads: teacher_forcing_inputs", _forced),
        Panel("Probabilities at each step: build_translator", _probabilities),
        Panel("Written alone: greedy_decode", _greedy),
    ],
    _check_date,
)


def _transformed(module, inputs):
    source, _, decoder = _ids(inputs)
    weights = weights_of(module.name)
    return module.translated_when_trained(
        source, decoder, weights, vocabularies=VOCABULARIES, sizes=TRANSFORMER
    )


def _transformer_probabilities(module, inputs):
    rows, labels = _table(_transformed(module, inputs)["probabilities"], inputs)
    return Cells(rows, labels, TARGET, TOLERANCE, "Each row is a step and sums to 1. The decoder "
                 "reads the true items before it.")  # fmt: skip


def _attention(number, causal):
    def draw(module, inputs):
        layers = _transformed(module, inputs)["attention"]
        if len(layers) <= number:
            return Cells([], note=f"Of {number + 1} attention layers, {len(layers)} ran.")
        source = [visible(c) for c in " ".join(inputs.date.split()).lower()]
        reads = ["▶", *iso_of(inputs.date)[:-1]]
        weights = np.asarray(layers[number])[int(inputs.head)]
        queries, keys = weights.shape
        down = source if queries == len(source) else reads
        across = source if keys == len(source) else reads
        rows = [
            [
                Cell("", w, f"{down[q]} looks at {across[k]}: {w:.4f}",
                     shade=float(np.clip(np.nan_to_num(w), 0, 1)),
                     kind="hidden" if causal and k > q else "")
                for k, w in enumerate(row)
            ]
            for q, row in enumerate(weights.tolist())
        ]  # fmt: skip
        note = "Rows are queries and sum to 1." + (" Hatched: later items, hidden." * causal)
        return Cells(rows, down, across, (1e-2, 1e-2), note)

    return draw


TRANSFORMER_VIEW = View(
    "transformer",
    "The date task with a small trained model's weights in your blocks: who looks at whom, and the "
    "probabilities of each step.",
    [DATE, Number("head", "head", 0, 0, TRANSFORMER["n_heads"] - 1)],
    [
        Panel("Probabilities at each step: build_transformer", _transformer_probabilities),
        Panel("The encoder looks at the source", _attention(0, False)),
        Panel("The decoder looks at what was written", _attention(1, True)),
        Panel("The decoder looks at the source", _attention(2, False)),
    ],
    _check_date,
)
