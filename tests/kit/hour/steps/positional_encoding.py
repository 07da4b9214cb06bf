"""Steps of the exercise ``positional_encoding``: the table first, then what a layer has to do."""

from tests.kit.hour.steps import step

CHECKS = """        for name, size, most in (
            ("steps", inputs.shape[1], self.max_steps),
            ("dims", inputs.shape[2], self.max_dims),
        ):
            if size is not None and size > most:
                raise ValueError(f"{size} {name}, but max_{name} is {most}")
"""
FILLED = """table = np.empty((max_steps, even))
        table[:, 0::2] = np.sin(angles)
        table[:, 1::2] = np.cos(angles)"""


def layer(
    positions="np.arange(max_steps)[:, np.newaxis]",
    even="max_dims + max_dims % 2",
    angles="positions / 10000 ** (np.arange(0, even, 2) / even)",
    table=FILLED,
    supports="        self.supports_masking = True\n",
    checks=CHECKS,
    result="inputs + self.table[: tf.shape(inputs)[1], : tf.shape(inputs)[2]]",
):
    return f"""import numpy as np
import tensorflow as tf


class PositionalEncoding(tf.keras.layers.Layer):
    def __init__(self, max_steps, max_dims, **kwargs):
        super().__init__(**kwargs)
{supports}        self.max_steps = max_steps
        self.max_dims = max_dims
        even = {even}
        positions = {positions}
        angles = {angles}
        {table}
        self.table = tf.constant(table, tf.float32)

    def call(self, inputs):
{checks}        return {result}
"""


BARE = {"supports": "", "checks": ""}
STEPS = (
    step(
        "sines and cosines put one behind the other",
        layer(table="table = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)", **BARE),
        "sines-then-cosines",
        leads="position_0",
    ),
    step(
        "the number of the column where the formula has that of the pair",
        layer(angles="positions / 10000 ** (2 * np.arange(0, even, 2) / even)", **BARE),
        "exponent-doubled",
        leads="",
    ),
    step(
        "positions from 1",
        layer(positions="np.arange(1, max_steps + 1)[:, np.newaxis]", **BARE),
        "positions-from-1",
        leads="position_0",
    ),
    step(
        "odd sizes not thought of",
        layer(even="max_dims", **BARE),
        "odd-dims-crash",
        leads="",
    ),
    step(
        "the table given back, without the inputs",
        layer(
            result="tf.broadcast_to(self.table[: tf.shape(inputs)[1], : tf.shape(inputs)[2]], "
            "tf.shape(inputs))",
            **BARE,
        ),
        "encoding-not-added",
        leads="",
    ),
    step("the mask stops here", layer(supports=""), "mask-dropped", leads="mask"),
    step("nothing checked", layer(checks=""), "sizes-unchecked", leads="refused"),
    step(
        "the length read as a number",
        layer(result="inputs + self.table[: int(inputs.shape[1]), : inputs.shape[2]]"),
        "length-taken-for-a-number",
        leads="functional_model",
    ),
    step("right", layer()),
)
