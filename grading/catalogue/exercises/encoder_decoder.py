"""The exercise ``encoder_decoder``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import REFUSALS, Exercise, Group, Hint

EXERCISE = Exercise(
    name="encoder_decoder",
    title="read a text whole, then write its translation",
    section="An Encoder-Decoder Network for Neural Machine Translation",
    points=20,
    defines=("teacher_forcing_inputs", "build_translator", "greedy_decode"),
    needs=("tokenizer",),
    hints=(
        "What does the decoder know of the source when it writes its first item, and what has "
        "it read by then?",
        "An LSTM layer with return_state=True gives three things: its outputs, h and c. The "
        "decoder begins with the last two, and reads the start id first.",
        "Embed both texts (V + 1 rows for the decoder; mask_zero for the source only), run the "
        "encoder, begin the decoder with [h, c] as its initial state, and give its outputs of "
        "all steps to a Dense layer of V units with a softmax.",
    ),
    groups=(
        Group("the model", 9),
        Group("teacher forcing", 4, ("teacher forcing", "targets")),
        Group("greedy decoding", 5, ("greedy",)),
        Group("what is refused", 2, REFUSALS),
    ),
    hints_of_tests=(
        Hint(
            ("refused",),
            "What does your code do with a start id that is a target, or with 0 units: go on, or "
            "complain?",
            "Look at the arguments in the first lines, before anything is made of them.",
            "Raise a ValueError whose message holds the argument's name and value: sos_id among "
            "the targets, a size below 1, n_steps below 1.",
        ),
        Hint(
            ("greedy",),
            "What must the model have read to say what comes at step 3?",
            "Begin with one column of start ids. Each time call the model on all that is there, "
            "look at its last step, and append the likeliest id as a new column.",
            "The likeliest id is the arg max over the last axis of the last step's probabilities. "
            "After n_steps rounds give all columns but the first.",
        ),
        Hint(
            ("teacher_forcing", "targets"),
            "The decoder writes target 0 first: what has it read by then? And before target 1?",
            "Put one column of start ids before the targets. Then there is one column too many.",
            "Make a new array of the start column and all the target columns but the last, joined "
            "along axis 1; convert lists and tensors to an array first.",
        ),
        Hint(
            ("begins_with_the_encoders_state",),
            "How many things does an LSTM layer with return_state=True give, and which of them "
            "does the decoder need?",
            "It gives the outputs, h and c. Both h and c make up the state, and an LSTM's "
            "initial_state lists them in this order.",
            "Hand [h, c] of the encoder to the decoder as initial_state; its outputs at all steps "
            "go through one Dense layer of V units and a softmax.",
        ),
        Hint(
            ("padding",),
            "What does your encoder do at the padded steps behind a short text?",
            "It must skip them: a mask tells it which. An embedding can make one where the id is "
            "0, and the LSTM behind it obeys.",
            "Give the source's embedding the option mask_zero=True, or hand the LSTM a mask that "
            "is True where the ids are not 0.",
        ),
        Hint(
            ("later_id", "id_0"),
            "Does anything in your decoder look forward, or skip a step?",
            "A plain LSTM reads from left to right and sees what came before only. It must not be "
            "bidirectional, and the decoder's embedding must not make a mask.",
            "Leave mask_zero out of the decoder's embedding, and let one LSTM or one cell run over "
            "its ids in their order.",
        ),
        Hint(
            ("every_id_of_the_source",),
            "Which way leads from the source to the first thing that the decoder writes?",
            "From the embedding through the encoder's LSTM into its final state, and from there "
            "into the decoder's initial state.",
            "Look at whether the encoder runs over all steps and whether the decoder really gets "
            "the state that comes out.",
        ),
        Hint(
            ("no_dropout",),
            "Which of your layers do something else in training than at rest?",
            "Dropout does, as a layer or as an argument of a recurrent one, and so does batch "
            "normalization. The docstring has none of them.",
            "Leave them out, and the arguments dropout and recurrent_dropout at 0, as they are "
            "unless told otherwise.",
        ),
        Hint(
            ("embedding_and_an_lstm_each",),
            "How many ids can the source hold, and how many can the decoder read, the start "
            "among them?",
            "Two embeddings of different sizes, two LSTMs (or cells) of their own, and one dense "
            "layer. Nothing is shared, and nothing else has weights.",
            "The source's embedding has source_vocab_size rows, the decoder's V + 1; the dense "
            "layer has V units.",
        ),
        Hint(
            ("probabilities", "different_sizes"),
            "Which shape comes out of your model for two texts of different lengths, and does each "
            "step sum to 1?",
            "The decoder's length decides: [batch, target_steps, V]. Batch size and both lengths "
            "may differ from call to call.",
            "Take the outputs of all steps of the decoder (BasicDecoder calls them rnn_output), "
            "and finish with a softmax over the last axis. Lengths come from tf.shape.",
        ),
    ),
)
