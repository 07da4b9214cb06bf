"""A model that is a class of its own; layer normalization by hand; no bias anywhere."""

import tensorflow as tf
from tensorflow import keras


class Norm(keras.layers.Layer):
    def build(self, input_shape):
        self.scale = self.add_weight(name="scale", shape=[input_shape[-1]], initializer="ones")
        self.offset = self.add_weight(name="offset", shape=[input_shape[-1]], initializer="zeros")

    def call(self, z):
        mean, variance = tf.nn.moments(z, axes=[-1], keepdims=True)
        return self.offset + self.scale * (z - mean) * tf.math.rsqrt(variance + 1e-5)


class Thinker(keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units, self.norm = units, Norm()

    def build(self, input_shape):
        dims = input_shape[-1]
        self.first = self.add_weight(
            name="first", shape=[dims, self.units], initializer="he_normal"
        )
        self.second = self.add_weight(
            name="second", shape=[self.units, dims], initializer="he_normal"
        )

    def call(self, z):
        return self.norm(z + tf.maximum(z @ self.first, 0.0) @ self.second)


def add_and_normalize(z, new):
    return Norm()(z + new)


def feed_forward_block(z, units):
    return Thinker(units)(z)


def encoder_block(z, mask, *, n_heads, feed_forward, components):
    attention = components.MultiHeadAttention(n_heads)
    new = attention([z, z, z], mask=(mask, mask, mask)) if mask is not None else attention([z, z])
    return Thinker(feed_forward)(Norm()(z + new))


def decoder_block(z, encoder_outputs, encoder_mask, *, n_heads, feed_forward, components):
    z = Norm()(components.MultiHeadAttention(n_heads, True)([z, z, z]) + z)
    inputs = [z, encoder_outputs, encoder_outputs]
    new = components.MultiHeadAttention(n_heads)(inputs, mask=[None, encoder_mask, encoder_mask])
    return Thinker(feed_forward)(Norm()(new + z))


def check(sizes):
    for name in sizes:
        if sizes[name] < 1:
            raise ValueError(f"{name} is {sizes[name]}, but must be 1 or more")
    if sizes["dims"] % sizes["n_heads"] > 0:
        raise ValueError("dims={dims} and n_heads={n_heads} do not go together".format(**sizes))


class Simple(keras.Model):
    def __init__(self, vocab_size, components, dims, n_heads, n_layers, max_steps):
        super().__init__()
        self.embed = keras.layers.Embedding(vocab_size, dims)
        self.positions = components.PositionalEncoding(max_steps, dims)
        attention = components.MultiHeadAttention
        self.encoder = [attention(n_heads) for _ in range(n_layers)]
        self.decoder = [(attention(n_heads, True), attention(n_heads)) for _ in range(n_layers)]
        self.out = keras.layers.Dense(vocab_size, use_bias=False)

    def call(self, inputs):
        source, target = inputs
        mask = tf.cast(source, tf.bool)
        memory = self.positions(self.embed(source))
        for attend in self.encoder:
            memory = attend([memory, memory], mask=[mask, mask])
        z = self.positions(self.embed(target))
        for first, second in self.decoder:
            z = second([first([z, z]), memory], mask=[None, mask])
        return tf.nn.softmax(self.out(z))


def build_simple(vocab_size, *, components, dims=512, n_heads=8, n_layers=6, max_steps=500):
    sizes = dict(dims=dims, n_heads=n_heads, n_layers=n_layers, max_steps=max_steps)
    check(dict(sizes, vocab_size=vocab_size))
    return Simple(vocab_size, components, **sizes)


class Transformer(keras.Model):
    def __init__(self, n_source, n_target, components, dims, n_heads, n_blocks, units, max_steps):
        super().__init__()
        self.factor = tf.sqrt(float(dims))
        self.embeddings = [keras.layers.Embedding(n, dims) for n in (n_source, n_target + 1)]
        self.positions = components.PositionalEncoding(max_steps, dims)
        self.blocks = []
        for _ in range(n_blocks):
            encoder = components.MultiHeadAttention(n_heads), Norm(), Thinker(units)
            to_self = components.MultiHeadAttention(n_heads, causal=True), Norm()
            to_source = components.MultiHeadAttention(n_heads), Norm(), Thinker(units)
            self.blocks.append([*encoder, *to_self, *to_source])
        self.out = keras.layers.Dense(n_target, use_bias=False)

    def call(self, inputs):
        source, target = inputs
        mask = tf.cast(source, tf.bool)
        memory, z = (
            self.positions(embed(ids) * self.factor)
            for embed, ids in zip(self.embeddings, (source, target), strict=True)
        )
        for attend, norm, think, *_ in self.blocks:
            memory = think(norm(memory + attend([memory, memory], mask=[None, mask])))
        for _, _, _, to_self, norm, to_source, norm_again, think in self.blocks:
            z = norm(z + to_self([z, z]))
            z = think(norm_again(z + to_source([z, memory], mask=[None, mask])))
        return tf.nn.softmax(self.out(z))


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
    sizes = {name: value for name, value in locals().items() if name != "components"}
    check(sizes)
    return Transformer(
        source_vocab_size,
        target_vocab_size,
        components,
        dims,
        n_heads,
        n_blocks,
        feed_forward,
        max_steps,
    )
