"""The Transformer: attention all the way, no recurrence.

Two of them. The chapter's simplified stack shows only how the attention layers are connected. The
true one adds what makes it learn: residual connections, layer normalization and a small network
after the attention, in blocks that can be piled up. Both hide the padding and the future.

Chapter 16, "The Transformer Architecture"; Vaswani et al. 2017, "Attention Is All You Need".
"""

import json
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow import keras

from solutions.masking import padding_mask
from solutions.models.components import reference
from solutions.models.date_task import N_TARGET_STEPS, DateTask
from solutions.models.encoder_decoder import make_date_task
from solutions.models.training import SETTINGS, WEIGHTS, RunError
from solutions.tokenizer import CharTokenizer

N_HEADS = 4
MODULES = ("tokenizer", "positional_encoding", "attention")


def build_simplified_transformer(
    vocab_size, *, dims=512, n_heads=8, n_layers=6, max_steps=500, components=None
):
    """Build the chapter's simplified stack: attention upon attention, and one softmax.

    Each ``MultiHeadAttention`` stands where the chapter has ``keras.layers.Attention``.

    Args:
        vocab_size: ids run below this; 0 is padding. Both texts share one embedding.
        dims: the size of an item's vector.
        n_heads: heads of each attention layer.
        n_layers: how many such layers the encoder has, and how many pairs the decoder.
        max_steps: the longest text.
        components: the exercises' answers; the reference if None.

    Returns:
        A ``keras.Model`` from ``[encoder_ids, decoder_ids]`` to probabilities
        ``[batch, decoder_steps, vocab_size]``.
    """
    components = components or reference()
    encoder_ids = keras.Input(shape=[None], dtype=tf.int64)
    decoder_ids = keras.Input(shape=[None], dtype=tf.int64)
    encoder_mask = keras.layers.Lambda(padding_mask)(encoder_ids)
    embed = keras.layers.Embedding(vocab_size, dims)
    add_positions = components.PositionalEncoding(max_steps, max_dims=dims)

    z = add_positions(embed(encoder_ids))
    for _ in range(n_layers):
        z = components.MultiHeadAttention(n_heads)([z, z], mask=[encoder_mask, encoder_mask])
    encoder_outputs = z

    z = add_positions(embed(decoder_ids))
    for _ in range(n_layers):
        z = components.MultiHeadAttention(n_heads, causal=True)([z, z])
        z = components.MultiHeadAttention(n_heads)([z, encoder_outputs], mask=[None, encoder_mask])
    outputs = keras.layers.Dense(vocab_size, activation="softmax", dtype=tf.float32)(z)
    return keras.Model([encoder_ids, decoder_ids], outputs)


def encoder_block(z, mask, *, n_heads, feed_forward, components):
    """Look at the own text, then think about each step alone; each time add what came in.

    Args:
        z: vectors ``[batch, steps, dims]``.
        mask: booleans ``[batch, steps]``, False at padding, or None.
        n_heads: heads of the attention.
        feed_forward: units of the hidden layer.
        components: the exercises' answers.

    Returns:
        Vectors ``[batch, steps, dims]``.
    """
    attended = components.MultiHeadAttention(n_heads)([z, z], mask=[mask, mask])
    return _feed_forward(_add_and_normalize(z, attended), feed_forward)


def decoder_block(z, encoder_outputs, encoder_mask, *, n_heads, feed_forward, components):
    """Look at the own text so far, then at the encoder's, then think about each step alone.

    Args:
        z: vectors ``[batch, steps, dims]``.
        encoder_outputs: vectors ``[batch, encoder_steps, dims]``.
        encoder_mask: booleans ``[batch, encoder_steps]``, False at padding, or None.

    The others, and what is returned, as in :func:`encoder_block`. A step's output depends on the
    steps of ``z`` up to it only.
    """
    attended = components.MultiHeadAttention(n_heads, causal=True)([z, z])
    z = _add_and_normalize(z, attended)
    attended = components.MultiHeadAttention(n_heads)(
        [z, encoder_outputs], mask=[None, encoder_mask]
    )
    return _feed_forward(_add_and_normalize(z, attended), feed_forward)


def _add_and_normalize(z, new):
    return keras.layers.LayerNormalization()(keras.layers.Add()([z, new]))


