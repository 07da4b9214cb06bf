"""Blocks as layers of their own, made of Conv1D and of Keras' layers; the epsilon is smaller."""

import tensorflow as tf
from tensorflow.keras import layers


class AddNorm(layers.Layer):
    def build(self, input_shapes):
        self.norm = layers.LayerNormalization(epsilon=1e-6)
        super().build(input_shapes)

    def call(self, inputs):
        return self.norm(inputs[0] + inputs[1])


class FeedForward(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units

    def build(self, input_shape):
        self.widen = layers.Conv1D(self.units, 1, activation="relu")
        self.narrow = layers.Conv1D(input_shape[-1], 1)
        self.add_norm = AddNorm()
        super().build(input_shape)

    def call(self, z):
        return self.add_norm([z, self.narrow(self.widen(z))])


class EncoderBlock(layers.Layer):
    def __init__(self, n_heads, units, components):
        super().__init__()
        self.attention = components.MultiHeadAttention(n_heads)
        self.add_norm, self.feed_forward = AddNorm(), FeedForward(units)

    def call(self, z, visible=None):
        attended = self.attention([z, z], mask=None if visible is None else [None, visible])
        return self.feed_forward(self.add_norm([z, attended]))


class DecoderBlock(layers.Layer):
    def __init__(self, n_heads, units, components):
        super().__init__()
        self.self_attention = components.MultiHeadAttention(n_heads, causal=True)
        self.cross_attention = components.MultiHeadAttention(n_heads)
        self.add_norms = [AddNorm(), AddNorm()]
        self.feed_forward = FeedForward(units)

    def call(self, inputs, visible=None):
        z, memory = inputs
        z = self.add_norms[0]([z, self.self_attention([z, z])])
        mask = None if visible is None else [None, visible]
        z = self.add_norms[1]([z, self.cross_attention([z, memory], mask=mask)])
        return self.feed_forward(z)


def add_and_normalize(z, new):
    return AddNorm()([z, new])


def feed_forward_block(z, units):
    return FeedForward(units)(z)


def encoder_block(z, mask, *, n_heads, feed_forward, components):
    return EncoderBlock(n_heads, feed_forward, components)(z, visible=mask)


def decoder_block(z, encoder_outputs, encoder_mask, *, n_heads, feed_forward, components):
    block = DecoderBlock(n_heads, feed_forward, components)
    return block([z, encoder_outputs], visible=encoder_mask)


def refuse(dims, n_heads, **others):
    for name, value in dict(others, dims=dims, n_heads=n_heads).items():
        if value <= 0:
            raise ValueError(f"there cannot be {name}={value}")
    if dims % n_heads != 0:
        raise ValueError(f"{n_heads} heads (n_heads) cannot share {dims} dims")


def build_simple(vocab_size, *, components, dims=512, n_heads=8, n_layers=6, max_steps=500):
    refuse(dims, n_heads, vocab_size=vocab_size, n_layers=n_layers, max_steps=max_steps)
    source = layers.Input([None], dtype="int32")
    target = layers.Input([None], dtype="int32")
    visible = layers.Lambda(lambda ids: tf.not_equal(ids, 0))(source)
    embedding = layers.Embedding(vocab_size, dims)
    memory = components.PositionalEncoding(max_steps, max_dims=dims)(embedding(source))
    z = components.PositionalEncoding(max_steps, max_dims=dims)(embedding(target))
    for _ in range(n_layers):
        attend = components.MultiHeadAttention(n_heads)
        memory = attend([memory, memory], mask=[visible, visible])
    for _ in range(n_layers):
        z = components.MultiHeadAttention(n_heads, causal=True)([z, z])
        z = components.MultiHeadAttention(n_heads)([z, memory], mask=[None, visible])
    softmax = layers.TimeDistributed(layers.Dense(vocab_size, activation="softmax"))
    return tf.keras.Model(inputs=[source, target], outputs=[softmax(z)][0])


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
    refuse(
        dims,
        n_heads,
        source_vocab_size=source_vocab_size,
        target_vocab_size=target_vocab_size,
        n_blocks=n_blocks,
        feed_forward=feed_forward,
        max_steps=max_steps,
    )
    source = layers.Input([None], dtype="int32")
    target = layers.Input([None], dtype="int32")
    visible = layers.Lambda(lambda ids: tf.not_equal(ids, 0))(source)
    memory = layers.Rescaling(dims**0.5)(layers.Embedding(source_vocab_size, dims)(source))
    z = layers.Rescaling(dims**0.5)(layers.Embedding(target_vocab_size + 1, dims)(target))
    memory = components.PositionalEncoding(max_steps, dims)(memory)
    z = components.PositionalEncoding(max_steps, dims)(z)
    # The decoder's layers are made first, and the encoder's from last to first.
    decoder = [DecoderBlock(n_heads, feed_forward, components) for _ in range(n_blocks)]
    encoder = [EncoderBlock(n_heads, feed_forward, components) for _ in range(n_blocks)]
    for block in reversed(encoder):
        memory = block(memory, visible=visible)
    for block in decoder:
        z = block([z, memory], visible=visible)
    return tf.keras.Model([source, target], layers.Dense(target_vocab_size, "softmax")(z))
