"""The chapter's full models, put together from the exercises' components.

Importing this package imports no TensorFlow; each model is a module of its own, with builders and
``make_task(options, components)``, which says how the model is trained.
"""

import math
from dataclasses import dataclass

LARGEST = 2**31 - 1


@dataclass(frozen=True)
class ModelInfo:
    """A model's name, what it is, where it is, and what the chapter prints for it."""

    name: str
    summary: str
    module: str
    chapter: str


MODELS = {
    info.name: info
    for info in [
        ModelInfo(
            "char-rnn",
            "two GRU layers that learn Shakespeare from shuffled windows",
            "solutions.models.char_rnn",
            "training loss 1.6317 after 10 epochs, 15.5 hours",
        ),
        ModelInfo(
            "stateful-char-rnn",
            "the same, keeping its memory from batch to batch",
            "solutions.models.stateful_char_rnn",
            "training loss 1.5620 after 50 epochs, 48 minutes",
        ),
        ModelInfo(
            "sentiment",
            "is a movie review good or bad: word embeddings and two GRU layers",
            "solutions.models.sentiment",
            "training accuracy 0.9624 after 5 epochs, no validation",
        ),
        ModelInfo(
            "pretrained",
            "the same, on sentence embeddings from a TF-Hub SavedModel",
            "solutions.models.pretrained",
            "training accuracy 0.7560 after 5 epochs, no validation",
        ),
        ModelInfo(
            "translation",
            "encoder-decoder of LSTMs, from dates to ISO dates",
            "solutions.models.encoder_decoder",
            "training loss 4.6031 on random numbers, which cannot be learnt",
        ),
        ModelInfo(
            "bidirectional",
            "a GRU layer that reads the sequence both ways, on a small task",
            "solutions.models.bidirectional",
            "660 and 1,320 parameters, not trained",
        ),
        ModelInfo(
            "transformer",
            "encoder and decoder blocks of attention, from dates to ISO dates",
            "solutions.models.transformer",
            "built only, not trained",
        ),
    ]
}


@dataclass
class Options:
    """What may be chosen for a training; None leaves the choice to the model.

    Args:
        data: "sample", a path, or None for the real data if they can be had.
        recipe: "default", or "chapter" for the chapter's own settings.
        epochs: how many epochs to train for.
        batch_size: examples in a batch.
        learning_rate: that of the optimizer.
        units: size of the recurrent layers, or of the Transformer's embedding.
        limit: use only so many examples (characters of a text), to try things out.
        seed: everything random follows from it.
        masking: "auto" or "manual", for the sentiment model.
        embedding: URL or folder of a SavedModel, for the pretrained model.
    """

    data: str | None = None
    recipe: str = "default"
    epochs: int | None = None
    batch_size: int | None = None
    learning_rate: float | None = None
    units: int | None = None
    limit: int | None = None
    seed: int = 42
    masking: str = "auto"
    embedding: str | None = None

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

    def choose(self, name, default):
        """Give the option's value, or the default if it is None."""
        value = getattr(self, name)
        return default if value is None else value
