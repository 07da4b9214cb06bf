"""The order of windows, and what an iteration changes."""

from itertools import pairwise

from grading.misconceptions import Library, changed
from grading.misconceptions.windows.common import chapter

LIBRARY = Library()


def rows_of(batches):
    """The inputs and the targets of all batches, as two lists of rows."""
    return [[row for batch in batches for row in batch[part].tolist()] for part in (0, 1)]


def _items_are_mixed(probe, args, kwargs, value):
    """Rows of a shuffled dataset whose items are no neighbours in the sequence."""
    if probe != "batches" or not value:
        return False
    sequence, (inputs, targets) = list(args[0]), rows_of(value)
    if len(set(sequence)) < len(sequence) or not all(map(set(sequence).issuperset, inputs)):
        return False
    if _pairs_are_torn(probe, args, kwargs, value):  # looks the same where rows hold one item
        return False
    after = dict(pairwise(sequence))
    rows = [[*row, *target[-1:]] for row, target in zip(inputs, targets, strict=False)]
    overlap = all(row[1:] == target[:-1] for row, target in zip(inputs, targets, strict=False))
    steps = [(a, b) for row in rows for a, b in pairwise(row)]
    return overlap and sum(after.get(a) != b for a, b in steps) > len(steps) / 3


@LIBRARY.add(
    "items-shuffled",
    "the items shuffled before the windows were cut",
    """The single items were shuffled, and windows cut from the result. Shuffling comes early in
    many pipelines, but here the order of the characters is all there is to learn: in windows of
    shuffled letters nothing follows from anything. Cut the windows first; then their order may be
    mixed, and inside a window nothing moves.""",
    recognise=_items_are_mixed,
)
def items_shuffled(reference):
    def split_windows(sequence, n_steps, *, shuffle_buffer=None, seed=None, **options):
        ids = reference.np.array(sequence)
        if shuffle_buffer is not None:
            reference.np.random.default_rng(seed).shuffle(ids)
        return reference.split_windows(ids, n_steps, **options)

    return changed(reference, split_windows=split_windows)


def _pairs_are_torn(probe, args, kwargs, value):
    """Shuffled inputs beside the targets of other windows, none of them lost."""
    if probe != "batches" or not value:
        return False
    sequence, (inputs, targets) = list(args[0]), rows_of(value)
    after = dict(pairwise(sequence))
    wanted = [[after.get(item) for item in row] for row in inputs]
    try:
        return targets != wanted and sorted(targets) == sorted(wanted)
    except TypeError:
        return False


@LIBRARY.add(
    "inputs-and-targets-shuffled-apart",
    "inputs and targets shuffled each for themselves",
    """Inputs and targets were shuffled separately, so an input now stands beside the targets of
    another window. All windows are there, and the shapes are right; but the network is asked to
    continue one passage with the words of another, and can only learn how frequent the letters
    are. Pairs must be made before they are shuffled.""",
    recognise=_pairs_are_torn,
)
def inputs_and_targets_shuffled_apart(reference):
    def shuffle(pairs, buffer, seed):
        inputs = pairs.map(lambda inputs, targets: inputs).shuffle(buffer, seed)
        other = None if seed is None else seed + 1
        targets = pairs.map(lambda inputs, targets: targets).shuffle(buffer, other)
        return reference.tf.data.Dataset.zip((inputs, targets))

    return chapter(reference, shuffle=shuffle)


def _only_batches_moved(probe, args, kwargs, value):
    """Batches in another order, each still holding neighbouring windows in order."""
    if probe != "batches" or len(value) < 3:
        return False
    n_steps, shift = args[1], kwargs.get("shift", 1)
    firsts = list(args[0])[: len(args[0]) - n_steps][::shift]
    size = kwargs.get("batch_size", 32)
    blocks = [firsts[i : i + size] for i in range(0, len(firsts), size)]
    found = [[row[0] for row in inputs.tolist() if row] for inputs, _ in value]
    return found != blocks and sorted(found) == sorted(blocks)


@LIBRARY.add(
    "batches-shuffled",
    "whole batches shuffled instead of windows",
    """The windows were batched first and the batches shuffled. All windows come, in another order,
    and yet each batch still holds neighbours, which overlap in nearly all their items: its
    gradient says the same thing 32 times over instead of speaking for the whole text. Windows
    have to be shuffled one by one, before they are batched.""",
    recognise=_only_batches_moved,
)
def batches_shuffled(reference):
    def split_windows(sequence, n_steps, *, shuffle_buffer=None, seed=None, **options):
        batches = reference.split_windows(sequence, n_steps, **options)
        return batches if shuffle_buffer is None else batches.shuffle(shuffle_buffer, seed)

    return changed(reference, split_windows=split_windows)


def _is_in_order(probe, args, kwargs, value):
    """Several batches to be shuffled through a large buffer, and yet in order."""
    if probe != "batches" or len(value) < 4 or kwargs.get("shuffle_buffer", 0) < 8:
        return False
    inputs, _ = rows_of(value)
    return inputs == sorted(inputs)


