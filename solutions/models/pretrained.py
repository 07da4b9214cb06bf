"""Sentiment analysis on sentence embeddings that somebody else has trained.

Chapter 16, "Reusing Pretrained Embeddings".
"""

from pathlib import Path

import tensorflow as tf
from tensorflow import keras

from solutions.data import DataError, fingerprint, load_reviews
from solutions.models.keras_api import keep_variables

MODULES = ()

# The chapter's module: 50 numbers for a text, from a table of words learnt from the news.
CHAPTER_URL = "https://tfhub.dev/google/tf2-preview/nnlm-en-dim50/1"


def resolve(handle):
    """Give the folder of a SavedModel: a local one, or one that TF-Hub downloads and caches.

    Raises:
        DataError: there is no such folder; the download failed; or it takes tensorflow-hub,
            which is not installed.
    """
    path = Path(handle)
    if path.is_dir():
        if not (path / "saved_model.pb").is_file():
            raise DataError(f"--embedding {handle}: the folder holds no saved_model.pb")
        return str(path)
    if "://" not in str(handle):
        raise DataError(f"--embedding {handle}: there is no such folder")
    try:
        import tensorflow_hub as hub
    except ImportError:
        raise DataError(
            f"--embedding {handle}: an address takes the package tensorflow-hub: install the "
            "extra [hub], or give the folder of a SavedModel"
        ) from None
    try:
        return hub.resolve(handle)
    except Exception as error:  # of many kinds: sockets, tar files, file systems
        raise DataError(f"--embedding {handle} could not be loaded: {error}") from None


class SentenceEmbedding(keras.layers.Layer):
    """Embed texts with a SavedModel: strings ``[batch]`` to vectors ``[batch, size]``.

    Does what ``hub.KerasLayer`` does for a model of this signature, and needs no TF-Hub for a
    folder at hand.

    Args:
        handle: a folder, or an address that TF-Hub knows.
        trainable: train the embedding, too; the chapter does not.
    """

    def __init__(self, handle, trainable=False, **kwargs):
        super().__init__(trainable=trainable, **kwargs)
        self.handle = handle
        self.embed = tf.saved_model.load(resolve(handle))
        if not callable(self.embed):
            raise DataError(f"--embedding {handle}: this SavedModel cannot be called")
        keep_variables(self, getattr(self.embed, "trainable_variables", ()), trainable)

    def call(self, texts):
        """Give the vectors, float32."""
        try:
            return tf.cast(self.embed(texts), tf.float32)
        except (TypeError, ValueError) as error:
            raise DataError(
                f"--embedding {self.handle}: this SavedModel does not take a batch of texts: "
                f"{str(error).strip().splitlines()[0]}"
            ) from None


def build_pretrained(handle=CHAPTER_URL, *, units=128):
    """Build the chapter's classifier: sentence embedding, a ReLU layer and a sigmoid.

    Args:
        handle: URL or folder of a SavedModel from strings ``[batch]`` to vectors.
        units: the size of the layer between.

    Returns:
        A ``keras.Model`` from strings ``[batch]`` to probabilities ``[batch, 1]``.
    """
    return keras.Sequential(
        [
            keras.Input(shape=[], dtype=tf.string),
            SentenceEmbedding(handle),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid", dtype=tf.float32),
        ]
    )


def make_dataset(reviews, batch_size, seed=None):
    """Give batches ``(texts [b], labels [b])``, shuffled where there is a seed."""
    dataset = tf.data.Dataset.from_tensor_slices(
        (tf.constant(reviews.texts), tf.constant(reviews.labels, tf.float32))
    )
    if seed is not None:
        dataset = dataset.shuffle(len(reviews.texts), seed=seed)
    return dataset.batch(batch_size).prefetch(1)


def train(run, options, components):
    """Train on reviews and their labels; as :func:`solutions.models.char_rnn.train`."""
    options = options.or_else(epochs=5, units=128, batch_size=32, learning_rate=0.001)
    options = options.or_else(embedding=CHAPTER_URL)
    folder = resolve(options.embedding)
    train, valid, source = load_reviews(options.data, options.limit)
    valid_data = make_dataset(valid, options.batch_size)

    settings = {
        **options.settings,
        "embedding": options.embedding,
        "n_reviews": len(train.texts),
        "data": fingerprint(*train, *valid),
    }
    with run.start("pretrained", settings, source):
        model = build_pretrained(folder, units=options.units)
        adam = keras.optimizers.Adam(options.learning_rate)
        model.compile(loss="binary_crossentropy", optimizer=adam, metrics=["accuracy"])
        for epoch in run.epochs(model, options.epochs):
            train_data = make_dataset(train, options.batch_size, seed=options.seed + epoch)
            model.fit(train_data, validation_data=valid_data, callbacks=run.callbacks, verbose=0)
        run.finish(model)

    last = run.history[-1]
    return model, [
        f"training accuracy {last['accuracy']:.4f}",
        f"validation accuracy {last['val_accuracy']:.4f}",
    ]
