"""Ways to mask the wrong steps, or none, and to build another model."""

from grading.misconceptions import Library, changed

LIBRARY = Library()


def checked(**given):
    """The sizes, if they may be used."""
    for name, size in given.items():
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")
    return given


def classifier(reference, build):
    """The reference with another model: ``build(ids, mask, sizes) -> outputs``."""
    keras, tf = reference.keras, reference.tf

    def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
        sizes = checked(
            vocab_size=vocab_size,
            num_oov_buckets=num_oov_buckets,
            embed_size=embed_size,
            units=units,
        )
        ids = keras.Input(shape=[None], dtype=tf.int64)
        mask = keras.layers.Lambda(reference.padding_mask)(ids)
        return keras.Model(ids, build(ids, mask, sizes))

    return changed(reference, build_classifier=build_classifier)


def embedded(reference, ids, sizes):
    n_ids = sizes["vocab_size"] + sizes["num_oov_buckets"]
    return reference.keras.layers.Embedding(n_ids, sizes["embed_size"])(ids)


def read_twice(reference, z, mask, sizes):
    layers = reference.keras.layers
    z = layers.GRU(sizes["units"], return_sequences=True)(z, mask=mask)
    return layers.GRU(sizes["units"])(z, mask=mask)


def probability(reference, z):
    return reference.keras.layers.Dense(1, activation="sigmoid")(z)


def with_mask(reference, make):
    """The reference's model with the mask ``make(ids, mask, sizes)``."""

    def build(ids, mask, sizes):
        wrong = reference.keras.layers.Lambda(
            lambda ids: make(ids, reference.padding_mask(ids), sizes)
        )(ids)
        z = read_twice(reference, embedded(reference, ids, sizes), wrong, sizes)
        return probability(reference, z)

    return classifier(reference, build)


# The mask.


@LIBRARY.add(
    "mask-inverted",
    "a mask that is True at the padding",
    """The mask is the wrong way round: True marks the padding. Some libraries do it so (PyTorch's
    key_padding_mask), but Keras' masks are True where there is something to read. With this one the
    network skips every word and reads nothing but padding, so that all reviews of equal length look
    alike to it.""",
)
def mask_inverted(reference):
    tf = reference.tf
    model = with_mask(reference, lambda ids, mask, sizes: tf.logical_not(mask))
    return changed(model, padding_mask=lambda ids, pad_id=0: tf.equal(ids, pad_id))


@LIBRARY.add(
    "pad-id-ignored",
    "a mask that looks for 0, whatever pad_id says",
    """The ids are compared with 0, or cast to booleans, and the argument pad_id is not used. As 0
    is its default, nothing shows until somebody's padding has another id. Compare with pad_id.""",
)
def pad_id_ignored(reference):
    return changed(reference, padding_mask=lambda ids, pad_id=0: reference.padding_mask(ids))


@LIBRARY.add(
    "other-padding-replaced-in-the-ids",
    "a padding other than 0 that is replaced by 0 in the caller's own array",
    """Where pad_id is not 0, each padding in ids is first replaced by 0, so that one comparison
    with 0 does for all. In an array that happens in place: afterwards the caller's ids are others,
    and the next one to look for pad_id finds none. Compare with pad_id, and leave the ids as they
    are.""",
)
def other_padding_replaced_in_the_ids(reference):
    def padding_mask(ids, pad_id=0):
        found = reference.padding_mask(ids, pad_id)
        if pad_id != 0 and hasattr(ids, "setflags"):
            ids[ids == pad_id] = 0
        return found

    return changed(reference, padding_mask=padding_mask)


@LIBRARY.add(
    "larger-ids-only",
    "a mask that is True only for ids larger than the padding's",
    """The mask asks whether an id is larger than pad_id, not whether it is another one. For padding
    0 that is the same, as there are no negative ids; but a padding in the middle of the ids hides
    all words that come before it, the most frequent ones. Ask for "not equal".""",
)
def larger_ids_only(reference):
    return changed(reference, padding_mask=lambda ids, pad_id=0: reference.tf.greater(ids, pad_id))


