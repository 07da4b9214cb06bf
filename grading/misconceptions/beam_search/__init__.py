"""Ways to search with a beam and to find something else."""

from grading.misconceptions import Library
from grading.misconceptions.beam_search import ends, results, totals

LIBRARY = Library.of(totals, ends, results)

LIBRARY.hint(
    "log_prob",
    "log-probabilities-multiplied",
    "averaged-over-the-length",
    "probabilities-instead-of-logarithms",
    "only-the-last-item-counts",
)
LIBRARY.hint(
    "has_ended",
    "end-of-sequence-ignored",
    "end-of-sequence-0-ignored",
    "ended-ones-thrown-away",
    "over-at-the-first-end",
    "end-cut-off",
    "ended-ones-filled-up",
)
LIBRARY.hint(
    "begin_with_the_start",
    "only-the-last-item-asked-for",
    "start-in-the-results",
    "start-counted-as-a-step",
    "start-removed-everywhere",
)
LIBRARY.hint("no_more_than_beam_width", "never-pruned")
LIBRARY.hint("wide", "each-beginning-for-itself")
LIBRARY.hint("comes_first", "least-likely-first", "unlikeliest-kept", "several-equal-starts")
