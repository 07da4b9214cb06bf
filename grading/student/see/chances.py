"""What is seen of the exercises on chance: sampling, generation, beam_search."""

import itertools

import numpy as np

from grading.student.see.fields import Number, Panel, Text, Unfit, View, need_text
from grading.student.see.parts import Bars, Cell, Cells, Tree, visible

FREQUENCIES = (0.0, 0.12)  # of 1000 draws: more than 5 standard deviations between two answers
DRAWS, SEED = 1000, 42


def at_temperature(probabilities, temperature):
    """p^(1/T), divided by its sum."""
    with np.errstate(divide="ignore"):
        logits = np.log(np.asarray(probabilities, float)) / temperature
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


# sampling


def probabilities_of(text, most=16):
    """Typed weights, such as "5 3 1", as probabilities.

    Raises:
        Unfit: they are none.
    """
    words = text.replace(",", " ").split()
    try:
        weights = np.array([float(word) for word in words])
    except ValueError:
        raise Unfit("Type weights as numbers with spaces between them, such as: 5 3 1 0") from None
    if not 2 <= len(weights) <= most:
        raise Unfit(f"Type from 2 to {most} weights; there are {len(weights):,}.")
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        raise Unfit("Weights must be at least 0, finite, and not all 0.")
    return weights / weights.sum()


def _check_sampling(inputs):
    probabilities_of(inputs.weights)


def _distribution(module, inputs):
    """The distribution at the temperature."""
    chances = probabilities_of(inputs.weights)
    found = np.asarray(module.softmax_of_logits([chances.tolist()], float(inputs.temperature)))[0]
    return Bars(
        [f"id {i}" for i in range(len(found))],
        found.tolist(),
        chances.tolist(),
        tolerance=(2e-3, 1e-5),
        note="Bars: the distribution at this temperature. Dashes: at temperature 1.",
    )


def _draws(module, inputs):
    """How often each id is drawn."""
    chances, temperature = probabilities_of(inputs.weights), float(inputs.temperature)
    shares = module.frequencies(
        [chances.tolist()], temperature=temperature, num_samples=DRAWS, seed=int(inputs.seed)
    )
    return Bars(
        [f"id {i}" for i in range(len(chances))],
        np.asarray(shares)[0].tolist(),
        at_temperature(chances, temperature).tolist(),
        tolerance=FREQUENCIES,
        note=f"Bars: shares of {DRAWS} draws. Dashes: the distribution. Draws are chance, so only "
        "shares that chance does not explain count as different.",
    )


SAMPLING = View(
    "sampling",
    "A distribution made sharper or flatter by the temperature, and a thousand draws from it.",
    [
        Text("weights", "Weights of the ids", "8 4 2 1 0"),
        Number("temperature", "temperature", 0.5, 0.1, 4.0, 0.1),
        Number("seed", "seed", SEED, 0, 99),
    ],
    [Panel("The distribution at the temperature", _distribution), Panel("1000 draws", _draws)],
    _check_sampling,
)


# generation

ALPHABET = " abcdefghijklmnopqrstuvwxyz.,"
SAMPLE = (
    "to be, or not to be, that is the question. whether it is nobler in the mind to suffer the "
    "slings and arrows of outrageous fortune, or to take arms against a sea of troubles. "
)


def _after(alphabet):
    """How likely each character of the sample is after each other one: ``[V, V]``."""
    counts = np.full((len(alphabet), len(alphabet)), 1e-3)
    for one, other in itertools.pairwise(SAMPLE):
        counts[alphabet.index(one), alphabet.index(other)] += 1
    return counts / counts.sum(axis=1, keepdims=True)


def _check_prompt(inputs):
    need_text(inputs.prompt, "the prompt", 60)
    strange = sorted(set(inputs.prompt.lower()) - set(ALPHABET))
    if strange:
        raise Unfit(
            f"The prompt holds {', '.join(strange[:5])}: this small network knows only the letters "
            "a to z, the space, the full stop and the comma."
        )


def _written(module, inputs, temperature):
    n_chars = int(inputs.n_chars)
    options = {"temperature": temperature, "seed": int(inputs.seed)}
    found = module.read(ALPHABET, _after(ALPHABET), inputs.prompt, n_chars, **options)
    return found["text"], found["ids"]