def _feed_forward(z, units):
    hidden = keras.layers.Dense(units, activation="relu")(z)
    return _add_and_normalize(z, keras.layers.Dense(z.shape[-1])(hidden))


def build_transformer(
    source_vocab_size,
    target_vocab_size,
    *,
    dims=64,
    n_heads=N_HEADS,
    n_blocks=2,
    feed_forward=128,
    max_steps=64,
    components=None,
):
    """Build an encoder-decoder Transformer.

    Args:
        source_vocab_size: ids of the text to translate run below this; 0 is padding.
        target_vocab_size: V; ids of translations run from 0 to V - 1, and V stands for the start
            of a sequence.
        dims: the size of an item's vector, a multiple of ``n_heads``.
        n_heads: heads of each attention layer.
        n_blocks: blocks of the encoder, and as many of the decoder.
        feed_forward: units of the hidden layer in each block.
        max_steps: the longest text.
        components: the exercises' answers; the reference if None.

    Returns:
        A ``keras.Model`` from ``[source_ids [batch, steps], decoder_ids [batch, target_steps]]``
        to probabilities ``[batch, target_steps, V]``.
    """
    components = components or reference()
    sizes = {"n_heads": n_heads, "feed_forward": feed_forward, "components": components}
    source_ids = keras.Input(shape=[None], dtype=tf.int64)
    decoder_ids = keras.Input(shape=[None], dtype=tf.int64)
    source_mask = keras.layers.Lambda(padding_mask)(source_ids)

    def embed(ids, vocab_size):
        # Scaled up, or the positions would drown the items (section 3.4 of the paper).
        z = keras.layers.Embedding(vocab_size, dims)(ids)
        z = keras.layers.Rescaling(dims**0.5)(z)
        return components.PositionalEncoding(max_steps, dims)(z)

    z = embed(source_ids, source_vocab_size)
    for _ in range(n_blocks):
        z = encoder_block(z, source_mask, **sizes)
    encoder_outputs = z

    z = embed(decoder_ids, target_vocab_size + 1)
    for _ in range(n_blocks):
        z = decoder_block(z, encoder_outputs, source_mask, **sizes)
    outputs = keras.layers.Dense(target_vocab_size, activation="softmax", dtype=tf.float32)(z)
    return keras.Model([source_ids, decoder_ids], outputs)


def greedy_decode(model, source_ids, n_steps=N_TARGET_STEPS):
    """Translate: at each step the likeliest item, which is also the decoder's next input.

    Args:
        model: from :func:`build_transformer`.
        source_ids: ids ``[batch, steps]``.
        n_steps: how many items to write.

    Returns:
        An integer array ``[batch, n_steps]``.
    """
    source_ids = np.asarray(source_ids)
    sos_id = model.output_shape[-1]
    # Steps still to come hold the start id; the model cannot see them, so any id would do.
    decoder_ids = np.full([len(source_ids), n_steps + 1], sos_id, dtype=np.int64)
    for t in range(n_steps):
        probabilities = model.predict_on_batch([source_ids, decoder_ids[:, :-1]])
        decoder_ids[:, t + 1] = probabilities[:, t].argmax(axis=-1)
    return decoder_ids[:, 1:]


def cross_attention_weights(model, source_ids, decoder_ids, components=None):
    """Give what each item of a translation looks at, in the last block.

    Args:
        model: from :func:`build_transformer`.
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
        model = build_transformer(
            dates.source_vocab_size, dates.target_vocab_size, dims=settings["units"]
        )
        model.load_weights(folder / WEIGHTS)
    except (OSError, KeyError, ValueError) as error:
        raise RunError(f"the run in {folder} cannot be read: {error}") from None
    return model, dates


def make_task(options, components):
    """Say how the Transformer is trained."""
    dims = options.choose("units", 64)
    if dims % N_HEADS:
        raise RunError(f"--units {dims}: must be a multiple of the {N_HEADS} heads")

    def build_model(dates: DateTask):
        return build_transformer(
            dates.source_vocab_size, dates.target_vocab_size, dims=dims, components=components
        )

    return make_date_task(
        "transformer",
        options,
        components,
        build_model,
        greedy_decode,
        {"units": dims, "learning_rate": 0.001},
        epochs=4,
    )
