"""The exercise ``beam_search``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import REFUSALS, Exercise, Group, Hint

EXERCISE = Exercise(
    name="beam_search",
    title="keep the best few beginnings",
    section="Beam Search",
    points=10,
    defines=("beam_search",),
    tensorflow=False,
    hints=(
        "Two beginnings, each with V continuations: how many candidates are there for the next "
        "beam, and which of them may stay?",
        "Keep pairs of ids and the sum of logarithms. In each round, put the continuations of "
        "all beginnings into one list, add the pairs that have ended, sort, and cut.",
        "Start with one pair, no ids and 0.0. In each round: ask for all that have not ended, "
        "add each row to its beginning's sum, flatten, take the best beam_width together with "
        "the ended ones. Stop after max_steps rounds, or when all have ended.",
    ),
    groups=(
        Group("the search", 4),
        Group("the results", 2, ("log prob", "log probability", "comes first", "no part")),
        Group("the end", 3, ("end", "ended", "ends", "longer ones", "end of sequence")),
        Group("what is refused", 1, REFUSALS),
    ),
    hints_of_tests=(
        Hint(
            ("refused",),
            "What does your search give for max_steps=0, and for beam_width=-1?",
            "range(0) is empty and a slice up to -1 is no error, so nothing complains by itself.",
            "Check both sizes before the search begins, and raise a ValueError with the argument's "
            "name and its value.",
        ),
        Hint(
            ("search_is_over",),
            "What is left to ask when every sequence of the beam has ended?",
            "Nothing can change any more, so leave the loop, however many rounds were allowed.",
            "At the start of each round, pick the pairs that have not ended; if there are none, "
            "break.",
        ),
        Hint(
            ("no_more_than_beam_width",),
            "How many beginnings does your search go on with after the third round?",
            "Cut in every round, not at the end only: otherwise their number is multiplied each "
            "time.",
            "After sorting the candidates of a round, keep the first beam_width of them.",
        ),
        Hint(
            ("has_ended", "short_sequence", "end_of_sequence", "is_the_end"),
            "A sequence has ended: which candidates come from it in the next round?",
            "Just one, itself, with the sum it has. It stands in one list with the continuations "
            "of the others, and may still be pushed out by them. And mind that 0 is an id like "
            "any other.",
            "Divide the beam into pairs whose last id is eos_id and the others; continue the "
            "others only, then sort both kinds together and cut. Ask for None with `is None`.",
        ),
        Hint(
            ("log_prob", "log_probability"),
            "What becomes of a product of probabilities when you take its logarithm?",
            "Logarithms are added. Neither multiply them, nor divide by the length, nor go back to "
            "probabilities on the way: they soon become 0.",
            "The sum of a continuation is the sum of its beginning plus one entry of the row that "
            "next_log_probs gives for it.",
        ),
        Hint(
            ("comes_first",),
            "In which order are your pairs, and can the same ids get into the beam twice?",
            "Sort by the sum, largest first. Begin with a single empty sequence: with several, "
            "each finds the same.",
            "sorted with the sum as its key and reverse=True, in every round; its result is what "
            "is returned at last.",
        ),
        Hint(
            ("begin_with_the_start",),
            "What stands in a prefix before the first item, and does it belong to the answer?",
            "Keep the ids without the start, and put it in front only where you ask for "
            "probabilities.",
            "Make the rows of prefixes from the start id and the ids of each pair that grows.",
        ),
        Hint(
            ("beam_of_one", "one_step_the", "no_width"),
            "What is left of beam search when only one sequence is kept?",
            "Each round takes the largest entry of one row. With more, it takes the beam_width "
            "largest of all rows; where no width is given, three.",
            "After one round the beam holds the likeliest single items, each with its logarithm.",
        ),
        Hint(
            ("wide", "second_best", "one_step_more"),
            "May two sequences of the new beam come from the same beginning, and may a beginning "
            "get none?",
            "Both. Do not choose for each beginning by itself: all continuations of all beginnings "
            "compete, and only their sums count.",
            "Make one flat list (or array) of all continuations with their sums, sort it as a "
            "whole, and keep the first beam_width.",
        ),
    ),
)
