"""Inverse CDF: a uniform number falls into an id's stretch as often as the id is probable."""

import math

import numpy as np
import tensorflow as tf


def rescale_logits(probabilities, temperature):
    if math.isnan(temperature) or math.isinf(temperature) or temperature <= 0:
        raise ValueError(f"temperature={temperature} is not a finite number above zero")
    p = tf.cast(tf.convert_to_tensor(probabilities), tf.float64)
    return tf.math.log(p / tf.reduce_max(p, axis=-1, keepdims=True)) * (1.0 / temperature)


def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
    distribution = tf.nn.softmax(rescale_logits(probabilities, temperature)).numpy()
    generator = np.random.RandomState(seed)
    edges = np.cumsum(distribution, axis=1)
    edges /= edges[:, -1:]
    drawn = generator.random_sample((len(edges), num_samples))
    rows = [
        np.searchsorted(edge, row, side="right") for edge, row in zip(edges, drawn, strict=True)
    ]
    return tf.constant(np.stack(rows), tf.int32)
