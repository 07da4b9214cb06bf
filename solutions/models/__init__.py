"""The chapter's full models, put together from the exercises' components.

Importing this package imports no TensorFlow; each model is a module of its own, with builders and
``train(run, options, components)``, to be read from top to bottom.
"""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

LARGEST = 2**31 - 1


class ModelInfo(NamedTuple):
    """A model's name, what it is, and what the chapter prints for it."""

    name: str
    summary: str
    chapter: str

    @property
    def module(self):
        """The module that builds and trains it."""
        return f"solutions.models.{self.name.replace('-', '_')}"


MODELS = {
    name: ModelInfo(name, summary, chapter)
    for name, summary, chapter in [
        ("char-rnn", "two GRU layers that learn Shakespeare from shuffled windows",
         "training loss 1.6317 after 10 epochs, 15.5 hours"),
        ("stateful-char-rnn", "the same, keeping its memory from batch to batch",
         "training loss 1.5620 after 50 epochs, 48 minutes"),
        ("sentiment", "is a movie review good or bad: word embeddings and two GRU layers",
         "training accuracy 0.9624 after 5 epochs, no validation"),
        ("pretrained", "the same, on sentence embeddings from a TF-Hub SavedModel",
         "training accuracy 0.7560 after 5 epochs, no validation"),
        ("translation", "encoder-decoder of LSTMs, from dates to ISO dates",
         "training loss 4.6031 on random numbers, which cannot be learnt"),
        ("bidirectional", "a GRU layer that reads the sequence both ways, on a small task",
         "660 and 1,320 parameters, not trained"),
        ("transformer", "encoder and decoder blocks of attention, from dates to ISO dates",
         "built only, not trained"),
    ]
}  # fmt: skip


@dataclass
class Options:
    """What may be chosen for a training; None leaves the choice to the model."""

    data: str | None = None  # "sample", a path, or None for the real data if they can be had
    recipe: str = "default"  # or "chapter" for the chapter's own settings
    epochs: int | None = None
    batch_size: int | None = None  # examples in a batch
    learning_rate: float | None = None
    units: int | None = None  # size of the recurrent layers, or of the Transformer's embedding
    limit: int | None = None  # use only so many examples (characters of a text), to try things out
    seed: int = 42  # everything random follows from it
    masking: str = "auto"  # or "manual", for the sentiment model
    embedding: str | None = None  # URL or folder of a SavedModel, for the pretrained model

    def __post_init__(self):
        """Check the numbers."""
        for name in ("epochs", "batch_size", "units", "limit"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}")
            if value is not None and value > LARGEST:
                raise ValueError(f"{name} must be at most {LARGEST}, got {value}")
        rate = self.learning_rate
        if rate is not None and not (math.isfinite(rate) and rate > 0):
            raise ValueError(f"learning_rate must be above 0 and finite, got {rate}")
        if not 0 <= self.seed <= LARGEST:
            raise ValueError(f"seed must be in 0 ... {LARGEST}, got {self.seed}")

    def or_else(self, **defaults):
        """Give these options, with a default where nothing was chosen."""
        return replace(self, **{n: v for n, v in defaults.items() if getattr(self, n) is None})

    @property
    def settings(self):
        """What of them tells one run from another, whatever the model."""
        names = ("recipe", "units", "batch_size", "learning_rate", "seed")
        return {name: getattr(self, name) for name in names}
