"""The exercise ``sampling``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import REFUSALS, Exercise, Group, Hint

EXERCISE = Exercise(
    name="sampling",
    title="draw the next character at a temperature",
    section="Generating Fake Shakespearean Text",
    points=10,
    defines=("rescale_logits", "sample_ids"),
    needs=("tokenizer",),
    hints=(
        "What does p^(1/T) become when you take its logarithm?",
        "tf.random.categorical and its stateless sibling expect logits, not probabilities. "
        "What happens to their seed when you call them twice?",
        "The logits are log(p) / T: minus infinity for p = 0 is just right. Draw with "
        "tf.random.stateless_categorical(logits, num_samples, seed=[seed, 0]); where no seed "
        "is given, take a fresh one at each call.",
    ),
    groups=(
        Group("the logits", 3),
        Group("the draws", 4, ("sample ids", "drawn", "draws", "extreme temperatures")),
        Group("seeds", 2, ("seed",)),
        Group("what is refused", 1, REFUSALS),
    ),
    hints_of_tests=(
        Hint(
            ("refuses",),
            "Which temperatures make no sense: 0, negative ones, and which two or three more?",
            "Infinity and NaN are floats too, and NaN is neither above 0 nor below it. sample_ids "
            "has the same duty as rescale_logits.",
            "Ask math.isfinite and compare with 0, before any tensor is made, and raise a "
            "ValueError that names the temperature.",
        ),
        Hint(
            ("same_seed", "another_seed", "own_call_only"),
            "What else, besides your seed, decides what tf.random.categorical draws? And what is "
            "`if seed` when the seed is 0?",
            "It also counts the random operations before it. TensorFlow has stateless samplers, "
            "which depend on their seed alone; NumPy's generators can be made for one call.",
            "The stateless sampler takes two integers as its seed: yours and any constant.",
        ),
        Hint(
            ("without_a_seed", "fresh"),
            "What is `seed or something` when the seed is 0, and where does randomness come from "
            "when there is none?",
            "Tell None from 0 with `is None`. A default value in the signature is made once only, "
            "when the function is defined.",
            "Where seed is None, draw one inside the call from a generator that nobody seeded.",
        ),
        Hint(
            ("equal_rows", "independent", "of_one_row"),
            "Does each row get random numbers of its own, and each draw of a row too?",
            "One random number must decide one draw: num_samples numbers for each row, with "
            "replacement.",
            "A sampler that takes logits of shape [batch, V] and num_samples draws all of them in "
            "one call; with one of your own, draw an array [batch, num_samples].",
        ),
        Hint(
            ("certain", "impossible", "extreme", "very_low", "overflow"),
            "What are 0.001 to the power of 1000, and the logarithm of 0, in float32?",
            "The power underflows; the logarithm divided by the temperature does not. Minus "
            "infinity is a fine logit: its softmax is exactly 0. Adding a small epsilon to all "
            "probabilities makes the impossible possible.",
            "Stay on the logarithmic scale from beginning to end: log of the probabilities, "
            "divided by the temperature, straight into a sampler that takes logits.",
        ),
        Hint(
            ("tuples_arrays", "are_not_changed", "lists"),
            "What does your code need from the probabilities that a plain list does not have?",
            "Convert once at the top, to a float tensor or array of your own; do not write into "
            "what was given.",
            "tf.cast to float32 takes lists, tuples, arrays and tensors alike.",
        ),
        Hint(
            ("shape", "integers", "one_id_a_row"),
            "What shape does the result have for three rows and two samples each?",
            "One row of the result for each row of the probabilities, one column for each draw, "
            "also where there is only one draw.",
            "Keep both axes: [batch, num_samples], integers; do not squeeze.",
        ),
        Hint(
            ("logits", "temperature", "rescaled", "often", "drawn_as"),
            "What does p^(1/T) become when you take its logarithm? And does your sampler want "
            "probabilities or logits?",
            "Logits are logarithms of probabilities. The temperature divides them; it neither "
            "multiplies them nor divides the probabilities themselves.",
            "rescale_logits is the logarithm of the probabilities divided by the temperature; hand "
            "just that to a sampler that expects logits.",
        ),
    ),
)
