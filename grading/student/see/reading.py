"""What is seen of the exercises on reviews: vocabulary, reviews, masking."""

from collections import Counter

import numpy as np

from grading.student.see.fields import Number, Panel, Text, Unfit, View, need_text, words_of
from grading.student.see.parts import Bars, Cell, Cells, Lines, folded, visible

# vocabulary


def _counts(inputs):
    return Counter(inputs.text.split())


def _check_vocabulary(inputs):
    words_of(inputs.text, "the text", 60)
    words_of(inputs.words, "the line of words to look up", 12)


def _kept(module, inputs):
    """The words that are kept, with their counts."""
    counts = _counts(inputs)
    kept = module.kept("a dict", dict(counts), int(inputs.max_size))
    names = [str(word) for word in kept]
    return Bars(
        [f"{name[:9]}\n{i}" for i, name in enumerate(names)],
        [counts.get(word, 0) for word in names],
        compared=names,
        note=f"{len(names)} of {len(counts)} words are kept; the number below a word is its id.",
    )


def _looked_up(module, inputs):
    """The kept words as the contract has them, the words to look up, and their ids."""
    vocabulary = [word for word, _ in _counts(inputs).most_common(int(inputs.max_size))]
    words = words_of(inputs.words)
    buckets = int(inputs.buckets)
    ids = module.ids(vocabulary, buckets, np.array(words, dtype=object))
    return vocabulary, words, buckets, np.asarray(ids).tolist()


