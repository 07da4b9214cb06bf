"""What is seen of the exercises on characters: tokenizer, windows, stateful."""

from collections import Counter

from grading.student.see.fields import Number, Panel, Switch, Text, Unfit, View, need_text
from grading.student.see.parts import Bars, Cell, Cells, folded, visible

MOST_WINDOWS = 24  # shown under each other


# tokenizer


def _check_tokenizer(inputs):
    need_text(inputs.learnt, "the text to learn from")
    need_text(inputs.text, "the text to encode", 200)


def _frequencies(module, inputs):
    """Each id's character, and how often it stands in the text."""
    size = module.vocab_size(inputs.learnt)
    characters = module.decodings(inputs.learnt, [[i] for i in range(min(size, 60))])
    counts = Counter(inputs.learnt.lower())
    return Bars(
        names=[f"{visible(c)}\n{i}" for i, c in enumerate(characters)],
        heights=[counts[c] for c in characters],
        compared=characters,
        note="Ids run from the most frequent character down; of equally frequent ones the first "
        "seen comes first.",
    )


def _ids(module, inputs):
    """The typed text, character over id."""
    ids = list(module.encoding(inputs.learnt, inputs.text).tolist())
    text = inputs.text.lower()
    rows, labels = [], []
    cells = [
        (
            Cell(visible(text[k]) if k < len(text) else "?", kind="dim", tip=f"character {k}"),
            Cell(str(i), i, f"character {k}: id {i}", group=0, where=f"character {k}"),
        )
        for k, i in enumerate(ids)
    ]
    for part in folded(cells, inputs.columns):
        rows += [[character for character, _ in part], [i for _, i in part]]
        labels += ["text", "id"]
    return Cells(rows, labels, note=f"{len(text)} characters, {len(ids)} ids")


def _back_again(module, inputs):
    """The ids, decoded again."""
    text = module.round_trip(inputs.learnt, inputs.text)
    cells = [
        Cell(visible(c), c, f"character {k}: {c!r}", group=1, where=f"character {k}")
        for k, c in enumerate(text)
    ]
    return Cells(folded(cells, inputs.columns), note="decode(encode(text)) == text.lower()")


TOKENIZER = View(
    "tokenizer",
    "A text, the ids of its characters, and the frequencies that made the ids.",
    [
        Text(
            "learnt",
            "Text to learn from: fit",
            "First Citizen: before we proceed any further, hear me speak.",
        ),
        Text("text", "Text to encode", "First, citizen"),
    ],
    [
        Panel("The frequencies that made the ids", _frequencies),
        Panel("Text to ids: encode", _ids),
        Panel("Back again: decode", _back_again),
    ],
    _check_tokenizer,
)


# windows


def _check_sequence(inputs):
    need_text(inputs.text, most=60)


def _windows(module, inputs):
    """The windows as (number of the batch, positions of inputs, positions of targets)."""
    options = {"shift": int(inputs.shift), "batch_size": int(inputs.batch_size)}
    if inputs.shuffle:
        options |= {"shuffle_buffer": 100, "seed": 42}
    batches = module.batches(range(len(inputs.text)), int(inputs.n_steps), **options)
    return [
        (t, row.tolist(), goal.tolist())
        for t, (rows, goals) in enumerate(batches)
        for row, goal in zip(rows, goals, strict=True)
    ]


def _brackets(module, inputs):
    """The text as a strip, and below it each window where it lies."""
    windows, text = _windows(module, inputs), inputs.text
    if inputs.shuffle:  # in what order is free
        windows = sorted(windows, key=lambda window: window[1])
    rows = [[Cell(visible(c), kind="dim", tip=f"item {p}") for p, c in enumerate(text)]]
    labels = ["text"]
    for number, (t, row, goal) in enumerate(windows[:MOST_WINDOWS]):
        cells = [None] * len(text)
        for p in _in_text([*row, *goal], text):
            steps = [f"input of step {row.index(p)}"] if p in row else []
            steps += [f"target of step {goal.index(p)}"] if p in goal else []
            cells[p] = Cell(
                visible(text[p]),
                ", ".join(steps),
                f"window {number}, batch {t}, item {p}: {', '.join(steps)}",
                group=None if inputs.shuffle else t,
                kind="" if p in row else "target",
                where=f"window {number}, item {p}",
            )
        rows.append(cells)
        labels.append(f"window {number}")
    return Cells(rows, labels, list(range(len(text))), note=_count(windows, "window"))


