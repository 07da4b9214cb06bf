"""Mistakes with writing that were made in public."""

from grading.misconceptions.generation import LIBRARY
from grading.misconceptions.generation.common import written

# The state of a network that reads one character at a time, reset before each of them.
LIBRARY.note(
    "only-the-last-character-read",
    "ageron/handson-mlp#4",
    "mkroutikov/tf-lstm-char-cnn#10",
)
LIBRARY.note("always-the-likeliest", "FluxML/model-zoo#12")


@LIBRARY.add(
    "temperature-applied-again-at-each-character",
    "a temperature that is applied once more with each character",
    """What was divided by the temperature is kept and divided again in the next round: the first
    character is drawn at temperature T, the second at its square, and so on. At temperature 1
    nothing shows. Elsewhere the text soon freezes, or falls apart. Each draw starts from the
    probabilities that predict gives, divided once.""",
    found_in=["Adibvafa/CodonTransformer#20"],
)
def temperature_applied_again_at_each_character(reference):
    np, rounds = reference.np, 0

    def source(seed):
        nonlocal rounds
        rounds, rng = 0, np.random.default_rng(seed)
        return lambda: rng

    def logits(p, temperature):
        nonlocal rounds
        rounds += 1
        return np.log(p) / np.power(float(temperature), min(rounds, 50))

    return written(reference, source=source, logits=logits)
