"""Sentiment analysis on sentence embeddings that somebody else has trained.

Chapter 16, "Reusing Pretrained Embeddings".
"""

from pathlib import Path

import tensorflow as tf
from tensorflow import keras

from solutions.data import DataError, fingerprint, load_reviews
from solutions.models.training import Task

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
        for variable in getattr(self.embed, "trainable_variables", ()):
            (self._trainable_weights if trainable else self._non_trainable_weights).append(variable)

    def call(self, texts):
        """Give the vectors, float32."""
        try:
            return tf.cast(self.embed(texts), tf.float32)
        except (TypeError, ValueError) as error:
            raise DataError(
                f"--embedding {self.handle}: this SavedModel does not take a batch of texts: "
                f"{str(error).strip().splitlines()[0]}"
            ) from None


def build_pretrained(handle=CHAPTER_URL, *, units=128, trainable=False):
    """Build the chapter's classifier: sentence embedding, a ReLU layer and a sigmoid.

    Args:
        handle: URL or folder of a SavedModel from strings ``[batch]`` to vectors.
        units: the size of the layer between.
        trainable: train the embedding, too.

    Returns:
        A ``keras.Model`` from strings ``[batch]`` to probabilities ``[batch, 1]``.
    """
    return keras.Sequential(
        [
            keras.Input(shape=[], dtype=tf.string),
            SentenceEmbedding(handle, trainable=trainable),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid", dtype=tf.float32),
        ]
    )


def make_task(options, components):
    """Say how the classifier is trained."""
    folder = resolve(options.choose("embedding", CHAPTER_URL))
    train, valid, source = load_reviews(options.data)
    train, valid = train.first(options.limit), valid.first(options.limit)
    units = options.choose("units", 128)
    batch_size = options.choose("batch_size", 32)
    learning_rate = options.choose("learning_rate", 0.001)

    def build():
        model = build_pretrained(folder, units=units)
        model.compile(
            loss="binary_crossentropy",
            optimizer=keras.optimizers.Adam(learning_rate),
            metrics=["accuracy"],
        )
        return model

    def batches(reviews, seed=None):
        dataset = tf.data.Dataset.from_tensor_slices(
            (tf.constant(reviews.texts), tf.constant(reviews.labels, tf.float32))
        )
        if seed is not None:
            dataset = dataset.shuffle(len(reviews.texts), seed=seed)
        return dataset.batch(batch_size).prefetch(1)

    def report(model, history):
        last = history[-1]
        return [
            f"training accuracy {last['accuracy']:.4f}",
            f"validation accuracy {last['val_accuracy']:.4f}",
        ]

    return Task(
        name="pretrained",
        build=build,
        train_data=lambda epoch: batches(train, seed=options.seed + epoch),
        valid_data=batches(valid),
        epochs=options.choose("epochs", 5),
        settings={
            "model": "pretrained",
            "recipe": options.recipe,
            "embedding": options.choose("embedding", CHAPTER_URL),
            "n_reviews": len(train.texts),
            "data": fingerprint(*train, *valid),
            "units": units,
            "batch_size": batch_size,
            "learning_rate": learning_rate,
            "seed": options.seed,
        },
        report=report,
        source=source,
    )
