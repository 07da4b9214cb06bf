"""Translation with an encoder and a decoder of LSTMs, on TF-Addons.

The encoder reads the whole text, and all it knows of it is its final state; from this state the
decoder writes the translation, item by item. In training it reads the true item before each one
(teacher forcing), later the one it wrote itself.

Chapter 16, "An Encoder-Decoder Network for Neural Machine Translation".
"""

import warnings

import numpy as np
import tensorflow as tf
from tensorflow import keras

from solutions.models.date_task import (
    MAX_TRAIN,
    N_TARGET_STEPS,
    N_TEST,
    N_TRAIN,
    N_VALID,
    DateTask,
)
from solutions.models.training import RunError, Task

MODULES = ("tokenizer",)


def import_seq2seq():
    """Give ``tfa.seq2seq``.

    Raises:
        RunError: TF-Addons is not installed, as there are no wheels of it for this machine.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that TF-Addons has ended is known, and why it is used
        try:
            import tensorflow_addons as tfa
        except ImportError:
            raise RunError(
                "the translation model needs tensorflow-addons, which exists for Linux x86-64 and "
                "macOS only; the model `transformer` learns the same task without it"
            ) from None
    return tfa.seq2seq


def teacher_forcing_inputs(targets, sos_id):
    """Give the decoder's inputs in training: the targets, one step later, after the start.

    Args:
        targets: integer ids ``[batch, steps]``. They are not changed.
        sos_id: the start-of-sequence id, no target's.

    Returns:
        Ids ``[batch, steps]``: ``sos_id``, then all targets but the last.

    Raises:
        ValueError: ``sos_id`` is also a target: the decoder could not tell them apart.
    """
    targets = np.asarray(targets)
    if (targets == sos_id).any():
        raise ValueError(f"sos_id={sos_id} must not be among the targets")
    start = np.full([len(targets), 1], sos_id, dtype=targets.dtype)
    return np.concatenate([start, targets[:, :-1]], axis=1)


class Translator(keras.Model):
    """Encoder and decoder; see :func:`build_translator`."""

    def __init__(self, source_vocab_size, target_vocab_size, embed_size, units, **kwargs):
        super().__init__(**kwargs)
        seq2seq = import_seq2seq()
        self.source_embedding = keras.layers.Embedding(
            source_vocab_size, embed_size, mask_zero=True
        )
        self.encoder = keras.layers.LSTM(units, return_state=True)
        self.target_embedding = keras.layers.Embedding(target_vocab_size + 1, embed_size)
        self.decoder_cell = keras.layers.LSTMCell(units)
        self.output_layer = keras.layers.Dense(target_vocab_size)
        self.decoder = seq2seq.BasicDecoder(
            self.decoder_cell, seq2seq.TrainingSampler(), output_layer=self.output_layer
        )
        self.greedy_decoder = seq2seq.BasicDecoder(
            self.decoder_cell,
            seq2seq.GreedyEmbeddingSampler(self.target_embedding),
            output_layer=self.output_layer,
            maximum_iterations=N_TARGET_STEPS,
        )

    def encode(self, source_ids):
        """Give the encoder's final state, a list of two tensors ``[batch, units]``."""
        return self.encoder(self.source_embedding(source_ids))[1:]

    def call(self, inputs, training=None):
        """Give the probabilities of each next item ``[batch, steps, V]``, by teacher forcing."""
        source_ids, decoder_ids = inputs
        embedded = self.target_embedding(decoder_ids)
        lengths = tf.fill([tf.shape(decoder_ids)[0]], tf.shape(decoder_ids)[1])
        outputs, _, _ = self.decoder(
            embedded,
            initial_state=self.encode(source_ids),
            sequence_length=lengths,
            training=training,
        )
        return tf.nn.softmax(tf.cast(outputs.rnn_output, tf.float32))


