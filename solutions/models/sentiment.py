"""Sentiment analysis: is a movie review good or bad?

The chapter trains for 5 epochs and looks at the training accuracy only, which says little: the
model learns the reviews by heart. Here reviews it has not seen validate each epoch.

Chapter 16, "Sentiment Analysis" and "Masking".
"""

from collections import Counter

import numpy as np
import tensorflow as tf
from tensorflow import keras

from solutions.data import fingerprint, load_reviews
from solutions.reviews import preprocess

MODULES = ("vocabulary", "reviews")

VOCAB_SIZE, NUM_OOV_BUCKETS = 10_000, 1_000
PAD = b"<pad>"  # what preprocess fills up rows with; no word can be that, for its brackets
CHUNK = 2_000  # reviews preprocessed at a time: bounds the memory


def modules_for(options):
    """Which exercises' answers are needed: the model itself is one, where it masks by hand."""
    return (*MODULES, "masking") if options.masking == "manual" else MODULES


def build_masked_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
    """Build the sentiment classifier; Keras makes the mask of the padding and passes it on.

    Arguments and result are those of :func:`solutions.masking.build_classifier`, the exercise that
    does it by hand, and the weights of the one fit the other.
    """
    return keras.Sequential(
        [
            keras.Input(shape=[None], dtype=tf.int64),
            keras.layers.Embedding(vocab_size + num_oov_buckets, embed_size, mask_zero=True),
            keras.layers.GRU(units, return_sequences=True),
            keras.layers.GRU(units),
            keras.layers.Dense(1, activation="sigmoid", dtype=tf.float32),
        ]
    )


def count_words(reviews, preprocess=preprocess):
    """Count the words of many reviews.

    Args:
        reviews: a list of texts, str or bytes.
        preprocess: the exercise's answer.

    Returns:
        A ``Counter`` from word, bytes, to its number, in the order of first appearance.
    """
    counts = Counter()
    for start in range(0, len(reviews), CHUNK):
        # The whole batch in one go: TensorFlow hands out a row at a time many times more slowly.
        counts.update(preprocess(reviews[start : start + CHUNK]).numpy().ravel().tolist())
    counts.pop(PAD, None)
    return counts


def lookup_of(texts, components):
    """Give the vocabulary of some reviews, and the table from its words to ids."""
    # The padding comes first, however much of it there is: id 0 is what the masks look for.
    counts = count_words(texts, components.preprocess)
    counts = {PAD: max(counts.values(), default=0) + 1, **counts}
    vocabulary = components.truncate_vocabulary(counts, VOCAB_SIZE)
    return vocabulary, components.build_table(vocabulary, num_oov_buckets=NUM_OOV_BUCKETS)


def encode_reviews(texts, table, preprocess):
    """Give the ids of the reviews' words, a list of int64 arrays of unequal lengths."""
    rows = []
    for start in range(0, len(texts), CHUNK):
        words = preprocess(texts[start : start + CHUNK])
        ids = np.asarray(table.lookup(words))
        lengths = (words != PAD).numpy().sum(axis=1)
        rows += [row[:length] for row, length in zip(ids, lengths, strict=True)]
    return rows


def make_dataset(rows, labels, batch_size, seed=None):
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


def train(run, options, components):
    """Train on reviews and their labels; as :func:`solutions.models.char_rnn.train`."""
    n_epochs = 5 if options.recipe == "chapter" else 3
    options = options.or_else(epochs=n_epochs, units=128, batch_size=32, learning_rate=0.001)
    units, batch_size, seed = options.units, options.batch_size, options.seed

    train, valid, source = load_reviews(options.data, options.limit)
    vocabulary, table = lookup_of(train.texts, components)
    train_rows, valid_rows = (
        encode_reviews(part.texts, table, components.preprocess) for part in (train, valid)
    )
    valid_data = make_dataset(valid_rows, valid.labels, batch_size)

    settings = {
        **options.settings,
        "masking": options.masking,
        "n_reviews": len(train.texts),
        "data": fingerprint(*train, *valid),
        "vocabulary_size": len(vocabulary),
    }
    build = build_masked_classifier if options.masking == "auto" else components.build_classifier
    with run.start("sentiment", settings, source):
        model = build(len(vocabulary), NUM_OOV_BUCKETS, embed_size=units, units=units)
        adam = keras.optimizers.Adam(options.learning_rate)
        model.compile(loss="binary_crossentropy", optimizer=adam, metrics=["accuracy"])
        for epoch in run.epochs(model, options.epochs):
            train_data = make_dataset(train_rows, train.labels, batch_size, seed=seed + epoch)
            model.fit(train_data, validation_data=valid_data, callbacks=run.callbacks, verbose=0)
        run.finish(model)

    best = max(run.history, key=lambda row: row["val_accuracy"])
    return model, [
        f"training accuracy {run.history[-1]['accuracy']:.4f}",
        f"validation accuracy {run.history[-1]['val_accuracy']:.4f}, at best "
        f"{best['val_accuracy']:.4f} after epoch {best['epoch']}",
    ]
