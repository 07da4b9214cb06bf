"""How windows are cut, and targets made."""

from grading.misconceptions import Library, changed
from grading.misconceptions.windows.common import chapter

LIBRARY = Library()


@LIBRARY.add(
    "targets-equal-inputs",
    "targets that are the inputs themselves",
    """The targets here are the very windows the network reads. That looks natural for a dataset of
    pairs, and training even shows a fine loss: the network learns to copy. But it never learns to
    predict. The docstring asks for targets one item later: the last n_steps items of each window
    of n_steps + 1.""",
)
def targets_equal_inputs(reference):
    def split_windows(sequence, n_steps, **options):
        pairs = reference.split_windows(sequence, n_steps, **options)
        return pairs.map(lambda inputs, targets: (inputs, inputs))

    return changed(reference, split_windows=split_windows)


@LIBRARY.add(
    "inputs-and-targets-swapped",
    "inputs and targets in each other's place",
    """The inputs here are the later items and the targets the earlier ones. Both are the right
    windows, so shapes and counts look fine, but a network trained on them learns to tell what came
    just before, which it has nearly always just read. In the docstring's words the first n_steps
    items of a window are its inputs, the last n_steps its targets.""",
)
def inputs_and_targets_swapped(reference):
    return chapter(reference, split=lambda window, n_steps: (window[1:], window[:-1]))


@LIBRARY.add(
    "only-the-last-target",
    "one target a window: only the item after its end",
    """Each window has a single target here, the item that follows it. That is how a time series
    is often forecast, and it trains. But the chapter's network predicts at every step, so the
    loss of each window has n_steps terms instead of one, and learns much faster from the same
    text. The docstring gives targets the shape [b, n_steps], like the inputs.""",
)
def only_the_last_target(reference):
    return chapter(reference, split=lambda window, n_steps: (window[:-1], window[-1]))


@LIBRARY.add(
    "targets-from-the-next-window",
    "targets that are the whole stretch after the inputs",
    """The targets here start where the inputs end: n_steps items later instead of one. That seems
    right for predicting the future, but step by step it asks the network for a character it
    cannot know yet: the first step should name the second character of the window, not the first
    of the next window. Inputs and targets overlap in all but one item each.""",
)
def targets_from_the_next_window(reference):
    def split_windows(sequence, n_steps, *, shift=1, **options):
        n = len(sequence)
        whole = reference.split_windows(sequence, n_steps, shift=shift, **options)
        double = reference.split_windows(sequence, max(1, 2 * n_steps - 1), shift=shift, **options)
        if n < 2 * n_steps:
            return whole.take(0)
        return double.map(lambda first, later: (first[:, :n_steps], later[:, n_steps - 1 :]))

    return changed(reference, split_windows=split_windows)


@LIBRARY.add(
    "shift-forgotten",
    "windows that do not overlap: shift left at the default of tf.data's window()",
    """Dataset.window() has a shift of its own, and where it is not given it is the size of the
    window: each window starts only where the last one ended. No error says so; there are simply
    far fewer windows, at other places than shift says, and the network sees a small part of what
    the text could teach. Windows must start at 0, shift, 2 * shift, and so on.""",
)
def shift_forgotten(reference):
    def window(items, n_steps, shift):
        return items.window(n_steps + 1, drop_remainder=True)

    return chapter(reference, window)


@LIBRARY.add(
    "shift-always-n-steps",
    "windows whose inputs lie side by side: a shift of n_steps, whatever shift says",
    """Each window starts where the inputs of the last one ended. That is what a stateful network
    needs, and the chapter cuts its text so for one, but the argument shift is then never used.
    Windows must start at 0, shift, 2 * shift, and so on.""",
)
def shift_always_n_steps(reference):
    def window(items, n_steps, shift):
        return items.window(n_steps + 1, shift=n_steps, drop_remainder=True)

    return chapter(reference, window)


@LIBRARY.add(
    "shift-always-1",
    "windows that start at every single item, whatever shift says",
    """The windows here start at 0, 1, 2, ... The chapter's first dataset is made like that, with
    shift=1, so it is easily copied as it stands. But the argument shift is then never used: with a
    shift of 100 the dataset is a hundred times as long as was asked for. Windows must start at 0,
    shift, 2 * shift, and so on.""",
)
def shift_always_1(reference):
    def window(items, n_steps, shift):
        return items.window(n_steps + 1, shift=1, drop_remainder=True)

    return chapter(reference, window)


@LIBRARY.add(
    "shift-taken-for-stride",
    "windows whose items lie shift apart: shift and stride mixed up",
    """Dataset.window() knows two distances, and they were mixed up here. The stride is the
    distance between two items inside a window, the shift the distance between the starts of two
    windows. A window must hold consecutive items; with a stride of 2 the network would read every
    second letter.""",
)
def shift_taken_for_stride(reference):
    def window(items, n_steps, shift):
        return items.window(n_steps + 1, shift=1, stride=shift, drop_remainder=True)

    return chapter(reference, window)


