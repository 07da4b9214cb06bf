"""Ways to draw characters with other chances than the temperature asks for."""

from grading.misconceptions import Library
from grading.misconceptions.sampling import draws, probabilities

LIBRARY = Library.of(probabilities, draws)

LIBRARY.hint("are_not_changed", "probabilities-changed-in-place")
LIBRARY.hint("equal_rows", "one-draw-repeated", "rows-share-their-draws")
LIBRARY.hint("of_one_row", "without-replacement")
