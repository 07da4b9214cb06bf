"""The exercise ``attention_tests``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import Exercise, Group, Hint

EXERCISE = Exercise(
    name="attention_tests",
    title="write the tests of attention",
    section="Multi-Head Attention",
    points=10,
    defines=("test_weights_sum_to_1",),
    needs=("attention",),
    tensorflow=False,
    tests_of="attention",
    hints=(
        "Which sizes must differ in your examples, so that a mixed-up axis cannot hide?",
        "Write the formula once more with NumPy, on small arrays of which no two sizes are "
        "equal; then ask what a hidden key may change: nothing at all.",
        "Compare with softmax(Q K^T / sqrt(d_key)) V; change a hidden key and its value, and "
        "compare the outputs; use scores of 1e4; combine mask and causal; check that float64 "
        "comes back as float64.",
    ),
    groups=(Group("mistakes caught", 10),),
    hints_of_tests=(
        Hint(
            ("inverted", "after_the_softmax", "score_of_0"),
            "What may a key that is hidden change in the outputs?",
            "Write the formula once more: hidden keys get a score of minus infinity before the "
            "softmax, so that the others share all of the weight.",
            "Draw a mask with True and False in every row, compute outputs and weights with NumPy, "
            "and compare both.",
        ),
        Hint(
            ("bring_back", "overflows"),
            "What happens to your comparison when scores are as large as 10,000?",
            "A hidden key whose score is only lowered a little comes back when it is much larger "
            "than the others; exp() of a large score is infinite.",
            "Multiply query and key so that scores reach 1e4 and more, hide the keys with the "
            "largest scores, and compare with the formula in float64.",
        ),
        Hint(
            ("causal",),
            "Which keys does query 0 see, if causal is True? And query 2?",
            "Query i sees the keys 0 to i, itself included, whatever the number of keys; a mask "
            "that is given as well hides more.",
            "Use three queries and five keys, np.tri(3, 5) for what is visible, once without a "
            "mask and once together with one.",
        ),
        Hint(
            ("softmax_over", "exchanged"),
            "Over which axis do the weights sum to 1, and which shapes has the answer?",
            "Let the numbers of queries, of keys and the sizes all differ: then no axis can be "
            "taken for another.",
            "Check that outputs have the shape [..., queries, d_value] and weights [..., queries, "
            "keys], and that each row of the weights sums to 1.",
        ),
        Hint(
            ("scale", "divided"),
            "By which number are the scores divided, exactly?",
            "The root of the key's size. If the value has the same size, or the size is 1, most "
            "mistakes cannot be seen.",
            "Take keys of 4 numbers and values of 6, and compare with the formula computed in "
            "NumPy.",
        ),
        Hint(
            ("key_that", "float64"),
            "Have you tried a key that differs from the value, and another dtype?",
            "The third argument takes the place of the values in the scores, and only there. And "
            "the answer has the dtype of the query.",
            "Draw the key apart from the value; then repeat a call in float64 and look at the "
            "dtype of both answers.",
        ),
    ),
)
