"""Ways to tell positions wrongly."""

from grading.misconceptions import Library
from grading.misconceptions.positional_encoding import angles, layer, lengths, table

LIBRARY = Library.of(table, layer, angles, lengths)

LIBRARY.hint("side_by_side", "sines-then-cosines", "sines-and-cosines-swapped")
LIBRARY.hint(
    "waves", "exponent-halved", "exponent-doubled", "angles-multiplied", "column-number-doubled"
)
LIBRARY.hint("turns_each_pair", "positions-as-fractions", "positions-by-sequence")
LIBRARY.hint("refused", "sizes-unchecked", "too-long-cut-off")
LIBRARY.hint("functional_model", "static-length", "length-taken-for-a-number")
LIBRARY.hint("odd_max_dims", "odd-dims-crash", "odd-dims-not-rounded", "waves-rounded-down")
LIBRARY.hint("smaller_embedding", "dims-of-the-inputs")
LIBRARY.hint("added", "encoding-not-added", "inputs-scaled")
