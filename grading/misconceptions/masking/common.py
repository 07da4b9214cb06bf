"""Parts of a classifier that a wrong one can put together differently."""

from grading.misconceptions import changed


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
