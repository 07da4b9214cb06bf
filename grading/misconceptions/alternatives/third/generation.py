"""Inverse CDF with all the uniform numbers drawn beforehand; ids in a tensor, decoded one by one.

It asks predict once more than it needs to.
"""

import numpy as np
import tensorflow as tf


def complete_text(prompt, n_chars, *, predict, tokenizer, temperature=1.0, seed=None):
    wrong = []
    if len(prompt) == 0:
        wrong.append("prompt is empty")
    if n_chars < 0:
        wrong.append(f"n_chars is {n_chars}")
    if not 0 < temperature < float("inf"):
        wrong.append(f"temperature is {temperature}")
    if wrong:
        raise ValueError("; ".join(wrong))

    uniform = np.random.RandomState(seed).random_sample(n_chars)
    ids = tf.constant(tokenizer.encode(prompt)[np.newaxis], tf.int32)
    probabilities = predict(ids)
    for u in uniform:
        p = np.asarray(probabilities[0, -1], dtype=np.float64)
        with np.errstate(divide="ignore"):
            logits = np.log(p) / temperature
        edges = np.cumsum(np.exp(logits - logits.max()))
        drawn = np.searchsorted(edges / edges[-1], u, side="right")
        prompt += tokenizer.decode([drawn])
        ids = tf.concat([ids, [[drawn]]], axis=1)
        probabilities = predict(ids)
    return prompt
