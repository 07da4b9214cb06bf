"""The vocabulary of the property tests: what a test may say about plain values.

Each function returns quietly or raises :class:`grading.running.faults.WrongAnswer`; the report adds
the call and its result. ``title`` says what is wrong where a test checks more than its name says.
"""

import contextlib
import re

import numpy as np

from grading.beside.show import beside, show
from grading.running.differences import differences
from grading.running.faults import SubjectError, WrongAnswer

MOST_OTHERS = 8  # numbers of an honest message that are neither the value nor an argument
MOST_REFUSED = 1  # of them below 0 or not finite
_NUMBER = re.compile(r"(?<![^\Wx]|[.-])-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|inf|nan)(?![^\Wx])")


def same(found, expected, what="the result", because="", title=None):
    """Exactly equal: integers, texts, lists of them, shapes."""
    with titled(title):
        _agree(found, expected, what, because, 0.0, 0.0)


def close(found, expected, what="the result", because="", rtol=1e-4, atol=1e-5, title=None):
    """Equal up to rounding: ``|found - expected| <= atol + rtol * |expected|``, everywhere."""
    with titled(title):
        _agree(found, expected, what, because, rtol, atol)


def holds(condition, expected, found=None, title=None):
    """Something is true; ``expected`` says in words what, ``found`` what was seen instead."""
    with titled(title):
        if not condition:
            raise WrongAnswer(expected, found)


@contextlib.contextmanager
def titled(title):
    """What fails in this block, a call too, gets that title unless it has one; None gives none."""
    try:
        yield
    except (SubjectError, WrongAnswer) as error:
        error.title = error.title or title
        raise


@contextlib.contextmanager
def refused(*names, error="ValueError"):
    """The calls in this block raise an error that names the argument and its value.

    Args:
        names: what the message must hold: names as str, values as numbers. An argument's name may
            be spelled with spaces instead of underscores, a number as an int or a float. Beside
            these, a message may hold all numbers of the call's arguments, and a few others; one
            that holds whatever the value might be names none.
        error: the class it must be of, by name; a subclass will do.
    """
    wanted = f"{error} whose message names " + " and ".join(_shown(name) for name in names)
    wanted = wanted if names else error
    try:
        yield
    except SubjectError as raised:
        if error not in raised.kinds:
            raise WrongAnswer(f"{_article(wanted)} {wanted}", f"{raised}") from None
        missing = [_shown(name) for name in names if not _named(name, raised.message)]
        if missing:
            raise WrongAnswer(
                f"{_article(wanted)} {wanted}",
                f"{raised}",
                [f"the message does not name {' or '.join(missing)}"],
            ) from None
        others = _other_numbers(names, raised)
        if others:
            raise WrongAnswer(
                f"{_article(wanted)} {wanted}",
                f"{raised}",
                [f"the message names many other numbers, too: {', '.join(others)}"],
            ) from None
    else:
        raise WrongAnswer(f"{_article(wanted)} {wanted}", "no error at all")


def _agree(found, expected, what, because, rtol, atol):
    lines = differences(found, expected, rtol, atol)
    if lines:
        wanted = f"{what} to be {show(expected)}" + (f", because {because}" if because else "")
        values, picture = (found, expected), beside(found, expected)
        if lines == [f"found {show(found)}, expected {show(expected)}"]:
            lines = []  # the report says so anyway
        if picture:
            wanted, found = (
                f"{what} as on the right" + (f", because {because}" * bool(because)),
                None,
            )
        wrong = WrongAnswer(wanted, None if picture else show(found), lines)
        wrong.picture, wrong.values = picture, values
        raise wrong


def _named(name, message):
    message = message.lower()
    if isinstance(name, str):
        spellings = {name, repr(name)[1:-1], name.replace("_", " ")}
        if len(name) == 1:
            spellings |= {f"{ord(name):04x}", str(ord(name))}
    else:
        spellings = {repr(name), str(float(name)), f"{name:g}"}
        if np.isfinite(name) and float(name).is_integer():
            spellings.add(str(int(name)))
        # Not as a part of a longer number or of a word; but "3x4" names both.
        found = (rf"(?<![^\Wx]|[.-]){re.escape(spelling)}(?![^\Wx])" for spelling in spellings)
        return any(re.search(pattern, message) for pattern in found)
    return any(spelling.lower() in message for spelling in spellings)


def _other_numbers(names, raised):
    """The numbers of a message that it has no reason to name, if there are many of them."""
    values = {str(float(name)) for name in names if not isinstance(name, str)}
    found = dict.fromkeys(str(float(number)) for number in _NUMBER.findall(raised.message.lower()))
    known = values | set(_numbers_in(raised.given))
    others = [number for number in found if values and number not in known]
    # Bounds and sizes are honest company; below 0, or not finite, is what would be refused as well.
    refused = [number for number in others if not 0 <= float(number) < float("inf")]
    is_many = len(others) > MOST_OTHERS or len(refused) > MOST_REFUSED
    return [show(float(number)).removesuffix(".0") for number in others] if is_many else []


def _numbers_in(value):
    """The numbers in a plain value, spelled as floats."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple | range):
        for item in value:
            yield from _numbers_in(item)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        yield from map(str, value.astype(float).ravel().tolist())
    elif isinstance(value, int | float) and abs(value) < 1e300:
        yield str(float(value))


def _shown(name):
    return name if isinstance(name, str) and name.isidentifier() else show(name)


def _article(word):
    return "an" if word[0] in "AEIOU" else "a"
