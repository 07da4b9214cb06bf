"""Steps of the exercise ``transformer``: the parts of a block, the blocks, and the models."""

import ast

from grading.catalogue.syllabus import exercise
from grading.misconceptions.unfinished import NotWritten
from tests.kit.hour.steps import step

RIGHT = """import tensorflow as tf
from tensorflow import keras


def add_and_normalize(z, new):
    return keras.layers.LayerNormalization()(z + new)


def feed_forward_block(z, units):
    hidden = keras.layers.Dense(units, activation="relu")(z)
    return add_and_normalize(z, keras.layers.Dense(z.shape[-1])(hidden))


def encoder_block(z, mask, *, n_heads, feed_forward, components):
    attention = components.MultiHeadAttention(n_heads)
    z = add_and_normalize(z, attention([z, z], mask=[mask, mask]))
    return feed_forward_block(z, feed_forward)


def decoder_block(z, encoder_outputs, encoder_mask, *, n_heads, feed_forward, components):
    own = components.MultiHeadAttention(n_heads, causal=True)
    z = add_and_normalize(z, own([z, z]))
    across = components.MultiHeadAttention(n_heads)
    z = add_and_normalize(z, across([z, encoder_outputs], mask=[None, encoder_mask]))
    return feed_forward_block(z, feed_forward)


def check(dims, n_heads, **sizes):
    for name, size in dict(dims=dims, n_heads=n_heads, **sizes).items():
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")
    if dims % n_heads:
        raise ValueError(f"dims={dims} cannot be shared by n_heads={n_heads}")


def build_simple(vocab_size, *, components, dims=512, n_heads=8, n_layers=6, max_steps=500):
    check(dims, n_heads, vocab_size=vocab_size, n_layers=n_layers, max_steps=max_steps)
    source = keras.layers.Input([None], dtype="int64")
    read = keras.layers.Input([None], dtype="int64")
    visible = tf.not_equal(source, 0)
    embedding = keras.layers.Embedding(vocab_size, dims)
    positions = components.PositionalEncoding(max_steps, dims)
    encoded = positions(embedding(source))
    for _ in range(n_layers):
        layer = components.MultiHeadAttention(n_heads)
        encoded = layer([encoded, encoded], mask=[visible, visible])
    x = positions(embedding(read))
    for _ in range(n_layers):
        x = components.MultiHeadAttention(n_heads, causal=True)([x, x])
        x = components.MultiHeadAttention(n_heads)([x, encoded], mask=[None, visible])
    y = keras.layers.Dense(vocab_size, activation="softmax")(x)
    return keras.Model([source, read], y)


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
    source = keras.layers.Input([None], dtype="int64")
    read = keras.layers.Input([None], dtype="int64")
    visible = tf.not_equal(source, 0)
    sizes = dict(n_heads=n_heads, feed_forward=feed_forward, components=components)
    x = keras.layers.Embedding(source_vocab_size, dims)(source) * dims**0.5
    x = components.PositionalEncoding(max_steps, dims)(x)
    for _ in range(n_blocks):
        x = encoder_block(x, visible, **sizes)
    y = keras.layers.Embedding(target_vocab_size + 1, dims)(read) * dims**0.5
    y = components.PositionalEncoding(max_steps, dims)(y)
    for _ in range(n_blocks):
        y = decoder_block(y, x, visible, **sizes)
    y = keras.layers.Dense(target_vocab_size, activation="softmax")(y)
    return keras.Model([source, read], y)
"""
PARTS = exercise("transformer").defines


def module(*changes, until=None):
    """The right module with some changes, its parts after ``until`` not written yet."""
    source = RIGHT
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    tree = ast.parse(source)
    for part in PARTS[PARTS.index(until) + 1 :] if until else ():
        tree = NotWritten("transformer", part).visit(tree)
    return ast.unparse(ast.fix_missing_locations(tree))


CAUSAL = ("(n_heads, causal=True)", "(n_heads)")
ACROSS = "across([z, encoder_outputs], mask=[None, encoder_mask])"
STEPS = (
    step(
        "normalized, and nothing added",
        module(("()(z + new)", "()(new)"), until="add_and_normalize"),
        "no-residual",
        leads="added",
    ),
    step(
        "a hidden layer without activation",
        module(('(units, activation="relu")', "(units)"), until="feed_forward_block"),
        "feed-forward-without-activation",
        leads="feed_forward_block",
    ),
    step(
        "the encoder reads the padding",
        module(
            ("attention([z, z], mask=[mask, mask])", "attention([z, z])"), until="encoder_block"
        ),
        "padding-not-hidden-in-the-encoder",
        leads="encoder_block",
    ),
    step(
        "the decoder sees the future",
        module(CAUSAL, until="decoder_block"),
        "decoder-not-causal",
        leads="attention_layers",
    ),
    step(
        "the decoder looks at itself twice",
        module((ACROSS, "across([z, z])"), until="decoder_block"),
        "second-attention-to-later-steps",
        leads="decoder_block",
    ),
    step(
        "the mask the wrong way round",
        module(("tf.not_equal(source, 0)", "tf.equal(source, 0)"), until="build_simple"),
        "mask-inverted",
        leads="padding",
    ),
    step(
        "embeddings not scaled",
        module((" * dims**0.5", "")),
        "embeddings-not-scaled",
        leads="transformer",
    ),
    step(
        "no row for the start",
        module(("target_vocab_size + 1, dims", "target_vocab_size, dims")),
        "no-row-for-the-start",
        leads="transformer",
    ),
    step(
        "nothing checked",
        module(("raise ValueError(f", "str(f")),
        "sizes-not-checked",
        leads="refuse",
    ),
    step("right", module()),
)
