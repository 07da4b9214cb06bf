"""Ways to write another text than the network would."""

from grading.misconceptions import Library
from grading.misconceptions.generation import probabilities, reading, seeds

LIBRARY = Library.of(reading, probabilities, seeds)

LIBRARY.hint("last_step", "first-step-decides")
LIBRARY.hint("predict_reads", "new-characters-never-read")
LIBRARY.hint("goes_on", "n-chars-counts-the-prompt", "one-character-short")
LIBRARY.hint("drawn", "probabilities-taken-for-logits", "unlikely-tail-left-out")
LIBRARY.hint("same_seed", "seed-0-is-no-seed", "seed-without-effect")