def _order(module, inputs):
    """The batches as they come: inputs and targets of each window."""
    windows, text = _windows(module, inputs), inputs.text
    rows, labels = [], []
    for t, row, goal in windows[:MOST_WINDOWS]:
        window = f"window {len(rows)}"
        cells = [_item(p, text, f"{window}, input of step {s}", t) for s, p in enumerate(row)]
        cells.append(None)
        cells += [_item(p, text, f"{window}, target of step {s}", t) for s, p in enumerate(goal)]
        rows.append(cells)
        labels.append(f"batch {t}")
    if inputs.shuffle:  # which order is free: only the shapes are compared
        for cell in (cell for row in rows for cell in row if cell):
            cell.value = "an item"
    return Cells(rows, labels, note="Inputs on the left, targets on the right, a step later.")


def _in_text(positions, text):
    strange = [p for p in positions if not 0 <= p < len(text)]
    if strange:
        raise ValueError(f"the window holds {strange[0]}, which is no item of the sequence")
    return sorted(set(positions))


def _item(p, text, what, group):
    is_there = 0 <= p < len(text)
    shown = visible(text[p]) if is_there else str(p)
    kind = "target" if "target" in what else ""
    return Cell(shown, p, f"{what}: item {p}", group=group, kind=kind, where=what)


def _count(items, what):
    left = len(items) - MOST_WINDOWS
    more = f"; {left} more are not shown" if left > 0 else ""
    return f"{len(items)} {what}{'s' * (len(items) != 1)}{more}"


WINDOWS = View(
    "windows",
    "The text as a strip, and the windows as brackets under it. Batches differ by colour and are "
    "named on the left; the last item of a window is a target only.",
    [
        Text("text", "Text", "to be, or not to be"),
        Number("n_steps", "n_steps", 4, 1, 12),
        Number("shift", "shift", 2, 1, 12),
        Number("batch_size", "batch_size", 3, 1, 12),
        Switch("shuffle", "shuffle the windows"),
    ],
    [Panel("Where the windows lie", _brackets), Panel("The batches as they come", _order)],
    _check_sequence,
)


# stateful


def _stateful_text(inputs):
    """As much of the text as can be split into equal parts: what becomes of the rest is free."""
    size = int(inputs.batch_size)
    return inputs.text[: len(inputs.text) // size * size]


def _check_stateful(inputs):
    need_text(inputs.text, most=160)
    if not _stateful_text(inputs):
        raise Unfit(
            f"The text has {len(inputs.text)} characters, fewer than batch_size="
            f"{int(inputs.batch_size)} rows: type more, or take fewer rows."
        )


def _stateful_batches(module, inputs):
    text = _stateful_text(inputs)
    batches = module.batches(
        range(len(text)), int(inputs.n_steps), batch_size=int(inputs.batch_size)
    )
    return text, [(rows.tolist(), goals.tolist()) for rows, goals in batches]


def _folded_text(module, inputs):
    """The inputs of all batches, row by row: each row goes on where it stopped."""
    text, batches = _stateful_batches(module, inputs)
    rows = [[] for _ in range(int(inputs.batch_size))]
    for t, (inputs_of_batch, _) in enumerate(batches):
        for r, row in enumerate(inputs_of_batch[: len(rows)]):
            kind = "" if t == int(inputs.batch) else "dim"
            for s, p in enumerate(row):
                cell = _item(p, text, f"batch {t}, row {r}, input of step {s}", t)
                cell.kind = kind
                rows[r].append(cell)
    left = len(inputs.text) - len(text)
    note = f"{len(batches)} batches; batch {int(inputs.batch)} is lit"
    if left:
        note += f". The last {left} characters are left out, so that all rows are equally long"
    return Cells(rows, [f"row {r}" for r in range(len(rows))], note=note)


def _one_batch(module, inputs):
    """The batch that is lit: its inputs and its targets."""
    text, batches = _stateful_batches(module, inputs)
    t = int(inputs.batch)
    if t >= len(batches):
        return Cells([], note=f"There is no batch {t}: there are {len(batches)}.")
    rows = []
    for row, goal in zip(*batches[t], strict=True):
        at = f"batch {t}, row {len(rows)}"
        cells = [_item(p, text, f"{at}, input of step {s}", t) for s, p in enumerate(row)]
        rows.append([*cells, None])
        rows[-1] += [_item(p, text, f"{at}, target of step {s}", t) for s, p in enumerate(goal)]
    return Cells(
        rows,
        [f"row {r}" for r in range(len(rows))],
        note="Inputs on the left, targets on the right. The last target of a row is the first "
        "input of that row in the next batch.",
    )


STATEFUL = View(
    "stateful",
    "The text folded into rows: every batch takes the next few items of each row.",
    [
        Text("text", "Text", "We are accounted poor citizens, the patricians good."),
        Number("n_steps", "n_steps", 4, 1, 12),
        Number("batch_size", "batch_size", 3, 1, 8),
        Number("batch", "batch that is lit", 0, 0, 20),
    ],
    [Panel("The text folded into rows", _folded_text), Panel("The batch that is lit", _one_batch)],
    _check_stateful,
)
