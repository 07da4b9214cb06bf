"""Angles and positions."""

import tensorflow as tf

from grading.misconceptions import Library, changed
from grading.misconceptions.positional_encoding.common import angles_of, table_of, with_table

LIBRARY = Library()


@LIBRARY.add(
    "exponent-halved",
    "an exponent i / D where the formula has 2i / D",
    """Here i counts pairs of columns, but the factor 2 before it is missing, so the longest wave is
    that of the middle columns: 100 times 2 pi instead of nearly 10000 times 2 pi. It is an easy
    slip where the code counts pairs and the formula columns. In the docstring the columns 2i and
    2i + 1, the pair number i, have the exponent 2i / D.""",
)
def exponent_halved(reference):
    def make_table(max_steps, max_dims):
        return table_of(angles_of(max_steps, max_dims, base=100.0))

    return with_table(reference, make_table)


@LIBRARY.add(
    "exponent-doubled",
    "an exponent in which the number of an even column is doubled once more",
    """The even columns 0, 2, 4 ... are 2i already; multiplied by two again, the waves grow twice as
    fast and the last columns hardly move at all. It comes from a loop with a step of 2 that keeps
    the formula's 2i. In the docstring, column 2i has the exponent 2i / D: the number of the even
    column itself.""",
)
def exponent_doubled(reference):
    def make_table(max_steps, max_dims):
        return table_of(angles_of(max_steps, max_dims, base=10_000.0**2))

    return with_table(reference, make_table)


@LIBRARY.add(
    "angles-multiplied",
    "positions multiplied by 10000^(2i / D) instead of divided by it",
    """The waves get shorter from column to column, where they should get longer: from the third
    column on, neighbouring positions differ by many whole turns, and the values look random. A
    minus sign lost in exp(-log(10000) 2i / D) does it. The formula divides the position.""",
)
def angles_multiplied(reference):
    def make_table(max_steps, max_dims):
        return table_of(angles_of(max_steps, max_dims, base=1e-4))

    return with_table(reference, make_table)


@LIBRARY.add(
    "positions-as-fractions",
    "positions divided by the number of steps",
    """Positions run from 0 to 1 here, as one likes to scale the inputs of a network. Then a step
    forward means something else in every layer with another max_steps, and the waves hardly begin
    to turn. The formula takes the position itself: 0, 1, 2 and so on; it is the sines that keep the
    values between -1 and 1.""",
)
def positions_as_fractions(reference):
    def make_table(max_steps, max_dims):
        return table_of(angles_of(max_steps, max_dims) / max_steps)

    return with_table(reference, make_table)


@LIBRARY.add(
    "positions-by-sequence",
    "positions counted over the sequences of a batch instead of over the steps",
    """The table is laid along the first axis, so all steps of one sequence get the same encoding
    and the next sequence another. Axis 0 of the inputs is the batch; the steps are axis 1. With one
    number more or less in an index, or an axis added at the wrong end, it is easily done. The
    encoding of a word must depend on its place in its own sequence only.""",
)
def positions_by_sequence(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            super().call(inputs)  # the sizes are checked
            batch, dims = tf.shape(inputs)[0], tf.shape(inputs)[2]
            return inputs + self.table[:batch, tf.newaxis, :dims]

    return changed(reference, PositionalEncoding=PositionalEncoding)
