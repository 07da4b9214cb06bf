"""Gumbel-max in NumPy: the largest of logits plus Gumbel noise is a draw from their softmax."""

import numpy as np


def _checked(temperature):
    if not np.isfinite(temperature) or temperature <= 0:
        raise ValueError(f"the temperature must be positive and finite, not {temperature}")
    return float(temperature)


def rescale_logits(probabilities, temperature):
    temperature = _checked(temperature)
    with np.errstate(divide="ignore"):
        return np.log(np.array(probabilities, dtype=np.float64)) / temperature


def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
    logits = rescale_logits(probabilities, temperature)
    noise = np.random.default_rng(seed).gumbel(size=(len(logits), num_samples, logits.shape[1]))
    return np.argmax(logits[:, np.newaxis, :] + noise, axis=-1)
