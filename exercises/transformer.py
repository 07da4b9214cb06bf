"""Exercise 12: the Transformer. Translate with attention alone, without any recurrence.

The encoder reads the source, the decoder writes the translation, and attention carries all that
passes between words. Stacked attention layers alone, as in the chapter's simplified code, learn
little, so the paper puts them into blocks. Around each attention layer there is a residual
connection: what came in is added to what comes out. Then layer normalization keeps the numbers in
bounds, and a small network thinks about each step by itself. Encoder and decoder are piles of such
blocks.

Two things must stay hidden. Padding holds nothing worth attending to. And in training the decoder
is given the whole translation at once, so without ``causal`` it would simply copy the next word.

The two layers come from exercises 6 and 7. They are handed to each function as ``components``, an
object with the classes

    components.PositionalEncoding(max_steps, max_dims)
    components.MultiHeadAttention(n_heads, causal=False)

that are used just as these exercises say. Take them from there, and import no other module for
them. The tests bring stand-ins, so an error of yours in exercises 6 and 7 does no harm here.

All functions work on tensors of a functional model (``keras.Input``), whose batch size and number
of steps may be unknown. Each call makes layers of its own, with kernels ``[inputs, units]`` and
embeddings ``[ids, dims]`` as in Keras' ``Dense`` and ``Embedding`` (one row for each id, none to
spare), and no dropout. You are free to choose which layers (``Dense`` or ``Conv1D`` of one step,
say, or a class of your own), whether they have a bias, which begins at 0, and the small epsilon of
layer normalization.

Chapter 16, "The Transformer Architecture"; Vaswani et al. 2017, "Attention Is All You Need",
section 3.
"""

import tensorflow as tf
from tensorflow import keras


def add_and_normalize(z, new):
    """Add what a layer has found to what went into it, then normalize each step.

    Layer normalization shifts and scales the numbers of each step to mean 0 and variance 1; its
    scale and offset, one for each of the dims, are trained and begin at 1 and 0.

    Args:
        z: what went into the layer, ``[batch, steps, dims]``.
        new: what came out of it, of the same shape.

    Returns:
        A tensor ``[batch, steps, dims]``: LayerNorm(z + new).
    """
    raise NotImplementedError("Exercise transformer: add_and_normalize is not written yet")


def feed_forward_block(z, units):
    """Think about each step alone: a hidden layer, back to the old size, add and normalize.

    Args:
        z: vectors ``[batch, steps, dims]``.
        units: the size of the hidden layer, whose activation is ReLU.

    Returns:
        A tensor ``[batch, steps, dims]``: LayerNorm(z + ReLU(z W1) W2), with the kernels W1
        ``[dims, units]`` and W2 ``[units, dims]``.
    """
    raise NotImplementedError("Exercise transformer: feed_forward_block is not written yet")


def encoder_block(z, mask, *, n_heads, feed_forward, components):
    """Look at the whole source, then think about each step alone.

    Multi-head attention from z to z, add and normalize, feed-forward block.

    Args:
        z: vectors ``[batch, steps, dims]``, dims a multiple of ``n_heads``.
        mask: booleans ``[batch, steps]``, False at padding, or None. What is hidden by it changes
            no other step.
        n_heads: heads of the attention layer.
        feed_forward: units of the feed-forward block.
        components: the two layers, see above.

    Returns:
        A tensor ``[batch, steps, dims]``. Free: what it holds at steps that the mask hides, and in
        rows where it hides all.
    """
    raise NotImplementedError("Exercise transformer: encoder_block is not written yet")


def decoder_block(z, encoder_outputs, encoder_mask, *, n_heads, feed_forward, components):
    """Look at the translation so far, then at the source, then think about each step alone.

    Causal multi-head attention from z to z, add and normalize; multi-head attention from there to
    the encoder's outputs, add and normalize; feed-forward block. So a step's output depends on the
    steps of ``z`` up to this one only, and on all of the source.

    Args:
        z: vectors ``[batch, steps, dims]``, dims a multiple of ``n_heads``.
        encoder_outputs: vectors ``[batch, source_steps, dims]``.
        encoder_mask: booleans ``[batch, source_steps]``, False at padding, which must not matter;
            or None.
        n_heads: heads of both attention layers.
        feed_forward: units of the feed-forward block.
        components: the two layers, see above.

    Returns:
        A tensor ``[batch, steps, dims]``.
    """
    raise NotImplementedError("Exercise transformer: decoder_block is not written yet")


