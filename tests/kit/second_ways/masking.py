"""Mistakes with masks as classes and Sequential models where the library has functional ones."""

from grading.misconceptions import changed


def checked(vocab_size, num_oov_buckets, embed_size, units):
    for name, size in list(locals().items()):
        if size <= 0:
            raise ValueError(f"{name} is {size}")


def in_a_row(reference, n_ids=sum, layers=2, last=None, mask_zero=True):
    """A Sequential model, with Keras' own masks."""
    keras = reference.keras

    def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
        checked(vocab_size, num_oov_buckets, embed_size, units)
        rows = n_ids([vocab_size, num_oov_buckets])
        model = keras.Sequential([keras.layers.Embedding(rows, embed_size, mask_zero=mask_zero)])
        for number in range(layers):
            model.add(keras.layers.GRU(units, return_sequences=number < layers - 1))
        model.add(last() if last else keras.layers.Dense(1, activation="sigmoid"))
        return model

    return changed(reference, build_classifier=build_classifier)


def in_a_class(reference, words=None, between=None, vectors=None, end=None):
    """A class of its own.

    Args:
        words: ``(ids, vocab_size) -> mask``.
        between: what happens to the first layer's outputs.
        vectors: ``(vectors, ids) -> (vectors, mask)``.
        end: ``outputs of the second layer -> what is classified``; it then gives sequences.
    """
    keras, tf = reference.keras, reference.tf

    class Classifier(keras.Model):
        def __init__(self, vocab_size, num_oov_buckets, embed_size, units):
            super().__init__()
            checked(vocab_size, num_oov_buckets, embed_size, units)
            self.vocab_size = vocab_size
            self.vectors = keras.layers.Embedding(vocab_size + num_oov_buckets, embed_size)
            self.first = keras.layers.GRU(units, return_sequences=True)
            self.second = keras.layers.GRU(units, return_sequences=end is not None)
            self.out = keras.layers.Dense(1, activation="sigmoid")

        def call(self, ids):
            mask = words(ids, self.vocab_size) if words else tf.not_equal(ids, 0)
            z = self.vectors(ids)
            if vectors:
                z, mask = vectors(z, ids)
            z = self.first(z, mask=mask)
            z = self.second(between(z)) if between else self.second(z, mask=mask)
            return self.out(end(z) if end else z)

    def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
        return Classifier(vocab_size, num_oov_buckets, embed_size, units)

    return changed(reference, build_classifier=build_classifier)


def inverted(reference):
    tf = reference.tf
    model = in_a_class(reference, words=lambda ids, vocab_size: ids == 0)

    def padding_mask(ids, pad_id=0):
        return tf.logical_not(tf.not_equal(ids, pad_id))

    return changed(model, padding_mask=padding_mask)


def by_length(reference):
    tf = reference.tf

    def padding_mask(ids, pad_id=0):
        ids = tf.convert_to_tensor(ids)
        n_words = tf.math.count_nonzero(ids - pad_id, axis=1, keepdims=True)
        return tf.range(ids.shape[1], dtype=n_words.dtype)[tf.newaxis] < n_words

    return changed(reference, padding_mask=padding_mask)


def swapped(reference):
    def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
        checked(vocab_size, num_oov_buckets, embed_size, units)
        right = in_a_row(reference).build_classifier
        return right(vocab_size, num_oov_buckets, embed_size=units, units=embed_size)

    return changed(reference, build_classifier=build_classifier)


def zeroed(reference):
    tf = reference.tf

    def vectors(z, ids):
        return tf.where((ids == 0)[:, :, tf.newaxis], 0.0, z), None

    return in_a_class(reference, vectors=vectors)


def averaged(reference):
    """The mean of the words by Keras' own masks."""
    keras = reference.keras

    def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
        checked(vocab_size, num_oov_buckets, embed_size, units)
        return keras.Sequential(
            [
                keras.layers.Embedding(vocab_size + num_oov_buckets, embed_size, mask_zero=True),
                keras.layers.GRU(units, return_sequences=True),
                keras.layers.GRU(units, return_sequences=True),
                keras.layers.GlobalAveragePooling1D(),
                keras.layers.Dense(1, activation="sigmoid"),
            ]
        )

    return changed(reference, build_classifier=build_classifier)


def without_buckets(ids, vocab_size):
    return (ids > 0) & (ids < vocab_size)


SECOND_WAYS = {
    "mask-inverted": inverted,
    "pad-id-ignored": lambda reference: changed(
        reference, padding_mask=lambda ids, pad_id=0: reference.tf.cast(ids, reference.tf.bool)
    ),
    "mask-by-length": by_length,
    "no-mask": lambda reference: in_a_row(reference, mask_zero=False),
    "mask-lost-between-the-layers": lambda reference: in_a_class(
        reference, between=lambda z: z + 0.0
    ),
    "vectors-zeroed-only": zeroed,
    "mean-of-all-steps": lambda reference: in_a_class(
        reference, end=lambda z: reference.tf.reduce_mean(z, axis=1)
    ),
    "mean-of-the-words": averaged,
    "buckets-masked": lambda reference: in_a_class(reference, words=without_buckets),
    "buckets-without-vectors": lambda reference: in_a_row(reference, n_ids=lambda sizes: sizes[0]),
    "sizes-swapped": swapped,
    "one-recurrent-layer": lambda reference: in_a_row(reference, layers=1),
    "logits-not-probabilities": lambda reference: in_a_row(
        reference, last=lambda: reference.keras.layers.Dense(1)
    ),
}

UNNAMED = {
    "three-recurrent-layers": lambda reference: in_a_row(reference, layers=3),
    "first-word-hidden": lambda reference: in_a_class(
        reference,
        words=lambda ids, vocab_size: reference.tf.concat([ids[:, :1] < 0, ids[:, 1:] > 0], axis=1),
    ),
    "sum-of-all-steps": lambda reference: in_a_class(
        reference, end=lambda z: reference.tf.reduce_sum(z, axis=1)
    ),
}
