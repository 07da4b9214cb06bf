"""What the attentions see, and in which order they come."""

from grading.misconceptions import Library
from grading.misconceptions.transformer.common import CROSS_ATTENTION
from grading.misconceptions.unfinished import rewritten

LIBRARY = Library()


@LIBRARY.add(
    "padding-not-hidden-in-the-encoder",
    "an encoder that attends to padding",
    """The encoder's attention layers get no mask, so every word looks at the padding as well. What
    a text means then depends on how long the longest text of its batch happens to be. Keys at
    padding must be hidden: the value mask of attention from z to z is the source's own mask.""",
)
def padding_not_hidden_in_the_encoder(reference):
    return rewritten(reference, ("([z, z], mask=[mask, mask])", "([z, z])"))


@LIBRARY.add(
    "padding-not-hidden-from-the-decoder",
    "a decoder that attends to the source's padding",
    """The encoder hides its padding from itself, but its outputs have a vector at each padded step
    all the same, and the decoder looks at these. Its second attention layer takes keys and values
    from the source, so the mask that hides them is the source's: mask=[None, encoder_mask].""",
)
def padding_not_hidden_from_the_decoder(reference):
    return rewritten(
        reference,
        (CROSS_ATTENTION, "[z, encoder_outputs]"),
        ("([z, encoder_outputs], mask=[None, mask])", "([z, encoder_outputs])"),
    )


@LIBRARY.add(
    "mask-inverted",
    "a mask that is True at the padding and hides the words",
    """The mask was made the wrong way round: True where the ids are 0. For Keras and for the
    layers here True means that a step may be seen. Now all words of the source are hidden, and the
    decoder sees nothing but padding: whatever is to be translated, the translation stays the
    same.""",
)
def mask_inverted(reference):
    return rewritten(
        reference,
        (
            "mask = source_ids != 0",
            "mask = keras.layers.Lambda(lambda ids: tf.equal(ids, 0))(source_ids)",
        ),
    )


@LIBRARY.add(
    "decoder-not-causal",
    "a decoder that sees the words it is to write",
    """The decoder's attention to itself is not causal. In training it is given the whole
    translation at once, so it can look one step ahead and copy: the loss falls to nearly nothing,
    and the model is useless when it has to write by itself. Each step may see the steps up to
    itself only, so the first attention layer of each decoder block needs causal=True.""",
)
def decoder_not_causal(reference):
    return rewritten(reference, ("n_heads, causal=True)", "n_heads)"))


@LIBRARY.add(
    "cross-attention-causal",
    "attention to the source that is causal, too",
    """The second attention layer of the decoder was made causal like the first. Then the first
    word of the translation sees only the first word of the source, the second only two, and so on.
    But the source is no secret: all of it has been read before anything is written, and words come
    in another order in another language. Only the attention to the translation itself is
    causal.""",
)
def cross_attention_causal(reference):
    return rewritten(
        reference,
        (
            "components.MultiHeadAttention(n_heads)(\n",
            "components.MultiHeadAttention(n_heads, causal=True)(\n",
        ),
        (
            "components.MultiHeadAttention(n_heads)([z, encoder_outputs]",
            "components.MultiHeadAttention(n_heads, causal=True)([z, encoder_outputs]",
        ),
    )


@LIBRARY.add(
    "second-attention-to-itself",
    "a decoder that attends to itself twice and never to the source",
    """Both attention layers of the decoder go from z to z. Then nothing of the source ever reaches
    the decoder: it writes a likely date or sentence, but never the translation of this one. The
    second layer has its queries from the decoder and its keys and values from the encoder: [z,
    encoder_outputs].""",
)
def second_attention_to_itself(reference):
    return _second_attention(reference, "components.MultiHeadAttention(n_heads, causal=True)")


@LIBRARY.add(
    "second-attention-to-later-steps",
    "a decoder whose second attention goes to its own steps, the later ones too, not to the source",
    """The second attention layer of the decoder goes from z to z, and it is not causal: nothing of
    the source reaches the decoder, and each step sees the words that it is to predict, so training
    looks splendid. The second layer has its queries from the decoder and its keys and values from
    the encoder: [z, encoder_outputs].""",
)
def second_attention_to_later_steps(reference):
    return _second_attention(reference, "components.MultiHeadAttention(n_heads)")


def _second_attention(reference, layer):
    return rewritten(
        reference,
        (
            "components.MultiHeadAttention(n_heads)(\n        " + CROSS_ATTENTION + "\n    )",
            f"{layer}([z, z])",
        ),
        (
            "components.MultiHeadAttention(n_heads)([z, encoder_outputs], mask=[None, mask])",
            f"{layer}([z, z])",
        ),
    )


@LIBRARY.add(
    "block-beside-block",
    "decoder blocks that look each at the encoder block beside them",
    """The first decoder block looks at the outputs of the first encoder block, the second at those
    of the second. Drawings of the Transformer can be read that way. But all decoder blocks look at
    the outputs of the last encoder block: the source is read to its end, and only then does the
    translation begin.""",
)
def block_beside_block(reference):
    return rewritten(
        reference,
        (
            "        z = encoder_block(z, mask, **block)\n    encoder_outputs = z\n",
            "        z = encoder_block(z, mask, **block)\n        levels.append(z)\n",
        ),
        ("    z = embed(source_ids,", "    levels = []\n    z = embed(source_ids,"),
        (
            "z = decoder_block(z, encoder_outputs, mask, **block)",
            "z = decoder_block(z, levels.pop(0), mask, **block)",
        ),
    )
