"""Hints of the exercise ``reviews``."""

HINTS = (
    (
        ("refused",),
        (
            "What does a slice up to 0, or up to a negative number, give, and does it complain?",
            "It silently gives nothing, or all but the end. Compare max_bytes with its limit "
            "before anything else.",
            "For a max_bytes below 1 raise a ValueError whose message holds the argument's name "
            "and value.",
        ),
    ),
    (
        ("cut_in_two", "line_break_count"),
        (
            "Which comes first: the cut, or the search for line breaks?",
            "The limit is on the text as it came, with its tags. What is left of a break at the "
            "cut is no break any more.",
            "Cut the bytes in the very first step, and do all else on what is left of the review.",
        ),
    ),
    (
        (
            "max_bytes",
            "300_bytes",
            "counts_as_several",
            "bytes_are_counted",
            "is_cut",
            "inside_a_character",
        ),
        (
            'How many bytes has "é", and what does an index of a Python str count?',
            "Two; and characters. TensorFlow's strings are bytes, and its substr counts bytes "
            "unless told otherwise; Python's str must be encoded first.",
            "Take the bytes of each review and keep the slice up to max_bytes, whose default of "
            "300 stands in the signature alone.",
        ),
    ),
    (
        ("line_break",),
        (
            "Which three spellings has a line break, and does your pattern fit each of them?",
            "After br there may be a space, then there may be a slash. Replace breaks before the "
            "brackets are gone, and by a space, not by nothing.",
            "In a pattern, a question mark makes what stands before it optional: a space, a "
            "slash. Or replace the three spellings one after the other.",
        ),
    ),
    (
        ("apostrophes", "capital"),
        (
            "What may stand in a word besides small letters?",
            "Capital letters, which stay capital, and the apostrophe, wherever it stands.",
            "The characters to be kept are a to z, A to Z and '; a pattern for all others is a "
            "class that begins with a caret.",
        ),
    ),
    (
        ("digits", "accents", "other_tags"),
        (
            "Is every character that is neither a letter from a to z nor an apostrophe turned into "
            "a space?",
            "Patterns such as \\w and methods such as isalpha() keep more: digits, the underscore, "
            "letters with accents. And a tag that is no line break has nothing special.",
            "Replace each character outside the class of a to z, A to Z and ' by one space, not by "
            "nothing.",
        ),
    ),
    (
        ("empty_words",),
        (
            "What does your split make of two spaces in a row?",
            "Given a separator, split finds an empty word between two of them.",
            "Call split without a separator: it then splits on runs of spaces, and ignores those "
            "at both ends.",
        ),
    ),
    (
        ("list_an_array", "not_changed"),
        (
            "What are the items of a list of str, of an array, and of a string tensor?",
            "str, NumPy's str or bytes, and bytes. Turn whatever came into one kind, as something "
            "new, before you work on it.",
            "tf.constant makes a string tensor of a list or an array; its numpy() gives bytes.",
        ),
    ),
    (
        ("padded", "longest", "pad_says", "row_of_padding", "length_0", "row_of_its_own"),
        (
            "How long is each row of this batch, and which length must all of them get?",
            "The longest row of the batch decides. Shorter ones get pad behind their words, and "
            "the next batch begins anew.",
            "A RaggedTensor's to_tensor fills up with a default value; by hand, add to each row as "
            "many pads as the longest has more words.",
        ),
    ),
    (
        ("words",),
        (
            "Take a review of two words: which bytes are left after each of your steps?",
            "After the replacements only letters, apostrophes and spaces are left; then split.",
            "Cut, breaks to spaces, all but letters and apostrophes to spaces, split on spaces: "
            "print what each step gives.",
        ),
    ),
)
