"""The Transformer: how it is trained on dates, how it translates, what it looks at.

It is built by the exercise, :func:`solutions.transformer.build_transformer`, of the layers of the
exercises before it, and trained as the translator of LSTMs is.

Chapter 16, "The Transformer Architecture"; Vaswani et al. 2017, "Attention Is All You Need".
"""

import numpy as np
import tensorflow as tf
from tensorflow import keras

from solutions.attention import scaled_dot_product_attention
from solutions.masking import padding_mask
from solutions.models.components import reference
from solutions.models.dates import N_TRAIN, DateTask
from solutions.models.run_files import RunError, load_run

MODULES = ("tokenizer", "positional_encoding", "attention", "encoder_decoder", "transformer")

N_HEADS = 4
SIZES = {"n_heads": N_HEADS, "n_blocks": 2, "feed_forward": 128, "max_steps": 64}


def build(dates, dims, components):
    """Build the model for a :class:`solutions.models.dates.DateTask`.

    Args:
        dates: the task.
        dims: the size of an item's vector, a multiple of ``N_HEADS``.
        components: the exercises' answers.
    """
    model = components.build_transformer(
        dates.source_vocab_size,
        dates.target_vocab_size,
        components=components,
        dims=dims,
        **SIZES,
    )
    model([tf.ones([1, 1], tf.int64), tf.zeros([1, 1], tf.int64)])  # makes any missing weights
    return model


def train(run, options, components):
    """Train on random dates; as :func:`solutions.models.char_rnn.train`."""
    options = options.or_else(epochs=4, units=64, batch_size=32, learning_rate=0.001, limit=N_TRAIN)
    dims = options.units
    if dims % N_HEADS:
        raise RunError(f"--units {dims}: must be a multiple of the {N_HEADS} heads")

    dates = DateTask(components)
    train, valid, test = dates.split(options.limit, options.seed)
    valid_data = dates.batches(valid, 250)

    settings = {**options.settings, "n_dates": options.limit}
    with run.start("transformer", settings, f"{options.limit:,} random dates"):
        model = build(dates, dims, components)
        adam = keras.optimizers.Adam(options.learning_rate)
        model.compile(loss="sparse_categorical_crossentropy", optimizer=adam, metrics=["accuracy"])
        for epoch in run.epochs(model, options.epochs):
            train_data = dates.batches(train, options.batch_size, seed=options.seed + epoch)
            model.fit(train_data, validation_data=valid_data, callbacks=run.callbacks, verbose=0)
        run.finish(model)
    return model, dates.report(model, run.history, test)


def load(folder):
    """Give ``(model, dates)`` of a finished run of the Transformer: the model and its task.

    Raises:
        RunError: the folder holds no such run; the message says what to do.
    """
    dates = DateTask(reference())

    def build_from(settings):
        return build(dates, settings["units"], reference())

    model, _ = load_run(folder, build_from, ("transformer",), "Transformer")
    return model, dates


def cross_attention_weights(model, source_ids, decoder_ids):
    """Give what each item of a translation looks at, in the last block.

    Args:
        model: from ``build_transformer``.
        source_ids: ids ``[batch, steps]``.
        decoder_ids: the decoder's inputs ``[batch, target_steps]``.

    Returns:
        Weights ``[batch, heads, target_steps, steps]``; rows sum to 1.
    """
    attention = [layer for layer in model.layers if hasattr(layer, "q_linear")]
    layer = [layer for layer in attention if layer.input[0] is not layer.input[1]][-1]
    # In Keras 3 the mask is among the inputs, too.
    query, value = keras.Model(model.inputs, layer.input[:2])([source_ids, decoder_ids])
    # Head h works on its own share of the columns.
    maps = [(layer.q_linear, query), (layer.v_linear, value), (layer.k_linear, value)]
    shares = [tf.split(linear(x), layer.n_heads, axis=-1) for linear, x in maps]
    mask = padding_mask(source_ids)[:, tf.newaxis]
    heads = [scaled_dot_product_attention(*head, mask=mask) for head in zip(*shares, strict=True)]
    return np.stack([weights for _, weights in heads], axis=1)
