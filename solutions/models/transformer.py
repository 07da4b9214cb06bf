"""The Transformer at work: how it is trained on dates, how it translates, what it looks at.

It is built by the exercise ``transformer``, of the layers of the exercises before it.

Chapter 16, "The Transformer Architecture"; Vaswani et al. 2017, "Attention Is All You Need".
"""

import json
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow import keras

from solutions.masking import padding_mask
from solutions.models.components import reference
from solutions.models.date_task import DateTask
from solutions.models.encoder_decoder import make_date_task
from solutions.models.run_folder import SETTINGS, WEIGHTS, RunError
from solutions.tokenizer import CharTokenizer

N_HEADS = 4
MODULES = ("tokenizer", "positional_encoding", "attention", "encoder_decoder", "transformer")
SIZES = {"n_heads": N_HEADS, "n_blocks": 2, "feed_forward": 128, "max_steps": 64}


def build(dates, dims, components):
    """Build the model for a :class:`DateTask`.

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


def cross_attention_weights(model, source_ids, decoder_ids, components=None):
    """Give what each item of a translation looks at, in the last block.

    Args:
        model: from ``build_transformer``.
        source_ids: ids ``[batch, steps]``.
        decoder_ids: the decoder's inputs ``[batch, target_steps]``.
        components: the exercises' answers the model was built from.

    Returns:
        Weights ``[batch, heads, target_steps, steps]``; rows sum to 1.
    """
    components = components or reference()
    layer = [
        layer
        for layer in model.layers
        if hasattr(layer, "q_linear") and layer.input[0] is not layer.input[1]
    ][-1]
    query, value = keras.Model(model.inputs, layer.input)([source_ids, decoder_ids])

    def split_heads(x):
        batch, steps, dims = x.shape
        x = tf.reshape(x, [batch, steps, layer.n_heads, dims // layer.n_heads])
        return tf.transpose(x, [0, 2, 1, 3])

    _, weights = components.scaled_dot_product_attention(
        split_heads(layer.q_linear(query)),
        split_heads(layer.v_linear(value)),
        split_heads(layer.k_linear(value)),
        mask=padding_mask(source_ids)[:, tf.newaxis, tf.newaxis],
    )
    return np.asarray(weights)


def load_run(folder):
    """Give ``(model, dates)`` of a finished run of the Transformer: the model and its task.

    Raises:
        RunError: the folder holds no such run; the message says what to do.
    """
    folder = Path(folder)
    if not (folder / WEIGHTS).is_file():
        raise RunError(f"{folder} holds no trained model: try `unrolled train transformer`")
    dates = DateTask(CharTokenizer)
    try:
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        if settings["model"] != "transformer":
            raise RunError(f"{folder} holds no Transformer, but {settings['model']!r}")
        model = build(dates, settings["units"], reference())
        model.load_weights(folder / WEIGHTS)
    except (OSError, ValueError, KeyError, TypeError) as error:  # of damaged files
        raise RunError(f"the run in {folder} cannot be read: {error}") from None
    return model, dates


def make_task(options, components):
    """Say how the Transformer is trained."""
    dims = options.choose("units", 64)
    if dims % N_HEADS:
        raise RunError(f"--units {dims}: must be a multiple of the {N_HEADS} heads")

    return make_date_task(
        "transformer",
        options,
        components,
        lambda dates: build(dates, dims, components),
        {"units": dims, "learning_rate": 0.001},
        epochs=4,
    )
