"""Translation with an encoder and a decoder of LSTMs, of the exercise ``encoder_decoder``.

Chapter 16, "An Encoder-Decoder Network for Neural Machine Translation".
"""

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
from solutions.models.run_folder import RunError
from solutions.models.training import Task

MODULES = ("tokenizer", "encoder_decoder")


def make_date_task(name, options, components, build_model, settings, epochs):
    """Say how a translation model learns dates; the Transformer does it in the same way.

    Args:
        build_model: from a :class:`DateTask` to an uncompiled model.
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
        decoder_ids = np.asarray(components.teacher_forcing_inputs(targets, dates.sos_id))
        dataset = tf.data.Dataset.from_tensor_slices(((source_ids, decoder_ids), targets))
        if seed is not None:
            dataset = dataset.shuffle(len(targets), seed=seed)
        return dataset.batch(size).prefetch(1)

    def decode(model, source_ids):
        return np.asarray(components.greedy_decode(model, source_ids, N_TARGET_STEPS, dates.sos_id))

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
    units = options.choose("units", 128)
    return make_date_task(
        "translation",
        options,
        components,
        lambda dates: components.build_translator(
            dates.source_vocab_size, dates.target_vocab_size, units=units
        ),
        {"units": units, "learning_rate": 0.003},
        epochs=8,
    )