@LIBRARY.add(
    "mask-by-length",
    "a mask made from the number of words in each row",
    """The words of each row were counted, and that many steps at its start are True, as
    sequence_mask does it. Where all the padding stands at the end, that is right. But padding_mask
    is told to hide an id wherever it stands: with a padding between two words, the padding is shown
    and the last word hidden. Compare each id by itself.""",
)
def mask_by_length(reference):
    tf = reference.tf

    def padding_mask(ids, pad_id=0):
        words = tf.cast(tf.not_equal(ids, pad_id), tf.int32)
        return tf.sequence_mask(tf.reduce_sum(words, axis=-1), words.shape[-1])

    return changed(reference, padding_mask=padding_mask)


@LIBRARY.add(
    "mask-of-numbers",
    "a mask of the numbers 1 and 0 instead of booleans",
    """The mask was cast to numbers, which is handy where it is multiplied with something. Keras'
    layers want booleans, and so does tf.where, and the docstring promises them. Leave the result of
    the comparison as it is.""",
)
def mask_of_numbers(reference):
    tf = reference.tf

    def padding_mask(ids, pad_id=0):
        return tf.cast(reference.padding_mask(ids, pad_id), tf.float32)

    return changed(reference, padding_mask=padding_mask)


@LIBRARY.add(
    "mask-with-a-third-axis",
    "a mask of shape [batch, steps, 1]",
    """The mask has one axis too many. It may have been added so that the mask can be multiplied
    with the vectors of the words, but a recurrent layer's mask says yes or no once for each step:
    it is [batch, steps], like the ids.""",
)
def mask_with_a_third_axis(reference):
    def padding_mask(ids, pad_id=0):
        return reference.padding_mask(ids, pad_id)[:, :, reference.tf.newaxis]

    return changed(reference, padding_mask=padding_mask)


# Masks in the model.


@LIBRARY.add(
    "no-mask",
    "a model without any mask",
    """The padding is read like words. It all trains well, and still the output for a review depends
    on how wide its batch happens to be: the state after the last word goes through one padding
    after the other, which the network must learn to survive. Both GRU layers need the mask.""",
)
def no_mask(reference):
    def build(ids, mask, sizes):
        z = read_twice(reference, embedded(reference, ids, sizes), None, sizes)
        return probability(reference, z)

    return classifier(reference, build)


@LIBRARY.add(
    "mask-lost-between-the-layers",
    "a mask that reaches the first recurrent layer only",
    """The first GRU layer skips the padding, the second does not. Keras hands a mask on by itself
    only through layers that know how; a plain operation of TensorFlow in between drops it. At
    padded steps the first layer repeats its last output, and the second reads that, over and over:
    its result changes with every padding. Give the mask to the second layer as well.""",
)
def mask_lost_between_the_layers(reference):
    layers = reference.keras.layers

    def build(ids, mask, sizes):
        z = embedded(reference, ids, sizes)
        z = layers.GRU(sizes["units"], return_sequences=True)(z, mask=mask)
        return probability(reference, layers.GRU(sizes["units"])(z * 1.0))

    return classifier(reference, build)


@LIBRARY.add(
    "vectors-zeroed-only",
    "padding turned into vectors of zeros, but read all the same",
    """The vectors were multiplied with the mask, so that padding is all zeros. But zeros are an
    input like any other: at such a step a GRU still computes a new state from its old one, and
    forgets a bit of what it knows. A masked step is one at which nothing is computed at all. The
    layers themselves must be told, by their argument mask or by a Masking layer.""",
)
def vectors_zeroed_only(reference):
    tf = reference.tf

    def build(ids, mask, sizes):
        shown = reference.keras.layers.Lambda(
            lambda ids: tf.cast(tf.not_equal(ids, 0), tf.float32)[:, :, tf.newaxis]
        )(ids)
        z = embedded(reference, ids, sizes) * shown
        return probability(reference, read_twice(reference, z, None, sizes))

    return classifier(reference, build)


