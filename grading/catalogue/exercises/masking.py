"""The exercise ``masking``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import REFUSALS, Exercise, Group, Hint

EXERCISE = Exercise(
    name="masking",
    title="classify reviews without reading their padding",
    section="Masking",
    points=10,
    defines=("padding_mask", "build_classifier"),
    needs=("vocabulary", "reviews"),
    hints=(
        "What does a recurrent layer do with the paddings behind the last word of a row?",
        "Keras' recurrent layers take a mask when they are called: booleans [batch, steps]. "
        "Who makes the mask in a functional model, and which layers must be given it?",
        "A Lambda layer turns the ids into the mask; call both GRU layers with it, the first "
        "of them giving its outputs at all steps. The Embedding needs a row for each word and "
        "each bucket.",
    ),
    groups=(
        Group("the classifier", 3),
        Group("the mask", 2, ("the mask", "hidden", "pad id", "ids may be", "ids are not")),
        Group("the padding", 4, ("padding", "beside", "without any word", "compiled")),
        Group("what is refused", 1, REFUSALS),
    ),
    hints_of_tests=(
        Hint(
            ("refused",),
            "Which of your layers complains about a size of 0, and in whose words?",
            "Keras knows nothing of this function's arguments. Compare all four with 1 before "
            "anything is built.",
            "For a size below 1 raise a ValueError whose message holds the argument's name and "
            "value.",
        ),
        Hint(
            ("pad_id",),
            "With what do you compare the ids?",
            "With the argument pad_id, for being equal or not; which of them is larger does not "
            "matter.",
            "The mask is the answer to 'not equal to pad_id', id by id.",
        ),
        Hint(
            ("the_mask", "hidden", "list_an_array", "not_changed"),
            "Is your mask True at words or at padding, and has it one boolean for each id?",
            "It has the shape of the ids, is True at words, and is made by one comparison; "
            "TensorFlow has it as a function that takes lists and arrays too.",
            "Compare all ids with pad_id at once, and return the booleans as they come.",
        ),
        Hint(
            ("padding_changes", "padding", "whatever_stands_beside"),
            "What do your two recurrent layers do at a step that is padding?",
            "They must do nothing there: not read zeros, but keep their state. Each layer has to "
            "be told, for each row by itself.",
            "Make one mask from the ids, in the model, and call both GRU layers with it; an "
            "operation between them can drop what Keras would hand on.",
        ),
        Hint(
            ("without_any_word",),
            "What is the last word of a row that has none?",
            "With a mask, no step is read at all. With an index of the last word, the index must "
            "not fall below 0.",
            "Mask both layers; or take the larger of the number of words and 1 before you count "
            "back.",
        ),
        Hint(
            ("compiled",),
            "Does any line of the model ask for numbers or lengths that are known only later?",
            "In a compiled model the ids have neither values nor a fixed shape when it is built.",
            "Use TensorFlow's operations on the ids, not NumPy's or Python's, and None as the "
            "number of steps.",
        ),
        Hint(
            ("last_bucket", "vector_of_its_own"),
            "What is the largest id, and how many ids are there together with 0?",
            "The buckets come behind the vocabulary, which counts the padding. Each id has a row "
            "of the Embedding.",
            "The Embedding needs as many rows as vocab_size and num_oov_buckets together, and only "
            "id 0 is hidden.",
        ),
        Hint(
            ("second_gru_layer",),
            "What does the sigmoid unit get to see: all that the second layer gave, or the end of "
            "it?",
            "A GRU layer carries what it has read along to the last word. Nothing is averaged, "
            "added or picked over the steps, and both layers begin with a state of zeros.",
            "Without return_sequences a layer gives just its last output; with a mask that is the "
            "one at the last word.",
        ),
        Hint(
            ("every_word", "order"),
            "Can the first word, or the last one, get lost on the way to the output?",
            "Recurrent layers read all steps in order. Check that the mask does not hide a word, "
            "and that you take the right step.",
            "The second GRU layer's last output knows all words; it gives it when it is not asked "
            "for sequences.",
        ),
        Hint(
            ("probability",),
            "How many units has the last layer, and what does its activation do?",
            "One number from 0 to 1 for each review.",
            "End with a dense layer of one unit and a sigmoid.",
        ),
        Hint(
            ("sizes_of_the_layers", "size_128", "trained"),
            "Which layers hold weights, and which argument sets the size of each?",
            "An Embedding, two GRU layers and one dense unit, all of them trainable, and nothing "
            "else.",
            "embed_size is the width of the Embedding, units that of either GRU layer; both "
            "defaults stand in the signature.",
        ),
    ),
)
