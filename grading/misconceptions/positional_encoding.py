"""Ways to tell positions wrongly."""

import numpy as np
import tensorflow as tf

from grading.misconceptions import Library, changed

LIBRARY = Library()


def table_of(angles, even=np.sin, odd=np.cos):
    """Sines in the even columns and cosines in the odd ones of ``[max_steps, D / 2]`` angles."""
    return np.stack([even(angles), odd(angles)], axis=-1).reshape(len(angles), -1)


def angles_of(max_steps, max_dims, first=0, base=10_000.0):
    even_dims = max_dims + max_dims % 2
    positions = first + np.arange(max_steps)[:, np.newaxis]
    return positions / base ** (np.arange(0, even_dims, 2) / even_dims)


def with_table(reference, make_table):
    """The reference with another table; ``make_table(max_steps, max_dims)`` gives it."""

    class PositionalEncoding(reference.PositionalEncoding):
        def __init__(self, max_steps, max_dims, **kwargs):
            super().__init__(max_steps, max_dims, **kwargs)
            self.table = make_table(max_steps, max_dims).astype(np.float32)

    return changed(reference, PositionalEncoding=PositionalEncoding)


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
    def make_table(max_steps, max_dims):
        even_dims = max_dims + max_dims % 2
        positions = np.arange(max_steps)[:, np.newaxis]
        angles = positions / 10_000 ** (np.arange(even_dims) / even_dims)
        angles[:, 0::2] = np.sin(angles[:, 0::2])
        angles[:, 1::2] = np.cos(angles[:, 1::2])
        return angles

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
    def make_table(max_steps, max_dims):
        angles = np.arange(max_steps)[:, np.newaxis] / 10_000 ** (
            np.arange(0, max_dims, 2) / max_dims
        )
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


@LIBRARY.add(
    "dims-of-the-inputs",
    "exponents that depend on the inputs' dims instead of max_dims",
    """The table is worked out anew for the size of the inputs. It is right where dims equals
    max_dims, which is how the layer is mostly used. But D is max_dims, rounded up to even: a
    smaller embedding gets the first columns of one and the same table, PE[:steps, :dims].""",
)
def dims_of_the_inputs(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            super().call(inputs)  # the sizes are checked
            dims = inputs.shape[2]
            self.table = table_of(angles_of(self.max_steps, dims)).astype(np.float32)
            return super().call(inputs)

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "mask-dropped",
    "a layer that does not pass the Keras mask on",
    """The sums are right, but the mask ends here: Keras hands a mask on only through layers that
    say they can deal with one. Nothing fails; the attention after this layer simply looks at the
    padding as if it were words. The chapter's own layer has this slip. The docstring of __init__
    points to where Keras says how a layer lets masks through.""",
)
def mask_dropped(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.supports_masking = False

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "padding-not-encoded",
    "steps that the mask hides left without an encoding",
    """Padded steps get no position here. It is tidy, but a mask only marks steps: later layers look
    at it and leave these steps out, whatever they hold. The docstring asks for inputs + PE at every
    step, and a layer that reads the mask to change its outputs does more than it should.""",
)
def padding_not_encoded(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs, mask=None):
            outputs = super().call(inputs)
            return outputs if mask is None else tf.where(mask[..., tf.newaxis], outputs, inputs)

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "table-trainable",
    "a table that is a trainable weight",
    """The first results are right, but the table is a weight that the optimizer changes with every
    batch, so after training it is no longer made of sines. Learned positions exist, and the chapter
    mentions them; this layer is the other kind. Its docstring says that it has no trainable
    weights.""",
)
def table_trainable(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def __init__(self, max_steps, max_dims, **kwargs):
            super().__init__(max_steps, max_dims, **kwargs)
            self.table = tf.Variable(self.table)

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "inputs-scaled",
    "inputs multiplied by the square root of their dims before the encoding is added",
    """The Transformer's paper multiplies embeddings by the square root of their size (section 3.4),
    and many programs do it just before the positions are added. Here that is not this layer's
    business: its docstring gives inputs + PE, and a scaling that hides in this layer would come
    twice in a model that scales its embeddings itself.""",
)
def inputs_scaled(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            return super().call(inputs * tf.sqrt(tf.cast(tf.shape(inputs)[2], inputs.dtype)))

    return changed(reference, PositionalEncoding=PositionalEncoding)


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


@LIBRARY.add(
    "too-long-cut-off",
    "an input that is too long quietly cut to max_steps",
    """Steps beyond max_steps are thrown away without a word, and the outputs are shorter than the
    inputs. The model goes on, and somebody will wonder for a long time why it ignores the ends of
    long texts. The docstring asks for a ValueError that names both sizes: an error at once costs
    less than lost words.""",
)
def too_long_cut_off(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            return super().call(inputs[:, : self.max_steps])

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "sizes-unchecked",
    "sizes that nobody checks",
    """For inputs that fit, everything is right. Inputs that are too large end in whatever
    TensorFlow says when two shapes do not fit, and with one row in the table they do not even fail:
    it is broadcast over all steps. The docstring asks for a ValueError naming the size that came
    and the size allowed.""",
)
def sizes_unchecked(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            steps, dims = tf.shape(inputs)[1], tf.shape(inputs)[2]
            return inputs + self.table[:steps, :dims]

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "static-length",
    "a table cut by a length that is unknown in a functional model",
    """In a functional model the number of steps is None when the layer is put in, and a table cut
    at [:None] is the whole table. That goes well only while every batch is max_steps long; a
    shorter one no longer fits its encoding. The docstring says that batch and steps may be unknown:
    the size at run time is what TensorFlow itself tells of a tensor's shape.""",
)
def static_length(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            if inputs.shape[1] is not None:
                return super().call(inputs)
            return inputs + self.table[: inputs.shape[1], : inputs.shape[2]]

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "one-table-for-all",
    "one table for all layers, that of the layer made last",
    """The table is kept in the class, so each new layer puts its own in the place of the earlier
    ones'. With a single layer nothing shows. An encoder and a decoder of different sizes disturb
    each other: what belongs to one layer has to be stored in that layer.""",
)
def one_table_for_all(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        latest = None

        def __init__(self, max_steps, max_dims, **kwargs):
            super().__init__(max_steps, max_dims, **kwargs)
            PositionalEncoding.latest = self.table

        def call(self, inputs):
            self.table = PositionalEncoding.latest
            return super().call(inputs)

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "first-length-kept",
    "an encoding cut once, for the length of the first batch",
    """The table is cut when the layer is built, to the length of the first batch it meets. Keras
    builds a layer only once, and later batches have lengths of their own, so the cut piece no
    longer fits. Cut the table in call, for the inputs that are there: any steps up to max_steps may
    come.""",
)
def first_length_kept(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def build(self, input_shape):
            if input_shape[1] is not None and input_shape[1] <= self.max_steps:
                self.table = self.table[: input_shape[1]]
            super().build(input_shape)

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "settings-not-handed-on",
    "keyword arguments such as name and dtype that never reach Keras",
    """The constructor takes any keyword arguments, but calls super().__init__() without them. The
    layer works, yet it cannot be found by its name, and whoever asks for another dtype gets float32
    without a word. What the layer does not know itself goes on to Keras:
    super().__init__(**kwargs).""",
)
def settings_not_handed_on(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def __init__(self, max_steps, max_dims, **kwargs):
            super().__init__(max_steps, max_dims)

    return changed(reference, PositionalEncoding=PositionalEncoding)
