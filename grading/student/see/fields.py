"""What is seen of an exercise: what a student can set, the panels, and what cannot be shown."""

from collections.abc import Callable
from dataclasses import dataclass

from grading.catalogue.refused import Refused


class Unfit(Refused):
    """What was typed cannot be shown; the message says why, and what can."""


@dataclass
class Text:
    """A line to type in."""

    name: str
    label: str
    value: str


@dataclass
class Number:
    """A slider."""

    name: str
    label: str
    value: float
    low: float
    high: float
    step: float = 1


@dataclass
class Switch:
    """Something that is on or off."""

    name: str
    label: str
    value: bool = False


@dataclass
class Panel:
    """One picture of an exercise: ``draw(module, inputs)`` gives a part."""

    title: str
    draw: Callable
    about: str = ""


@dataclass
class View:
    """What is seen of an exercise.

    Attributes:
        name: of the exercise.
        about: a sentence: what to look at.
        fields: what can be set.
        panels: the pictures.
        check: called with the inputs first; raises :class:`Unfit` for what cannot be shown.
    """

    name: str
    about: str
    fields: list
    panels: list
    check: Callable = lambda inputs: None


def need_text(text, what="the text", most=400):
    """Refuse a text that is empty or too long to be seen.

    Raises:
        Unfit: it is.
    """
    if not text.strip():
        raise Unfit(f"{what[0].upper()}{what[1:]} is empty: type at least one character.")
    if len(text) > most:
        raise Unfit(
            f"{what[0].upper()}{what[1:]} has {len(text):,} characters; at most {most} can be seen "
            "at once, so nothing was run. Shorten it."
        )


def words_of(text, what="the sentence", most=16):
    """The words of a sentence.

    Raises:
        Unfit: there is none, or there are too many to be seen.
    """
    words = text.split()
    if not words:
        raise Unfit(f"{what[0].upper()}{what[1:]} is empty: type at least one word.")
    if len(words) > most:
        raise Unfit(
            f"{what[0].upper()}{what[1:]} has {len(words):,} words; at most {most} can be seen at "
            "once, so nothing was run. Shorten it."
        )
    return words
