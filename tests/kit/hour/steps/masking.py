"""Steps of the exercise ``masking``: the mask, then the model layer by layer."""

from tests.kit.hour.steps import step

CHECKS = """    for name, size in (
        ("vocab_size", vocab_size),
        ("num_oov_buckets", num_oov_buckets),
        ("embed_size", embed_size),
        ("units", units),
    ):
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")
"""
MODEL = """    ids = keras.layers.Input([None], dtype=tf.int64)
    mask = keras.layers.Lambda(padding_mask)(ids)
    x = keras.layers.Embedding({rows}, embed_size)(ids)
    x = keras.layers.GRU(units, return_sequences=True)(x{first})
    x = keras.layers.GRU(units)(x{second})
    return keras.Model(ids, keras.layers.Dense(1{activation})(x))
"""
STUB = '    raise NotImplementedError("Exercise masking: build_classifier is not written yet")\n'


def model(
    rows="vocab_size + num_oov_buckets",
    first=", mask=mask",
    second=", mask=mask",
    activation=', activation="sigmoid"',
):
    return MODEL.format(rows=rows, first=first, second=second, activation=activation)


def module(mask="tf.not_equal(ids, pad_id)", checks=CHECKS, body=None):
    return f"""import tensorflow as tf
from tensorflow import keras


def padding_mask(ids, pad_id=0):
    return {mask}


def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
{checks}{body or model()}"""


STEPS = (
    step(
        "True where the padding is, no model yet",
        module("tf.equal(ids, pad_id)", "", STUB),
        "mask-inverted",
        leads="mask",
    ),
    step(
        "numbers for booleans",
        module("tf.cast(tf.not_equal(ids, pad_id), tf.float32)", "", STUB),
        "mask-of-numbers",
        leads="mask",
    ),
    step(
        "0 written where pad_id is meant",
        module("tf.not_equal(ids, 0)", "", STUB),
        "pad-id-ignored",
        leads="pad_id",
    ),
    step(
        "a model without a mask, nothing checked",
        module(checks="", body=model(first="", second="")),
        "no-mask",
        leads="padding",
    ),
    step("a mask for the first layer, which Keras hands on", module(body=model(second=""))),
    step(
        "the buckets forgotten",
        module(body=model(rows="vocab_size")),
        "buckets-without-vectors",
        leads="sizes_of_the_layers",
    ),
    step(
        "no sigmoid",
        module(body=model(activation="")),
        "logits-not-probabilities",
        leads="probability",
    ),
    step("nothing checked", module(checks=""), "sizes-not-checked", leads="refuse"),
    step("right", module()),
)
