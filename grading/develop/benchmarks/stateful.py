"""Training: how long until the chapter's training loss is reached."""

import time

from grading.develop.benchmarks import Benchmark, Measurement
from grading.develop.benchmarks.data import (
    BATCH_SIZE,
    chapter_windows,
    shakespeare,
    train_ids,
)

TARGET_LOSS = 1.6317  # the chapter's, after 10 epochs and 15.5 hours by its own log
CHAPTER_EPOCHS = 10
N_AVERAGED = 100  # batches: a third of an epoch

BENCHMARK = Benchmark(
    summary=f"training, to a training loss of {TARGET_LOSS}",
    unit="s",
    higher_is_better=False,
    demanded_value=60,
)


def ours(settings):
    """Train the stateful model by its default recipe; time until the loss is reached.

    The training loss is the mean of the last 100 batches. The clock runs from the building of the
    model, compilation and all, and stands still while the rest of the text validates.
    """
    import numpy as np
    from tensorflow import keras

    from solutions.data import find_shakespeare
    from solutions.models import Options
    from solutions.models.char_rnn import build_char_rnn
    from solutions.models.components import reference
    from solutions.models.keras_api import reset_states
    from solutions.models.stateful_char_rnn import DECAY, LEARNING_RATE, split
    from solutions.models.text import in_bits, load_text

    path = settings.text or find_shakespeare()
    _, note = shakespeare(settings)
    text = load_text(Options(data=str(path) if path else "sample"), reference())
    train_data, valid_data = split(text, BATCH_SIZE, reference())

    def build():
        model = build_char_rnn(text.tokenizer.vocab_size, stateful_batch_size=BATCH_SIZE)
        model.compile(
            loss="sparse_categorical_crossentropy",
            optimizer=keras.optimizers.Adam(LEARNING_RATE),
        )
        return model

    marks = [60] if settings.quick else [60, 300, 600]

    start = time.perf_counter()
    paused = 0.0
    keras.utils.set_random_seed(42)
    model = build()
    judge = build()  # has states of its own, so that validating disturbs nothing
    losses, reached, notes, epoch = [], None, [], 0
    while marks:
        model.optimizer.learning_rate = LEARNING_RATE * DECAY**epoch
        reset_states(model)
        for inputs, targets in train_data:
            losses.append(model.train_on_batch(inputs, targets))
            seconds = time.perf_counter() - start - paused
            loss = float(np.mean(losses[-N_AVERAGED:]))
            if reached is None and len(losses) >= N_AVERAGED and loss <= TARGET_LOSS:
                reached = seconds
            if seconds >= marks[0]:
                pause = time.perf_counter()
                judge.set_weights(model.get_weights())
                reset_states(judge)
                valid = judge.evaluate(valid_data, verbose=0)
                notes.append(
                    f"after {marks.pop(0) / 60:.0f} min: training loss {loss:.4f}, on the last "
                    f"10% of the text {valid:.4f} nats or {in_bits(valid):.4f} bits a character"
                )
                paused += time.perf_counter() - pause
                if not marks:
                    break
        epoch += 1
    if reached is None:
        notes.append(f"{TARGET_LOSS} was not reached")
    return Measurement(
        float("inf") if reached is None else reached,
        [note, *notes, f"{len(losses) / seconds:.1f} batches/s of {BATCH_SIZE} rows"],
    )


def baseline(settings):
    """Time some of the chapter's steps, and tell from them how long all of its training takes."""
    import tensorflow as tf
    from tensorflow import keras

    ids, vocab_size, note = train_ids(settings)
    n_steps_timed = 20 if settings.quick else 150
    dataset = chapter_windows(ids)
    dataset = dataset.map(lambda x, y: (tf.one_hot(x, depth=vocab_size), y)).prefetch(1)
    model = keras.models.Sequential(
        [
            keras.layers.GRU(
                128, return_sequences=True, input_shape=[None, vocab_size], dropout=0.2
            ),
            keras.layers.GRU(128, return_sequences=True, dropout=0.2),
            keras.layers.TimeDistributed(keras.layers.Dense(vocab_size, activation="softmax")),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")

    batches = iter(dataset)
    model.train_on_batch(*next(batches))  # compiles, and fills the shuffle buffer
    start = time.perf_counter()
    for _ in range(n_steps_timed):
        model.train_on_batch(*next(batches))
    per_step = (time.perf_counter() - start) / n_steps_timed
    n_steps = CHAPTER_EPOCHS * (len(ids) // BATCH_SIZE)
    seconds = per_step * n_steps
    return Measurement(
        seconds,
        [
            note,
            f"not run to the end: {n_steps_timed} of {n_steps:,} steps at {per_step * 1000:.0f} "
            f"ms make {seconds / 3600:.1f} hours for its {CHAPTER_EPOCHS} epochs",
        ],
    )
