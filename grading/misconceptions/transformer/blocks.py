"""Normalization, dropout and the feed-forward part of a block."""

import numpy as np

from grading.misconceptions import Library
from grading.misconceptions.transformer.common import (
    ADD_AND_NORMALIZE,
    CROSS_ATTENTION,
    FEED_FORWARD,
)
from grading.misconceptions.unfinished import rewritten

LIBRARY = Library()


@LIBRARY.add(
    "not-normalized",
    "a sum that is not normalized",
    """What came in is added, and that is all: there is no layer normalization. Each block then
    adds to numbers that already are sums, and the deeper the pile the larger they get, until
    attention looks at one single step and training stops or explodes. Every sum in a block is
    normalized, step by step, to mean 0 and variance 1.""",
)
def not_normalized(reference):
    return rewritten(reference, (ADD_AND_NORMALIZE, "return z + new"))


@LIBRARY.add(
    "normalized-before-adding",
    "what is new normalized, and the sum left as it is",
    """Normalization and addition come in the wrong order: z + LayerNorm(new) instead of
    LayerNorm(z + new). The sums are not normalized then and grow from block to block. Some later
    models do normalize elsewhere, mostly what goes into a layer, but the paper and the docstring
    normalize the sum.""",
)
def normalized_before_adding(reference):
    return rewritten(
        reference, (ADD_AND_NORMALIZE, "return z + keras.layers.LayerNormalization()(new)")
    )


@LIBRARY.add(
    "pre-norm",
    "blocks that normalize what goes into a layer instead of the sum behind it",
    """These are blocks in the order of later models (called pre-norm): z + layer(LayerNorm(z)).
    They train well, but they are another network than the paper's, with other numbers: their sums
    are never normalized. The docstring asks for the paper's order: first the layer, then add, then
    normalize the sum.""",
)
def pre_norm(reference):
    norm = "keras.layers.LayerNormalization()"
    return rewritten(
        reference,
        ("    hidden = keras", f"    x = z\n    z = {norm}(z)\n    hidden = keras"),
        (FEED_FORWARD, "return x + keras.layers.Dense(z.shape[-1])(hidden)"),
        (
            "attended = components.MultiHeadAttention(n_heads)([z, z], mask=[mask, mask])",
            f"n = {norm}(z)\n"
            "    attended = components.MultiHeadAttention(n_heads)([n, n], mask=[mask, mask])",
        ),
        (
            "attended = components.MultiHeadAttention(n_heads, causal=True)([z, z])",
            f"n = {norm}(z)\n"
            "    attended = components.MultiHeadAttention(n_heads, causal=True)([n, n])",
        ),
        ("    z = add_and_normalize(z, attended)\n", "    z = z + attended\n"),
        (CROSS_ATTENTION, f"[{norm}(z), encoder_outputs], mask=[None, encoder_mask]"),
        (
            "feed_forward_block(add_and_normalize(z, attended), feed_forward)",
            "feed_forward_block(z + attended, feed_forward)",
        ),
    )


@LIBRARY.add(
    "batch-normalization",
    "batch normalization in place of layer normalization",
    """Batch normalization takes mean and variance of one column over all steps of the batch, and
    out of training those it has collected. Texts differ in length and batches hold padding, so
    these means are of little worth, and what a text gives would depend on its neighbours in the
    batch. Layer normalization looks at one step alone: mean and variance over its own dims.""",
)
def batch_normalization(reference):
    return rewritten(
        reference, ("keras.layers.LayerNormalization()", "keras.layers.BatchNormalization()")
    )


@LIBRARY.add(
    "normalized-over-the-whole-text",
    "numbers normalized over all steps of a text together",
    """Mean and variance were taken over steps and dims at once, so each text is normalized as a
    whole. Then a step's numbers depend on all other steps: on padding, and in the decoder on words
    that are still to come, which the causal attention hides with so much care. Layer normalization
    takes mean and variance over the last axis alone, for each step by itself.""",
)
def normalized_over_the_whole_text(reference):
    return rewritten(
        reference,
        (
            ADD_AND_NORMALIZE,
            """def normalize(total):
        mean = tf.reduce_mean(total, axis=[1, 2], keepdims=True)
        variance = tf.reduce_mean((total - mean) ** 2, axis=[1, 2], keepdims=True)
        return (total - mean) / tf.sqrt(variance + 1e-3)

    return keras.layers.Lambda(normalize)(z + new)""",
        ),
    )


