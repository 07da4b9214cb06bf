"""Rows, batches and their order."""

from grading.misconceptions import Library, changed
from grading.misconceptions.stateful.common import from_rows, windows_of

LIBRARY = Library()


@LIBRARY.add(
    "rows-interleaved",
    "rows that take every batch_size-th item: x[i::batch_size]",
    """The items were dealt out to the rows like cards: row i holds items i, i + batch_size, and so
    on. It is a handy way to share things out equally, and reshape(-1, batch_size).T does the same
    unseen. But each row then reads a text with most of its letters missing. A row needs a
    contiguous part of the sequence: the first row the beginning, the last row the end.""",
)
def rows_interleaved(reference):
    def rows(ids, n_steps, batch_size):
        length = len(ids) // batch_size
        parts = [ids[i::batch_size][:length] for i in range(batch_size)]
        return list(zip(*[windows_of(part, n_steps, n_steps) for part in parts], strict=True))

    return from_rows(reference, rows)


@LIBRARY.add(
    "batches-shuffled",
    "the right batches in a shuffled order",
    """The batches are right and then shuffled, a habit from other datasets. For a stateful network
    the order of the batches is all that matters: the state left by one batch must meet the
    continuation in the next, and here it meets a passage from anywhere in the part. Stateful
    batches are never shuffled; fit() needs shuffle=False too when it is given arrays.""",
)
def batches_shuffled(reference):
    def split_stateful(sequence, n_steps, *, batch_size):
        batches = reference.split_stateful(sequence, n_steps, batch_size=batch_size)
        return batches.shuffle(1000, seed=4)

    return changed(reference, split_stateful=split_stateful)


@LIBRARY.add(
    "smaller-last-batch",
    "a last batch with fewer rows than the others",
    """The windows that are left over make a last, smaller batch here. That is welcome in a
    stateless dataset, but the state of a stateful network has a fixed number of rows, one for
    each part: TensorFlow stops with an error when a batch has fewer. Every batch must be exactly
    [batch_size, n_steps]; the dataset ends when the parts cannot fill one more.""",
)
def smaller_last_batch(reference):
    def rows(ids, n_steps, batch_size):
        windows = windows_of(ids, n_steps, n_steps)
        n_batches = len(windows) // batch_size
        full = [windows[number :: n_batches or 1][:batch_size] for number in range(n_batches)]
        rest = windows[n_batches * batch_size :]
        return full + [rest] * bool(rest)

    return from_rows(reference, rows)


