"""The exercise ``generation``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import REFUSALS, Exercise, Group, Hint

EXERCISE = Exercise(
    name="generation",
    title="let the network write a text",
    section="Generating Fake Shakespearean Text",
    points=10,
    defines=("complete_text",),
    needs=("tokenizer", "sampling"),
    hints=(
        "What does the network read before it writes the third new character, and at which "
        "step does it say what the third may be?",
        "Encode the prompt once, keep all ids in one array, and append one id in each round of "
        "a loop. Of what predict gives, only the last step matters.",
        "In each round: predict, for the ids with an axis in front; its last step; the "
        "logarithm, divided by the temperature; one draw, with a seed of its own; append. "
        "After the loop, decode the last n_chars ids and put the prompt in front.",
    ),
    groups=(
        Group("the text", 3),
        Group("what predict reads", 2, ("predict reads", "last step", "array or a tensor")),
        Group("the draws", 2, ("drawn", "draws", "temperature", "real text")),
        Group("seeds", 2, ("seed",)),
        Group("what is refused", 1, REFUSALS),
    ),
    hints_of_tests=(
        Hint(
            ("refused",),
            "What does your code do with an empty prompt, with range(-3), and with a temperature "
            "that is NaN?",
            "None of them complains by itself. Check before anything is predicted; an unknown "
            "character is the tokenizer's business, as long as you let its error through.",
            "Raise a ValueError for an empty prompt, one for n_chars below 0, and one unless "
            "math.isfinite of the temperature and it is above 0; name the argument and the value.",
        ),
        Hint(
            ("same_seed", "another_seed", "own_call_only", "without_a_seed"),
            "One seed, many draws: where does the second draw get its chance from? And what is "
            "`if seed` when the seed is 0?",
            "One generator made inside the call, from the seed or from None, can give a seed to "
            "each draw. Setting a seed for the whole program outlives your call.",
            "NumPy's default_rng takes None too; have it give n_chars integers, and seed one "
            "stateless draw with each.",
        ),
        Hint(
            ("independent",),
            "What would your loop write if the probabilities were the same at every step?",
            "The same seed at every step makes every step choose alike. Each draw needs fresh "
            "chance of its own.",
            "Take one generator before the loop and let it move on from step to step, or draw a "
            "list of seeds before the loop, one for each step.",
        ),
        Hint(
            ("zero", "low_temperature", "real_text"),
            "What is 0.2 to the power of 1000, and what becomes of a tiny number that you added to "
            "zeros when you take its hundredth root?",
            "On the logarithmic scale nothing overflows: log(0) is minus infinity and stays so. "
            "Leave the zeros alone.",
            "Divide the logarithms of the probabilities by the temperature and give them, as they "
            "are, to a sampler that takes logits.",
        ),
        Hint(
            ("drawn", "temperature_is_1"),
            "Does your sampler want probabilities or logits, and do you hand it the temperature?",
            "Logits are logarithms of probabilities; the temperature divides them. Taking the "
            "likeliest character is no draw.",
            "As in the exercise sampling: tf.math.log of the last step, divided by the "
            "temperature, into a stateless categorical draw.",
        ),
        Hint(
            ("last_step",),
            "predict gives a row for each step: which row belongs to the character that is still "
            "missing?",
            "Each row is about the character after its step. Only what comes after the last "
            "character is not known yet.",
            "Index the axis of steps with -1.",
        ),
        Hint(
            ("predict_reads",),
            "Write down the ids that predict gets in the first round, in the second, in the third: "
            "by how much do they grow?",
            "Nothing is remembered between two calls of predict, so it must be shown the whole "
            "text each time: the prompt, all of it, and every character written since.",
            "Keep one array of ids; predict gets all of it in each round, with one axis in front, "
            "and the id that was drawn is appended to it.",
        ),
        Hint(
            ("array_or_a_tensor",),
            "Which methods does a tensor have that an array lacks, and the other way round?",
            "Both can be sliced, and both go through tf.cast, tf.convert_to_tensor or np.asarray.",
            "Slice first, then convert what you have sliced with tf.cast to float32.",
        ),
        Hint(
            ("capitals", "comes_back", "lower_casing"),
            "What does decode give for the ids of 'Romeo', and is that what was asked for?",
            "The case of the prompt is lost in its ids, and so may be its length. Only the new "
            "characters should go through decode.",
            "Decode the ids from the place where the prompt's ids end, however many they are, and "
            "put the prompt itself in front.",
        ),
        Hint(
            ("goes_on",),
            "Which character should come after 'ab' if predict is sure that b is followed by c?",
            "A loop of n_chars rounds: predict, draw, append. Ids become characters by decode, "
            "with nothing in between.",
            "Start from the ids of the prompt; after n_chars rounds there are n_chars more.",
        ),
    ),
)