def build_translator(source_vocab_size, target_vocab_size, *, embed_size=32, units=128):
    """Build the chapter's translator: LSTM encoder, TrainingSampler, BasicDecoder.

    Args:
        source_vocab_size: ids of the text to translate run below this; 0 is padding.
        target_vocab_size: V; ids of translations run from 0 to V - 1, and V stands for the start
            of a sequence.
        embed_size: the size of an item's vector.
        units: the size of encoder and decoder.

    Returns:
        A ``keras.Model`` from ``[source_ids [batch, steps], decoder_ids [batch, target_steps]]``
        to probabilities ``[batch, target_steps, V]``. A step's output depends on the decoder's
        inputs up to that step only. Its ``sos_id`` is V.

    Raises:
        RunError: TF-Addons is not installed.
    """
    model = Translator(source_vocab_size, target_vocab_size, embed_size, units)
    model.sos_id = target_vocab_size
    model([tf.ones([1, 1], tf.int64), tf.zeros([1, 1], tf.int64)])  # makes the weights
    return model


def greedy_decode(model, source_ids, n_steps=N_TARGET_STEPS):
    """Translate: at each step the likeliest item, which is also the decoder's next input.

    Args:
        model: from :func:`build_translator`.
        source_ids: ids ``[batch, steps]``.
        n_steps: how many items to write.

    Returns:
        An integer array ``[batch, n_steps]``.
    """
    source_ids = tf.convert_to_tensor(source_ids)
    model.greedy_decoder.maximum_iterations = n_steps
    outputs, _, _ = model.greedy_decoder(
        None,
        start_tokens=tf.fill([tf.shape(source_ids)[0]], model.sos_id),
        end_token=-1,  # there is none: all translations have n_steps items
        initial_state=model.encode(source_ids),
        training=False,
    )
    return outputs.sample_id.numpy()


def make_date_task(name, options, components, build_model, decode, settings, epochs):
    """Say how a translation model learns dates; the Transformer does it in the same way.

    Args:
        build_model: from a :class:`DateTask` to an uncompiled model.
        decode: from (model, source_ids) to ids ``[n, 10]``.
    """
    dates = DateTask(components.CharTokenizer)
    n_train = options.choose("limit", N_TRAIN)
    batch_size = options.choose("batch_size", 32)
    learning_rate = options.choose("learning_rate", settings.pop("learning_rate"))
    if n_train > MAX_TRAIN:
        raise RunError(f"--limit {n_train}: at most {MAX_TRAIN:,}, to keep days for the test")
    train = dates.examples(n_train, seed=options.seed)
    seen = set(dates.decode(train[1]))
    valid = dates.examples(N_VALID, seed=options.seed + 1, exclude=seen)

    def build():
        model = build_model(dates)
        model.compile(
            loss="sparse_categorical_crossentropy",
            optimizer=keras.optimizers.Adam(learning_rate),
            metrics=["accuracy"],
        )
        return model

    def batches(examples, size, seed=None):
        source_ids, targets = examples
        decoder_ids = teacher_forcing_inputs(targets, dates.sos_id)
        dataset = tf.data.Dataset.from_tensor_slices(((source_ids, decoder_ids), targets))
        if seed is not None:
            dataset = dataset.shuffle(len(targets), seed=seed)
        return dataset.batch(size).prefetch(1)

    def report(model, history):
        source_ids, targets = dates.examples(N_TEST, seed=options.seed + 2, exclude=seen)
        exact = (decode(model, source_ids) == targets).all(axis=1).mean()
        examples = ["April 22, 2019", "7 July 2032"]
        written = dates.decode(decode(model, dates.encode(examples)))
        return [
            f"training loss {history[-1]['loss']:.4f}",
            f"exact match by greedy decoding {exact:.2%} of {N_TEST:,} days it has not seen",
            *(f'"{text}" becomes {its}' for text, its in zip(examples, written, strict=True)),
        ]

    return Task(
        name=name,
        build=build,
        train_data=lambda epoch: batches(train, batch_size, seed=options.seed + epoch),
        valid_data=batches(valid, 250),
        epochs=options.choose("epochs", epochs),
        settings={
            "model": name,
            "recipe": options.recipe,
            "n_dates": n_train,
            "batch_size": batch_size,
            "learning_rate": learning_rate,
            "seed": options.seed,
            **settings,
        },
        report=report,
        source=f"{n_train:,} random dates",
    )


def make_task(options, components):
    """Say how the translator is trained."""
    import_seq2seq()
    units = options.choose("units", 128)
    return make_date_task(
        "translation",
        options,
        components,
        lambda dates: build_translator(
            dates.source_vocab_size, dates.target_vocab_size, units=units
        ),
        greedy_decode,
        {"units": units, "learning_rate": 0.003},
        epochs=8,
    )
