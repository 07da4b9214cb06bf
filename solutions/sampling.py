"""Exercise 3: sampling. Choose the next character: not always the likeliest one.

A network that always writes its likeliest character soon repeats itself ("the the the"). Drawing
at random from the predicted probabilities gives livelier text, and one number, the temperature,
says how lively: near 0 the likeliest character nearly always wins, at 1 the probabilities are
taken as they are, and the higher it gets the more equal all characters become.

In formulas, temperature T turns the probabilities p into p^(1/T), divided by their sum. On the
scale of logits (logarithms of probabilities) this is a mere division by T.

Chapter 16, "Generating Fake Shakespearean Text".
"""

import math

import numpy as np
import tensorflow as tf


def rescale_logits(probabilities, temperature):
    """Give logits whose softmax is ``probabilities ** (1 / temperature)``, made to sum to 1.

    Args:
        probabilities: shape ``[..., V]``, each row a distribution; zeros are allowed.
        temperature: a finite number above 0. Small ones (1e-3) must not overflow, so take the
            logarithm, not the power. What is impossible stays impossible at any temperature.

    Returns:
        A float tensor of the same shape. Only its softmax matters: adding a constant to a row
        changes nothing.

    Raises:
        ValueError: ``temperature`` is not above 0, or not finite; the message names it.

    Example:
        >>> tf.nn.softmax(rescale_logits([[0.2, 0.8]], temperature=0.5)).numpy().round(3).tolist()
        [[0.05900000035762787, 0.9409999847412109]]
    """
    ### BEGIN SOLUTION
    if not (math.isfinite(temperature) and temperature > 0):
        raise ValueError(f"temperature must be a finite number above 0, got {temperature}")
    return tf.math.log(tf.cast(probabilities, tf.float32)) / temperature  # log(0) is -inf: never
    ### END SOLUTION


def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
    """Draw ids at random, row by row, at the given temperature.

    Draws are independent and with replacement; two equal rows do not share their draws. All ids
    take part, also the least likely ones.

    Args:
        probabilities: shape ``[batch, V]``, each row a distribution over the ids 0 ... V - 1.
        temperature: as in :func:`rescale_logits`.
        num_samples: how many ids to draw from each row.
        seed: an integer from 0 up makes the draws repeatable: the same seed gives the same
            ids. None gives fresh ones at each call, whatever seeds were used before.

    Returns:
        An integer array or tensor of shape ``[batch, num_samples]``. An id whose probability is
        zero is never drawn, at any temperature.

    Raises:
        ValueError: ``temperature`` is not above 0, or not finite; the message names it.

    Example:
        >>> sample_ids([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], num_samples=2).numpy().tolist()
        [[1, 1], [0, 0]]
    """
    ### BEGIN SOLUTION
    logits = rescale_logits(probabilities, temperature)
    if seed is None:
        seed = np.random.default_rng().integers(2**31)
    # The stateless sampler depends on its seed alone; tf.random.categorical would also count how
    # many random operations ran before it.
    return tf.random.stateless_categorical(logits, num_samples, seed=[seed, 0])
    ### END SOLUTION
