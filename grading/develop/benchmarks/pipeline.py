"""Shuffled windows: how many batches a second come out of the input pipeline.

The batches are taken by compiled code, as ``fit`` does it. Both sides end with batches of ids: the
one-hot vectors, which come next, cost the same on both; the chapter makes them in the pipeline,
the kit's models in their first layer.
"""

import time

from grading.develop.benchmarks import Benchmark, Measurement
from grading.develop.benchmarks.data import BATCH_SIZE, N_STEPS, chapter_windows, train_ids

BENCHMARK = Benchmark(
    summary="shuffled windows of ids, batches of 32",
    unit="batches/s",
    demanded_ratio=20,
)


def ours(settings):
    """Time a whole epoch, shuffled over all the windows, and see that each came once."""
    import numpy as np
    import tensorflow as tf

    from solutions.windows import split_windows

    ids, _, note = train_ids(settings)
    if settings.quick:
        ids = ids[:150_000]
    n_windows = len(ids) - N_STEPS

    start = time.perf_counter()
    dataset = split_windows(ids, N_STEPS, batch_size=BATCH_SIZE, shuffle_buffer=n_windows, seed=42)
    n_seen = dataset.reduce(
        np.int64(0), lambda n, batch: n + tf.shape(batch[0], tf.int64)[0]
    ).numpy()
    seconds = time.perf_counter() - start
    if n_seen != n_windows:
        raise AssertionError(f"{n_seen} windows came, expected {n_windows}")
    n_batches = -(-n_windows // BATCH_SIZE)

    # The same call on the numbers 0, 1, 2, ...: a window's first item now says where it starts.
    seen = np.zeros(n_windows, dtype=np.int64)
    for inputs, _ in split_windows(
        np.arange(len(ids)), N_STEPS, batch_size=1024, shuffle_buffer=n_windows, seed=42
    ):
        np.add.at(seen, inputs[:, 0].numpy(), 1)
    if (seen != 1).any():
        raise AssertionError(f"{(seen != 1).sum()} windows were not seen exactly once")
    return Measurement(
        n_batches / seconds,
        [note, f"a whole epoch of {n_batches:,} batches: each of {n_windows:,} windows once"],
    )


def baseline(settings):
    """Time the chapter's chain of window, flat_map, shuffle and map; the start is left out."""
    import tensorflow as tf

    ids, _, note = train_ids(settings)
    n_batches = 100 if settings.quick else 500
    dataset = chapter_windows(ids).prefetch(1)

    @tf.function
    def take(batches, n):
        for _ in tf.range(n):
            next(batches)

    batches = iter(dataset)
    take(batches, tf.constant(1))  # compiles, and fills the shuffle buffer
    start = time.perf_counter()
    take(batches, tf.constant(n_batches))
    seconds = time.perf_counter() - start
    return Measurement(n_batches / seconds, [note, f"{n_batches} batches"])
