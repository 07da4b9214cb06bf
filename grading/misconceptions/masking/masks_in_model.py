"""Masks in the model."""

from grading.misconceptions import Library
from grading.misconceptions.masking.common import (
    classifier,
    embedded,
    probability,
    read_twice,
    with_mask,
)

LIBRARY = Library()


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
