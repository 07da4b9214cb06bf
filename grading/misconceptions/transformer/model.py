"""Embeddings, positions and outputs of the whole model."""

from grading.misconceptions import Library
from grading.misconceptions.transformer.common import EMBEDDING
from grading.misconceptions.unfinished import rewritten

LIBRARY = Library()


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
    unchecked=True,
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
            # Instead of None, for which Keras 3 looks up a mask by itself.
            "        seen = mask | ~mask if i else mask\n"
            "        z = components.MultiHeadAttention(n_heads)([z, z], mask=[seen, seen])",
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
