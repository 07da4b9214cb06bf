"""Steps of the exercise ``reviews``: the chapter's operations, one after the other."""

from tests.kit.hour.steps import step

CHECK = """    if max_bytes < 1:
        raise ValueError(f"max_bytes must be at least 1, got {max_bytes}")
"""
CUT = "    x = tf.strings.substr(x, 0, max_bytes)\n"
BREAKS = '    x = tf.strings.regex_replace(x, rb"<br\\s*/?>", b" ")\n'
LETTERS = '    x = tf.strings.regex_replace(x, b"[^a-zA-Z\']", b" ")\n'
WORDS = "    words = tf.strings.split(x)\n"
TENSOR = "    return words.to_tensor(default_value=pad)\n"


def module(*lines):
    return f"""import tensorflow as tf


def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
{"".join(lines[:1])}    x = tf.convert_to_tensor(reviews, tf.string)
{"".join(lines[1:])}"""


STEPS = (
    step(
        "only split, nothing checked",
        module("", WORDS, TENSOR),
        leads="line_break",
    ),
    step(
        "letters alone, so that br stays",
        module("", CUT, LETTERS, WORDS, TENSOR),
        "breaks-left-as-br",
        leads="break",
    ),
    step(
        "apostrophes taken for signs",
        module("", CUT, BREAKS, LETTERS.replace("Z']", "Z]"), WORDS, TENSOR),
        "apostrophes-become-spaces",
        leads="apostrophe",
    ),
    step(
        "cut after the breaks were replaced",
        module(CHECK, BREAKS, CUT, LETTERS, WORDS, TENSOR),
        "cut-after-the-breaks",
        leads="max_bytes",
    ),
    step(
        "cut by characters",
        module(
            CHECK,
            CUT.replace("max_bytes)", 'max_bytes, unit="UTF8_CHAR")'),
            BREAKS,
            LETTERS,
            WORDS,
            TENSOR,
        ),
        "characters-not-bytes",
        leads="bytes",
    ),
    step(
        "the rows left ragged",
        module(CHECK, CUT, BREAKS, LETTERS, WORDS, "    return words\n"),
        "left-ragged",
        leads="padded",
    ),
    step(
        "padded with nothing",
        module(CHECK, CUT, BREAKS, LETTERS, WORDS, "    return words.to_tensor()\n"),
        "padded-with-nothing",
        leads="padded",
    ),
    step(
        "nothing checked",
        module("", CUT, BREAKS, LETTERS, WORDS, TENSOR),
        "max-bytes-not-checked",
        leads="refuse",
    ),
    step("right", module(CHECK, CUT, BREAKS, LETTERS, WORDS, TENSOR)),
)
