"""Ways to make batches through which no state can be carried, or that teach the wrong thing."""

from grading.misconceptions import Library
from grading.misconceptions.stateful import batches, windows

LIBRARY = Library.of(windows, batches)