def _growing(temperature, free):
    def draw(module, inputs):
        chosen = float(inputs.temperature) if temperature is None else temperature
        text, seen = _written(module, inputs, chosen)
        start = len(inputs.prompt)
        rows, labels = [], []
        for number, ids in enumerate(seen[:12]):
            read = "".join(ALPHABET[i] for i in ids)[-(inputs.columns - 2) :]
            new = text[start + number] if start + number < len(text) else ""
            cells = [Cell(visible(c), kind="dim", tip=f"call {number} of predict") for c in read]
            where = f"character {number} that is added"
            cells.append(Cell(visible(new), None if free else new, f"{where}: {new!r}",
                              group=0, where=where))  # fmt: skip
            rows.append(cells)
            labels.append(f"call {number}")
        more = f" The first 12 of {len(seen)} calls are shown." if len(seen) > 12 else ""
        note = f"{text!r}. Pale: what predict is given to read. Coloured: what is drawn then.{more}"
        return Cells(rows, labels, note=note)

    return draw


def _next_chances(module, inputs):
    """What may come after the text: the network's probabilities at the temperature."""
    text, _ = _written(module, inputs, float(inputs.temperature))
    last = text[-1].lower()
    row = _after(ALPHABET)[ALPHABET.index(last)]
    chances = at_temperature(row, float(inputs.temperature))
    return Bars(
        [visible(c) for c in ALPHABET],
        chances.tolist(),
        row.tolist(),
        note=f"After {last!r}, the last character of your text. Dashes: at temperature 1.",
        free=True,
    )


GENERATION = View(
    "generation",
    "A text that grows character by character. The network here is a table of which character "
    "follows which in a line of Hamlet.",
    [
        Text("prompt", "Prompt", "To b"),
        Number("n_chars", "characters to add", 10, 0, 40),
        Number("temperature", "temperature", 0.8, 0.1, 3.0, 0.1),
        Number("seed", "seed", SEED, 0, 99),
    ],
    [
        Panel("The text grows", _growing(None, free=True)),
        Panel("Nearly without chance: temperature 0.001", _growing(0.001, free=False)),
        Panel("What may come next", _next_chances),
    ],
    _check_prompt,
)


# beam_search

ITEMS, SOS = "xyz", 3
# After x, y, z, and after the start. No two sequences are equally likely.
CHANCES = [[0.31, 0.36, 0.33], [0.07, 0.02, 0.91], [0.62, 0.10, 0.28], [0.52, 0.39, 0.09]]


def _chance_of(items):
    chance, row = 1.0, SOS
    for item in items:
        chance, row = chance * CHANCES[row][item], item
    return chance


def _search(module, inputs):
    steps, width = int(inputs.max_steps), int(inputs.beam_width)
    options = {"max_steps": steps, "beam_width": width}
    found = module.found(CHANCES, SOS, **options)
    asked = {tuple(prefix[1:]) for prefix in module.asked(CHANCES, SOS, **options)}
    best = max(itertools.product(range(3), repeat=steps), key=_chance_of)
    kept = asked | {tuple(ids[:k]) for ids, _ in found for k in range(len(ids) + 1)}
    nodes, numbers = [], {}
    every = [p for n in range(steps + 1) for p in itertools.product(range(3), repeat=n)]
    for prefix in every:
        if prefix and prefix[:-1] not in kept:
            continue  # nothing is drawn below what was cut
        word = "".join(ITEMS[i] for i in prefix) or "start"
        chance, is_kept = _chance_of(prefix), prefix in kept
        kind = "best" if prefix == best and is_kept else "kept" if is_kept else "cut"
        numbers[prefix] = len(nodes)
        nodes.append(
            {
                "name": word,
                "depth": len(prefix),
                "parent": numbers[prefix[:-1]] if prefix else None,
                "text": f"{word} {chance:.3f}",
                "tip": f"{word}: probability {chance:.4f}, {kind}",
                "kind": kind,
            }
        )
    result = [
        ("".join(ITEMS[i] if 0 <= i < 3 else "?" for i in ids), total) for ids, total in found
    ]
    told = ", ".join(f"{word} {np.exp(total):.3f}" for word, total in result)
    name = "".join(ITEMS[i] for i in best)
    return Tree(
        nodes,
        [list(pair) for pair in result],
        [f"result {k}" for k in range(len(result))],
        (1e-4, 1e-5),
        f"Found: {told}. Thick: kept; dotted: cut. The best of all sequences, by trying each: "
        f"{name} {_chance_of(best):.3f} (a star where it was found).",
    )


BEAM_SEARCH = View(
    "beam_search",
    "The tree of beginnings: what was kept, what was cut, and the best there is.",
    [
        Number("beam_width", "beam_width", 2, 1, 5),
        Number("max_steps", "max_steps", 3, 1, 4),
    ],
    [Panel("The tree of beginnings", _search)],
)
