"""Mistakes with the Transformer that were made in public."""

from grading.misconceptions.transformer import LIBRARY
from grading.misconceptions.unfinished import rewritten

LIBRARY.note("padding-not-hidden-in-the-encoder", "yg211/bert_nli#3")

FIRST_ATTENTION = "    attended = components.MultiHeadAttention(n_heads)([z, z], mask=[mask, mask])"
END_OF_BLOCK = "return feed_forward_block(add_and_normalize(z, attended), feed_forward)"


@LIBRARY.add(
    "mask-of-the-wrong-text",
    "a decoder that hides the source's words by the translation's mask",
    """The attention from the translation to the source gets a mask that was made from the
    translation's ids. It says nothing about the source: padding there is seen, words are hidden,
    and where the two texts are of different lengths the shapes do not even fit. What is attended to
    is the source, so its padding has to be hidden: the mask is made from the source's ids.""",
    found_in=["keras-team/keras-io#1046"],
)
def mask_of_the_wrong_text(reference):
    return rewritten(
        reference,
        (
            "decoder_block(z, encoder_outputs, mask, **block)",
            "decoder_block(z, encoder_outputs, decoder_ids != 0, **block)",
        ),
    )


@LIBRARY.add(
    "feed-forward-adds-the-blocks-input",
    "a feed-forward block that adds what came into the attention before it",
    """Behind the two layers of the feed-forward block the wrong tensor is added: not what came into
    this block, but what came into the attention layer before. The residual connection then leads
    around the attention, and what that has found only passes through the hidden layer. Each
    residual connection adds what went into its own layers.""",
    found_in=["strutive07/transformer-tensorflow2.0#14"],
)
def feed_forward_adds_the_blocks_input(reference):
    return rewritten(
        reference,
        (
            END_OF_BLOCK,
            'hidden = keras.layers.Dense(feed_forward, activation="relu")(\n'
            "        add_and_normalize(z, attended)\n    )\n"
            "    return add_and_normalize(z, keras.layers.Dense(z.shape[-1])(hidden))",
        ),
    )


@LIBRARY.add(
    "normalized-input-added",
    "a residual connection that adds the input after it was normalized",
    """What comes into the encoder block is normalized first, and that is what attention reads and
    what is added to its output. So the input itself never gets past the first layer, and the block
    has one normalization more than the docstring's. Where a block normalizes first, it must still
    add the input as it came; here it does not: LayerNorm(z + attention(z)).""",
    found_in=["Howuhh/faster-trajectory-transformer#3"],
)
def normalized_input_added(reference):
    normalized = "    z = keras.layers.LayerNormalization()(z)\n"
    return rewritten(reference, (FIRST_ATTENTION, normalized + FIRST_ATTENTION))


LIBRARY.hint("mean_0", "feed-forward-adds-the-blocks-input", "normalized-input-added")
