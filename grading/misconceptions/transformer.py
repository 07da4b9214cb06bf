"""Ways to pile up attention that learn nothing, copy, or look where they must not.

The functions of the module call each other, so most of these are made from the reference's own
text, with some of its lines replaced: what is wrong in a block is then wrong in the model, too.
"""

import inspect
import types

import numpy as np

from grading.misconceptions import Library

LIBRARY = Library()


def rewritten(reference, *replacements):
    """The reference module with ``(old, new)`` pieces of its text replaced, wherever they stand."""
    text = inspect.getsource(reference)
    for old, new in replacements:
        if old not in text:
            raise ValueError(f"the reference has no {old!r}")
        text = text.replace(old, new)
    module = types.ModuleType(reference.__name__)
    exec(compile(text, "<a misconception>", "exec"), vars(module))
    return module


ADD_AND_NORMALIZE = "return keras.layers.LayerNormalization()(keras.layers.Add()([z, new]))"
FEED_FORWARD = "return add_and_normalize(z, keras.layers.Dense(z.shape[-1])(hidden))"
CROSS_ATTENTION = "[z, encoder_outputs], mask=[None, encoder_mask]"
EMBEDDING = "keras.layers.Rescaling(dims**0.5)(keras.layers.Embedding(n_ids, dims)(ids))"


@LIBRARY.add(
    "no-residual",
    "attention whose input is not added to its output",
    """Only what the layer gives is normalized; what went into it is lost. Then a block can only
    pass on mixtures of values: the word that stands at a step is forgotten as soon as the
    attention looks elsewhere, and gradients must pass through every layer. The residual connection
    adds what came in, LayerNorm(z + new), so that a layer only needs to learn what to add.""",
)
def no_residual(reference):
    return rewritten(
        reference, (ADD_AND_NORMALIZE, "return keras.layers.LayerNormalization()(new + 0 * z)")
    )


@LIBRARY.add(
    "hidden-layer-added-where-it-fits",
    "a feed-forward block that adds its hidden layer where that has as many units as dims",
    """In the feed-forward block the variable z was reused for the hidden layer, so that not what
    came into the block is added, but what the hidden layer made of it. Where the hidden layer has
    another size, that cannot even be added and is seen at once; where units and dims are equal,
    nobody complains. The residual connection goes around both layers: LayerNorm(z + ReLU(z W1)
    W2).""",
)
def hidden_layer_added_where_it_fits(reference):
    kept = "hidden if units == z.shape[-1] else z"
    return rewritten(reference, (FEED_FORWARD, FEED_FORWARD.replace("(z, ", f"({kept}, ")))


@LIBRARY.add(
    "one-embedding-where-vocabularies-agree",
    "one embedding for both languages wherever their vocabularies have as many ids",
    """The embeddings are kept by their shape, or made once where the sizes agree, so the two
    languages share one. Then id 5 is the same vector in both, though it is another word, and
    training one language pulls at the other. Source and translation have an embedding each, says
    the docstring, however many ids there are.""",
)
def one_embedding_where_vocabularies_agree(reference):
    kept = "kept.setdefault(n_ids, keras.layers.Embedding(n_ids, dims))(ids) * dims**0.5"
    return rewritten(
        reference,
        (EMBEDDING, kept),
        ("    def embed(ids, n_ids):", "    kept = {}\n\n    def embed(ids, n_ids):"),
    )


@LIBRARY.add(
    "translation-clipped-to-the-source",
    "ids of the translation that are cut off at the size of the source's vocabulary",
    """The ids of both languages are clipped to the source's vocabulary before they are looked up,
    so that no id falls out of a table. But each language has a table of its own, and where the
    translation has more words than the source, all that are too large become one. The decoder reads
    V + 1 ids, whatever the source has.""",
)
def translation_clipped_to_the_source(reference):
    clipped = "embed(tf.minimum(decoder_ids, source_vocab_size), target_vocab_size + 1)"
    return rewritten(reference, ("embed(decoder_ids, target_vocab_size + 1)", clipped))