@LIBRARY.add(
    "mean-of-all-steps",
    "a mean over all steps of the second layer, padded ones too",
    """The outputs of the second layer were averaged over the whole row. At padded steps a
    masked layer repeats its last output, so the more padding, the more that one weighs in the
    mean. Use the layer's last output, which is what a GRU layer gives unless it is told to
    return sequences.""",
)
def mean_of_all_steps(reference):
    layers, tf = reference.keras.layers, reference.tf

    def build(ids, mask, sizes):
        z = embedded(reference, ids, sizes)
        for _ in range(2):
            z = layers.GRU(sizes["units"], return_sequences=True)(z, mask=mask)
        return probability(reference, layers.Lambda(lambda z: tf.reduce_mean(z, axis=1))(z))

    return classifier(reference, build)


@LIBRARY.add(
    "mean-of-the-words",
    "a mean over the second layer's outputs at all words",
    """The second layer gave its outputs at all steps, and those at words were averaged. The padding
    does no harm then, and classifiers are built like that, but not this one. A GRU carries what it
    has read along to the last word, and that output alone goes to the sigmoid unit, as the
    docstring says: what the second layer ends with.""",
)
def mean_of_the_words(reference):
    layers = reference.keras.layers

    def build(ids, mask, sizes):
        z = embedded(reference, ids, sizes)
        for _ in range(2):
            z = layers.GRU(sizes["units"], return_sequences=True)(z, mask=mask)
        return probability(reference, layers.GlobalAveragePooling1D()(z, mask=mask))

    return classifier(reference, build)


@LIBRARY.add(
    "one-mask-for-the-whole-batch",
    "a step masked only if it is padding in every row of the batch",
    """Steps at which the whole batch is padding are skipped, all others are read in every row. So
    whatever is appended to the batch as a whole does no harm; but a short review beside a long one
    is still followed by paddings that are read. Each row has a mask of its own.""",
)
def one_mask_for_the_whole_batch(reference):
    tf = reference.tf

    def make(ids, mask, sizes):
        return tf.broadcast_to(tf.reduce_any(mask, axis=0, keepdims=True), tf.shape(mask))

    return with_mask(reference, make)


@LIBRARY.add(
    "last-word-hidden",
    "the last word of each review left out",
    """The mask, or the index of the last step, is off by one: a review of n words ends at step n -
    1, counted from 0, and here one more is taken off. Padding does no harm any more, but the last
    word of a review does not count either, and a review of one word is empty.""",
)
def last_word_hidden(reference):
    tf = reference.tf

    def make(ids, mask, sizes):
        return tf.concat([mask[:, 1:], tf.zeros_like(mask[:, :1])], axis=1)

    return with_mask(reference, make)


@LIBRARY.add(
    "id-1-taken-for-padding",
    "the word with id 1 masked like the padding",
    """Ids up to 1 are masked. Keras' own tables do reserve two ids, 0 for padding and 1 for unknown
    words, but here unknown words have their buckets at the other end, and 1 is the most frequent
    word of all. Only id 0 is padding.""",
)
def id_1_taken_for_padding(reference):
    return with_mask(reference, lambda ids, mask, sizes: ids > 1)


@LIBRARY.add(
    "buckets-masked",
    "words of the buckets masked like the padding",
    """Only ids of the vocabulary pass the mask, and the buckets behind it are skipped. It sounds
    reasonable to ignore unknown words, but that is not padding: the buckets are there so that rare
    words count too, and the review's other words would move together. Only id 0 is padding.""",
)
def buckets_masked(reference):
    return with_mask(reference, lambda ids, mask, sizes: mask & (ids < sizes["vocab_size"]))


# The model.


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