def check_sizes(dims, n_heads, **sizes):
    """Refuse the sizes that :func:`build_simple` and :func:`build_transformer` refuse.

    A helper for the two, not tested by itself: you may do without it.

    Raises:
        ValueError: see there.
    """
    raise NotImplementedError("Exercise transformer: check_sizes is not written yet")


def build_simple(vocab_size, *, components, dims=512, n_heads=8, n_layers=6, max_steps=500):
    """Build the chapter's simplified stack: nothing but attention, and one softmax at the end.

    Source and translation share one embedding, and positions are added to both. The encoder is
    ``n_layers`` attention layers from z to z, one after the other. The decoder is ``n_layers``
    times a causal one from z to z and one from z to the encoder's last outputs. There are no
    residual connections, no normalization, no feed-forward blocks. Each attention layer has
    weights of its own. The chapter has ``keras.layers.Attention`` in its place.

    Args:
        vocab_size: ids of both texts run below this; in the source, id 0 is padding and hidden
            from all attention (free: what a source that is only padding gives). In the decoder, 0
            is an id like others.
        components: the two layers, see above.
        dims: the size of an item's vector, a multiple of ``n_heads``.
        n_heads: heads of each attention layer.
        n_layers: attention layers of the encoder, and pairs of them of the decoder.
        max_steps: the longest text, for ``PositionalEncoding(max_steps, dims)``.

    Returns:
        A ``keras.Model`` from ``[source_ids [batch, steps], decoder_ids [batch, target_steps]]``,
        integers, to probabilities ``[batch, target_steps, vocab_size]``, float32. All its weights
        can be trained.

    Raises:
        ValueError: a size is below 1, or dims is not a multiple of n_heads. Raised by this call,
            before a model is given back, by a check of yours or by a layer that you make; the
            message names the argument and its value (both arguments in the latter case).
    """
    raise NotImplementedError("Exercise transformer: build_simple is not written yet")


def build_transformer(
    source_vocab_size,
    target_vocab_size,
    *,
    components,
    dims=64,
    n_heads=4,
    n_blocks=2,
    feed_forward=128,
    max_steps=64,
):
    """Build an encoder-decoder Transformer.

    Source and translation have an embedding each. Embeddings are multiplied by sqrt(dims), as in
    section 3.4 of the paper, or the positions would drown them; then positions are added. Then
    come ``n_blocks`` encoder blocks and as many decoder blocks, which all look at the outputs of
    the last encoder block; at the end, one softmax over the V ids of the translation.

    Args:
        source_vocab_size: ids of the source run below this; 0 is padding, which must not matter.
            Free: what is written for a source that is only padding.
        target_vocab_size: V. Ids of translations run from 0 to V - 1, all alike, and V stands for
            the start of a sequence: the decoder reads V + 1 ids and writes V.
        components: the two layers, see above.
        dims: the size of an item's vector, a multiple of ``n_heads``.
        n_heads: heads of each attention layer.
        n_blocks: blocks of the encoder, and as many of the decoder; none shares weights with
            another.
        feed_forward: units of the hidden layer in each block.
        max_steps: the longest text, for ``PositionalEncoding(max_steps, dims)``.

    Returns:
        A ``keras.Model`` from ``[source_ids [batch, steps], decoder_ids [batch, target_steps]]``,
        integers, to probabilities ``[batch, target_steps, V]``, float32. Those of step t depend on
        the decoder's ids up to t only. All its weights can be trained.

    Raises:
        ValueError: a size is below 1, or dims is not a multiple of n_heads. Raised by this call,
            before a model is given back, by a check of yours or by a layer that you make; the
            message names the argument and its value (both arguments in the latter case).

    Example:
        >>> model = build_transformer(9, 4, components=components, dims=8, n_heads=2)
        >>> source_ids, decoder_ids = tf.constant([[3, 1, 0]]), tf.constant([[4, 0, 2, 2, 1]])
        >>> model([source_ids, decoder_ids]).shape.as_list()
        [1, 5, 4]
    """
    raise NotImplementedError("Exercise transformer: build_transformer is not written yet")
