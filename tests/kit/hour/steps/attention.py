"""Steps of the exercise ``attention``: the function, its masks, and then the layer."""

from tests.kit.hour.steps import step

MASKS = """    if mask is not None:
        scores = tf.where(mask, scores, tf.cast(-1e9, scores.dtype))
    if causal:
        steps, keys = tf.shape(scores)[-2], tf.shape(scores)[-1]
        past = tf.range(keys) <= tf.range(steps)[:, tf.newaxis]
        scores = tf.where(past, scores, tf.cast(-1e9, scores.dtype))
"""
STUB = '        raise NotImplementedError("Exercise attention: not written yet")\n'
BUILD = """        dims = input_shapes[0][-1]
        if self.n_heads < 1 or dims % self.n_heads != 0:
            raise ValueError(f"{dims} dims cannot be shared by {self.n_heads} heads")
        self.q_linear, self.k_linear, self.v_linear, self.out_linear = [
            tf.keras.layers.Dense(dims, use_bias=False) for _ in range(4)
        ]
"""
SPLIT = """        def split(x):
            shape = tf.shape(x)
            x = tf.reshape(x, [shape[0], shape[1], self.n_heads, x.shape[-1] // self.n_heads])
            return tf.transpose(x, [0, 2, 1, 3])

"""
CALL = """        query, value = inputs[:2]
        key = inputs[2] if len(inputs) == 3 else value
        hide = None
        if mask is not None and mask[1] is not None:
            hide = mask[1][:, tf.newaxis, tf.newaxis, :]

{split}        outputs, _ = scaled_dot_product_attention(
            split(self.q_linear(query)),
            split(self.v_linear(value)),
            split(self.k_linear(key)),
            mask=hide,
            causal=self.causal,
        )
        outputs = {merged}
        shape = tf.shape(outputs)
        outputs = tf.reshape(outputs, [shape[0], shape[1], query.shape[-1]])
        return self.out_linear(outputs)
"""
MERGED = "tf.transpose(outputs, [0, 2, 1, 3])"


def call(split=SPLIT, merged=MERGED):
    return CALL.format(split=split, merged=merged)


def module(
    scores="tf.matmul(query, key, transpose_b=True) / tf.sqrt(tf.cast(tf.shape(key)[-1], "
    "query.dtype))",
    masks=MASKS,
    weights="tf.nn.softmax(scores)",
    build=BUILD,
    calling=None,
    kept="        self.n_heads, self.causal = n_heads, causal\n",
):
    return f"""import tensorflow as tf


def scaled_dot_product_attention(query, value, key=None, *, mask=None, causal=False):
    query, value = tf.convert_to_tensor(query), tf.convert_to_tensor(value)
    key = value if key is None else tf.convert_to_tensor(key)
    scores = {scores}
{masks}    weights = {weights}
    return tf.matmul(weights, value), weights


class MultiHeadAttention(tf.keras.layers.Layer):
    def __init__(self, n_heads, causal=False, **kwargs):
        super().__init__(**kwargs)
{kept}
    def build(self, input_shapes):
{build}        super().build(input_shapes)

    def call(self, inputs, mask=None):
{calling or call()}
    def compute_mask(self, inputs, mask=None):
        return mask[0] if mask is not None else None
"""


EMPTY = {"build": STUB, "calling": STUB, "kept": STUB}
STEPS = (
    step(
        "the scores as they are, no masks, no layer",
        module("tf.matmul(query, key, transpose_b=True)", "", **EMPTY),
        "no-scale",
        "causal-ignored",
        leads="square_root",
    ),
    step(
        "hidden weights set to 0 after the softmax",
        module(
            masks="",
            weights="tf.nn.softmax(scores)\n    if mask is not None:\n"
            "        weights *= tf.cast(mask, weights.dtype)",
            **EMPTY,
        ),
        "mask-after-softmax",
        "causal-ignored",
        leads="visible_keys",
    ),
    step(
        "scores times the mask, causal not written yet",
        module(
            masks="    if mask is not None:\n        scores *= tf.cast(mask, scores.dtype)\n",
            **EMPTY,
        ),
        "mask-of-zero-scores",
        "causal-ignored",
        leads="hidden",
    ),
    step(
        "the triangle of the wrong side",
        module(masks=MASKS.replace("<= tf.range(steps)", ">= tf.range(steps)"), **EMPTY),
        "causal-shows-the-future",
        leads="causal",
    ),
    step(
        "heads split by a reshape alone",
        module(
            calling=call(
                """        def split(x):
            shape = tf.shape(x)
            return tf.reshape(
                x, [shape[0], self.n_heads, shape[1], x.shape[-1] // self.n_heads]
            )

"""
            )
        ),
        "split-without-transpose",
        leads="head",
    ),
    step(
        "heads merged by a reshape alone",
        module(
            calling=call(merged="outputs").replace(
                "[shape[0], shape[1], query.shape[-1]]",
                "[shape[0], tf.shape(query)[1], query.shape[-1]]",
            )
        ),
        "merge-without-transpose",
        leads="head",
    ),
    step(
        "the mask with an axis for the heads only",
        module(calling=call().replace("[:, tf.newaxis, tf.newaxis, :]", "[:, tf.newaxis, :]")),
        "mask-without-head-axis",
        leads="value_mask",
    ),
    step(
        "biases left on",
        module(build=BUILD.replace("(dims, use_bias=False)", "(dims)")),
        "maps-with-bias",
        leads="",
    ),
    step("right", module()),
)
