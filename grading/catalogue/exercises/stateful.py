"""The exercise ``stateful``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import REFUSALS, Exercise, Group, Hint

EXERCISE = Exercise(
    name="stateful",
    title="batches that go on where the last stopped",
    section="Stateful RNN",
    points=10,
    defines=("split_stateful",),
    needs=("windows",),
    hints=(
        "Follow row 0 through the batches: which items does it read? And row 1?",
        "First cut the sequence into batch_size long parts, as rows of a matrix. A batch is "
        "then a block of n_steps columns; its targets lie one column further.",
        "With parts of length L there are (L - 1) // n_steps batches: batch t is "
        "parts[:, t * n_steps : (t + 1) * n_steps].",
    ),
    groups=(
        Group("the rows", 4),
        Group("the batches", 3, ("every batch", "targets", "dataset ends", "batches")),
        Group(
            "any sequence",
            2,
            ("any sequence", "too short", "integers", "sequence that was given", "iterated"),
        ),
        Group("what is refused", 1, REFUSALS),
    ),
    hints_of_tests=(
        Hint(
            ("refused",),
            "When does your code notice a number below 1: at the call, or when the dataset is "
            "read?",
            "Check n_steps and batch_size in the first lines of the function, before the pipeline "
            "is built.",
            "For each of the two below 1 raise a ValueError whose message holds its name and its "
            "value.",
        ),
        Hint(
            ("too_short", "ends_when"),
            "How many items must a part have so that one row of inputs and its targets fit in?",
            "A window takes n_steps items and one more for the last target. Where even one does "
            "not fit, there are no batches, but still a dataset of pairs.",
            "With parts of length L there are (L - 1) // n_steps batches, and never fewer than 0.",
        ),
        Hint(
            ("goes_on_where", "real_text", "real_text_on"),
            "Write down row 0 of batch 0 and row 0 of batch 1: is the first input of the second "
            "the last target of the first?",
            "A row walks through its own part, n_steps items at a time, and nothing is shuffled. "
            "Consecutive windows must not stand in the same batch.",
            "Batch t is the block of columns t * n_steps to (t + 1) * n_steps of the matrix whose "
            "rows are the parts.",
        ),
        Hint(
            ("targets",),
            "Which item follows the last input of a row, and is it in the part you cut?",
            "Cut targets from the same part as the inputs, one item further; do not take the next "
            "row's or the chunk's own last item.",
            "Inputs are a block of n_steps columns of the parts, targets the block that begins one "
            "column to the right.",
        ),
        Hint(
            ("rows_walk", "first_row", "items_of_a_row", "no_item_is_read_twice", "single_row"),
            "How do you cut the sequence for two rows: in two halves, or every second item?",
            "Rows are contiguous parts, in the order of the sequence, of equal length (or lengths "
            "that differ by one); nothing is lost at the start.",
            "Reshape as many items as fill batch_size equal rows to [batch_size, length]: each row "
            "is then one part.",
        ),
        Hint(
            ("every_batch", "nine_tenths"),
            "Can a batch of yours ever have fewer than batch_size rows, or fewer than n_steps "
            "columns?",
            "A stateful network keeps one state for each row, so a batch always has all its rows.",
            "Stop when a part has no room for another n_steps items and the target behind them; "
            "there is never a remainder to emit.",
        ),
        Hint(
            ("integers", "any_sequence", "not_changed"),
            "In which dtype are the ids when they arrive, and in which do they leave?",
            "Make one integer array of whatever was given, a copy, before cutting it.",
            "NumPy's array function with an int64 dtype takes lists, tuples, arrays and tensors.",
        ),
        Hint(
            ("iterated_again",),
            "What is left in an iterator that has been read to its end?",
            "tf.data starts over by itself where it is made from arrays or ranges.",
            "Build the dataset from arrays of shape [batches, batch_size, n_steps], one slice a "
            "batch.",
        ),
    ),
)
