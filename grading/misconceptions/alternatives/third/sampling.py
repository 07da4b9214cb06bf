"""NumPy's own choice, a row at a time; the logits are normalised and float32."""

import numpy as np


def rescale_logits(probabilities, temperature):
    if not 0 < temperature < float("inf"):
        raise ValueError(f"temperature must lie above 0 and below infinity, but is {temperature}")
    p = np.asarray(probabilities, dtype=float)
    powers = (p / p.max(axis=-1, keepdims=True)) ** (1 / temperature)
    with np.errstate(divide="ignore"):
        return np.log(powers / powers.sum(axis=-1, keepdims=True)).astype("float32")


def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
    logits = rescale_logits(probabilities, temperature).astype(float)
    rng = np.random.default_rng(seed)
    ids = np.zeros((len(logits), num_samples), dtype=np.int32)
    for i, row in enumerate(logits):
        weights = np.exp(row)
        ids[i] = rng.choice(len(row), size=num_samples, p=weights / weights.sum())
    return ids
