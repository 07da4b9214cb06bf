"""The exercise ``reviews``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import REFUSALS, Exercise, Group, Hint

EXERCISE = Exercise(
    name="reviews",
    title="turn reviews into a batch of words",
    section="Sentiment Analysis",
    points=10,
    defines=("preprocess",),
    needs=("vocabulary",),
    hints=(
        "Cut, replace the breaks, replace other characters: what goes wrong in another order?",
        "tf.strings can cut, replace by a pattern and split a whole batch at once; Python's "
        "bytes and its module re can do the same, review by review. Rows are padded last.",
        "With tf.strings: substr from 0 for max_bytes, regex_replace for the breaks, then for "
        "all that is in no [a-zA-Z'], split, and to_tensor with pad as its default value.",
    ),
    groups=(
        Group("the words", 4),
        Group("the cut", 2, ("bytes", "max bytes", "cut")),
        Group(
            "the batch",
            3,
            ("row", "rows", "pad", "padded", "reviews may be", "reviews are not", "batch"),
        ),
        Group("what is refused", 1, REFUSALS),
    ),
    hints_of_tests=(
        Hint(
            ("refused",),
            "What does a slice up to 0, or up to a negative number, give, and does it complain?",
            "It silently gives nothing, or all but the end. Compare max_bytes with its limit "
            "before anything else.",
            "For a max_bytes below 1 raise a ValueError whose message holds the argument's name "
            "and value.",
        ),
        Hint(
            ("cut_in_two", "line_break_count"),
            "Which comes first: the cut, or the search for line breaks?",
            "The limit is on the text as it came, with its tags. What is left of a break at the "
            "cut is no break any more.",
            "Cut the bytes in the very first step, and do all else on what is left of the review.",
        ),
        Hint(
            (
                "max_bytes",
                "300_bytes",
                "counts_as_several",
                "bytes_are_counted",
                "is_cut",
                "inside_a_character",
            ),
            'How many bytes has "é", and what does an index of a Python str count?',
            "Two; and characters. TensorFlow's strings are bytes, and its substr counts bytes "
            "unless told otherwise; Python's str must be encoded first.",
            "Take the bytes of each review and keep the slice up to max_bytes, whose default of "
            "300 stands in the signature alone.",
        ),
        Hint(
            ("line_break",),
            "Which three spellings has a line break, and does your pattern fit each of them?",
            "After br there may be a space, then there may be a slash. Replace breaks before the "
            "brackets are gone, and by a space, not by nothing.",
            "In a pattern, a question mark makes what stands before it optional: a space, a "
            "slash. Or replace the three spellings one after the other.",
        ),
        Hint(
            ("apostrophes", "capital"),
            "What may stand in a word besides small letters?",
            "Capital letters, which stay capital, and the apostrophe, wherever it stands.",
            "The characters to be kept are a to z, A to Z and '; a pattern for all others is a "
            "class that begins with a caret.",
        ),
        Hint(
            ("digits", "accents", "other_tags"),
            "Is every character that is neither a letter from a to z nor an apostrophe turned into "
            "a space?",
            "Patterns such as \\w and methods such as isalpha() keep more: digits, the underscore, "
            "letters with accents. And a tag that is no line break has nothing special.",
            "Replace each character outside the class of a to z, A to Z and ' by one space, not by "
            "nothing.",
        ),
        Hint(
            ("empty_words",),
            "What does your split make of two spaces in a row?",
            "Given a separator, split finds an empty word between two of them.",
            "Call split without a separator: it then splits on runs of spaces, and ignores those "
            "at both ends.",
        ),
        Hint(
            ("list_an_array", "not_changed"),
            "What are the items of a list of str, of an array, and of a string tensor?",
            "str, NumPy's str or bytes, and bytes. Turn whatever came into one kind, as something "
            "new, before you work on it.",
            "tf.constant makes a string tensor of a list or an array; its numpy() gives bytes.",
        ),
        Hint(
            ("padded", "longest", "pad_says", "row_of_padding", "length_0", "row_of_its_own"),
            "How long is each row of this batch, and which length must all of them get?",
            "The longest row of the batch decides. Shorter ones get pad behind their words, and "
            "the next batch begins anew.",
            "A RaggedTensor's to_tensor fills up with a default value; by hand, add to each row as "
            "many pads as the longest has more words.",
        ),
        Hint(
            ("words",),
            "Take a review of two words: which bytes are left after each of your steps?",
            "After the replacements only letters, apostrophes and spaces are left; then split.",
            "Cut, breaks to spaces, all but letters and apostrophes to spaces, split on spaces: "
            "print what each step gives.",
        ),
    ),
)
