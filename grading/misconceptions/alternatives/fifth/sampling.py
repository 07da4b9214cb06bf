"""One draw at a time in plain Python, with ``random.choices``."""

import math
import random

import numpy as np
import tensorflow as tf


def rescale_logits(probabilities, temperature):
    if temperature <= 0 or not math.isfinite(temperature):
        raise ValueError(f"temperature: {temperature} (must be finite and above 0)")
    p = np.array(tf.convert_to_tensor(probabilities), dtype=np.float64)
    logits = np.full(p.shape, -np.inf)
    logits[p > 0] = np.log(p[p > 0]) / temperature
    return tf.convert_to_tensor(logits)


def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
    weights = tf.nn.softmax(rescale_logits(probabilities, temperature), axis=-1).numpy()
    source = random.Random(seed)
    drawn = [source.choices(range(len(row)), row.tolist(), k=num_samples) for row in weights]
    return np.array(drawn)
