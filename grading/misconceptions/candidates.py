"""What the tests that students write are run on: right implementations, and wrong ones.

The right ones use the freedom that the contract leaves, so a test that demands more than the
contract fails one of them. The wrong ones are known misconceptions.
"""

import importlib
import importlib.util
from pathlib import Path

import grading.misconceptions
from grading.catalogue.syllabus import exercise

_WAYS = Path(__file__).with_name("alternatives")

# The reference, and folders of other correct ways.
RIGHT = {
    "tokenizer_tests": ("solutions", "first", "second", "fourth"),
    "stateful_tests": ("solutions", "third", "fourth", "fifth"),  # the quick ones
    "attention_tests": ("solutions", "first", "second", "third", "fourth"),
}

# Names of misconceptions of the exercise that is tested. Left out are those that cannot be seen
# through plain values, such as arguments that are changed.
WRONG = {
    "tokenizer_tests": (
        "ids-from-1",
        "decode-one-off",
        "case-kept",
        "encode-keeps-case",
        "lower-letter-by-letter",
        "casefold",
        "spaces-between",
        "punctuation-dropped",
        "newlines-dropped",
        "stripped",
        "alphabetical-ids",
        "order-of-appearance",
        "rarest-first",
        "ties-alphabetical",
        "ties-reversed",
        "one-id-too-many",
        "unknown-becomes-0",
        "unknown-skipped",
        "unknown-learnt",
        "unknown-is-a-keyerror",
        "negative-ids-wrap",
        "vocab-size-is-allowed",
        "refit-adds",
        "words-not-characters",
    ),
    "stateful_tests": (
        "consecutive-windows-in-one-batch",
        "shift-1",
        "an-item-skipped-between-windows",
        "targets-cut-from-the-inputs-chunk",
        "targets-wrap-inside-the-window",
        "targets-equal-inputs",
        "rows-interleaved",
        "batches-shuffled",
        "smaller-last-batch",
        "shorter-last-window",
        "all-rows-the-same",
        "steps-before-rows",
        "remainder-cut-off-in-front",
        "last-batch-lost",
        "never-ends",
    ),
    "attention_tests": (
        "no-scale",
        "scale-without-root",
        "scale-by-value-size",
        "softmax-over-queries",
        "mask-after-softmax",
        "mask-inverted",
        "mask-of-zero-scores",
        "mask-too-weak",
        "softmax-overflows",
        "causal-hides-diagonal",
        "causal-shows-the-future",
        "causal-counted-from-the-end",
        "causal-replaces-mask",
        "causal-ignored",
        "key-ignored",
        "pair-swapped",
        "float32-only",
    ),
}


def library(name):
    """The misconceptions of the exercise that ``name`` tests, for their titles."""
    return grading.misconceptions.library(exercise(name).tests_of)


def subject(name):
    """The module of a candidate called ``EXERCISE/CANDIDATE``, for a worker."""
    which, _, candidate = name.partition("/")
    tested = exercise(which).tests_of
    if candidate in WRONG[which]:
        return grading.misconceptions.subject(f"{tested}/{candidate}")
    if candidate == "solutions":
        return importlib.import_module(f"solutions.{tested}")
    path = _WAYS / candidate / f"{tested}.py"
    spec = importlib.util.spec_from_file_location(f"way_{candidate}_{tested}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
