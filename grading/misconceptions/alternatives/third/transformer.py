"""Keras' own masks: the source's embedding makes one, and every layer hands it on unasked."""

import tensorflow as tf
from tensorflow.keras.layers import Add, Dense, EinsumDense, Embedding, Input, LayerNormalization


class MaskedSum(tf.keras.layers.Layer):
    """A feed-forward network that passes masks."""

    def __init__(self, units):
        super().__init__()
        self.units, self.supports_masking = units, True

    def build(self, input_shape):
        self.wide = EinsumDense("bsd,du->bsu", [None, self.units], bias_axes="u")
        self.back = EinsumDense("bsu,ud->bsd", [None, input_shape[-1]])
        self.norm = LayerNormalization(epsilon=1e-4)
        super().build(input_shape)

    def call(self, z):
        return self.norm(self.back(tf.nn.relu(self.wide(z))) + z)


class Scaled(Embedding):
    """An embedding that is scaled up at once."""

    def call(self, ids):
        return super().call(ids) * self.output_dim**0.5


def add_and_normalize(z, new):
    return LayerNormalization(epsilon=1e-4)(Add()([new, z]))


def feed_forward_block(z, units):
    return MaskedSum(units)(z)


def encoder_block(z, mask, *, n_heads, feed_forward, components):
    attend = components.MultiHeadAttention(n_heads)
    attended = attend([z, z]) if mask is None else attend([z, z], mask=[mask] * 2)
    return feed_forward_block(add_and_normalize(z, attended), feed_forward)


def decoder_block(z, encoder_outputs, encoder_mask, *, n_heads, feed_forward, components):
    z = add_and_normalize(z, components.MultiHeadAttention(n_heads, causal=True)([z, z]))
    given = {} if encoder_mask is None else {"mask": [None, encoder_mask]}
    attended = components.MultiHeadAttention(n_heads)([z, encoder_outputs], **given)
    return feed_forward_block(add_and_normalize(z, attended), feed_forward)


def _refuse(sizes):
    sizes = dict(sizes)
    for name, size in sizes.items():
        if name != "components" and size < 1:
            raise ValueError(f"{name} below 1: {size}")
    if sizes["dims"] / sizes["n_heads"] != sizes["dims"] // sizes["n_heads"]:
        raise ValueError(f"dims: {sizes['dims']}, n_heads: {sizes['n_heads']}")


def build_simple(vocab_size, *, components, dims=512, n_heads=8, n_layers=6, max_steps=500):
    _refuse(locals())
    source_ids, decoder_ids = Input([None]), Input([None])
    shared = Embedding(vocab_size, dims, mask_zero=True)
    table = components.PositionalEncoding(max_steps, dims)
    memory = table(shared(source_ids))
    z = table(shared(decoder_ids))
    # The mask that came along with the decoder's embedding must not go on: 0 is an id there.
    z = tf.keras.layers.Lambda(lambda x: x + 0.0, mask=lambda x, m: None)(z)
    for _ in range(n_layers):
        memory = components.MultiHeadAttention(n_heads)([memory, memory])
    for _ in range(n_layers):
        z = components.MultiHeadAttention(n_heads, causal=True)([z, z])
        z = components.MultiHeadAttention(n_heads)([z, memory])
    return tf.keras.Model([source_ids, decoder_ids], Dense(vocab_size, "softmax")(z))


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
    _refuse(locals())
    source_ids, decoder_ids = Input([None]), Input([None])
    sizes = dict(n_heads=n_heads, feed_forward=feed_forward, components=components)
    memory = Scaled(source_vocab_size, dims, mask_zero=True)(source_ids)
    memory = components.PositionalEncoding(max_steps, dims)(memory)
    z = components.PositionalEncoding(max_steps, dims)(
        Scaled(target_vocab_size + 1, dims)(decoder_ids)
    )
    for _ in range(n_blocks):
        memory = encoder_block(memory, None, **sizes)
    for _ in range(n_blocks):
        z = decoder_block(z, memory, None, **sizes)
    logits = Dense(target_vocab_size)(z)
    return tf.keras.Model([source_ids, decoder_ids], tf.keras.layers.Softmax()(logits))
