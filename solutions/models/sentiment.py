"""Sentiment analysis: is a movie review good or bad?

The chapter trains for 5 epochs and looks at the training accuracy only, which says little: the
model learns the reviews by heart. Here reviews it has not seen validate each epoch.

Chapter 16, "Sentiment Analysis".
"""

import numpy as np
import tensorflow as tf
from tensorflow import keras

from solutions.data import fingerprint, load_reviews
from solutions.models.masking import build_masked_classifier
from solutions.models.reviews import CHUNK, PAD, count_words
from solutions.models.training import Task

MODULES = ("vocabulary", "reviews")

VOCAB_SIZE, NUM_OOV_BUCKETS = 10_000, 1_000


def modules_for(options):
    """Which exercises' answers are needed: the model itself is one, where it masks by hand."""
    return (*MODULES, "masking") if options.masking == "manual" else MODULES


def encode_reviews(texts, table, preprocess):
    """Give the ids of the reviews' words, a list of int64 arrays of unequal lengths."""
    rows = []
    for start in range(0, len(texts), CHUNK):
        words = preprocess(texts[start : start + CHUNK])
        ids = np.asarray(table.lookup(words))
        lengths = (words != PAD).numpy().sum(axis=1)
        rows += [row[:length] for row, length in zip(ids, lengths, strict=True)]
    return rows


def make_dataset(rows, labels, *, batch_size, seed=None):
    """Give batches ``(ids [b, longest], labels [b])``, padded with 0 to the longest of the batch.

    Args:
        rows: the ids of each review.
        labels: 0 or 1 for each review.
        batch_size: reviews in a batch; the last one may be smaller.
        seed: shuffles over all the reviews; None keeps their order.
    """
    ragged = tf.ragged.constant([row.tolist() for row in rows], dtype=tf.int64, ragged_rank=1)
    dataset = tf.data.Dataset.range(len(rows))
    if seed is not None:
        dataset = dataset.shuffle(len(rows), seed=seed)
    labels = tf.constant(labels, tf.float32)

    def take(numbers):
        ids = tf.gather(ragged, numbers).to_tensor()
        # At least one step: the layers cannot read reviews that are all without a word.
        ids = tf.pad(ids, [[0, 0], [0, tf.maximum(0, 1 - tf.shape(ids)[1])]])
        return ids, tf.gather(labels, numbers)

    return dataset.batch(batch_size).map(take).prefetch(1)


def make_task(options, components):
    """Say how the sentiment model is trained."""
    train, valid, source = load_reviews(options.data)
    train, valid = train.first(options.limit), valid.first(options.limit)
    units = options.choose("units", 128)
    batch_size = options.choose("batch_size", 32)
    learning_rate = options.choose("learning_rate", 0.001)

    # The padding comes first, however much of it there is: id 0 is what the masks look for.
    preprocess = components.preprocess
    counts = count_words(train.texts, preprocess)
    counts = {PAD: max(counts.values(), default=0) + 1, **counts}
    vocabulary = components.truncate_vocabulary(counts, VOCAB_SIZE)
    table = components.build_table(vocabulary, num_oov_buckets=NUM_OOV_BUCKETS)
    train_rows = encode_reviews(train.texts, table, preprocess)
    valid_rows = encode_reviews(valid.texts, table, preprocess)
    is_manual = options.masking == "manual"
    builder = components.build_classifier if is_manual else build_masked_classifier

    def build():
        model = builder(len(vocabulary), NUM_OOV_BUCKETS, embed_size=units, units=units)
        model.compile(
            loss="binary_crossentropy",
            optimizer=keras.optimizers.Adam(learning_rate),
            metrics=["accuracy"],
        )
        return model

    def report(model, history):
        best = max(history, key=lambda row: row["val_accuracy"])
        return [
            f"training accuracy {history[-1]['accuracy']:.4f}",
            f"validation accuracy {history[-1]['val_accuracy']:.4f}, at best "
            f"{best['val_accuracy']:.4f} after epoch {best['epoch']}",
        ]

    return Task(
        name="sentiment",
        build=build,
        train_data=lambda epoch: make_dataset(
            train_rows, train.labels, batch_size=batch_size, seed=options.seed + epoch
        ),
        valid_data=make_dataset(valid_rows, valid.labels, batch_size=batch_size),
        epochs=options.choose("epochs", 5 if options.recipe == "chapter" else 3),
        settings={
            "model": "sentiment",
            "recipe": options.recipe,
            "masking": options.masking,
            "n_reviews": len(train.texts),
            "data": fingerprint(*train, *valid),
            "vocabulary_size": len(vocabulary),
            "units": units,
            "batch_size": batch_size,
            "learning_rate": learning_rate,
            "seed": options.seed,
        },
        report=report,
        source=source,
    )
