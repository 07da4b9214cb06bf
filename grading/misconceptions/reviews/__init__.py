"""Ways to turn reviews into the wrong words, or into no batch."""

from grading.misconceptions import Library
from grading.misconceptions.reviews import characters, cuts, rows

LIBRARY = Library.of(cuts, characters, rows)

LIBRARY.hint(
    "padded",
    "left-ragged",
    "equal-lengths-only",
    "cut-to-the-shortest",
    "padded-on-the-left",
    "fixed-row-length",
    "padded-with-nothing",
)
LIBRARY.hint("line_break", "br-taken-out-of-the-words")
LIBRARY.hint("capital", "lower-cased")
LIBRARY.hint("empty_words", "empty-words")
