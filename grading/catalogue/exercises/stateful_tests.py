"""The exercise ``stateful_tests``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import Exercise, Group, Hint

EXERCISE = Exercise(
    name="stateful_tests",
    title="write the tests of stateful batches",
    section="Stateful RNN",
    points=10,
    defines=("test_all_batches_have_one_shape",),
    needs=("stateful",),
    tensorflow=False,
    tests_of="stateful",
    hints=(
        "If you saw only the shapes of the batches, which mistakes would you miss?",
        "With the sequence range(n) every number says where it stood. Follow one row from "
        "batch to batch; then compare the first numbers of all rows.",
        "Check the shapes, targets == inputs + 1, each row counting on without a gap through "
        "all batches, rows that start equally far apart from 0 on, and as many batches as the "
        "shortest part has windows.",
    ),
    groups=(Group("mistakes caught", 10),),
    hints_of_tests=(
        Hint(
            ("smaller_last", "shorter_last", "exchanged", "chunk"),
            "Which shape must every single batch have, the last one too?",
            "Use sizes of which no two are equal, and sequences with a few items more than the "
            "windows need.",
            "Check that inputs and targets of every batch have the shape (batch_size, n_steps), "
            "also when the sequence ends in the middle of a window.",
        ),
        Hint(
            ("lost", "never_ends"),
            "How many batches does a sequence give, exactly?",
            "With parts of a known length you can count the windows: each takes n_steps items, "
            "and the last one needs one item more for its last target.",
            "With n = batch_size * (windows * n_steps + 1) items there must be exactly `windows` "
            "batches.",
        ),
        Hint(
            ("targets",),
            "What is the target of the last step of a window?",
            "On the sequence 0, 1, 2, ... a target is its input + 1, everywhere.",
            "Compare targets with inputs + 1 in every batch, the last column included.",
        ),
        Hint(
            ("neighbouring", "overlap", "skipped", "shuffled"),
            "Where does row 0 of the second batch have to go on?",
            "Put the batches side by side, so that each row becomes one long walk.",
            "np.concatenate all inputs along axis 1; the numbers in each row must then go up by "
            "exactly 1, across the batches too.",
        ),
        Hint(
            ("interleaved", "all_the_same", "remainder"),
            "Where in the sequence does each row start?",
            "The rows walk through parts of equal length, one after the other, and the first part "
            "starts with the first item.",
            "Look at the first column of the first batch: it starts with 0, its gaps are equal or "
            "differ by one, and no gap is smaller than what a row reads.",
        ),
    ),
)
