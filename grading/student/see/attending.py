"""What is seen of the exercises on attention: positional_encoding and attention."""

import numpy as np

from grading.beside.probes.base import table
from grading.student.see.fields import Number, Panel, Switch, Text, View, words_of
from grading.student.see.parts import Cell, Cells, Lines

DIMS, HEADS = 8, 2
TOLERANCE = (1e-3, 1e-4)  # as the tests of these exercises have it, or wider


# positional_encoding

STEPS, ENCODED = 60, 32


def _positions(module, inputs):
    return np.asarray(module.of_zeros([1, STEPS, ENCODED], STEPS, ENCODED))[0]


def _pattern(module, inputs):
    """The table of positions, dims down and positions across, as in the chapter."""
    encoding, p, i = _positions(module, inputs), int(inputs.position), int(inputs.dim)
    rows = [
        [
            Cell(
                "",
                float(value),
                f"position {step}, dim {dim}: {value:.4f}",
                shade=float(np.clip((value + 1) / 2, 0, 1)),
                kind="marked" if step == p or dim == i else "",
            )
            for step, value in enumerate(column)
        ]
        for dim, column in enumerate(encoding.T)
    ]
    return Cells(
        rows,
        [f"{dim}" for dim in range(len(rows))],
        list(range(len(encoding))),
        (1e-4, 1e-3),
        "Dims down, positions across; pale is -1, strong is 1. "
        f"PE[{p}, {i}] = {encoding[p, i]:.4f}",
    )


def _curves(module, inputs):
    """One dim and its partner over all positions."""
    encoding, i = _positions(module, inputs), int(inputs.dim)
    pair = sorted({i - i % 2, i - i % 2 + 1})
    curves = {f"dim {dim}": encoding[:, dim].tolist() for dim in pair}
    return Lines(
        list(range(len(encoding))),
        curves,
        "position",
        "value",
        (1e-4, 1e-3),
        "A sine and its cosine share one wavelength.",
        float(inputs.position),
        (-1.1, 1.1),
    )


POSITIONAL_ENCODING = View(
    "positional_encoding",
    "The chapter's two plots: what is added at each position, and two of its dims as curves.",
    [
        Number("position", "position", 22, 0, STEPS - 1),
        Number("dim", "dim", 6, 0, ENCODED - 1),
    ],
    [Panel("What is added at each position", _pattern), Panel("Two dims as curves", _curves)],
)


# attention


def embeddings(words):
    """Vectors for words, alike where their letters are: ``[words, DIMS]``."""
    letters = table(5, 26, DIMS)
    vectors = []
    for word in words:
        known = [ord(c) - ord("a") for c in word.lower() if "a" <= c <= "z"]
        vector = letters[known].sum(axis=0) if known else table(len(word) + 1, DIMS)
        vectors.append(vector / max(float(np.linalg.norm(vector)), 1e-6))
    return np.array(vectors, np.float32)


def heads_of(words):
    """Queries and keys of two heads, ``[HEADS, words, DIMS]``: letters alike, and near by."""
    angles = np.arange(len(words))[:, None] * 0.9 / (1 + np.arange(DIMS // 2))
    places = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    return np.stack([6 * embeddings(words), 3 * places]).astype(np.float32)


def _check_attention(inputs):
    words_of(inputs.text, most=12)


def _shown_words(inputs):
    words = words_of(inputs.text)
    shown = len(words) - min(int(inputs.hidden), len(words) - 1)
    return words, np.array([k < shown for k in range(len(words))])


def _attended(module, inputs):
    words, visible = _shown_words(inputs)
    vectors = heads_of(words)
    options = {"mask": visible[np.newaxis, np.newaxis]} if not visible.all() else {}
    options["causal"] = bool(inputs.causal)
    values = np.stack([embeddings(words)] * HEADS)
    return words, visible, module.attend(vectors, values, key=vectors, **options)


def _weights(head, about):
    def draw(module, inputs):
        words, visible, (_, weights) = _attended(module, inputs)
        rows = []
        for q, row in enumerate(np.asarray(weights)[head].tolist()):
            cells = []
            for k, weight in enumerate(row):
                hidden = not visible[min(k, len(words) - 1)] or (inputs.causal and k > q)
                tip = f"{words[q]} looks at {words[k]}: {weight:.4f}" + (
                    " (hidden: must be 0)" if hidden else ""
                )
                text = f"{weight:.2f}".lstrip("0") if weight < 0.9995 else "1"
                shade = float(np.clip(np.nan_to_num(weight), 0, 1))
                cells.append(Cell(text, weight, tip, shade, kind="hidden" if hidden else ""))
            rows.append(cells)
        note = f"{about} Rows are queries and sum to 1; hatched keys are hidden and must get 0."
        return Cells(rows, words, words, TOLERANCE, note)

    return draw


def _hidden_share(module, inputs):
    """What hidden keys get from each query, both heads together."""
    words, visible, (_, weights) = _attended(module, inputs)
    weights = np.asarray(weights)
    n = len(words)
    hidden = np.broadcast_to(~visible, (n, n)).copy()
    if inputs.causal:
        hidden |= np.triu(np.ones((n, n), bool), 1)
    rows = []
    for head in range(HEADS):
        shares = (weights[head] * hidden).sum(axis=1).tolist()
        rows.append(
            [
                Cell(f"{share:.2f}", share, f"head {head}: hidden keys get {share:.4f} of {word}")
                for share, word in zip(shares, words, strict=True)
            ]
        )
    return Cells(
        rows,
        [f"head {head}" for head in range(HEADS)],
        words,
        TOLERANCE,
        "Of each query, the sum of the weights of all keys that are hidden: 0 everywhere.",
    )


def _outputs(module, inputs):
    """The outputs of the layer with known kernels."""
    words, visible = _shown_words(inputs)
    vectors = embeddings(words)[np.newaxis]
    names = ("q_linear", "k_linear", "v_linear", "out_linear")
    kernels = {name: table(seed, DIMS, DIMS) for seed, name in enumerate(names)}
    masks = [None, visible[np.newaxis]]
    found = module.attended_masked(
        [vectors, vectors], masks, kernels, HEADS, causal=bool(inputs.causal)
    )
    found = np.asarray(found)[0]
    most = max(1e-6, float(np.abs(np.nan_to_num(found)).max()))
    rows = [
        [
            Cell(
                f"{value:.1f}",
                float(value),
                f"{words[q]}, dim {d}: {value:.4f}",
                shade=float(np.nan_to_num(value) / most + 1) / 2,
            )
            for d, value in enumerate(row)
        ]
        for q, row in enumerate(found)
    ]
    return Cells(
        rows,
        words,
        [f"dim {d}" for d in range(DIMS)],
        TOLERANCE,
        "MultiHeadAttention with 2 heads and kernels drawn at random, from the words to the words.",
    )


ATTENTION = View(
    "attention",
    "Who looks at whom: the weights of two heads over the words that you type.",
    [
        Text("text", "Sentence", "the cat sat on the mat"),
        Number("hidden", "words hidden at the end (mask)", 1, 0, 6),
        Switch("causal", "causal: no look at the future"),
    ],
    [
        Panel("Weights of head 0", _weights(0, "Here words with like letters look at each other.")),
        Panel("Weights of head 1", _weights(1, "Here words that stand near look at each other.")),
        Panel("What hidden keys get", _hidden_share),
        Panel("Outputs of the layer", _outputs),
    ],
    _check_attention,
)
