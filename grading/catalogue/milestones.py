"""The chapter's models as milestones: each waits for the exercises that are its parts.

When these are done, one command trains the model on the student's own parts for about a minute and
shows it at work: ``unrolled train NAME --quick``. What it reaches stands beside what the reference
reaches with the same command, so a part that passes its tests and yet does not learn is seen.
"""

from dataclasses import dataclass, field

from grading.catalogue import board, progress

_KEY = "unrolled/milestones"


@dataclass(frozen=True)
class Milestone:
    """One model of the chapter.

    Attributes:
        model: its name for ``unrolled train``.
        needs: the exercises that it is made of.
        options: of ``unrolled train``, for about a minute.
        measure: which figure of the last epoch says how good it is.
        words: what that is, with a place for the number.
        reference: what the reference reaches.
        margin: how much worse is still no sign of a mistake.
    """

    model: str
    needs: tuple[str, ...]
    options: dict = field(hash=False)
    measure: str
    words: str
    reference: float
    margin: float

    def is_worse(self, reached):
        """Whether a result is so far from the reference's that chance does not explain it."""
        worse = reached - self.reference if "loss" in self.measure else self.reference - reached
        return worse > self.margin

    def told(self, reached):
        """A result beside the reference's, in words."""
        return f"{self.words.format(reached)} (reference: {self.words.format(self.reference)})"


_TEXT = {"data": "sample"}
MILESTONES = {
    milestone.model: milestone
    for milestone in (
        Milestone(
            "char-rnn", ("windows", "tokenizer", "generation"), _TEXT | {"epochs": 2},
            "val_loss", "loss {:.2f}", 1.63, 0.15,
        ),
        Milestone(
            "stateful-char-rnn", ("tokenizer", "stateful", "generation"), _TEXT | {"epochs": 12},
            "val_loss", "loss {:.2f}", 1.57, 0.15,
        ),
        Milestone(
            "sentiment", ("vocabulary", "reviews", "masking"),
            _TEXT | {"epochs": 12, "units": 32, "masking": "manual"},
            "accuracy", "{:.0%} of the reviews it learned from", 0.91, 0.1,
        ),
        Milestone(
            "translation", ("tokenizer", "encoder_decoder"), {"epochs": 4},
            "val_accuracy", "{:.1%} of characters", 0.999, 0.03,
        ),
        Milestone(
            "transformer",
            ("tokenizer", "positional_encoding", "attention", "encoder_decoder", "transformer"),
            {"epochs": 3}, "val_accuracy", "{:.1%} of characters", 1.0, 0.03,
        ),
    )
}  # fmt: skip


def command(model, folder="exercises"):
    """What trains a model on the parts in a folder and shows it at work."""
    impl = f" --impl {folder}" if folder != "exercises" else ""
    return f"{board.runner()}unrolled train {model} --quick{impl}"


def ready(tallies, part=None):
    """The models of which all parts are done; with ``part``, of those that it is a part of."""
    return [
        m.model
        for m in MILESTONES.values()
        if part in (None, *m.needs)
        and all(n in tallies and tallies[n].state == board.DONE for n in m.needs)
    ]


def rows_of(tallies, folder, reached, unicode=True, width=80):
    """A row for each model, as pairs (text, colour or None); none before the first is ready.

    Args:
        tallies: a :class:`grading.catalogue.board.Tally` for each exercise, by name.
        folder: where the modules are.
        reached: as :func:`reached` gives it.
        unicode: whether the terminal can show more than ASCII.
        width: of the terminal, in characters.
    """
    can = ready(tallies)
    if not can:
        return []
    rows = [("The chapter's models, on your own parts:", None)]
    for model, milestone in MILESTONES.items():
        if any(name not in tallies for name in milestone.needs):
            continue
        missing = [n for n in milestone.needs if tallies[n].state != board.DONE]
        if model in can and model in reached:
            is_worse = milestone.is_worse(reached[model])
            state = board.STARTED if is_worse else board.DONE
            text = milestone.told(reached[model])
        elif model in can:
            state, text = board.UNKNOWN, command(model, folder)
        else:
            state, text = board.FRESH, f"needs {', '.join(missing)}"
        rows.append(board.row(state, f"{model:<18} {text}", unicode, width))
    return rows


def reached(cache, implementation):
    """What the models reached on these very modules: a dict from model to number."""
    known = cache.get(_KEY, {}) if cache is not None else {}
    found = {}
    for model in MILESTONES:
        entry = known.get(_label(implementation, model)) if isinstance(known, dict) else None
        if entry and entry.get("of") == _of(implementation, model):
            found[model] = float(entry["reached"])
    return found


def remember(cache, implementation, model, value):
    """Keep what a model reached."""
    known = cache.get(_KEY, {})
    entry = {"of": _of(implementation, model), "reached": value}
    known = known if isinstance(known, dict) else {}
    cache.set(_KEY, {**known, _label(implementation, model): entry})


def _label(implementation, model):
    first = MILESTONES[model].needs[0]
    return f"{model} {implementation.path(first) or implementation.label}"


def _of(implementation, model):
    return [progress.fingerprint(implementation, name) for name in MILESTONES[model].needs]
