"""Mistakes with windows, written with NumPy where the library has the chapter's pipeline."""

import itertools

from grading.misconceptions import changed


def from_starts(reference, starts=None, cut=None, shuffle=None, batch=None):
    """Windows cut from an array at the places where they start.

    Args:
        starts: ``(n, n_steps, shift) -> places``.
        cut: ``(ids, place, n_steps, shift) -> (inputs, targets)``.
        shuffle: ``(inputs, targets, seed, batch_size) -> (inputs, targets)``.
        batch: ``(dataset, batch_size) -> dataset``.
    """
    tf, np = reference.tf, reference.np
    starts = starts or (lambda n, n_steps, shift: range(0, n - n_steps, shift))
    cut = cut or (lambda ids, s, n, shift: (ids[s : s + n], ids[s + 1 : s + n + 1]))
    batch = batch or (lambda dataset, batch_size: dataset.batch(batch_size))

    def mix(inputs, targets, seed, batch_size):
        order = np.random.default_rng(seed).permutation(len(inputs))
        return inputs[order], targets[order]

    def split_windows(sequence, n_steps, *, shift=1, batch_size=32, shuffle_buffer=None, seed=None):
        for name, value in dict(n_steps=n_steps, shift=shift, batch_size=batch_size).items():
            if value < 1:
                raise ValueError(f"{name} must be positive: {value}")
        ids = np.array(sequence, dtype=np.int64)
        pairs = [cut(ids, s, n_steps, shift) for s in starts(len(ids), n_steps, shift)]
        inputs = np.array([pair[0] for pair in pairs]) if pairs else np.zeros([0, n_steps], int)
        targets = np.array([pair[1] for pair in pairs]) if pairs else np.zeros([0, n_steps], int)
        if shuffle_buffer is not None:
            inputs, targets = (shuffle or mix)(inputs, targets, seed, batch_size)
        return batch(tf.data.Dataset.from_tensor_slices((inputs, targets)), batch_size)

    return changed(reference, split_windows=split_windows)


def wrapped(reference):
    def cut(ids, start, n_steps, shift):
        window = ids.take(range(start, start + n_steps + 1), mode="wrap")
        return window[:-1], window[1:]

    return from_starts(reference, lambda n, n_steps, shift: range(0, n, shift), cut)


def strided(reference):
    def cut(ids, start, n_steps, shift):
        window = ids[start::shift][: n_steps + 1]
        return window[:-1], window[1:]

    return from_starts(reference, lambda n, n_steps, shift: range(n - n_steps * shift), cut)


def cycled(reference):
    tf = reference.tf

    def split_windows(sequence, n_steps, **options):
        batches = reference.split_windows(sequence, n_steps, **options)
        rows = tf.TensorSpec([None, n_steps], tf.int64)
        return tf.data.Dataset.from_generator(
            lambda: itertools.cycle(batches.as_numpy_iterator()), output_signature=(rows, rows)
        )

    return changed(reference, split_windows=split_windows)


def items_mixed(reference):
    def split_windows(sequence, n_steps, *, shuffle_buffer=None, seed=None, **options):
        if shuffle_buffer is None:
            return reference.split_windows(sequence, n_steps, **options)
        items = reference.tf.data.Dataset.from_tensor_slices(list(sequence))
        items = items.shuffle(max(1, len(sequence)), seed)
        mixed = list(items.as_numpy_iterator())
        return reference.split_windows(mixed, n_steps, **options)

    return changed(reference, split_windows=split_windows)


def blocks_mixed(reference):
    def shuffle(inputs, targets, seed, size):
        np = reference.np
        order = np.arange(len(inputs))
        blocks = [order[i : i + size] for i in range(0, len(order), size)]
        np.random.default_rng(seed).shuffle(blocks)
        order = np.concatenate(blocks) if blocks else order
        return inputs[order], targets[order]

    return from_starts(reference, shuffle=shuffle)


def columns_mixed(reference):
    def shuffle(inputs, targets, seed, size):
        rng = reference.np.random.default_rng(seed)
        return rng.permutation(inputs), rng.permutation(targets)

    return from_starts(reference, shuffle=shuffle)


def never_mixed(reference):
    return from_starts(reference, shuffle=lambda inputs, targets, seed, size: (inputs, targets))


SECOND_WAYS = {
    "targets-equal-inputs": lambda reference: from_starts(
        reference, cut=lambda ids, s, n, shift: (ids[s : s + n], ids[s : s + n])
    ),
    "inputs-and-targets-swapped": lambda reference: from_starts(
        reference, cut=lambda ids, s, n, shift: (ids[s + 1 : s + n + 1], ids[s : s + n])
    ),
    "only-the-last-target": lambda reference: from_starts(
        reference, cut=lambda ids, s, n, shift: (ids[s : s + n], ids[s + n])
    ),
    "targets-from-the-next-window": lambda reference: from_starts(
        reference,
        lambda n, n_steps, shift: range(0, n - 2 * n_steps + 1, shift),
        lambda ids, s, n, shift: (ids[s : s + n], ids[s + n : s + 2 * n]),
    ),
    "shift-forgotten": lambda reference: from_starts(
        reference, lambda n, n_steps, shift: range(0, n - n_steps, n_steps + 1)
    ),
    "shift-always-1": lambda reference: from_starts(
        reference, lambda n, n_steps, shift: range(n - n_steps)
    ),
    "shift-taken-for-stride": strided,
    "wraps-round": wrapped,
    "never-ends": cycled,
    "last-window-lost": lambda reference: from_starts(
        reference, lambda n, n_steps, shift: range(0, n - n_steps - 1, shift)
    ),
    "windows-one-item-short": lambda reference: from_starts(
        reference,
        lambda n, n_steps, shift: range(0, n - n_steps + 1, shift),
        lambda ids, s, n, shift: (ids[s : s + n - 1], ids[s + 1 : s + n]),
    ),
    "last-batch-dropped": lambda reference: from_starts(
        reference,
        batch=lambda dataset, size: dataset.batch(size).filter(lambda x, _: len(x) == size),
    ),
    "items-shuffled": items_mixed,
    "inputs-and-targets-shuffled-apart": columns_mixed,
    "batches-shuffled": blocks_mixed,
    "shuffle-buffer-ignored": never_mixed,
}

UNNAMED = {
    "first-window-skipped": lambda reference: from_starts(
        reference, lambda n, n_steps, shift: range(shift, n - n_steps, shift)
    ),
    "targets-two-items-later": lambda reference: from_starts(
        reference,
        lambda n, n_steps, shift: range(0, n - n_steps - 1, shift),
        lambda ids, s, n, shift: (ids[s : s + n], ids[s + 2 : s + n + 2]),
    ),
    "windows-from-the-end": lambda reference: from_starts(
        reference, lambda n, n_steps, shift: range(n - n_steps - 1, -1, -shift)
    ),
    "inputs-read-backwards": lambda reference: from_starts(
        reference, cut=lambda ids, s, n, shift: (ids[s : s + n][::-1], ids[s + 1 : s + n + 1])
    ),
    "batches-one-too-large": lambda reference: from_starts(
        reference, batch=lambda dataset, size: dataset.batch(size + 1)
    ),
    "items-as-floats": lambda reference: from_starts(
        reference, cut=lambda ids, s, n, shift: (ids[s : s + n] / 2, ids[s + 1 : s + n + 1] / 2)
    ),
}