def _ids(module, inputs):
    """Each word over its id; which bucket an unknown word gets is free."""
    vocabulary, words, buckets, ids = _looked_up(module, inputs)
    size, cells = len(vocabulary), []
    for word, i in zip(words, ids, strict=True):
        known = i < size
        right = i if word in vocabulary else size <= i < size + buckets
        what = f"id {i}" if known else f"id {i}, bucket {i - size}"
        cells.append(
            (
                Cell(word[:8], kind="dim", tip=word),
                Cell(str(i), right, f"{word}: {what}", group=0 if known else 1, where=word),
            )
        )
    rows, labels = [], []
    for part in folded(cells, max(4, inputs.columns // 3)):
        rows += [[word for word, _ in part], [i for _, i in part]]
        labels += ["word", "id"]
    note = f"Ids below {size} are known words, the others buckets. Which bucket is free."
    return Cells(rows, labels, note=note)


def _sharing(module, inputs):
    """The buckets, and which unknown words share one."""
    vocabulary, words, buckets, ids = _looked_up(module, inputs)
    rows = [[] for _ in range(buckets)]
    for word, i in zip(words, ids, strict=True):
        if 0 <= i - len(vocabulary) < buckets:
            cell = Cell(word[:8], None, f"{word}: bucket {i - len(vocabulary)}", group=1)
            rows[i - len(vocabulary)].append(cell)
    shared = sum(len(row) > 1 for row in rows)
    return Cells(
        rows,
        [f"bucket {b}" for b in range(buckets)],
        note=f"Words in one row share an id; {shared} buckets are shared. Which is free, but it "
        "must be the same in every process.",
    )


VOCABULARY = View(
    "vocabulary",
    "Words by how often they come, their ids, and the buckets that the other words share.",
    [
        Text("text", "Text to count", "the sea and the ship and the sea and a gull"),
        Text("words", "Words to look up", "the sea whale gull harpoon ship mast"),
        Number("max_size", "max_size", 3, 1, 12),
        Number("buckets", "num_oov_buckets", 3, 1, 8),
    ],
    [
        Panel("The words that are kept", _kept),
        Panel("Words to ids", _ids),
        Panel("The buckets, and who shares one", _sharing),
    ],
    _check_vocabulary,
)


# reviews

SHORT = "Boring, too long"


def _check_reviews(inputs):
    need_text(inputs.review, "the review", 300)


def _before(module, inputs):
    """The review as it came, and where it is cut."""
    shown, read = [], 0
    for k, character in enumerate(inputs.review):
        size = len(character.encode("utf-8", "replace"))
        is_read = read + size <= int(inputs.max_bytes)
        read += size
        kind = "" if is_read else "dim"
        tip = f"character {k}, {size} byte{'s' * (size > 1)}" + ("" if is_read else ": cut off")
        shown.append(Cell(visible(character), None, tip, group=0 if is_read else None, kind=kind))
    # The module is called all the same, so that what it refuses is shown here, too.
    module.words([inputs.review, SHORT], max_bytes=int(inputs.max_bytes))
    note = f"{read} bytes; the first {int(inputs.max_bytes)} are read, the rest is pale."
    return Cells(folded(shown, inputs.columns), note=note)


def _after(module, inputs):
    """The words of the review, and of a short one beside it, with its padding."""
    found = module.words([inputs.review, SHORT], max_bytes=int(inputs.max_bytes))
    per_row = max(3, inputs.columns // 3)
    rows, labels = [], []
    for number, row in enumerate(np.asarray(found).tolist()):
        words = [word.decode("utf-8", "replace") for word in row]
        cells = [
            Cell(
                word[:9],
                None if "\N{REPLACEMENT CHARACTER}" in word else word,
                f"review {number}, word {k}: {word}",
                group=None if word == "<pad>" else number,
                kind="dim" if word == "<pad>" else "",
                where=f"review {number}, word {k}",
            )
            for k, word in enumerate(words)
        ]
        parts = folded(cells, per_row) or [[]]
        rows += parts
        labels += [f"review {number}", *[""] * (len(parts) - 1)]
    return Cells(rows, labels, note=f"Review 1 is {SHORT!r}, so that there is padding to be seen.")


REVIEWS = View(
    "reviews",
    "A review before and after: what is cut, what is replaced, what is padded.",
    [
        Text("review", "Review", "It's GREAT.<br />See it! A café scene, 10/10 <i>brilliant</i>"),
        Number("max_bytes", "max_bytes", 60, 1, 120),
    ],
    [Panel("Before", _before), Panel("After", _after)],
    _check_reviews,
)


# masking

SIZES = {"vocab_size": 20, "num_oov_buckets": 5, "embed_size": 4, "units": 4}
N_IDS = SIZES["vocab_size"] + SIZES["num_oov_buckets"]
MOST_PADDING = 6


def _typed_ids(inputs, most=12):
    words = inputs.ids.replace(",", " ").split()
    if not words:
        raise Unfit(f"Type ids as numbers from 1 to {N_IDS - 1}, such as: 12 7 3")
    if len(words) > most:
        raise Unfit(f"There are {len(words):,} ids; at most {most} can be seen at once.")
    for word in words:
        if not word.isascii() or not word.isdigit() or not 0 <= int(word) < N_IDS:
            raise Unfit(f"{word[:20]!r} is no id from 0 to {N_IDS - 1}.")
    return [int(word) for word in words]


def _check_masking(inputs):
    _typed_ids(inputs)


def _mask(module, inputs):
    """The ids with some padding, and the mask."""
    ids = _typed_ids(inputs)
    batch = np.array(
        [ids + [0] * int(inputs.padding), [5] + [0] * (len(ids) - 1 + int(inputs.padding))]
    )
    mask = np.asarray(module.mask(batch)).tolist()
    rows, labels = [], []
    for number, (row, shown) in enumerate(zip(batch.tolist(), mask, strict=True)):
        rows.append([Cell(str(i), None, f"id {i}", group=0 if i else None,
                          kind="" if i else "dim") for i in row])  # fmt: skip
        rows.append(
            [
                Cell("yes" if seen else "no", seen, f"step {step}: {seen}",
                     kind="" if seen else "hidden", where=f"row {number}, step {step}")
                for step, seen in enumerate(shown)
            ]
        )  # fmt: skip
        labels += ["ids", "mask"]
    return Cells(rows, labels, note="yes: a word, to be read; no: padding, to be ignored.")


def _flat(module, inputs):
    """By how much the output changes as padding is appended, with two draws of weights."""
    ids = _typed_ids(inputs)
    amounts, changes = [1, 2, 4, MOST_PADDING], []
    for amount in amounts:
        rows = [np.array([ids]), np.array([ids + [0] * amount])]
        changes.append(np.asarray(module.change(*rows, **SIZES))[0].tolist())
    curves = {
        f"weights {'AB'[draw]}": [0.0, *(row[draw] for row in changes)]
        for draw in range(len(changes[0]))
    }
    most = max(0.01, *(abs(y) for curve in curves.values() for y in curve))
    return Lines(
        [0, *amounts],
        curves,
        "paddings appended",
        "change of the output",
        (0.0, 1e-5),
        "A flat line at 0 where the padding is ignored.",
        float(inputs.padding),
        (-1.3 * most, 1.3 * most),
    )


MASKING = View(
    "masking",
    "The mask, and the classifier's output as padding is appended: a flat line where it is right.",
    [
        Text("ids", "Ids of a review", "12 7 3 18"),
        Number("padding", "paddings", 3, 0, MOST_PADDING),
    ],
    [Panel("Ids and mask", _mask), Panel("The output as padding is appended", _flat)],
    _check_masking,
)
