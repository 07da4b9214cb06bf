"""Mistakes with stateful batches, written with datasets where the library has lists of windows."""

import itertools

from grading.misconceptions import changed


def from_parts(reference, cut=None, rows=None, size=None, shift=None, finish=None):
    """The chapter's way: a dataset of windows for each part, zipped and stacked.

    Args:
        cut: ``(ids, batch_size) -> parts``.
        rows: ``(window [batch_size, size]) -> (inputs, targets)``.
        size, shift: from ``n_steps``: items in a window, and from one to the next.
        finish: what is done to the dataset at the end.
    """
    tf, np = reference.tf, reference.np
    cut = cut or np.array_split
    rows = rows or (lambda window: (window[:, :-1], window[:, 1:]))
    size, shift = size or (lambda n: n + 1), shift or (lambda n: n)
    finish = finish or (lambda dataset: dataset)

    def split_stateful(sequence, n_steps, *, batch_size):
        for name, value in [("n_steps", n_steps), ("batch_size", batch_size)]:
            if value < 1:
                raise ValueError(f"{name} must be positive: {value}")

        def windows(part):
            items = tf.data.Dataset.from_tensor_slices(part)
            items = items.window(size(n_steps), shift(n_steps), drop_remainder=True)
            return items.flat_map(lambda window: window.batch(size(n_steps)))

        parts = [windows(part) for part in cut(np.array(sequence, np.int64), batch_size)]
        batches = tf.data.Dataset.zip(tuple(parts)).map(lambda *parts: tf.stack(parts))
        return finish(batches.map(rows))

    return changed(reference, split_stateful=split_stateful)


def side_by_side(reference):
    tf, np = reference.tf, reference.np

    def split_stateful(sequence, n_steps, *, batch_size):
        reference.split_stateful(sequence, n_steps, batch_size=batch_size)
        ids = np.array(sequence, np.int64)
        n = max(0, len(ids) - 1) // n_steps * n_steps
        inputs, targets = ids[:n].reshape(-1, n_steps), ids[1 : n + 1].reshape(-1, n_steps)
        pairs = tf.data.Dataset.from_tensor_slices((inputs, targets))
        return pairs.batch(batch_size, drop_remainder=True)

    return changed(reference, split_stateful=split_stateful)


def dealt_out(ids, batch_size):
    n = len(ids) // batch_size * batch_size
    return list(ids[:n].reshape(-1, batch_size).T)


def rolled(reference):
    def rows(window):
        inputs = window[:, :-1]
        return inputs, reference.tf.concat([inputs[:, 1:], inputs[:, :1]], axis=1)

    return from_parts(reference, rows=rows)


def one_part(reference):
    return from_parts(reference, cut=lambda ids, batch_size: [ids] * batch_size)


def cycled(reference):
    tf = reference.tf

    def split_stateful(sequence, n_steps, *, batch_size):
        batches = reference.split_stateful(sequence, n_steps, batch_size=batch_size)
        some = tf.TensorSpec([batch_size, n_steps], tf.int64)
        return tf.data.Dataset.from_generator(
            lambda: itertools.cycle(batches.as_numpy_iterator()), output_signature=(some, some)
        )

    return changed(reference, split_stateful=split_stateful)


def overlapping(ids, batch_size):
    """Parts that share half of their items."""
    length = len(ids) // batch_size
    return [ids[i * length // 2 : i * length // 2 + length] for i in range(batch_size)]


SECOND_WAYS = {
    "consecutive-windows-in-one-batch": side_by_side,
    "shift-1": lambda reference: from_parts(reference, shift=lambda n: 1),
    "an-item-skipped-between-windows": lambda reference: from_parts(
        reference, shift=lambda n: n + 1
    ),
    "targets-cut-from-the-inputs-chunk": lambda reference: from_parts(reference, size=lambda n: n),
    "targets-wrap-inside-the-window": rolled,
    "targets-equal-inputs": lambda reference: from_parts(
        reference, rows=lambda window: (window[:, :-1], window[:, :-1])
    ),
    "rows-interleaved": lambda reference: from_parts(reference, cut=dealt_out),
    "all-rows-the-same": one_part,
    "steps-before-rows": lambda reference: from_parts(
        reference,
        rows=lambda window: (
            reference.tf.transpose(window[:, :-1]),
            reference.tf.transpose(window[:, 1:]),
        ),
    ),
    "last-batch-lost": lambda reference: from_parts(
        reference,
        cut=lambda ids, batch_size: reference.np.array_split(ids, batch_size),
        finish=lambda batches: (
            reference.tf.data.Dataset.from_tensor_slices(
                tuple(map(list, zip(*list(batches)[:-1], strict=True)))
            )
            if len(list(batches)) > 1
            else batches.take(0)
        ),
    ),
    "never-ends": cycled,
}

UNNAMED = {
    "parts-in-reverse": lambda reference: from_parts(
        reference, cut=lambda ids, n: reference.np.array_split(ids, n)[::-1]
    ),
    "first-item-skipped": lambda reference: from_parts(
        reference, cut=lambda ids, n: reference.np.array_split(ids[1:], n)
    ),
    "parts-overlap": lambda reference: from_parts(reference, cut=overlapping),
    "rows-read-backwards": lambda reference: from_parts(
        reference, rows=lambda window: (window[:, :0:-1], window[:, -2::-1])
    ),
    "targets-two-items-later": lambda reference: from_parts(
        reference, size=lambda n: n + 2, rows=lambda window: (window[:, :-2], window[:, 2:])
    ),
    "items-as-floats": lambda reference: from_parts(
        reference, cut=lambda ids, n: reference.np.array_split(ids / 2, n)
    ),
}
