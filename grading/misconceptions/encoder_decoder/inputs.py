"""The decoder's inputs."""

import numpy as np

from grading.misconceptions import Library, changed

LIBRARY = Library()


def with_inputs(reference, inputs):
    """The reference with other decoder inputs: ``inputs(targets, sos_id)``, both as arrays."""

    def teacher_forcing_inputs(targets, sos_id):
        reference.teacher_forcing_inputs(targets, sos_id)  # checks the start id
        return inputs(np.array(targets), sos_id)

    return changed(reference, teacher_forcing_inputs=teacher_forcing_inputs)


@LIBRARY.add(
    "targets-not-shifted",
    "a decoder that reads the very targets it is to write",
    """The start id stands in front, but of a text that was not moved: or there is no start at all.
    At each step the decoder reads just the item that it has to write, so it learns to copy its
    input and nothing else, and alone it has no input to copy. Teacher forcing gives it the item
    before: the start, then all targets but the last.""",
)
def targets_not_shifted(reference):
    return with_inputs(reference, lambda targets, sos_id: targets)


@LIBRARY.add(
    "one-step-too-long",
    "inputs that are one step longer than the targets",
    """The start was put in front of all the targets, and nothing was taken away: there are steps +
    1 inputs for steps targets. Once the last target is written nothing is left to read it for, so
    it is no input. Drop the last target of each row: inputs have the shape of the targets.""",
)
def one_step_too_long(reference):
    def inputs(targets, sos_id):
        return np.pad(targets, [[0, 0], [1, 0]], constant_values=sos_id)

    return with_inputs(reference, inputs)


@LIBRARY.add(
    "start-overwrites-the-first-target",
    "a start id written over the first target instead of put before it",
    """Column 0 of the targets was replaced by the start. Then the first target is lost, and from
    step 1 on the decoder reads the very item it has to write. The start comes before the first
    target: all targets move one step to the right, and the last one drops out.""",
)
def start_overwrites_the_first_target(reference):
    def inputs(targets, sos_id):
        targets[:, 0] = sos_id
        return targets

    return with_inputs(reference, inputs)


@LIBRARY.add(
    "targets-rolled",
    "targets rolled by one step, with the last item in front instead of the start",
    """The targets were moved by np.roll, so the last item of each row comes round to its
    beginning. The decoder then begins by reading how the translation ends, which it cannot know
    when it writes alone. The first input is the start id, the same for all rows.""",
)
def targets_rolled(reference):
    return with_inputs(reference, lambda targets, sos_id: np.roll(targets, 1, axis=1))


@LIBRARY.add(
    "shifted-the-wrong-way",
    "inputs one step ahead of the targets instead of one step behind",
    """The targets were moved to the left: at step t the decoder reads target t + 1, an item that
    it has not even to write yet. In training that looks like an advantage; alone, the decoder
    cannot know it. What it reads at step t is what stands before: target t - 1, and the start at
    step 0.""",
)
def shifted_the_wrong_way(reference):
    def inputs(targets, sos_id):
        return np.pad(targets[:, 1:], [[0, 0], [0, 1]], constant_values=sos_id)

    return with_inputs(reference, inputs)


@LIBRARY.add(
    "rows-shifted-instead-of-steps",
    "a row of start ids put above the targets instead of a column before them",
    """The targets were moved along the batch, not along the steps: row 0 holds nothing but start
    ids, and each other row the targets of the example before it. The first axis is the batch, the
    second the steps, and it is the steps that move by one.""",
)
def rows_shifted_instead_of_steps(reference):
    def inputs(targets, sos_id):
        return np.pad(targets, [[1, 0], [0, 0]], constant_values=sos_id)[:-1]

    return with_inputs(reference, inputs)


@LIBRARY.add(
    "start-may-be-a-target",
    "a start id that is a target, taken without a word",
    """The start id was not compared with the targets. When it is one of them, say 0 for the start
    where 0 is also the first character, the decoder cannot tell the start of a translation from
    the item in the middle of it. The docstring asks for a ValueError that names sos_id and its
    value.""",
)
def start_may_be_a_target(reference):
    def teacher_forcing_inputs(targets, sos_id):
        targets = np.asarray(targets)
        start = np.full([len(targets), 1], sos_id, targets.dtype)
        return np.concatenate([start, targets[:, :-1]], axis=1)

    return changed(reference, teacher_forcing_inputs=teacher_forcing_inputs)
