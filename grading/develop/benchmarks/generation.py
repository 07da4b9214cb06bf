"""Text generation: how many characters a second, one text at a time."""

import time

from grading.develop.benchmarks import Benchmark, Measurement
from grading.develop.benchmarks.data import shakespeare

BENCHMARK = Benchmark(
    summary="text generation, one text, two GRU(128)",
    unit="characters/s",
    demanded_ratio=500,
)

PROMPT, SEED, N_COMPARED = "t", 42, 100


def _model(settings):
    """Give the model, with the same weights on both sides, and its tokenizer.

    The weights are as they were made: what is drawn does not matter for the speed.
    """
    from tensorflow import keras

    from solutions.models.char_rnn import build_char_rnn
    from solutions.tokenizer import CharTokenizer

    tokenizer = CharTokenizer().fit(shakespeare(settings)[0])
    keras.utils.set_random_seed(SEED)
    return build_char_rnn(tokenizer.vocab_size), tokenizer


def ours(settings):
    """Time the compiled loop over the cells; its compilation is left out."""
    from solutions.models.generation import TextGenerator

    generator = TextGenerator(*_model(settings))
    n_chars = 5_000 if settings.quick else 20_000
    start = time.perf_counter()
    text = generator.complete(PROMPT, N_COMPARED, seed=SEED)[0]
    compilation = time.perf_counter() - start
    generator.complete(PROMPT, 10, seed=SEED)
    start = time.perf_counter()
    generator.complete(PROMPT, n_chars, seed=SEED)
    seconds = time.perf_counter() - start
    return Measurement(
        n_chars / seconds,
        [f"{n_chars:,} characters, after {compilation:.1f} s of compilation"],
        output=text,
    )


def baseline(settings):
    """Time the chapter's way: ``model.predict`` on the whole text, for each new character."""
    import numpy as np
    import tensorflow as tf

    from solutions.models.generation import step_seeds

    model, tokenizer = _model(settings)
    text = PROMPT

    def next_char(text, seed):
        ids = tokenizer.encode(text)[np.newaxis]
        probabilities = model.predict(ids, verbose=0)[0, -1:]
        logits = tf.math.log(probabilities) / 1.0
        char_id = tf.random.stateless_categorical(logits, 1, seed=[seed, 0])
        return tokenizer.decode(char_id[0])

    for _ in range(3):  # the first calls compile
        next_char(text + "he", 0)
        next_char(text, 0)
    start = time.perf_counter()
    for seed in step_seeds(SEED, N_COMPARED):
        text += next_char(text, int(seed))
    seconds = time.perf_counter() - start
    return Measurement(
        N_COMPARED / seconds,
        [f"{N_COMPARED} characters; it gets slower as the text grows"],
        output=text,
    )
