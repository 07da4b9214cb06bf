"""``tf.random.categorical`` for fresh draws; with a seed, an exponential race."""

import numpy as np
import tensorflow as tf


def rescale_logits(probabilities, temperature):
    if not (np.isfinite(temperature) and temperature > 0):
        raise ValueError(f"not a usable temperature: {temperature}")
    p = tf.cast(tf.constant(probabilities), tf.float32)
    # Far enough below every other logit, and still finite.
    logs = tf.where(p > 0, tf.math.log(tf.where(p > 0, p, 1.0)), -1e9)
    logits = logs / temperature
    return logits - tf.reduce_logsumexp(logits, axis=-1, keepdims=True)


def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
    logits = rescale_logits(probabilities, temperature)
    if seed is None:
        return tf.random.categorical(logits, num_samples, dtype=tf.int32)
    generator = tf.random.Generator.from_seed(seed)
    shape = [tf.shape(logits)[0], num_samples, tf.shape(logits)[1]]
    uniform = generator.uniform(shape, minval=1e-30, maxval=1.0)
    # An exponential race: the shortest waiting time wins.
    waiting = tf.math.log(-tf.math.log(uniform)) - logits[:, tf.newaxis, :]
    return tf.argmin(waiting, axis=-1, output_type=tf.int32)
