"""A model that was just trained, shown at work on the student's own parts, as lines of text."""

import numpy as np

from solutions.data import load_shakespeare

PROMPT, CHARACTERS, TEMPERATURE, SEED = "First Citizen:\n", 160, 0.6, 42
REVIEWS = (
    "A wonderful film. I loved every minute of it.",
    "Boring and far too long. The worst film I have ever seen.",
)
DATES = ("April 22, 2019", "7 July 2032", "12/31/1999")
SHADES = " .:+#@"


def lines_of(name, model, components):
    """What a model does, line by line; its parts are a student's.

    Args:
        name: of the model.
        model: as its ``train`` gave it.
        components: what it was trained with, and ``complete_text`` for the models that write.
    """
    show = {"sentiment": _judged, "translation": _translated, "transformer": _attended}
    return show.get(name, _written)(model, components)


def _written(model, components):
    """A text, written by the student's ``complete_text``."""
    text, _ = load_shakespeare("sample")
    tokenizer = components.CharTokenizer().fit(text)

    def predict(ids):
        return model(np.asarray(ids, np.int64).reshape(1, -1))

    options = {"temperature": TEMPERATURE, "seed": SEED}
    written = components.complete_text(
        PROMPT, CHARACTERS, predict=predict, tokenizer=tokenizer, **options
    )
    return ["it writes:", *(f"  {line}" for line in written.splitlines())]


def _judged(model, components):
    """How good some reviews are."""
    from solutions.data import load_reviews
    from solutions.models.sentiment import encode_reviews, lookup_of, make_dataset

    train, _, _ = load_reviews("sample", None)
    _, table = lookup_of(train.texts, components)
    rows = encode_reviews(list(REVIEWS), table, components.preprocess)
    [(ids, _)] = make_dataset(rows, [0] * len(rows), len(rows))
    chances = np.asarray(model(ids))[:, 0]
    return [f"{chance:.0%} good: {text}" for chance, text in zip(chances, REVIEWS, strict=True)]


def _translated(model, components):
    """Some dates, translated by the student's ``greedy_decode``."""
    from solutions.models.dates import DateTask

    dates = DateTask(components)
    written = dates.decode(dates.translate(model, dates.encode(DATES)))
    return [f"{text:16} -> {its}" for text, its in zip(DATES, written, strict=True)]


def _attended(model, components):
    """The same, and what each item of the first translation looks at."""
    from solutions.models.dates import DateTask
    from solutions.models.transformer import cross_attention_weights

    lines, dates = _translated(model, components), DateTask(components)
    source = dates.encode(DATES[:1])
    written = dates.translate(model, source)
    decoder = np.concatenate([[[dates.sos_id]], written[:, :-1]], axis=1)
    try:
        weights = np.asarray(cross_attention_weights(model, source, decoder))[0].mean(axis=0)
    except (AttributeError, IndexError, TypeError, ValueError):  # layers that are built otherwise
        return [*lines, "what it looks at: unrolled see transformer"]
    lines += ["what each item looks at, all heads together (@ is most):", f"    {DATES[0]}"]
    for item, row in zip(dates.decode(written)[0], weights, strict=True):
        shown = "".join(SHADES[min(int(w * len(SHADES)), len(SHADES) - 1)] for w in row)
        lines.append(f"  {item} {shown}".rstrip())
    return lines