@LIBRARY.add(
    "float64-probabilities",
    "probabilities of another float type than float32",
    """The softmax was computed in float64, or the result cast to it, which seems more exact. But a
    loss or a metric that expects float32 then fails or converts at every step, and so does whoever
    compares them with other arrays. The docstring gives the probabilities in float32.""",
)
def float64_probabilities(reference):
    return rewritten(
        reference,
        (
            'activation="softmax", dtype=tf.float32)(z)',
            'activation="softmax", dtype=tf.float64)(z)',
        ),
    )


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
    return rewritten(
        reference,
        (
            "components.MultiHeadAttention(n_heads)(\n        " + CROSS_ATTENTION + "\n    )",
            "components.MultiHeadAttention(n_heads, causal=True)([z, z])",
        ),
        (
            "components.MultiHeadAttention(n_heads)([z, encoder_outputs], mask=[None, mask])",
            "components.MultiHeadAttention(n_heads, causal=True)([z, z])",
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


@LIBRARY.add(
    "embeddings-not-scaled",
    "embeddings that are not multiplied by sqrt(dims)",
    """Positions are added to the embeddings as they are. Embeddings begin with numbers of a few
    hundredths, positions with sines and cosines up to 1: at first the model sees where a word
    stands and hardly which one it is. So the paper multiplies embeddings by sqrt(dims) in its
    section 3.4, and the docstring of build_transformer does, too.""",
)
def embeddings_not_scaled(reference):
    return rewritten(reference, (EMBEDDING, "keras.layers.Embedding(n_ids, dims)(ids)"))


@LIBRARY.add(
    "positions-scaled-as-well",
    "positions added before the scaling by sqrt(dims)",
    """The sum of embeddings and positions was multiplied by sqrt(dims), not the embeddings alone.
    So the positions grow along and drown the words as much as before; the factor has no effect on
    their ratio. First multiply the embeddings, then add the positions.""",
)
def positions_scaled_as_well(reference):
    return rewritten(
        reference,
        (EMBEDDING, "keras.layers.Embedding(n_ids, dims)(ids)"),
        (
            "PositionalEncoding(max_steps, dims)(z)",
            "PositionalEncoding(max_steps, dims)(z) * dims**0.5",
        ),
    )


@LIBRARY.add(
    "no-positions",
    "a model without positions",
    """No positions are added. Attention takes the words of a text as a set: to this model "dog
    bites man" and "man bites dog" are the same source. There is no recurrence that would tell what
    comes first, so positions must be added to the embeddings of both texts before the first
    block.""",
)
def no_positions(reference):
    return rewritten(
        reference,
        ("components.PositionalEncoding(max_steps, dims)(z)", "z"),
        (
            "add_positions = components.PositionalEncoding(max_steps, dims)",
            "add_positions = keras.layers.Activation(None)",
        ),
    )


@LIBRARY.add(
    "id-0-hidden-in-the-decoder",
    "a decoder that takes its own id 0 for padding",
    """The decoder's ids got a mask like those of the source, so no step can see the id 0 among
    those before it. In the source 0 is padding, but in the translation it is an id like others;
    with the dates of the chapter it is a digit or the hyphen. What the decoder must not see are
    later steps, and causal hides these already.""",
)
def id_0_hidden_in_the_decoder(reference):
    return rewritten(
        reference,
        (
            "def decoder_block(z, encoder_outputs, encoder_mask, *,",
            "def decoder_block(z, encoder_outputs, encoder_mask, *, own_mask=None,",
        ),
        (
            "attended = components.MultiHeadAttention(n_heads, causal=True)([z, z])",
            "attended = components.MultiHeadAttention(n_heads, causal=True)(\n"
            "        [z, z], mask=[own_mask, own_mask]\n    )",
        ),
        (
            "decoder_block(z, encoder_outputs, mask, **block)",
            "decoder_block(z, encoder_outputs, mask, own_mask=decoder_ids != 0, **block)",
        ),
    )


@LIBRARY.add(
    "no-row-for-the-start",
    "a decoder whose embedding has no row for the start of a sequence",
    """The decoder's embedding has V rows, one for each id it writes. But it also reads one that it
    never writes: the start of a sequence, id V. On a CPU TensorFlow stops with an error there, and
    on a GPU it quietly gives zeros. The decoder reads V + 1 ids, so its embedding has V + 1
    rows.""",
)
def no_row_for_the_start(reference):
    return rewritten(reference, ("target_vocab_size + 1)", "target_vocab_size)"))


@LIBRARY.add(
    "start-can-be-written",
    "a model that gives the start of a sequence a probability, too",
    """The model gives V + 1 probabilities: one for each id that the decoder reads, among them the
    start of a sequence. It never has to be written, no target is V, and decoding it again would
    fail. The decoder reads V + 1 ids and writes V: probabilities are [batch, target_steps, V].""",
)
def start_can_be_written(reference):
    return rewritten(
        reference,
        (
            "outputs = keras.layers.Dense(target_vocab_size,",
            "outputs = keras.layers.Dense(target_vocab_size + 1,",
        ),
    )


@LIBRARY.add(
    "logits",
    "logits instead of probabilities",
    """The last layer has no softmax, so any number can come out. That would be fine with a loss
    that is told so (from_logits=True), but the docstring asks for probabilities: no number below
    0, and the sum of each step is 1.""",
)
def logits(reference):
    return rewritten(reference, (', activation="softmax", dtype', ", dtype"))


@LIBRARY.add(
    "blocks-share-weights",
    "one block that is run n_blocks times",
    """The layers are made once and then called again and again, so all blocks have the same
    weights: each asks the same questions and gives the same answers. A deeper pile then learns
    hardly more than one block. Each block, and each layer of the simple stack, has weights of its
    own: make the layers anew each time round the loop.""",
)
def blocks_share_weights(reference):
    # All layers of one kind and size that are made for the same components are one layer.
    return rewritten(
        reference,
        (
            "attended = components.MultiHeadAttention(n_heads)([z, z], mask=[mask, mask])",
            "attended = _once(components, n_heads)([z, z], mask=[mask, mask])",
        ),
        (
            "z = components.MultiHeadAttention(n_heads)([z, z], mask=[mask, mask])",
            "z = _once(components, n_heads)([z, z], mask=[mask, mask])",
        ),
        (
            "def add_and_normalize(",
            """_made = {}


def _once(components, n_heads):
    if (id(components), n_heads) not in _made:
        _made[id(components), n_heads] = components.MultiHeadAttention(n_heads), components
    return _made[id(components), n_heads][0]


def add_and_normalize(""",
        ),
    )


@LIBRARY.add(
    "one-embedding-for-both-texts",
    "source and translation that share one embedding",
    """Both texts go through one embedding layer. The chapter's simplified code does so, and models
    do where both texts have one vocabulary. Here they have not: id 3 of the source and id 3 of the
    translation are different characters, and must not get the same vector. Source and translation
    need an embedding each.""",
)
def one_embedding_for_both_texts(reference):
    return rewritten(
        reference,
        (EMBEDDING, "shared(ids) * dims**0.5"),
        (
            "    def embed(ids, n_ids):",
            "    shared = keras.layers.Embedding(\n"
            "        max(source_vocab_size, target_vocab_size + 1), dims\n    )\n\n"
            "    def embed(ids, n_ids):",
        ),
    )


@LIBRARY.add(
    "sizes-not-checked",
    "sizes that make no sense taken without a word",
    """A model is built from any sizes: with no block at all, say, or with dims that the heads
    cannot share. Some of these fail somewhere inside TensorFlow, with a message that names no
    argument, and some give a model that cannot learn. The docstring asks for a ValueError at the
    call that names the argument and its value.""",
)
def sizes_not_checked(reference):
    return rewritten(
        reference,
        ("    check_sizes(", "    dict("),
        ("dict(dims, n_heads,", "dict("),
        ("dict(\n        dims,\n        n_heads,", "dict("),
    )


@LIBRARY.add(
    "padding-hidden-once",
    "padding that is hidden from the first layers only",
    """The mask goes into the first block of the encoder, or its first attention layer, and not into
    those above. It seems enough to hide padding where it comes in. But the attention of padding's
    own steps fills them with something, and the next layer looks at it: the translation depends on
    how much padding there is. The mask belongs to every attention that looks at the source.""",
)
def padding_hidden_once(reference):
    return rewritten(
        reference,
        (
            "    for _ in range(n_layers):\n"
            "        z = components.MultiHeadAttention(n_heads)([z, z], mask=[mask, mask])",
            "    for i in range(n_layers):\n"
            "        masks = None if i else [mask, mask]\n"
            "        z = components.MultiHeadAttention(n_heads)([z, z], mask=masks)",
        ),
        (
            "    for _ in range(n_blocks):\n        z = encoder_block(z, mask, **block)",
            "    for i in range(n_blocks):\n"
            "        z = encoder_block(z, None if i else mask, **block)",
        ),
    )


@LIBRARY.add(
    "norm-without-offset",
    "a normalization that trains no offset",
    """The sums are normalized, but only a scale is trained, no offset: each step keeps the mean 0
    for ever. At the start there is no difference, since offsets begin at 0, so no number shows it
    before training. The docstring has both, one for each of the dims.""",
)
def norm_without_offset(reference):
    return rewritten(
        reference,
        ("keras.layers.LayerNormalization()", "keras.layers.LayerNormalization(center=False)"),
    )
