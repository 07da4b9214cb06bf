"""The exercise ``tokenizer``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import REFUSALS, Exercise, Group, Hint

EXERCISE = Exercise(
    name="tokenizer",
    title="turn characters into ids and back",
    section="Creating the Training Dataset",
    points=10,
    defines=("CharTokenizer",),
    tensorflow=False,
    hints=(
        "Which two look-ups do encode and decode need, and how do they depend on each other?",
        "collections.Counter counts characters, keeps the order in which it first saw them, "
        "and most_common() respects that order among equals.",
        "Keep a list from id to character, from Counter(text.lower()).most_common(), and a "
        "dict that inverts it. Before looking anything up, compare with what is known and "
        "raise ValueError with the culprit in the message.",
    ),
    groups=(
        Group("the ids", 3),
        Group("encode", 1, ("encode", "encoded", "are integers", "empty text")),
        Group("case", 1, ("capital", "lower", "case")),
        Group("decode", 2, ("decode", "decoded", "comes back")),
        Group("fit", 1, ("fit", "two tokenizers")),
        Group("what is refused", 2, (*REFUSALS, "before fit")),
    ),
    hints_of_tests=(
        Hint(
            ("before_fit",),
            "What does your tokenizer look like between CharTokenizer() and fit, and what would "
            "somebody see who calls encode just then?",
            "Give the tables a value in __init__ that says 'nothing learnt yet', and look for it "
            "at the top of vocab_size, encode and decode.",
            "Start with None for both tables. Where they still are None, raise a RuntimeError that "
            "says to call fit first; TypeErrors that happen by accident say nothing.",
        ),
        Hint(
            ("did_not_see", "earlier_fit_is_refused", "learns_nothing"),
            "What does your look-up do with a character that it does not know?",
            "Defaults (get, setdefault, defaultdict, Counter) hide what is missing, and some even "
            "add it. Find the unknown characters before you look anything up.",
            "Compare the set of the text's characters with the known ones, and raise a ValueError "
            "with the unknown characters in its message.",
        ),
        Hint(
            ("id_below", "vocab_size_or_more"),
            "What does a Python list give for index -1?",
            "Both ends need a check: an id below 0 counts from the end without complaint, and one "
            "that is too large raises another error than the one that is asked for.",
            "For each id, compare with 0 and with vocab_size, and raise a ValueError with that id "
            "in its message.",
        ),
        Hint(
            ("second_fit", "share_nothing"),
            "Where do your counts live: in the class, in the instance, or in the call of fit?",
            "What stands in the class body is shared by all instances, and what is only added to "
            "is never forgotten. fit must make its tables anew and put them on self.",
            "Make a new Counter from this text inside fit, and set both tables in that same call.",
        ),
        Hint(
            ("fit_gives",),
            "What does a method return that has no return statement?",
            "The docstring of fit says what it returns, so that calls can be chained.",
            "The last line of fit gives back the instance itself.",
        ),
        Hint(
            ("tuple_an_array_or_a_tensor", "are_not_changed"),
            "Is an item of an array or a tensor a Python int?",
            "It is not: some cannot be keys of a dict, and some print differently. Nor may the "
            "array that was given be changed.",
            "Go through np.asarray of the ids and turn each item into an int.",
        ),
        Hint(
            ("decode", "comes_back", "decoded"),
            "If encode turns 'hello' into ids, what must decode do with exactly these ids?",
            "decode needs the table from id to character, the inverse of the one that encode uses, "
            "with nothing added to the ids and nothing put between the characters.",
            "Keep the characters in a list in order of their ids; pick one for each id and join "
            "them with the empty string.",
        ),
        Hint(
            ("lower", "capital"),
            "Where do you lower-case: each character, or the text? And in which of the methods?",
            "str.lower() on the whole text may change its length, and a Greek sigma looks at its "
            "neighbours. Nothing else (no casefold, no ASCII rules) is asked for.",
            "Call lower() on the text once, as the first thing in fit and as the first thing in "
            "encode, and go through the characters of the result.",
        ),
        Hint(
            ("empty_text", "are_integers", "whenever"),
            "What dtype does NumPy give to an array made from an empty list?",
            "Name the dtype when you make the array of ids, and let encode change nothing of what "
            "fit learnt.",
            "Make the array from a list with one id a character, with an integer dtype written "
            "out.",
        ),
        Hint(
            ("seen_first", "first_appearance"),
            "Which of two equally frequent characters comes first, and does your sort know?",
            "Python's sort is stable, and dicts and Counters remember the order in which they saw "
            "a key first. A set forgets it.",
            "Counter(...).most_common() lists equals in the order of first appearance: take the "
            "characters from it as they come.",
        ),
        Hint(
            ("frequen", "first_is_19", "one_id_a_character"),
            "Which character must have id 0?",
            "Ids are ranks: count the characters of the lower-cased text, most frequent first, and "
            "number them from 0.",
            "List the characters by falling count; a character's id is its place in that list.",
        ),
        Hint(
            ("vocab_size", "spaces_newlines", "counted_apart"),
            "Which characters count: letters only, or everything that stands in the text?",
            "Everything counts, spaces, newlines and punctuation too, and nothing else: no id for "
            "padding or for unknown characters.",
            "vocab_size is the length of the list of distinct characters that fit made; it is a "
            "property, so it is written without parentheses.",
        ),
    ),
)
