"""Windows and their targets."""

from grading.misconceptions import Library, changed
from grading.misconceptions.stateful.common import from_rows, windows_of

LIBRARY = Library()


def batched(windows, batch_size):
    """Whole batches of neighbours in a list of windows."""
    last = len(windows) - batch_size + 1
    return [windows[i : i + batch_size] for i in range(0, last, batch_size)]


@LIBRARY.add(
    "consecutive-windows-in-one-batch",
    "neighbouring windows side by side in one batch",
    """The windows follow each other correctly, but they were then batched as they came: row 1 of a
    batch goes on where row 0 stops. A stateful network hands the state of row i to row i of the
    next batch, and there it finds a passage from somewhere else. Each row needs a part of the
    sequence of its own to walk through; the chapter uses a batch of one window at first, just to
    avoid this.""",
)
def consecutive_windows_in_one_batch(reference):
    def rows(ids, n_steps, batch_size):
        return batched(windows_of(ids, n_steps, n_steps), batch_size)

    return from_rows(reference, rows)


@LIBRARY.add(
    "shift-1",
    "overlapping windows, one item further each time, as for a stateless network",
    """The windows of each part overlap: they start at every item. For a stateless network that is
    fine, it gives more examples. But the state that comes out of one batch has already read all
    of its items, and here the next batch starts just one item after the first one, so the network
    reads nearly everything again and again. Each window must start where the last one ended, so
    the shift is n_steps.""",
)
def shift_1(reference):
    def rows(ids, n_steps, batch_size):
        parts = reference.np.split(ids[: len(ids) // batch_size * batch_size], batch_size)
        return list(zip(*[windows_of(part, n_steps, 1) for part in parts], strict=True))

    return from_rows(reference, rows)


@LIBRARY.add(
    "an-item-skipped-between-windows",
    "windows that follow each other n_steps + 1 items apart",
    """A window with its last target holds n_steps + 1 items, and the next one was started after all
    of them. So one item between two batches is a target but never an input, and the state misses
    a step there: "the ca" is followed by "sat". The last target of one window must be the first
    input of the next; the windows, seen with their targets, overlap by one item.""",
)
def an_item_skipped_between_windows(reference):
    def rows(ids, n_steps, batch_size):
        parts = reference.np.split(ids[: len(ids) // batch_size * batch_size], batch_size)
        return list(zip(*[windows_of(part, n_steps, n_steps + 1) for part in parts], strict=True))

    return from_rows(reference, rows)


@LIBRARY.add(
    "targets-cut-from-the-inputs-chunk",
    "windows of n_steps items in all, inputs and targets one item shorter",
    """The sequence is cut into chunks of n_steps items, and inputs and targets are both taken from
    a chunk: all but its last item and all but its first. That leaves only n_steps - 1 steps, and
    from one chunk to the next a target is missing. The last input of a window has a target too: it
    lies one item beyond the chunk, where the next window starts.""",
)
def targets_cut_from_the_inputs_chunk(reference):
    def rows(ids, n_steps, batch_size):
        parts = reference.np.split(ids[: len(ids) // batch_size * batch_size], batch_size)
        chunks = [
            [part[s : s + n_steps] for s in range(0, len(part) - n_steps + 1, n_steps)]
            for part in parts
        ]
        return [[(c[:-1], c[1:]) for c in batch] for batch in zip(*chunks, strict=True)]

    return from_rows(reference, rows)


@LIBRARY.add(
    "targets-wrap-inside-the-window",
    "targets rolled round inside each window, the first input as last target",
    """The targets are the inputs shifted by one, but shifted inside the window: where the next item
    of the sequence should stand last, the first item of the same window comes round again, as
    np.roll does it. One target in n_steps is simply wrong, at the very step where the state is
    handed on. The last target must be the item that follows in the sequence.""",
)
def targets_wrap_inside_the_window(reference):
    tf = reference.tf

    def split_stateful(sequence, n_steps, *, batch_size):
        batches = reference.split_stateful(sequence, n_steps, batch_size=batch_size)
        return batches.map(lambda inputs, targets: (inputs, tf.roll(inputs, -1, axis=1)))

    return changed(reference, split_stateful=split_stateful)


@LIBRARY.add(
    "targets-equal-inputs",
    "targets that are the inputs themselves",
    """Each window stands here beside itself: the targets are what the network has just read. The
    loss falls quickly, as copying is easy, and the network learns nothing about what comes next.
    Targets are the inputs one item later, up to the first input of the same row in the next
    batch.""",
)
def targets_equal_inputs(reference):
    def split_stateful(sequence, n_steps, *, batch_size):
        batches = reference.split_stateful(sequence, n_steps, batch_size=batch_size)
        return batches.map(lambda inputs, targets: (inputs, inputs))

    return changed(reference, split_stateful=split_stateful)
