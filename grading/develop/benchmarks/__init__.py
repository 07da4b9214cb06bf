"""Benchmarks: the kit's way and the chapter's way, measured in the same run.

A benchmark is a module with a ``BENCHMARK`` and two functions, ``ours`` and ``baseline``, each
from :class:`Settings` to a :class:`Measurement`. Add its name to ``NAMES``, and
``unrolled bench`` knows it. The two functions run in processes of their own, so that the peak
memory of one says nothing about the other. Importing a benchmark imports no TensorFlow.
"""

import importlib
from dataclasses import dataclass, field

NAMES = ("pipeline", "generation", "stateful", "vocabulary", "reviews", "watch", "grading")
# Runs only when it is named: it takes an hour, and needs what only instructors have.
ON_REQUEST = ("grading",)


@dataclass(frozen=True)
class Benchmark:
    """What a benchmark measures, and what is demanded of it.

    Args:
        summary: what is measured, in a few words.
        unit: the unit of the values.
        higher_is_better: True for a speed, False for a time.
        demanded_ratio: how many times better than the baseline ours must be; None for no demand.
        demanded_value: a value that ours must reach, whatever the baseline; None for no demand.
        baseline: what the baseline is.
    """

    summary: str
    unit: str
    higher_is_better: bool = True
    demanded_ratio: float | None = None
    demanded_value: float | None = None
    baseline: str = "the chapter's way"


@dataclass(frozen=True)
class Settings:
    """What a benchmark may use.

    Args:
        quick: a short run, good for a first look.
        text: path of a text; None for the full Shakespeare if it is in the cache, else the sample.
        reviews: path of reviews; None for IMDB if it is in the cache, else the sample.
    """

    quick: bool = False
    text: str | None = None
    reviews: str | None = None


@dataclass
class Measurement:
    """What came out.

    Args:
        value: in the benchmark's unit.
        notes: more that was seen, a sentence each.
        output: what was produced, as a short text; where ours and the baseline both give one, the
            two must be equal, or the faster one is not doing the same work.
    """

    value: float
    notes: list = field(default_factory=list)
    output: str | None = None


def load(name):
    """Give the module of a benchmark."""
    return importlib.import_module(f"grading.develop.benchmarks.{name}")
