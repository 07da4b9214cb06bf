"""Ways to cut windows wrongly."""

from grading.misconceptions import Library
from grading.misconceptions.windows import order, pairs

LIBRARY = Library.of(pairs, order)
