"""What is told first of each misconception is what was read once, and short.

Some are compared here; all of them where UNROLLED_THOROUGH is set. After a change of tests or texts
write them anew with ``python -m tests.kit.golden``, and read what has changed.
"""

import pytest

from tests.kit import golden
from tests.kit.running import JOBS, THOROUGH

MOST_LINES = 24  # of a whole report, the explanation of the misconception included
# What shows only on many items, in two orders of them, on a tree of probabilities, on several heads
# or in a whole model, has a larger example.
NEEDS_MANY = {
    "attention": {"three-axes-taken-for-a-batch"},
    "beam_search": {"over-when-enough-have-ended", "probabilities-underflow"},
    "generation": {"seed-without-effect"},
    "masking": {"other-padding-replaced-in-the-ids"},
    "sampling": {"seed-of-the-operation-only"},
    "tokenizer": {"byte-sized-ids"},
    "transformer": {
        "hidden-layer-added-where-it-fits",
        "one-embedding-where-vocabularies-agree",
        "padding-not-hidden-from-the-decoder",
    },
    "windows": {"seed-0-is-no-seed", "seed-ignored"},
}
READ = sorted(path.stem for path in golden.FOLDER.glob("*.txt"))
SAMPLE = {"tokenizer": ["ids-from-1", "unknown-skipped"], "beam_search": ["least-likely-first"]}


def cases():
    """Pairs of an exercise and some of its misconceptions."""
    if THOROUGH:
        return [(name, golden.keys_of(name)) for name in READ]
    return [(name, keys) for name, keys in SAMPLE.items() if name in READ]


@pytest.mark.parametrize(("exercise", "keys"), cases(), ids=lambda case: str(case)[:20])
def test_what_is_told_first_is_what_was_read(exercise, keys):
    texts, runs = golden.read(exercise), golden.runs_of(exercise, keys, JOBS)
    assert {key: golden.text_of(run) for key, run in runs.items()} == {k: texts[k] for k in keys}
    long = {key for key, run in runs.items() if len(golden.report_of(run)) > MOST_LINES}
    assert long <= NEEDS_MANY.get(exercise, set())


@pytest.mark.parametrize("exercise", READ)
def test_every_misconception_was_read(exercise):
    assert list(golden.read(exercise)) == golden.keys_of(exercise)
