"""Misconceptions about the Transformer written a second way, and mistakes that are in no library.

The module here is another than the reference: other layers, and the parts that a student may get
wrong are arguments.
"""

import types

import tensorflow as tf
from tensorflow.keras import layers


def _norm(z, new):
    return layers.LayerNormalization()(z + new)


def _feed(z, units, norm=_norm, act="relu"):
    return norm(z, layers.Conv1D(z.shape[-1], 1)(layers.Conv1D(units, 1, activation=act)(z)))


def _module(
    norm=_norm,
    norm_of_block=lambda norm: norm,
    feed=_feed,
    encoder_mask=lambda mask: [mask, mask],
    causal=True,
    cross=lambda z, memory: [z, memory],
    cross_mask=lambda mask: [None, mask],
    cross_causal=False,
    factor=lambda dims: dims**0.5,
    memories=lambda levels, n: [levels[-1]] * n,
    visible=lambda ids: tf.not_equal(ids, 0),
    end=layers.Softmax,
    rows=1,
):
    """The whole exercise, with some parts replaced."""

    def feed_forward_block(z, units):
        return feed(z, units, norm)

    def encoder_block(z, mask, *, n_heads, feed_forward, components):
        norm_here = norm_of_block(norm)
        attention = components.MultiHeadAttention(n_heads)
        z = norm_here(z, attention([z, z], mask=encoder_mask(mask)))
        return feed(z, feed_forward, norm_here)

    def decoder_block(z, encoder_outputs, mask, *, n_heads, feed_forward, components):
        norm_here = norm_of_block(norm)
        attention = components.MultiHeadAttention(n_heads, causal=causal)
        z = norm_here(z, attention([z, z]))
        attention = components.MultiHeadAttention(n_heads, causal=cross_causal)
        new = attention(cross(z, encoder_outputs), mask=cross_mask(mask))
        return feed(norm_here(z, new), feed_forward, norm_here)

    def check(dims, n_heads, **others):
        for name, value in {**others, "dims": dims, "n_heads": n_heads}.items():
            if value < 1:
                raise ValueError(f"{name} is below 1: {value}")
        if dims % n_heads:
            raise ValueError(f"dims={dims}, n_heads={n_heads}")

    def build_simple(vocab_size, *, components, dims=512, n_heads=8, n_layers=6, max_steps=500):
        check(dims, n_heads, vocab_size=vocab_size, n_layers=n_layers, max_steps=max_steps)
        source, target = layers.Input([None], dtype=tf.int64), layers.Input([None], dtype=tf.int64)
        mask = layers.Lambda(visible)(source)
        embedding = layers.Embedding(vocab_size, dims)
        place = components.PositionalEncoding(max_steps, dims)
        memory, z = (place(embedding(ids)) for ids in (source, target))
        for _ in range(n_layers):
            attention = components.MultiHeadAttention(n_heads)
            memory = attention([memory, memory], mask=encoder_mask(mask))
        for _ in range(n_layers):
            z = components.MultiHeadAttention(n_heads, causal=causal)([z, z])
            attention = components.MultiHeadAttention(n_heads, causal=cross_causal)
            z = attention(cross(z, memory), mask=cross_mask(mask))
        return tf.keras.Model([source, target], end()(layers.Dense(vocab_size)(z)))

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
        check(
            dims,
            n_heads,
            source_vocab_size=source_vocab_size,
            target_vocab_size=target_vocab_size,
            n_blocks=n_blocks,
            feed_forward=feed_forward,
            max_steps=max_steps,
        )
        sizes = dict(n_heads=n_heads, feed_forward=feed_forward, components=components)
        source, target = layers.Input([None], dtype=tf.int64), layers.Input([None], dtype=tf.int64)
        mask = layers.Lambda(visible)(source)
        place = components.PositionalEncoding(max_steps, dims)
        z = place(layers.Embedding(target_vocab_size + rows, dims)(target) * factor(dims))
        levels = [place(layers.Embedding(source_vocab_size, dims)(source) * factor(dims))]
        for _ in range(n_blocks):
            levels.append(encoder_block(levels[-1], mask, **sizes))
        for memory in memories(levels[1:], n_blocks):
            z = decoder_block(z, memory, mask, **sizes)
        outputs = end()(layers.Dense(target_vocab_size)(z))
        return tf.keras.Model([source, target], outputs)

    return types.SimpleNamespace(
        __name__="transformer",
        add_and_normalize=norm,
        feed_forward_block=feed_forward_block,
        encoder_block=encoder_block,
        decoder_block=decoder_block,
        build_simple=build_simple,
        build_transformer=build_transformer,
    )


def no_residual(reference):
    return _module(norm=lambda z, new: layers.LayerNormalization()(new))


def not_normalized(reference):
    return _module(norm=lambda z, new: layers.Add()([new, z]))


def normalized_before_adding(reference):
    return _module(norm=lambda z, new: z + layers.LayerNormalization()(new))


def feed_forward_without_activation(reference):
    return _module(feed=lambda z, units, norm: _feed(z, units, norm, act=None))


def feed_forward_without_residual(reference):
    def feed(z, units, norm):
        z = layers.Dense(z.shape[-1])(layers.Dense(units, "relu")(z))
        return layers.LayerNormalization()(z)

    return _module(feed=feed)


def padding_not_hidden_in_the_encoder(reference):
    return _module(encoder_mask=lambda mask: None)


def mask_inverted(reference):
    return _module(visible=lambda ids: tf.equal(ids, 0))


def decoder_not_causal(reference):
    return _module(causal=False)


def cross_attention_causal(reference):
    return _module(cross_causal=True)


def block_beside_block(reference):
    return _module(memories=lambda levels, n: levels)


def embeddings_not_scaled(reference):
    return _module(factor=lambda dims: 1)


def one_normalization_for_a_block(reference):
    def norm_of_block(_):
        layer = layers.LayerNormalization()
        return lambda z, new: layer(z + new)

    return _module(norm_of_block=norm_of_block)


def dropout(reference):
    return _module(norm=lambda z, new: _norm(z, layers.Dropout(0.5)(new)))


def logits(reference):
    return _module(end=lambda: layers.Activation("linear"))


SECOND_WAYS = {
    "no-residual": no_residual,
    "not-normalized": not_normalized,
    "normalized-before-adding": normalized_before_adding,
    "feed-forward-without-activation": feed_forward_without_activation,
    "feed-forward-without-residual": feed_forward_without_residual,
    "padding-not-hidden-in-the-encoder": padding_not_hidden_in_the_encoder,
    "mask-inverted": mask_inverted,
    "decoder-not-causal": decoder_not_causal,
    "cross-attention-causal": cross_attention_causal,
    "block-beside-block": block_beside_block,
    "embeddings-not-scaled": embeddings_not_scaled,
    "one-normalization-for-a-block": one_normalization_for_a_block,
    "dropout": dropout,
    "logits": logits,
}


def tanh_in_the_feed_forward_block(reference):
    return _module(feed=lambda z, units, norm: _feed(z, units, norm, act="tanh"))


def input_counted_twice(reference):
    return _module(norm=lambda z, new: layers.LayerNormalization()(2 * z + new))


def last_encoder_block_left_out(reference):
    return _module(memories=lambda levels, n: [levels[0]] * n)


UNNAMED = {
    "a tanh in the feed-forward block": tanh_in_the_feed_forward_block,
    "what came in added twice": input_counted_twice,
    "a decoder that looks at the first encoder block": last_encoder_block_left_out,
}
