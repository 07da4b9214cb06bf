"""The chapter's pipeline in steps that a wrong one can take differently."""

from grading.misconceptions import changed


def chapter(reference, window=None, split=None, shuffle=None, finish=None):
    """The chapter's pipeline, with some of its steps replaced.

    Args:
        window: ``(items, n_steps, shift) -> windows``, a dataset of datasets.
        split: ``(window, n_steps) -> (inputs, targets)``.
        shuffle: ``(windows, buffer, seed, batch_size) -> windows``.
        finish: ``(pairs, batch_size) -> batches``.
    """
    tf, np = reference.tf, reference.np
    window = window or (lambda items, n, shift: items.window(n + 1, shift, drop_remainder=True))
    split = split or (lambda window, n: (window[:-1], window[1:]))
    shuffle = shuffle or (lambda pairs, buffer, seed: pairs.shuffle(buffer, seed))
    finish = finish or (lambda pairs, batch_size: pairs.batch(batch_size))

    def split_windows(sequence, n_steps, *, shift=1, batch_size=32, shuffle_buffer=None, seed=None):
        # The reference complains about bad arguments.
        reference.split_windows(sequence, n_steps, shift=shift, batch_size=batch_size)
        items = tf.data.Dataset.from_tensor_slices(np.array(sequence, dtype=np.int64))
        pairs = window(items, n_steps, shift).flat_map(lambda part: part.batch(n_steps + 1))
        pairs = pairs.map(lambda part: split(part, n_steps))
        if shuffle_buffer is not None:
            pairs = shuffle(pairs, shuffle_buffer, seed)
        return finish(pairs, batch_size)

    return changed(reference, split_windows=split_windows)
