"""The exercise ``positional_encoding``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import REFUSALS, Exercise, Group, Hint

EXERCISE = Exercise(
    name="positional_encoding",
    title="tell attention where each word stands",
    section="Positional encodings",
    points=10,
    defines=("PositionalEncoding",),
    hints=(
        "Columns 6 and 7 share one wavelength: which exponent do they share?",
        "Fill a table [max_steps, D] once, with D rounded up to even: sines in table[:, 0::2], "
        "cosines in table[:, 1::2], from the same angles. Then slice it in call.",
        "angles = positions[:, None] / 10000 ** (np.arange(0, D, 2) / D). In call, check the "
        "static sizes, add table[:steps, :dims], and let masks through with "
        "self.supports_masking = True.",
    ),
    groups=(
        Group("the waves", 4),
        Group(
            "the layer",
            3,
            (
                "layer",
                "layers",
                "inputs",
                "every sequence of a batch",
                "float32",
                "functional model",
                "largest sizes",
            ),
        ),
        Group("masks", 1, ("mask", "hidden")),
        Group("what is refused", 2, (*REFUSALS, "too many steps")),
    ),
    hints_of_tests=(
        Hint(
            ("other_settings",),
            "What does Keras do with name=... and dtype=... if your __init__ keeps them to itself?",
            "They are for the __init__ of tf.keras.layers.Layer, and only yours is called.",
            "Take **kwargs, and hand them on: super().__init__(**kwargs).",
        ),
        Hint(
            ("refused", "too_many", "go_through_either"),
            "What does a slice give that asks for more rows than a table has?",
            "What there is, without complaint; the error then comes later, or broadcasting hides "
            "it. In a functional model a size may be None: unknown.",
            "In call, compare each static size that is known with its limit, and raise a "
            "ValueError that names both numbers.",
        ),
        Hint(
            ("mask", "hidden_steps"),
            "What does Keras do with a mask when a layer says nothing about masks?",
            "It stops there. A layer that leaves the steps where they are can say that masks may "
            "pass.",
            "There is a flag in Keras' Layer for this: set supports_masking in __init__. Masked "
            "steps are encoded like all others.",
        ),
        Hint(
            ("functional_model", "different_lengths", "largest_sizes"),
            "Which sizes does the layer know when it is called on an input of unknown length?",
            "inputs.shape may hold None; tf.shape(inputs) gives the sizes when numbers flow. "
            "Nothing may be remembered from the first call.",
            "Build the whole table in __init__ from max_steps and max_dims, and slice it in call "
            "with the sizes that tf.shape gives.",
        ),
        Hint(
            ("trainable", "share_nothing"),
            "Who owns the table: the class, the instance, or the optimizer?",
            "It is a constant of the instance: no add_weight that trains, nothing in the class "
            "body.",
            "Keep a NumPy array or a tf.constant on self.",
        ),
        Hint(
            ("float32", "not_changed", "added", "every_sequence"),
            "What does the layer return: the encoding, or the inputs with the encoding?",
            "Inputs plus encoding, as a new tensor in the dtype of the inputs, the same encoding "
            "for every sequence of the batch.",
            "Add the slice of the table, cast to the inputs' dtype; broadcasting takes care of the "
            "batch.",
        ),
        Hint(
            ("odd_max_dims", "smaller_embedding", "shorter_sequence"),
            "What does D stand for in the formula: the dims of these inputs, or of the table?",
            "The table is made once, from max_dims rounded up to an even number; shorter and "
            "narrower inputs get its first rows and columns.",
            "Make the table with D columns, D = max_dims + max_dims % 2, and slice [:steps, :dims] "
            "from it.",
        ),
        Hint(
            ("side_by_side", "sines", "cosines", "even_columns", "odd_columns", "sine"),
            "Columns 6 and 7: which of the two is the sine, and do they share one wavelength?",
            "Sines stand in the even columns, cosines in the odd ones, and both of a pair use the "
            "exponent of the even column.",
            "Compute one array of angles for the exponents 0, 2, 4, ... over D; its sines go into "
            "every second column from 0, its cosines into every second from 1.",
        ),
        Hint(
            ("position_0", "turns_each_pair", "chapter", "far_positions", "shift", "waves"),
            "Which number has the first position, and what is divided by what in the angle?",
            "Positions count from 0, and the angle is the position divided by a power of 10,000 "
            "whose exponent is the even column over D.",
            "angles[p, i] is p divided by 10,000 to the power of 2i / D, in float64; round to "
            "float32 at the end.",
        ),
    ),
)
