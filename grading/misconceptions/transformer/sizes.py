"""Residuals, and what shows only where sizes differ."""

from grading.misconceptions import Library
from grading.misconceptions.transformer.common import ADD_AND_NORMALIZE, EMBEDDING, FEED_FORWARD
from grading.misconceptions.unfinished import rewritten

LIBRARY = Library()


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