@LIBRARY.add(
    "shorter-last-window",
    "a last batch with fewer steps than the others",
    """What is left of each part at the end makes a last batch with fewer than n_steps steps. It
    would not even be wrong for the state, but the docstring asks for batches of exactly
    [batch_size, n_steps], which a model with a fixed number of steps and the GPU's compiled code
    rely on. The dataset ends when a part cannot fill a window any more.""",
)
def shorter_last_window(reference):
    def rows(ids, n_steps, batch_size):
        parts = reference.np.split(ids[: len(ids) // batch_size * batch_size], batch_size)
        inputs, targets = [part[:-1] for part in parts], [part[1:] for part in parts]
        starts = range(0, len(parts[0]) - 1, n_steps)
        return [
            [(x[s : s + n_steps], y[s : s + n_steps]) for x, y in zip(inputs, targets, strict=True)]
            for s in starts
        ]

    return from_rows(reference, rows)


@LIBRARY.add(
    "all-rows-the-same",
    "every row walking through the same part",
    """All rows of a batch read the same items: the sequence was windowed once and each window
    repeated for every row. The state is carried on correctly, but the batch holds one example
    batch_size times and an epoch takes batch_size times as long to see the text. The sequence has
    to be cut into batch_size parts, one for each row.""",
)
def all_rows_the_same(reference):
    def rows(ids, n_steps, batch_size):
        return [[window] * batch_size for window in windows_of(ids, n_steps, n_steps)]

    return from_rows(reference, rows)


@LIBRARY.add(
    "steps-before-rows",
    "batches of shape [n_steps, batch_size]: steps first, rows second",
    """The batches lie on their side: each has n_steps rows and batch_size columns, because zip() or
    a transposition put the steps first. Some libraries do work with time first, but Keras'
    recurrent layers take [batch, steps], and here they would walk across the parts instead of
    along them. Each batch must be [batch_size, n_steps].""",
)
def steps_before_rows(reference):
    tf = reference.tf

    def split_stateful(sequence, n_steps, *, batch_size):
        batches = reference.split_stateful(sequence, n_steps, batch_size=batch_size)
        return batches.map(lambda inputs, targets: (tf.transpose(inputs), tf.transpose(targets)))

    return changed(reference, split_stateful=split_stateful)


@LIBRARY.add(
    "remainder-cut-off-in-front",
    "a sequence whose beginning was cut off instead of its end",
    """The sequence does not divide evenly into parts, and what was too much was taken from its
    beginning, as sequence[remainder:] or sequence[-n:] do it. Nothing in the batches looks wrong,
    but the first row does not start with the first item, as the docstring asks: a remainder may be
    left over at the end only.""",
)
def remainder_cut_off_in_front(reference):
    def split_stateful(sequence, n_steps, *, batch_size):
        reference.split_stateful(sequence, n_steps, batch_size=batch_size)
        whole = reference.np.array(sequence)[len(sequence) % batch_size :]
        return reference.split_stateful(whole, n_steps, batch_size=batch_size)

    return changed(reference, split_stateful=split_stateful)


@LIBRARY.add(
    "last-batch-lost",
    "the last batch left out, although the parts fill it",
    """One batch is missing at the end. The parts are long enough for it: a part of n_steps + 1
    items fills a window, with one item more n_steps each time. Often len(part) // n_steps was
    reduced by one to be safe about the last target, or range() was given an end that it never
    reaches. Count with a short sequence by hand: the example in the docstring has two batches.""",
)
def last_batch_lost(reference):
    def split_stateful(sequence, n_steps, *, batch_size):
        batches = reference.split_stateful(sequence, n_steps, batch_size=batch_size)
        return batches.take(max(0, len(batches) - 1))

    return changed(reference, split_stateful=split_stateful)


@LIBRARY.add(
    "never-ends",
    "a dataset that starts again after the last batch and never ends",
    """The dataset repeats itself for ever. With a stateful network that does harm twice: fit()
    never finishes an epoch, and the state left at the end of each part is carried into its
    beginning. The dataset ends when the parts are read; between two epochs the states are reset,
    as the chapter's callback does, and fit() starts the dataset again.""",
)
def never_ends(reference):
    def split_stateful(sequence, n_steps, *, batch_size):
        return reference.split_stateful(sequence, n_steps, batch_size=batch_size).repeat()

    return changed(reference, split_stateful=split_stateful)


@LIBRARY.add(
    "checks-come-too-late",
    "bad arguments that go unnoticed when the dataset is made",
    """A size below 1 goes unnoticed when the dataset is made, and fails, if at all, only when
    somebody iterates it: a generator runs none of its code before its first item is asked for.
    By then the line with the mistake is far away. The docstring wants the ValueError from this
    very call, naming the argument and its value.""",
    unchecked=True,
)
def checks_come_too_late(reference):
    tf = reference.tf

    def split_stateful(sequence, n_steps, **options):
        def complaint_of_a_late_check():
            yield reference.split_stateful(sequence, n_steps, **options)

        try:
            return reference.split_stateful(sequence, n_steps, **options)
        except ValueError:
            rows = tf.TensorSpec([None, None], tf.int64)
            late = complaint_of_a_late_check
            return tf.data.Dataset.from_generator(late, output_signature=(rows, rows))

    return changed(reference, split_stateful=split_stateful)
