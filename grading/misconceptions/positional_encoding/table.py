"""The table."""

import numpy as np
import tensorflow as tf

from grading.misconceptions import Library, changed
from grading.misconceptions.positional_encoding.common import angles_of, table_of, with_table

LIBRARY = Library()


@LIBRARY.add(
    "cosine-exponent-odd",
    "cosines whose exponent has 2i + 1 where the formula has 2i",
    """Each column here has a wavelength of its own: the exponent is the number of the column. It
    seems natural, as the cosine stands in column 2i + 1. But in the formula i counts pairs of
    columns, and a sine and its cosine share the exponent 2i / D. Without that, a shift by k
    positions is no longer a rotation of each pair, which is what the network could have learned
    from.""",
)
def cosine_exponent_odd(reference):
    return _each_column_for_itself(reference, times=1)


@LIBRARY.add(
    "column-number-doubled",
    "an exponent with twice the number of the column, in every column",
    """The i of the formula's 2i is taken for the number of the column. Then each column has a
    wavelength of its own, and the waves grow twice as fast as they should. In the formula i counts
    pairs of columns: columns 2i and 2i + 1 share the exponent 2i / D.""",
)
def column_number_doubled(reference):
    return _each_column_for_itself(reference, times=2)


def _each_column_for_itself(reference, times):
    """Exponents from the number of the column, some times, instead of that of the pair."""

    def make_table(max_steps, max_dims):
        even_dims = max_dims + max_dims % 2
        positions, columns = np.arange(max_steps)[:, np.newaxis], np.arange(even_dims)
        angles = positions / 10_000 ** (times * columns / even_dims)
        return np.where(columns % 2 == 0, np.sin(angles), np.cos(angles))

    return with_table(reference, make_table)


@LIBRARY.add(
    "cosine-exponent-next",
    "cosines whose exponent has 2(i + 1) where the formula has 2i",
    """The cosines here have the wavelength of the next pair of columns. That is how a loop over the
    even columns comes out that adds one to the index before it multiplies by two. In the formula a
    sine and its cosine share the exponent 2i / D; only the function differs, so that together they
    tell the angle.""",
)
def cosine_exponent_next(reference):
    def make_table(max_steps, max_dims):
        even_dims = max_dims + max_dims % 2
        table = np.zeros((max_steps, even_dims))
        for p in range(max_steps):
            for i in range(even_dims // 2):
                table[p, 2 * i] = np.sin(p / 10_000 ** (2 * i / even_dims))
                table[p, 2 * i + 1] = np.cos(p / 10_000 ** (2 * (i + 1) / even_dims))
        return table

    return with_table(reference, make_table)


@LIBRARY.add(
    "sines-then-cosines",
    "all the sines first and then all the cosines, instead of one beside the other",
    """The two halves of the table are right, but they are put one behind the other. Some well-known
    libraries do so too, and a network trained from scratch learns just as well. It is another table
    all the same: the docstring has sines in the even columns and cosines in the odd ones, and here
    the first columns alone, which a smaller embedding gets, would hold no cosine.""",
)
def sines_then_cosines(reference):
    def make_table(max_steps, max_dims):
        angles = angles_of(max_steps, max_dims)
        return np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)

    return with_table(reference, make_table)


@LIBRARY.add(
    "sines-and-cosines-swapped",
    "cosines in the even columns and sines in the odd ones",
    """Sine and cosine have changed places, so position 0 is 1, 0, 1, 0 instead of 0, 1, 0, 1. Both
    tables hold the same information, but not in the same columns. The formula in the docstring
    starts with the sine: PE[p, 2i] is a sine, and column 0 is even.""",
)
def sines_and_cosines_swapped(reference):
    def make_table(max_steps, max_dims):
        return table_of(angles_of(max_steps, max_dims), even=np.cos, odd=np.sin)

    return with_table(reference, make_table)


@LIBRARY.add(
    "positions-from-1",
    "positions counted from 1",
    """The first word gets the encoding of position 1. People count so, but the formula counts as
    Python does: the first row of the table is position 0, where every sine is 0 and every cosine
    is 1.""",
)
def positions_from_1(reference):
    def make_table(max_steps, max_dims):
        return table_of(angles_of(max_steps, max_dims, first=1))

    return with_table(reference, make_table)


@LIBRARY.add(
    "encoding-not-added",
    "an encoding that is given back alone, and not added to the inputs",
    """The layer gives the positions and forgets the words: whatever the inputs are, the outputs are
    the same. The name of the layer suggests it, and with inputs of zeros no difference can be seen.
    The docstring of call asks for inputs + PE[:steps, :dims], so that each vector tells both the
    word and its place.""",
)
def encoding_not_added(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            return super().call(tf.zeros_like(inputs))

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "odd-dims-crash",
    "a table whose halves do not fit together where max_dims is odd",
    """With an odd number of dims there is one sine more than there are cosines, so filling the odd
    columns with as many cosines as there are sines fails. The chapter's code asks for even sizes,
    but the docstring says that odd ones work too: take D, the next even number, and leave the last
    column unused.""",
)
def odd_dims_crash(reference):
    return _filled(reference, lambda max_dims: np.arange(0, max_dims, 2))


@LIBRARY.add(
    "waves-rounded-down",
    "max_dims // 2 waves, which is one too few where max_dims is odd",
    """There is a wave for each pair of columns, and max_dims // 2 counts the whole pairs only.
    Where max_dims is odd, the last column has no wave: filling the table fails, or, with three
    columns, gives the last one what the first one has. The docstring takes D, the next even number,
    so there are D / 2 waves, and the last column stays unused.""",
)
def waves_rounded_down(reference):
    return _filled(reference, lambda max_dims: 2 * np.arange(max_dims // 2))


def _filled(reference, columns_of):
    """A table of max_dims columns, whether even or odd, filled with the waves of some columns."""

    def make_table(max_steps, max_dims):
        positions = np.arange(max_steps)[:, np.newaxis]
        angles = positions / 10_000 ** (columns_of(max_dims) / max_dims)
        table = np.empty((max_steps, max_dims))
        table[:, 0::2] = np.sin(angles)
        table[:, 1::2] = np.cos(angles)
        return table

    return with_table(reference, make_table)


@LIBRARY.add(
    "odd-dims-not-rounded",
    "exponents 2i / D with an odd D, the very max_dims that was given",
    """For even sizes all is well. Where max_dims is odd, the wavelengths are a little too long,
    because the exponent is divided by max_dims itself. The docstring defines D as max_dims rounded
    up to an even number, so that an odd size gives the table of the next even one without its last
    column.""",
)
def odd_dims_not_rounded(reference):
    def make_table(max_steps, max_dims):
        positions = np.arange(max_steps)[:, np.newaxis]
        return table_of(positions / 10_000 ** (np.arange(0, max_dims, 2) / max_dims))

    return with_table(reference, make_table)