@LIBRARY.add(
    "shuffle-buffer-ignored",
    "windows in order although they were to be shuffled",
    """The windows come in the order of the text, whether shuffle_buffer is given or not. A frequent
    cause is a dataset's method called without keeping its result: dataset.shuffle(...) gives a new
    dataset and leaves the old one as it is. Neighbouring windows overlap in nearly all their
    items, so batches of neighbours teach little.""",
    recognise=_is_in_order,
)
def shuffle_buffer_ignored(reference):
    def split_windows(sequence, n_steps, *, shuffle_buffer=None, seed=None, **options):
        return reference.split_windows(sequence, n_steps, **options)

    return changed(reference, split_windows=split_windows)


@LIBRARY.add(
    "seed-ignored",
    "another order at every run: the seed is not used",
    """The seed never reaches the shuffle, so two datasets with the same seed come in different
    orders. Nothing else is wrong with them; but an experiment cannot be repeated, and two models
    cannot be compared on the same data. The docstring promises that a seed makes the shuffled order
    the same at every run.""",
    unrepeatable=lambda seed: True,
)
def seed_ignored(reference):
    return chapter(reference, shuffle=lambda pairs, buffer, seed: pairs.shuffle(buffer))


@LIBRARY.add(
    "seed-0-is-no-seed",
    "seed 0 taken for no seed at all",
    """With seed 0 each dataset comes in another order, with all other seeds in the same. Somewhere
    stands "if seed:" or "seed or ...", and 0 counts as false in Python. But 0 is a seed like any
    other, says the docstring, and the one most people take first. What is meant is "seed is
    None".""",
    unrepeatable=lambda seed: seed == 0,
)
def seed_0_is_no_seed(reference):
    return chapter(
        reference, shuffle=lambda pairs, buffer, seed: pairs.shuffle(buffer, seed or None)
    )


@LIBRARY.add(
    "only-one-iteration",
    "a dataset that is empty when it is iterated again",
    """The first pass over the dataset uses up the generator it was made from, and a second pass
    finds nothing left. One epoch works, so the mistake shows late: fit() goes over the dataset
    once an epoch and would complain, or learn nothing, in the second. A dataset has to make its
    windows anew each time it is iterated.""",
)
def only_one_iteration(reference):
    tf, np = reference.tf, reference.np

    def split_windows(sequence, n_steps, **options):
        dataset = reference.split_windows(sequence, n_steps, **options)
        windows = iter(list(dataset.as_numpy_iterator()))
        rows = tf.TensorSpec([None, n_steps], np.int64)
        return tf.data.Dataset.from_generator(lambda: windows, output_signature=(rows, rows))

    return changed(reference, split_windows=split_windows)


@LIBRARY.add(
    "checks-come-too-late",
    "bad arguments that go unnoticed when the dataset is made",
    """A size below 1 goes unnoticed when the dataset is made, and fails, if at all, only when
    somebody iterates it. A generator runs none of its code before its first item is asked for,
    so checks inside it wait as well. By then the line with the mistake is far away, perhaps in
    another file. The docstring wants the ValueError from this very call.""",
    unchecked=True,
)
def checks_come_too_late(reference):
    tf, np = reference.tf, reference.np

    def split_windows(sequence, n_steps, **options):
        def complaint_of_a_late_check():
            yield reference.split_windows(sequence, n_steps, **options)

        try:
            return reference.split_windows(sequence, n_steps, **options)
        except ValueError:
            rows = tf.TensorSpec([None, None], np.int64)
            late = complaint_of_a_late_check
            return tf.data.Dataset.from_generator(late, output_signature=(rows, rows))

    return changed(reference, split_windows=split_windows)


@LIBRARY.add(
    "seed-alone-shuffles",
    "windows that are shuffled because there is a seed",
    """The windows are shuffled although no shuffle_buffer was given: the code looks at the seed to
    see whether to shuffle. A seed only says in which order, if at all. By the docstring a
    shuffle_buffer of None keeps the windows in order, whatever the seed.""",
)
def seed_alone_shuffles(reference):
    def split_windows(sequence, n_steps, *, shuffle_buffer=None, seed=None, **options):
        if shuffle_buffer is None and seed is not None:
            shuffle_buffer = max(1, len(sequence))
        options |= {"shuffle_buffer": shuffle_buffer, "seed": seed}
        return reference.split_windows(sequence, n_steps, **options)

    return changed(reference, split_windows=split_windows)


@LIBRARY.add(
    "goes-on-where-it-was-left",
    "a dataset that goes on where somebody stopped looking",
    """The place in the sequence is kept outside of the pass over it, and set back only at the end.
    As long as every pass is a whole one, nothing shows. But whoever looks at the first batch, as
    one does in a notebook, takes it out of the next epoch. Each pass over a dataset begins with the
    first window, wherever the pass before was left.""",
)
def goes_on_where_it_was_left(reference):
    tf, np = reference.tf, reference.np

    def split_windows(sequence, n_steps, **options):
        batches = list(reference.split_windows(sequence, n_steps, **options).as_numpy_iterator())
        place = 0

        def generate():
            nonlocal place
            while place < len(batches):
                place += 1
                yield batches[place - 1]
            place = 0

        rows = tf.TensorSpec([None, n_steps], np.int64)
        return tf.data.Dataset.from_generator(generate, output_signature=(rows, rows))

    return changed(reference, split_windows=split_windows)
