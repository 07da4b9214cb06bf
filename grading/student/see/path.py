"""The whole path of the chapter's first model: text, ids, windows, model, probabilities, sample.

Each step runs on the student's part where all its tests pass, and else on the reference's.
"""

import numpy as np

from grading.catalogue import board
from grading.catalogue.where import resolve
from grading.running import faults
from grading.running.run import known_tallies
from grading.student.see.fields import Number, Panel, Text, View, need_text
from grading.student.see.parts import Bars, Cell, Cells, visible

MOST_SHOWN = 14  # windows
PARTS = ("tokenizer", "windows", "sampling", "generation")


class Parts:
    """The modules of the path: ``parts.tokenizer`` is the student's where it is done.

    Args:
        looking: where modules come from.
    """

    def __init__(self, looking):
        self._looking, self._last = looking, None
        self.is_yours = {n: looking.alone or _is_done(looking.folder, n) for n in PARTS}

    def __getattr__(self, name):
        if name not in PARTS:
            raise AttributeError(name)
        find = self._looking.module if self.is_yours[name] else self._looking.reference
        self._last = find(name)
        return self._last

    def whose(self, *names):
        """Whose parts these are."""
        told = [f"{name}: {'yours' if self.is_yours[name] else 'reference'}" for name in names]
        return f"({', '.join(told)})"

    def draw(self, panel, inputs):
        """As :meth:`grading.student.see.worker.Module.draw`."""
        try:
            return panel.draw(self, inputs)
        except (Exception, faults.Stop) as error:
            return self._last.trouble_of(error)


def _is_done(folder, name):
    if not (folder / f"{name}.py").is_file():
        return False
    known = known_tallies(resolve(str(folder), "."))
    return known[name].state == board.DONE


def _check(inputs):
    need_text(inputs.text, most=120)


def _alphabet(parts, inputs):
    """The characters by id."""
    size = min(parts.tokenizer.vocab_size(inputs.text), 60)
    return parts.tokenizer.decodings(inputs.text, [[i] for i in range(size)])


def _ids_of(parts, inputs):
    return np.asarray(parts.tokenizer.encoding(inputs.text, inputs.text)).tolist()


def _ids(parts, inputs):
    text, ids = inputs.text.lower(), _ids_of(parts, inputs)
    shown = min(inputs.columns, len(ids))
    rows = [
        [Cell(visible(c), kind="dim", tip=f"character {k}") for k, c in enumerate(text[:shown])],
        [Cell(str(i), None, f"id {i}", group=0) for i in ids[:shown]],
    ]
    more = f" The first {shown} of {len(ids)} are shown." if shown < len(ids) else ""
    return Cells(rows, ["text", "id"], note=parts.whose("tokenizer") + more)


def _batches(parts, inputs):
    """Inputs and targets of all windows."""
    batches = parts.windows.batches(_ids_of(parts, inputs), int(inputs.n_steps), batch_size=8)
    pairs = [
        (row.tolist(), goal.tolist())
        for rows, goals in batches
        for row, goal in zip(rows, goals, strict=True)
    ]
    return pairs


def _windows(parts, inputs):
    pairs = _batches(parts, inputs)
    rows = []
    for row, goal in pairs[:MOST_SHOWN]:
        cells = [Cell(str(i), None, f"input, step {s}", group=0) for s, i in enumerate(row)]
        cells.append(None)
        cells += [
            Cell(str(i), None, f"target, step {s}", kind="target") for s, i in enumerate(goal)
        ]
        rows.append(cells)
    note = f"{len(pairs)} windows; inputs left, targets right. {parts.whose('windows')}"
    return Cells(rows, [f"window {k}" for k in range(len(rows))], note=note)


def _counted(parts, inputs):
    """How likely each character is after each other one, counted in the windows: ``[V, V]``."""
    characters = _alphabet(parts, inputs)
    counts = np.full((len(characters), len(characters)), 1e-3)
    for row, goal in _batches(parts, inputs):
        np.add.at(counts, (row, goal), 1)
    return characters, counts / counts.sum(axis=1, keepdims=True)


def _model(parts, inputs):
    characters, table = _counted(parts, inputs)
    rows = [
        [
            Cell("", None, f"{characters[k]!r} after {characters[q]!r}: {p:.3f}", shade=float(p))
            for k, p in enumerate(row)
        ]
        for q, row in enumerate(table.tolist())
    ]
    names = [visible(c) for c in characters]
    note = (
        "A small table stands in for the network: how often each character (across) followed each "
        "other one (down) in the windows. unrolled train trains the network itself."
    )
    return Cells(rows, names, names, note=note)


def _chances(parts, inputs):
    characters, table = _counted(parts, inputs)
    last = _ids_of(parts, inputs)[-1]
    found = parts.sampling.softmax_of_logits([table[last].tolist()], float(inputs.temperature))
    chances = np.asarray(found)[0].tolist()
    note = f"After {characters[last]!r}, at this temperature. {parts.whose('sampling')}"
    return Bars([visible(c) for c in characters], chances, table[last].tolist(), note=note)


def _sample(parts, inputs):
    characters, table = _counted(parts, inputs)
    alphabet = "".join(characters)
    options = {"temperature": float(inputs.temperature), "seed": int(inputs.seed)}
    prompt = inputs.text[-8:]
    text = parts.generation.read(alphabet, table, prompt, 24, **options)["text"]
    cells = [
        Cell(visible(c), None, f"character {k}", group=0 if k >= len(prompt) else None,
             kind="" if k >= len(prompt) else "dim")
        for k, c in enumerate(text)
    ]  # fmt: skip
    rows = [cells[k : k + inputs.columns] for k in range(0, len(cells), inputs.columns)]
    return Cells(rows, note=f"{text!r}. {parts.whose('generation')}")


PATH = View(
    "path",
    "The whole path: text, ids, windows, model, probabilities, sample. Parts of yours of which all "
    "tests pass are used; the reference's stand in for the others.",
    [
        Text("text", "Text", "to be or not to be, that is the question: to sleep, to dream, to be"),
        Number("n_steps", "n_steps", 6, 1, 10),
        Number("temperature", "temperature", 0.7, 0.1, 3.0, 0.1),
        Number("seed", "seed", 42, 0, 99),
    ],
    [
        Panel("Text to ids", _ids),
        Panel("Ids to windows", _windows),
        Panel("Windows to a model", _model),
        Panel("Model to probabilities", _chances),
        Panel("Probabilities to a sample", _sample),
    ],
    _check,
)
