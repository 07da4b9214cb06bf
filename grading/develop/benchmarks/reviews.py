"""Turning all the training reviews into padded words.

The chapter has no loop for this: TensorFlow's compiled operations do it. Its loop counts what they
give, and what is demanded of both together is in :mod:`grading.develop.benchmarks.vocabulary`.
"""

import hashlib
import time

from grading.develop.benchmarks import Benchmark, Measurement
from grading.develop.benchmarks.data import reviews
from grading.develop.benchmarks.vocabulary import chapter_preprocess, plain

BENCHMARK = Benchmark(
    summary="preprocess reviews into words",
    unit="reviews/s",
)

CHUNK = 2_000  # as the sentiment model takes them
AT_LEAST = 25_000  # reviews, as the training set has; fewer are gone through several times


def _output(batches):
    """Give a fingerprint of the words, padding aside."""
    digest = hashlib.sha256()
    for batch in batches:
        for row in batch.numpy():
            words = [plain(word) for word in row if word != b"<pad>"]
            digest.update(b" ".join(word for word in words if word) + b"\n")
    return digest.hexdigest()[:16]


def ours(settings):
    """Preprocess in large chunks."""
    from solutions.reviews import preprocess

    texts, note = reviews(settings)
    preprocess(texts[:CHUNK])  # TensorFlow starts up here, not on the clock

    def one_pass():
        return [preprocess(texts[i : i + CHUNK]) for i in range(0, len(texts), CHUNK)]

    return _measured(one_pass, len(texts), note)


def baseline(settings):
    """Preprocess as the chapter does, in a dataset of batches of 32."""
    import tensorflow as tf

    texts, note = reviews(settings)
    dataset = tf.data.Dataset.from_tensor_slices(texts).batch(32).map(chapter_preprocess)
    list(dataset.take(CHUNK // 32))
    return _measured(lambda: list(dataset), len(texts), note)


def _measured(one_pass, n_reviews, note):
    n_passes = -(-AT_LEAST // n_reviews)
    start = time.perf_counter()
    for _ in range(n_passes):
        batches = one_pass()
    seconds = time.perf_counter() - start
    return Measurement(n_passes * n_reviews / seconds, [note], output=_output(batches))
