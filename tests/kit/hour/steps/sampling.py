"""Steps of the exercise ``sampling``: logits first, then draws, then seeds."""

from tests.kit.hour.steps import step

HEAD = """import math

import numpy as np
import tensorflow as tf
"""
CHECK = """    if not math.isfinite(temperature) or temperature <= 0:
        raise ValueError(f"temperature must be finite and above 0, got {temperature}")
"""
LOGITS = "tf.math.log(tf.cast(probabilities, tf.float32)) / temperature"
STUB = '    raise NotImplementedError("Exercise sampling: sample_ids is not written yet")\n'
RIGHT = """    logits = rescale_logits(probabilities, temperature)
    if seed is None:
        seed = np.random.default_rng().integers(2**31)
    return tf.random.stateless_categorical(logits, num_samples, seed=[seed, 0])
"""


def module(logits=LOGITS, sample=RIGHT, check=CHECK):
    return f"""{HEAD}

def rescale_logits(probabilities, temperature):
{check}    return {logits}


def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
{sample}"""


STEPS = (
    step(
        "probabilities divided by the temperature, the draws not there yet",
        module("tf.cast(probabilities, tf.float32) / temperature", STUB, check=""),
        "probabilities-taken-for-logits",
        leads="temperature_1",
    ),
    step(
        "a small number added to the probabilities",
        module("tf.math.log(tf.cast(probabilities, tf.float32) + 1e-7) / temperature", STUB),
        "zeros-made-small",
        leads="each_row_is_rescaled",
    ),
    step(
        "the logits right, the draws at temperature 1",
        module(sample=RIGHT.replace("(probabilities, temperature)", "(probabilities, 1.0)")),
        "temperature-not-passed-on",
        leads="temperature",
    ),
    step(
        "the seed given to tf.random.categorical",
        module(
            sample="""    logits = rescale_logits(probabilities, temperature)
    return tf.random.categorical(logits, num_samples, seed=seed)
"""
        ),
        "seed-of-the-operation-only",
        leads="same_seed",
    ),
    step(
        "the seed set for the whole program",
        module(
            sample="""    logits = rescale_logits(probabilities, temperature)
    if seed is not None:
        tf.random.set_seed(seed)
    return tf.random.categorical(logits, num_samples)
"""
        ),
        "global-seed-set",
        leads="own_call_only",
    ),
    step(
        "seed 0 taken for none",
        module(sample=RIGHT.replace("if seed is None", "if not seed")),
        "seed-0-is-no-seed",
        leads="seed",
    ),
    step("nothing checked", module(check=""), "temperature-not-checked", leads="refuses"),
    step("right", module()),
)
