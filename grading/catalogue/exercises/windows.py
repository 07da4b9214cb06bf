"""The exercise ``windows``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import REFUSALS, Exercise, Group, Hint

EXERCISE = Exercise(
    name="windows",
    title="cut a text into training windows",
    section="Chopping the Sequential Dataset into Multiple Windows",
    points=10,
    defines=("split_windows",),
    hints=(
        "Which number says everything about a window, once n_steps is known?",
        "List the starts: 0, shift, 2 * shift, ... The last window must end inside the "
        "sequence, and it holds n_steps + 1 items, not n_steps.",
        "Make a dataset of starts (tf.data.Dataset.range), shuffle it if asked, batch it, and "
        "map each batch of starts to windows with tf.gather; inputs are all columns but the "
        "last, targets all but the first.",
    ),
    groups=(
        Group("the windows", 4),
        Group("batches", 1, ("batches", "batch size")),
        Group("any sequence", 1, ("sequence", "integers", "iterated")),
        Group("shuffling", 3, ("shuffling", "shuffled", "order", "seed")),
        Group("what is refused", 1, REFUSALS),
    ),
    hints_of_tests=(
        Hint(
            ("refused",),
            "When does your code find out that a number is too small: when the function is called, "
            "or only when somebody reads the dataset?",
            "What stands inside a function that is mapped over a dataset, or in a generator, runs "
            "late. Compare the numbers in the first lines of the function itself.",
            "Go through n_steps, shift and batch_size in turn; for each below 1 raise a ValueError "
            "whose message holds the argument's name and its value.",
        ),
        Hint(
            ("same_seed", "another_seed"),
            "Whose business is the seed: the global one, or that of the one operation that "
            "shuffles? And what is `if seed` when the seed is 0?",
            "Dataset.shuffle has a parameter for it. A seed given there makes the order repeatable "
            "and leaves other random numbers alone.",
            "Hand the seed on as it is, None included, to the call of shuffle, and shuffle once "
            "only.",
        ),
        Hint(
            ("shuffling_mixes", "items_inside", "shuffled_inputs"),
            "What exactly gets shuffled in your pipeline: items, windows, or batches?",
            "The order of the steps decides. Shuffle after the items have become windows and "
            "before the windows have become batches, with inputs and targets still together.",
            "Shuffle the starts (or whole windows of n_steps + 1 items), then batch, and split "
            "into inputs and targets last.",
        ),
        Hint(
            ("shuffling", "shuffled"),
            "Does every window still come exactly once, however small or large the buffer is?",
            "A shuffle buffer holds as many elements as it is told; the dataset that goes in comes "
            "out, only in another order. No repeat(), no random draws of starts.",
            "Call shuffle with shuffle_buffer as its size on the dataset of single windows, and "
            "leave reshuffling at each iteration to its default.",
        ),
        Hint(
            ("batches_hold", "no_batch_size"),
            "Eleven windows in batches of four: how many batches, and how long is the last?",
            "Batching has an option that throws a smaller last batch away. Windows need it where "
            "they are made by Dataset.window; batches do not.",
            "Batch with batch_size and keep the remainder: only incomplete windows are dropped, "
            "never incomplete batches.",
        ),
        Hint(
            ("too_short",),
            "How many items does the smallest window need, and what does your code do with one "
            "fewer?",
            "The number of windows must not become negative, and an empty dataset still has to be "
            "a dataset of pairs with two axes each.",
            "Take the larger of 0 and the number of possible starts before making the starts.",
        ),
        Hint(
            ("targets",),
            "Read one row of the inputs and one of the targets aloud: which item stands below "
            "which?",
            "A window holds one item more than a row of inputs. Inputs and targets are both cut "
            "from it, one item apart.",
            "Of each window of n_steps + 1 items, all but the last are the inputs and all but the "
            "first are the targets.",
        ),
        Hint(
            ("integers", "any_sequence", "not_changed"),
            "In which dtype are the ids when they arrive, and which do they have when they leave?",
            "Make one integer array (a copy) of whatever was given, wide enough for large ids, "
            "before anything else.",
            "NumPy's array function with an int64 dtype takes lists, tuples, arrays and tensors, "
            "and copies.",
        ),
        Hint(
            ("iterated_again",),
            "What is left in a generator that has been read to its end?",
            "A tf.data pipeline starts over by itself; a generator, an iterator or a global "
            "counter inside it does not.",
            "Build the dataset from ranges or arrays. If it must be a generator, give "
            "from_generator the function that makes it, not the generator.",
        ),
        Hint(
            ("shift", "start_at", "toy_windows", "real_text", "full_text"),
            "At which items do the windows start, and which start is the last that still leaves "
            "room for a whole window?",
            "Windows start shift items apart. A window is n_steps + 1 items long, and one that "
            "would run past the end is dropped, not padded.",
            "With n items the starts are 0, shift, 2 * shift, ... as long as start + n_steps is "
            "still below n.",
        ),
    ),
)
