"""The exercise ``attention``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import REFUSALS, Exercise, Group, Hint

EXERCISE = Exercise(
    name="attention",
    title="scaled dot-product and multi-head attention",
    section="Multi-Head Attention",
    points=20,
    defines=("scaled_dot_product_attention", "MultiHeadAttention"),
    needs=("positional_encoding",),
    hints=(
        "Over which axis must the weights of one query sum to 1, and what must a hidden key's "
        "score be for its weight to become 0?",
        "Hide keys before the softmax, with a very negative score. For the heads, reshape "
        "[batch, steps, dims] to [batch, steps, heads, d] first, and only then swap axes.",
        "scores = matmul(Q, K, transpose_b=True) / sqrt(d_key); tf.where(visible, scores, "
        "scores.dtype.min); softmax; matmul with V. Split heads by reshape and transpose to "
        "[batch, heads, steps, d], merge them by the transpose and the reshape back, then "
        "out_linear.",
    ),
    groups=(
        Group("attention", 5),
        Group("hidden keys", 4, ("hidden", "visible", "mask", "hides", "causal")),
        Group(
            "heads",
            5,
            (
                "head",
                "heads",
                "layer",
                "layers",
                "output map",
                "third input",
                "functional model",
            ),
        ),
        Group(
            "masks of the layer",
            4,
            ("causal layer", "value mask", "query mask", "three masks", "keras own masks"),
        ),
        Group("what is refused", 2, REFUSALS),
    ),
    hints_of_tests=(
        Hint(
            ("other_settings",),
            "What does Keras do with name=... and dtype=... if your __init__ keeps them to itself?",
            "They are for the __init__ of tf.keras.layers.Layer, and only yours is called.",
            "Take **kwargs, and hand them on: super().__init__(**kwargs).",
        ),
        Hint(
            ("refused",),
            "When is dims known, and what happens when it cannot be shared out equally?",
            "Keras calls build with the shapes of all inputs before the first call; there is the "
            "place to complain.",
            "In build, raise a ValueError that names dims and n_heads where one is no multiple of "
            "the other.",
        ),
        Hint(
            ("value_mask", "query_mask", "three_masks", "own_mask", "obeys"),
            "What does Keras hand to call as its mask for a list of inputs, and which entry is "
            "about the keys?",
            "A list with one mask for each input, any of them None. Only the second, the value's, "
            "hides keys: its shape is [batch, keys].",
            "Give the value mask two more axes of size 1, for heads and queries, so that it "
            "broadcasts over the scores, and leave the other masks alone.",
        ),
        Hint(
            ("causal",),
            "Which keys may query 2 see: 0 and 1, or 0, 1 and 2?",
            "A step sees itself and what came before, so the diagonal stays visible. Queries and "
            "keys may differ in number, and a mask may hide more.",
            "Make a boolean [queries, keys] matrix that is True on and below the diagonal "
            "(tf.linalg.band_part helps), and combine it with the mask by a logical and.",
        ),
        Hint(
            ("functional_model", "different_sizes", "share_nothing", "four_trainable", "no_bias"),
            "Which sizes does the layer know when it is built, and which only when numbers flow?",
            "dims is known in build; batch and steps may be None there and come from tf.shape in "
            "call. The four maps belong to the instance and are made once.",
            "In build, make four Dense layers of dims units without bias; in call, take batch and "
            "steps from tf.shape.",
        ),
        Hint(
            ("float32_and_float64",),
            "Which dtype do your scores have where the inputs are float64?",
            "They keep it as long as nothing is cast to a dtype that you wrote down. Numbers of "
            "your own, such as the root and the lowest score, follow the scores.",
            "Take the dtype from the query after tf.convert_to_tensor, and the lowest number from "
            "scores.dtype.min.",
        ),
        Hint(
            ("overflow", "however_large"),
            "What is exp(10000) in float32, and what does adding -1e9 to a score of that size do?",
            "TensorFlow's softmax subtracts the largest score by itself. A hidden key must end "
            "below every visible one whatever its score is, in either dtype.",
            "Replace hidden scores (tf.where) by the smallest number of the scores' own dtype, and "
            "leave the softmax to TensorFlow.",
        ),
        Hint(
            ("mask", "hidden", "visible_keys", "hides"),
            "When do you hide a key: before the softmax or after it, and does the row still sum "
            "to 1?",
            "Before: a hidden key gets a score so low that its weight becomes 0, and the others "
            "share all of the weight. True means visible.",
            "Where the mask is False put the lowest number there is in place of the score, then "
            "take the softmax.",
        ),
        Hint(
            ("maps", "one_head", "value_map"),
            "Through which of the four linear maps does each input go, and through which the "
            "result?",
            "Query, key and value have a map each, before the heads are split; out_linear comes "
            "after they are merged. None of them has a bias.",
            "Send the query through q_linear, the value through v_linear, the key (or the value) "
            "through k_linear, and what comes out through out_linear.",
        ),
        Hint(
            ("heads", "head"),
            "Which columns belong to head 1, and where are they after your reshape?",
            "Head h reads columns h * d to (h + 1) * d. A reshape that moves the heads axis past "
            "the steps without a transpose mixes steps and columns.",
            "Reshape [batch, steps, dims] to [batch, steps, heads, d], swap the middle axes, "
            "attend, swap back, reshape to [batch, steps, dims], and only then apply out_linear.",
        ),
        Hint(
            ("third_input", "keys_may_differ"),
            "In which order does Keras list the three inputs, and which of them is compared with "
            "the query?",
            "Query, value, key: the key comes last, and is the value where it is not given. Scores "
            "compare queries with keys, and the weights are taken of the values.",
            "Send the query through q_linear, the value through v_linear, the key (or the value) "
            "through k_linear, and what comes out through out_linear.",
        ),
        Hint(
            ("square_root",),
            "The square root of what: the number of keys, dims, or the size of one key?",
            "Of the last axis of the keys that are really compared; within a head that is d, not "
            "dims.",
            "Divide the scores by the square root of the last size of the key inside "
            "scaled_dot_product_attention: then it is right for heads as well.",
        ),
        Hint(
            ("sum_to_1", "likeness", "weighted_means", "any_axes"),
            "Over which axis of [queries, keys] does one query's softmax run?",
            "Over the keys, the last axis. Multiply query and transposed key over the last two "
            "axes only, so that any others may stand in front.",
            "Scores from tf.matmul with transpose_b, softmax over the last axis, then tf.matmul "
            "of the weights with the values.",
        ),
        Hint(
            ("lists", "tensors", "not_changed"),
            "What do your first lines do with a plain list?",
            "Convert each argument once, and write into none of them.",
            "tf.convert_to_tensor takes lists, arrays and tensors.",
        ),
    ),
)