@LIBRARY.add(
    "short-windows-kept",
    "shorter windows left over at the end: no drop_remainder",
    """At the end of the sequence the last windows run out of items, and Dataset.window() keeps
    them, shorter than the others, unless it is told to drop the remainder. They seem too good to
    throw away, but rows of unequal lengths cannot be stacked into one batch: with a shift of 1
    TensorFlow stops with an error about shapes. A window that runs past the end is dropped.""",
)
def short_windows_kept(reference):
    return chapter(reference, lambda items, n_steps, shift: items.window(n_steps + 1, shift))


@LIBRARY.add(
    "end-padded",
    "a last window filled up with zeros",
    """The window that runs past the end of the sequence is filled up with zeros here. Padding is
    right for a batch of separate sentences, but 0 is the id of a real character (the space), so
    the network is taught that texts end in spaces. The docstring says what happens to such a
    window: it is dropped, never padded.""",
)
def end_padded(reference):
    tf = reference.tf

    def split_windows(sequence, n_steps, *, shift=1, **options):
        reference.split_windows(sequence, n_steps, shift=shift, **options)
        n = len(sequence)
        n_windows = max(1, -(-(n - n_steps - 1) // shift) + 1)
        missing = (n_windows - 1) * shift + n_steps + 1 - n
        padded = tf.pad(tf.cast(sequence, tf.int64), [[0, max(0, missing)]])
        return reference.split_windows(padded, n_steps, shift=shift, **options)

    return changed(reference, split_windows=split_windows)


@LIBRARY.add(
    "wraps-round",
    "windows that run over the end and go on at the start",
    """The sequence is repeated here before it is cut, so that it never runs out; the chapter's own
    code calls repeat() before window(). But then some windows start near the end of the text and
    go on with its beginning: the last words of the last play followed by the first of the first.
    A window that would run past the end is dropped, never wrapped round to the start.""",
)
def wraps_round(reference):
    tf, np = reference.tf, reference.np

    def split_windows(sequence, n_steps, *, shift=1, **options):
        reference.split_windows(sequence, n_steps, shift=shift, **options)
        ids = np.array(sequence, dtype=np.int64)
        n_windows = -(-len(ids) // shift)
        around = np.resize(ids, (max(0, n_windows - 1) * shift + n_steps + 1) * (len(ids) > 0))
        return reference.split_windows(tf.constant(around), n_steps, shift=shift, **options)

    return changed(reference, split_windows=split_windows)


@LIBRARY.add(
    "never-ends",
    "a dataset that starts again after the last window and never ends",
    """This dataset repeats itself for ever. The chapter does so too, and tells fit() how many steps
    make an epoch; without that number fit() would never finish its first epoch, and neither would
    a loop over the dataset. Here every window comes exactly once, and then the dataset ends;
    fit() starts it again for the next epoch by itself.""",
)
def never_ends(reference):
    return chapter(reference, finish=lambda pairs, batch_size: pairs.batch(batch_size).repeat())


@LIBRARY.add(
    "last-window-lost",
    "the last window that still fits left out",
    """The last window is missing, the one that ends with the very last item of the sequence. It is
    a matter of one: a window of n_steps + 1 items fits as long as its start plus n_steps + 1 is at
    most n, and range() leaves its own end out as well. A sequence of n_steps + 1 items is just
    long enough for one window.""",
)
def last_window_lost(reference):
    def split_windows(sequence, n_steps, **options):
        shorter = sequence[:-1] if len(sequence) else sequence
        return reference.split_windows(shorter, n_steps, **options)

    return changed(reference, split_windows=split_windows)


@LIBRARY.add(
    "windows-one-item-short",
    "windows of n_steps items in all, so inputs of n_steps - 1",
    """Each window holds n_steps items here, and when inputs and targets are taken from it, only
    n_steps - 1 are left for each. The name is a trap: n_steps is how many steps the network is
    unrolled over, so the inputs must be that long; and the last input needs a target too. That
    makes n_steps + 1 items a window.""",
)
def windows_one_item_short(reference):
    def window(items, n_steps, shift):
        return items.window(n_steps, shift=shift, drop_remainder=True)

    return chapter(reference, window)


@LIBRARY.add(
    "last-batch-dropped",
    "the last, smaller batch dropped",
    """The windows that do not fill a whole batch are thrown away. batch() has a drop_remainder just
    as window() has, and it belongs to the latter only: a shorter window cannot be used, but a
    smaller batch can. Up to batch_size - 1 windows are never learnt from, and a short text gives
    no batch at all. The docstring keeps the last batch, smaller as it may be.""",
)
def last_batch_dropped(reference):
    def finish(pairs, batch_size):
        return pairs.batch(batch_size, drop_remainder=True)

    return chapter(reference, finish=finish)
