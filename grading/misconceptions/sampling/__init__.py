"""Ways to draw characters with other chances than the temperature asks for."""

from grading.misconceptions import Library
from grading.misconceptions.sampling import draws, probabilities

LIBRARY = Library.of(probabilities, draws)
