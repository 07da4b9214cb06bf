"""The exercise ``tokenizer_tests``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import Exercise, Group, Hint

EXERCISE = Exercise(
    name="tokenizer_tests",
    title="write the tests of a tokenizer",
    section="Creating the Training Dataset",
    points=10,
    defines=("test_decode_undoes_encode",),
    needs=("tokenizer",),
    tensorflow=False,
    tests_of="tokenizer",
    hints=(
        "Which sentences of the contract does none of your tests check yet?",
        "Each mistake has a smallest text that shows it: two characters that are equally "
        "frequent, a capital letter, a newline at the end, a character that fit never saw.",
        "Compare encode(text) with a list made from Counter(text.lower()).most_common(); "
        "decode it again; and put wrong ids and unseen characters into "
        "pytest.raises(ValueError).",
    ),
    groups=(Group("mistakes caught", 10),),
    hints_of_tests=(
        Hint(
            ("ties",),
            "What does the contract say of two characters that are equally frequent?",
            "In a text such as 'ba' both come once. Which of them must get id 0, and what would "
            "other orders give?",
            "Compare the ids with the characters' places in Counter(text.lower()).most_common(), "
            "which keeps the order of first appearance among equals, on texts of few letters.",
        ),
        Hint(
            ("start_at_1", "alphabetical", "appearance", "rarest", "words"),
            "Which ids does the contract give to the characters of 'aab', exactly?",
            "A round trip cannot see this: any numbering comes back. Compare the ids themselves "
            "with the ids that the definition gives.",
            "Rank the characters of text.lower() by their number, most frequent first; the id of "
            "a character is its place in that ranking, and the ids of a text are as many as its "
            "characters.",
        ),
        Hint(
            ("neighbours", "spaces_between"),
            "What must come back when a text is encoded and then decoded?",
            "Say it as a property of every text: one line with an assert will do.",
            "decode(encode(text)) must equal text.lower(), for any text that fit has seen.",
        ),
        Hint(
            ("vocab_size_that",),
            "How many different characters does a text have, once it is in lower case?",
            "There is a quick way to count different things in Python: a set.",
            "Compare vocab_size with the size of the set of characters of text.lower().",
        ),
        Hint(
            ("second_fit",),
            "What is left of the first text when fit was called a second time?",
            "Fit one tokenizer twice, and another one only on the second text. In what may they "
            "differ?",
            "After fit(first).fit(second), vocab_size and the ids of second must be those of a "
            "tokenizer that saw only second.",
        ),
        Hint(
            ("capital", "casing", "casefold"),
            "Do your texts hold capital letters, and letters that are not English?",
            "Lower-casing is str.lower() on the whole text. A Greek capital sigma at the end of a "
            "word, or a German sharp s, shows where other ways differ.",
            "Let the round trip be tested on texts with capitals, and on 'ΟΔΟΣ' and 'Straße' by "
            "hand: what comes back must be text.lower().",
        ),
        Hint(
            ("throwing", "stripped"),
            "Which characters count, according to the contract?",
            "Hypothesis only draws the characters you let it draw: look at the alphabet of your "
            "strategy, and at the ends of the texts.",
            "Draw texts with spaces, full stops, commas and newlines, at their ends too, and "
            "expect every one of these characters back.",
        ),
        Hint(
            ("unseen", "key_error"),
            "What must encode do with a character that fit has never seen?",
            "It must raise ValueError, and no other kind of error; pytest.raises checks that.",
            "Fit on letters, then encode a text with a character from outside your alphabet, "
            "and expect the ValueError with pytest.raises.",
        ),
        Hint(
            ("wrap", "refuse"),
            "Which ids are out of range, at both ends?",
            "Python's lists accept -1 without a word. And what about vocab_size itself?",
            "Expect a ValueError from decode for vocab_size, for larger ids and for negative ones.",
        ),
    ),
)