@LIBRARY.add(
    "one-normalization-for-a-block",
    "one normalization layer that a block uses again and again",
    """A block made one normalization layer and used it behind each of its parts. At the start there
    is no difference, as all scales are 1 and all offsets 0, so no output shows it. But in training
    they part: what attention gives and what the feed-forward network gives need not be scaled
    alike. Each sum has a normalization of its own, with its own scale and offset.""",
)
def one_normalization_for_a_block(reference):
    return rewritten(
        reference,
        ("def add_and_normalize(z, new):", "def add_and_normalize(z, new, norm=None):"),
        (
            ADD_AND_NORMALIZE,
            ADD_AND_NORMALIZE.replace(
                "keras.layers.Layer", "(norm or keras.layers.Layer", 1
            ).replace("()(", "())(", 1),
        ),
        ("def feed_forward_block(z, units):", "def feed_forward_block(z, units, norm=None):"),
        (FEED_FORWARD, FEED_FORWARD.replace("(hidden))", "(hidden), norm)")),
        ("add_and_normalize(z, attended)", "add_and_normalize(z, attended, norm)"),
        (", feed_forward)\n", ", feed_forward, norm)\n"),
        (
            "    attended = components.MultiHeadAttention(n_heads)([z, z]",
            "    norm = keras.layers.LayerNormalization()\n"
            "    attended = components.MultiHeadAttention(n_heads)([z, z]",
        ),
        (
            "    attended = components.MultiHeadAttention(n_heads, causal=True)",
            "    norm = keras.layers.LayerNormalization()\n"
            "    attended = components.MultiHeadAttention(n_heads, causal=True)",
        ),
    )


@LIBRARY.add(
    "normalized-once-more",
    "one more normalization behind the last encoder block",
    """The outputs of the last encoder block were normalized again before the decoder looks at them.
    Models that normalize what goes into a layer end with such a layer, as their blocks leave sums
    that are not normalized. Here each block ends with a normalization already. A second one changes
    hardly a number at the start, but it has weights that the docstring's model has not.""",
)
def normalized_once_more(reference):
    return rewritten(
        reference,
        (
            "z = encoder_block(z, mask, **block)\n    encoder_outputs = z\n",
            "z = encoder_block(z, mask, **block)\n"
            "    encoder_outputs = keras.layers.LayerNormalization()(z)\n",
        ),
    )


def _differs_in_training(probe, args, kwargs, value):
    return probe == "in_training" and not np.allclose(
        value["in training"], value["at rest"], rtol=1e-4, atol=1e-4
    )


@LIBRARY.add(
    "dropout",
    "dropout, or another layer that does something else in training",
    """At rest the probabilities are right, but in training there is chance in them. The paper has
    dropout behind every attention layer and every feed-forward network, and large models need it.
    Here the docstring has none, so that the model is the same in training as at rest, and
    everybody's gives the same numbers. Leave it out.""",
    recognise=_differs_in_training,
)
def dropout(reference):
    layers = "keras.layers.Dropout(0.3)"
    return rewritten(
        reference,
        (ADD_AND_NORMALIZE, ADD_AND_NORMALIZE.replace("[z, new]", f"[z, {layers}(new)]")),
        (
            "z = components.MultiHeadAttention(n_heads)([z, encoder_outputs], mask=[None, mask])",
            "z = components.MultiHeadAttention(n_heads)([z, encoder_outputs], mask=[None, mask])\n"
            f"        z = {layers}(z)",
        ),
    )


@LIBRARY.add(
    "feed-forward-without-activation",
    "a feed-forward block without its ReLU",
    """Two Dense layers follow each other with nothing in between, and two linear maps in a row are
    just one linear map: the hidden units are of no use. What is not linear, and lets the block
    think about a step at all, is the activation of the hidden layer: ReLU(z W1) W2.""",
)
def feed_forward_without_activation(reference):
    return rewritten(reference, ('Dense(units, activation="relu")', "Dense(units)"))


@LIBRARY.add(
    "feed-forward-relu-twice",
    "a feed-forward block with a ReLU behind its second layer, too",
    """The second layer has a ReLU as well, so what is added to z is never below 0: the block can
    raise numbers and never lower them. Only the hidden layer has an activation; the second one
    just maps back to the old size: ReLU(z W1) W2.""",
)
def feed_forward_relu_twice(reference):
    return rewritten(reference, ("Dense(z.shape[-1])", 'Dense(z.shape[-1], activation="relu")'))


@LIBRARY.add(
    "feed-forward-without-residual",
    "a feed-forward block that forgets to add what came in",
    """The attention layers have their residual connections, but the feed-forward block has none:
    its output replaces z instead of being added to it. All that attention has gathered must
    squeeze through the hidden layer. Every layer of a block adds what came in, this one too:
    LayerNorm(z + ReLU(z W1) W2).""",
)
def feed_forward_without_residual(reference):
    return rewritten(
        reference,
        (
            FEED_FORWARD,
            "return keras.layers.LayerNormalization()(keras.layers.Dense(z.shape[-1])(hidden))",
        ),
    )
