"""Steps of the exercise ``windows``: the chapter's pipeline, one operation after the other."""

from tests.kit.hour.steps import step

HEAD = """import numpy as np
import tensorflow as tf


def split_windows(sequence, n_steps, *, shift=1, batch_size=32, shuffle_buffer=None, seed=None):
"""
CHECKS = """    sizes = {"n_steps": n_steps, "shift": shift, "batch_size": batch_size}
    for name, value in sizes.items():
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
"""
WINDOW = "window(n_steps + 1, shift=shift, drop_remainder=True)"
SPLIT = "(w[:, :-1], w[:, 1:])"
SHUFFLE = """    if shuffle_buffer is not None:
        dataset = dataset.shuffle(shuffle_buffer, seed=seed)
"""


def split(window=WINDOW, pair=SPLIT, before="", batch="batch(batch_size)", after="", checks=CHECKS):
    return f"""{HEAD}{checks}
    dataset = tf.data.Dataset.from_tensor_slices(np.array(sequence, dtype=np.int64))
    dataset = dataset.{window}
    dataset = dataset.flat_map(lambda window: window.batch(n_steps + 1))
{before}    dataset = dataset.{batch}
{after}    return dataset.map(lambda w: {pair})
"""


STEPS = (
    step(
        "the shift of window() left at its default, nothing checked",
        split("window(n_steps + 1, drop_remainder=True)", checks=""),
        "shift-forgotten",
        leads="start_at_0",
    ),
    step(
        "windows left over at the end",
        split("window(n_steps + 1, shift=shift)", checks=""),
        "short-windows-kept",
        leads="start_at_0",
    ),
    step(
        "targets that are the inputs",
        split(pair="(w[:, :-1], w[:, :-1])", checks=""),
        "targets-equal-inputs",
        leads="targets",
    ),
    step(
        "the last batch dropped",
        split(batch="batch(batch_size, drop_remainder=True)"),
        "last-batch-dropped",
        leads="start_at_0",
    ),
    step(
        "batches shuffled",
        split(after=SHUFFLE),
        "batches-shuffled",
        leads="shuffl",
    ),
    step(
        "shuffled without the seed",
        split(before=SHUFFLE.replace(", seed=seed", "")),
        "seed-ignored",
        leads="same_seed",
    ),
    step(
        "nothing checked",
        split(before=SHUFFLE, checks=""),
        "checks-come-too-late",
        leads="refused",
    ),
    step("right", split(before=SHUFFLE)),
)
