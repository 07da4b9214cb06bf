"""Hints of the exercise ``positional_encoding``."""

HINTS = (
    (
        ("refused", "too_many", "go_through_either"),
        (
            "What does a slice give that asks for more rows than a table has?",
            "What there is, without complaint; the error then comes later, or broadcasting hides "
            "it. In a functional model a size may be None: unknown.",
            "In call, compare each static size that is known with its limit, and raise a "
            "ValueError that names both numbers.",
        ),
    ),
    (
        ("mask", "hidden_steps"),
        (
            "What does Keras do with a mask when a layer says nothing about masks?",
            "It stops there. A layer that leaves the steps where they are can say that masks may "
            "pass.",
            "There is a flag in Keras' Layer for this: set supports_masking in __init__. Masked "
            "steps are encoded like all others.",
        ),
    ),
    (
        ("functional_model", "different_lengths", "largest_sizes"),
        (
            "Which sizes does the layer know when it is called on an input of unknown length?",
            "inputs.shape may hold None; tf.shape(inputs) gives the sizes when numbers flow. "
            "Nothing may be remembered from the first call.",
            "Build the whole table in __init__ from max_steps and max_dims, and slice it in call "
            "with the sizes that tf.shape gives.",
        ),
    ),
    (
        ("trainable", "share_nothing"),
        (
            "Who owns the table: the class, the instance, or the optimizer?",
            "It is a constant of the instance: no add_weight that trains, nothing in the class "
            "body.",
            "Keep a NumPy array or a tf.constant on self.",
        ),
    ),
    (
        ("float32", "not_changed", "added", "every_sequence"),
        (
            "What does the layer return: the encoding, or the inputs with the encoding?",
            "Inputs plus encoding, as a new tensor in the dtype of the inputs, the same encoding "
            "for every sequence of the batch.",
            "Add the slice of the table, cast to the inputs' dtype; broadcasting takes care of the "
            "batch.",
        ),
    ),
    (
        ("odd_max_dims", "smaller_embedding", "shorter_sequence"),
        (
            "What does D stand for in the formula: the dims of these inputs, or of the table?",
            "The table is made once, from max_dims rounded up to an even number; shorter and "
            "narrower inputs get its first rows and columns.",
            "Make the table with D columns, D = max_dims + max_dims % 2, and slice [:steps, :dims] "
            "from it.",
        ),
    ),
    (
        ("side_by_side", "sines", "cosines", "even_columns", "odd_columns", "sine"),
        (
            "Columns 6 and 7: which of the two is the sine, and do they share one wavelength?",
            "Sines stand in the even columns, cosines in the odd ones, and both of a pair use the "
            "exponent of the even column.",
            "Compute one array of angles for the exponents 0, 2, 4, ... over D; its sines go into "
            "every second column from 0, its cosines into every second from 1.",
        ),
    ),
    (
        ("position_0", "turns_each_pair", "chapter", "far_positions", "shift", "waves"),
        (
            "Which number has the first position, and what is divided by what in the angle?",
            "Positions count from 0, and the angle is the position divided by a power of 10,000 "
            "whose exponent is the even column over D.",
            "angles[p, i] is p divided by 10,000 to the power of 2i / D, in float64; round to "
            "float32 at the end.",
        ),
    ),
)
