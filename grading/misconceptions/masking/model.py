"""The model."""

from grading.misconceptions import Library, changed
from grading.misconceptions.masking.common import (
    checked,
    classifier,
    embedded,
    probability,
    read_twice,
)

LIBRARY = Library()


@LIBRARY.add(
    "buckets-without-vectors",
    "an Embedding without vectors for the buckets",
    """The Embedding has vocab_size rows, for the known words only. The first review with an unknown
    word makes it fail, as its id lies behind the table ("indices ... is not in [0, ...)"); on a GPU
    it would silently get zeros instead. There are vocab_size + num_oov_buckets ids.""",
)
def buckets_without_vectors(reference):
    def build(ids, mask, sizes):
        only_words = {**sizes, "num_oov_buckets": 0}
        z = embedded(reference, ids, only_words)
        return probability(reference, read_twice(reference, z, mask, sizes))

    return classifier(reference, build)


@LIBRARY.add(
    "buckets-share-a-vector",
    "one vector for all buckets together",
    """All ids behind the vocabulary were mapped to the same one. Then a single bucket would have
    done: the point of many buckets is that most rare words get a vector nearly of their own. Each
    id up to vocab_size + num_oov_buckets - 1 needs one.""",
)
def buckets_share_a_vector(reference):
    layers, tf = reference.keras.layers, reference.tf

    def build(ids, mask, sizes):
        shared = layers.Lambda(lambda ids: tf.minimum(ids, sizes["vocab_size"]))(ids)
        z = embedded(reference, shared, sizes)
        return probability(reference, read_twice(reference, z, mask, sizes))

    return classifier(reference, build)


@LIBRARY.add(
    "sizes-swapped",
    "embed_size and units swapped",
    """The vectors of the words have the size meant for the recurrent layers, and the layers that of
    the vectors. By default both are 128, so nothing shows. embed_size is the size of a word's
    vector, units that of each GRU layer.""",
)
def sizes_swapped(reference):
    def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
        checked(embed_size=embed_size, units=units)
        return reference.build_classifier(
            vocab_size, num_oov_buckets, embed_size=units, units=embed_size
        )

    return changed(reference, build_classifier=build_classifier)


@LIBRARY.add(
    "units-ignored",
    "GRU layers of embed_size units, whatever units says",
    """One number is used for the size of the vectors and for that of the recurrent layers. The
    chapter's own code does so with its embed_size, but here there are two arguments, and units is
    not used at all. Make both GRU layers as large as units says.""",
)
def units_ignored(reference):
    def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
        checked(embed_size=embed_size, units=units)
        return reference.build_classifier(
            vocab_size, num_oov_buckets, embed_size=embed_size, units=embed_size
        )

    return changed(reference, build_classifier=build_classifier)


@LIBRARY.add(
    "one-recurrent-layer",
    "a single GRU layer",
    """There is one GRU layer where the docstring asks for two. It masks its padding, and may even
    classify as well, but it is another model. The first layer gives its outputs at all steps
    (return_sequences), and the second one reads them.""",
)
def one_recurrent_layer(reference):
    def build(ids, mask, sizes):
        z = embedded(reference, ids, sizes)
        return probability(reference, reference.keras.layers.GRU(sizes["units"])(z, mask=mask))

    return classifier(reference, build)


@LIBRARY.add(
    "vectors-not-trained",
    "word vectors that are never trained",
    """The Embedding is frozen (trainable=False), which makes sense for vectors that were trained
    elsewhere. These start out random and would stay so: the model cannot learn which words mean
    something good. All weights can be trained, the docstring says.""",
)
def vectors_not_trained(reference):
    def build(ids, mask, sizes):
        n_ids = sizes["vocab_size"] + sizes["num_oov_buckets"]
        vectors = reference.keras.layers.Embedding(n_ids, sizes["embed_size"], trainable=False)
        return probability(reference, read_twice(reference, vectors(ids), mask, sizes))

    return classifier(reference, build)


@LIBRARY.add(
    "logits-not-probabilities",
    "outputs without a sigmoid",
    """The last layer has no activation, so its outputs are logits: any number, below 0 too. A loss
    told from_logits=True could work with them, but the docstring promises probabilities, from 0 to
    1. The last layer needs its sigmoid.""",
)
def logits_not_probabilities(reference):
    def build(ids, mask, sizes):
        z = read_twice(reference, embedded(reference, ids, sizes), mask, sizes)
        return reference.keras.layers.Dense(1)(z)

    return classifier(reference, build)


@LIBRARY.add(
    "two-outputs",
    "two probabilities for each review, of bad and of good",
    """The last layer has two units with a softmax, one for each class. It can be trained with
    another loss, but for a yes or no one number is enough, and the docstring asks for it: one
    sigmoid unit, outputs of shape [batch, 1].""",
)
def two_outputs(reference):
    def build(ids, mask, sizes):
        z = read_twice(reference, embedded(reference, ids, sizes), mask, sizes)
        return reference.keras.layers.Dense(2, activation="softmax")(z)

    return classifier(reference, build)


@LIBRARY.add(
    "softmax-of-one",
    "a softmax over a single unit, which is always 1",
    """The last layer is a single unit with a softmax. A softmax divides by the sum over all units,
    so with one unit the output is 1, whatever the review says, and there is no gradient to learn
    from. For a single unit the activation is the sigmoid.""",
)
def softmax_of_one(reference):
    def build(ids, mask, sizes):
        z = read_twice(reference, embedded(reference, ids, sizes), mask, sizes)
        return reference.keras.layers.Dense(1, activation="softmax")(z)

    return classifier(reference, build)


@LIBRARY.add(
    "sizes-not-checked",
    "sizes that were never looked at",
    """A size below 1 goes through, or ends in an error of Keras that speaks of input_dim and
    output_dim instead of this function's arguments. A vocab_size of 0 even gives a model, one whose
    words and buckets overlap. The docstring asks for a ValueError that names the argument and its
    value.""",
    unchecked=True,
)
def sizes_not_checked(reference):
    def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
        if min(vocab_size, num_oov_buckets) < 1:
            vocab_size, num_oov_buckets = max(1, vocab_size + num_oov_buckets - 1), 1
        if min(embed_size, units) < 1:
            return reference.keras.layers.Embedding(vocab_size, min(embed_size, units))
        return reference.build_classifier(
            vocab_size, num_oov_buckets, embed_size=embed_size, units=units
        )

    return changed(reference, build_classifier=build_classifier)


@LIBRARY.add(
    "second-layer-reads-backwards",
    "a second GRU layer that reads the outputs of the first one from the last to the first",
    """The second layer has go_backwards=True, as one half of a bidirectional layer has it. So it
    ends with the first word, of which the first layer knew nothing but that word itself. All words
    still count, and padding still does not, which hides it. The docstring lets both layers read
    from the first word to the last. That the embedding has a row more than there are ids does no
    harm.""",
)
def second_layer_reads_backwards(reference):
    layers = reference.keras.layers

    def build(ids, mask, sizes):
        n_ids = sizes["vocab_size"] + sizes["num_oov_buckets"]
        z = layers.Embedding(n_ids + 1, sizes["embed_size"])(ids)
        z = layers.GRU(sizes["units"], return_sequences=True)(z, mask=mask)
        return probability(reference, layers.GRU(sizes["units"], go_backwards=True)(z, mask=mask))

    return classifier(reference, build)
