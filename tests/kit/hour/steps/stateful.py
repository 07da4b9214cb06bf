"""Steps of the exercise ``stateful``: parts first cut wrongly, then read wrongly."""

from tests.kit.hour.steps import step

HEAD = """import numpy as np
import tensorflow as tf


def split_stateful(sequence, n_steps, *, batch_size):
"""
CHECKS = """    for name, value in (("n_steps", n_steps), ("batch_size", batch_size)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
"""
NEIGHBOURS = f"""{HEAD}{CHECKS}
    dataset = tf.data.Dataset.from_tensor_slices(np.array(sequence, dtype=np.int64))
    dataset = dataset.window(n_steps + 1, shift=n_steps, drop_remainder=True)
    dataset = dataset.flat_map(lambda window: window.batch(n_steps + 1))
    dataset = dataset.batch(batch_size, drop_remainder=True)
    return dataset.map(lambda w: (w[:, :-1], w[:, 1:]))
"""
PARTS = "ids[: length * batch_size].reshape(batch_size, length)"


def split(parts=PARTS, shift="n_steps", late=1, n="(length - 1) // n_steps", end="", checks=CHECKS):
    return f"""{HEAD}{checks}
    ids = np.array(sequence, dtype=np.int64)
    length = len(ids) // batch_size
    parts = {parts}
    starts = [number * ({shift}) for number in range(max(0, {n}))]
    inputs = [parts[:, s : s + n_steps] for s in starts]
    targets = [parts[:, s + {late} : s + {late} + n_steps] for s in starts]
    shape = [len(starts), batch_size, n_steps]
    pairs = [np.array(x, dtype=np.int64).reshape(shape) for x in (inputs, targets)]
    return tf.data.Dataset.from_tensor_slices(tuple(pairs)){end}
"""


STEPS = (
    step(
        "windows of neighbours in one batch",
        NEIGHBOURS,
        "consecutive-windows-in-one-batch",
        leads="goes_on_where",
    ),
    step(
        "items dealt out to the rows, nothing checked",
        split("ids[: length * batch_size].reshape(length, batch_size).T", checks=""),
        "rows-interleaved",
        leads="rows_walk",
    ),
    step(
        "targets that are the inputs",
        split(late=0),
        "targets-equal-inputs",
        leads="targets",
    ),
    step(
        "an item skipped between windows",
        split(shift="n_steps + 1", n="length // (n_steps + 1)"),
        "an-item-skipped-between-windows",
        leads="goes_on_where",
    ),
    step(
        "one batch too few",
        split(n="(length - 1) // n_steps - 1"),
        "last-batch-lost",
        leads="ends_when",
    ),
    step(
        "batches shuffled",
        split(end=".shuffle(1000)"),
        "batches-shuffled",
        leads="single_row",
    ),
    step("nothing checked", split(checks=""), "checks-come-too-late", leads="refused"),
    step("right", split()),
)
