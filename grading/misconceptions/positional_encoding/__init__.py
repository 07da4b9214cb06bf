"""Ways to tell positions wrongly."""

from grading.misconceptions import Library
from grading.misconceptions.positional_encoding import angles, layer, lengths, table

LIBRARY = Library.of(table, layer, angles, lengths)
