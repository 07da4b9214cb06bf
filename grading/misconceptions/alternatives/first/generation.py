"""The chapter's way: the text grows by a character, and is encoded again in each round."""

import numpy as np
import tensorflow as tf


def _next_char(text, predict, tokenizer, temperature, generator):
    probabilities = predict(tokenizer.encode(text)[np.newaxis])[0, -1:]
    logits = tf.math.log(tf.convert_to_tensor(probabilities)) / temperature
    uniform = generator.uniform(tf.shape(logits), minval=1e-30, dtype=logits.dtype)
    # Gumbel-max: the largest of logits plus noise.
    char_id = tf.argmax(logits - tf.math.log(-tf.math.log(uniform)), axis=-1)
    return tokenizer.decode(char_id)


def complete_text(prompt, n_chars, *, predict, tokenizer, temperature=1.0, seed=None):
    if not prompt:
        raise ValueError("the prompt is empty")
    if n_chars < 0:
        raise ValueError(f"n_chars is negative: {n_chars}")
    if temperature <= 0 or not np.isfinite(temperature):
        raise ValueError(f"temperature must be positive and finite, not {temperature}")
    if seed is None:
        generator = tf.random.Generator.from_non_deterministic_state()
    else:
        generator = tf.random.Generator.from_seed(seed)
    text = prompt
    for _ in range(n_chars):
        text += _next_char(text, predict, tokenizer, temperature, generator)
    return text
