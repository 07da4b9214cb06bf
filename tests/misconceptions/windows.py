"""Ways to cut windows wrongly."""

from tests.misconceptions import Library, changed

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
