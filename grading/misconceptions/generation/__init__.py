"""Ways to write another text than the network would."""

from grading.misconceptions import Library
from grading.misconceptions.generation import probabilities, reading, seeds

LIBRARY = Library.of(reading, probabilities, seeds)
