"""What a correct ``PositionalEncoding`` does, one property a test."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from grading.expect import close, holds, refused, same
from grading.running.properties import examples
from tests.strategies import picks, sizes

# A table in float32, by any sane order of operations, is this close to the true one.
NEAR = 2e-4  # for positions below 50
FAR = 1e-3  # for positions up to some hundreds

batches = sizes(1, 3)
most_steps = sizes(2, 12)
most_dims = sizes(1, 9)
fewer = sizes(0, 4)
rows = picks([0, 1, -1, 2, -2, 3, -3], 36)


def expected_table(max_steps, max_dims):
    """PE by its definition, number by number; all even dims, so one more than odd max_dims."""
    even_dims = max_dims if max_dims % 2 == 0 else max_dims + 1
    table = np.zeros((max_steps, even_dims))
    for p in range(max_steps):
        for i in range(even_dims // 2):
            angle = p / 10_000 ** (2 * i / even_dims)
            table[p, 2 * i], table[p, 2 * i + 1] = np.sin(angle), np.cos(angle)
    return table


def repeated(table, batch):
    """The same table for every sequence of the batch."""
    return np.repeat(table[np.newaxis], batch, axis=0)


def embeddings(numbers, batch, steps, dims):
    """Inputs of small whole numbers, no step all zeros."""
    inputs = np.resize(np.array(numbers, np.float32), (batch, steps, dims))
    inputs[..., 0] = np.abs(inputs[..., 0]) + 1
    return inputs


def same_shape(found, expected, what="the outputs"):
    same(list(np.shape(found)), list(np.shape(expected)), f"the shape of {what}")


@given(max_steps=most_steps, half=sizes(1, 4))
def test_position_0_is_encoded_as_0_1_0_1(positional_encoding, max_steps, half):
    found = positional_encoding.of_zeros([1, 1, 2 * half], max_steps, 2 * half)
    close(found, np.array([[[0.0, 1.0] * half]]), "the outputs", atol=1e-5)


@given(max_steps=most_steps, half=sizes(1, 4))
def test_the_first_two_columns_are_sine_and_cosine_of_the_position_itself(
    positional_encoding, max_steps, half
):
    found = positional_encoding.of_zeros([1, max_steps, 2 * half], max_steps, 2 * half)
    same_shape(found, np.zeros([1, max_steps, 2 * half]))
    positions = np.arange(max_steps)
    expected = np.stack([np.sin(positions), np.cos(positions)], axis=-1)
    close(found[0, :, :2], expected, "the first two columns", atol=NEAR)


@given(max_steps=most_steps, half=sizes(1, 5))
def test_the_even_columns_are_sines_of_ever_longer_waves(positional_encoding, max_steps, half):
    found = positional_encoding.of_zeros([1, max_steps, 2 * half], max_steps, 2 * half)
    expected = repeated(expected_table(max_steps, 2 * half), 1)
    same_shape(found, expected)
    because = "PE[p, 2i] = sin(p / 10000^(2i / D))"
    close(found[:, :, 0::2], expected[:, :, 0::2], "the even columns", because, atol=NEAR)


@given(max_steps=most_steps, half=sizes(1, 5))
def test_the_odd_columns_are_cosines_of_the_same_angles(positional_encoding, max_steps, half):
    found = positional_encoding.of_zeros([1, max_steps, 2 * half], max_steps, 2 * half)
    expected = repeated(expected_table(max_steps, 2 * half), 1)
    same_shape(found, expected)
    because = "PE[p, 2i + 1] = cos(p / 10000^(2i / D)), with 2i, not 2i + 1, in the exponent"
    close(found[:, :, 1::2], expected[:, :, 1::2], "the odd columns", because, atol=NEAR)


@given(max_steps=most_steps, half=sizes(1, 5))
def test_a_sine_and_its_cosine_stand_side_by_side(positional_encoding, max_steps, half):
    found = positional_encoding.of_zeros([2, max_steps, 2 * half], max_steps, 2 * half)
    same_shape(found, np.zeros([2, max_steps, 2 * half]))
    squares = found[:, :, 0::2] ** 2 + found[:, :, 1::2] ** 2
    because = "sin² + cos² = 1 for two columns that share one angle"
    close(squares, np.ones_like(squares), "PE[p, 2i]² + PE[p, 2i + 1]²", because, atol=1e-3)


@given(k=sizes(1, 5))
@examples(3)
def test_a_shift_by_k_positions_turns_each_pair_by_the_same_angle_everywhere(
    positional_encoding, k
):
    found = positional_encoding.of_zeros([1, 12, 6], 12, 6)
    same_shape(found, np.zeros([1, 12, 6]))
    close(found[0, 0], np.array([0.0, 1.0] * 3), "the encoding of position 0", atol=1e-5)
    waves = found[0, :, 1::2] + 1j * found[0, :, 0::2]  # cos + i sin
    angles = k / 10_000 ** (np.arange(3) / 3)
    turned = waves[:-k] * (np.cos(angles) + 1j * np.sin(angles))
    expected = np.stack([turned.imag, turned.real], axis=-1).reshape(-1, 6)
    close(found[0, k:], expected, f"the encoding of each position + {k}", atol=1e-3)


CHAPTER = {  # what the chapter's figure shows at some positions, for two of 512 dims
    100: {22: -0.478552, 35: -0.471795, 60: -0.483041},
    101: {22: -0.878059, 35: 0.881708, 60: -0.875598},
}


@given(batch=batches)
@examples(2)
def test_512_dims_give_the_waves_of_the_chapter(positional_encoding, batch):
    found = positional_encoding.of_zeros([batch, 61, 512], 201, 512)
    same_shape(found, np.zeros([batch, 61, 512]))
    for dim, values in CHAPTER.items():
        for step, value in values.items():
            expected = np.full(batch, value)
            close(found[:, step, dim], expected, f"the outputs at [:, {step}, {dim}]", atol=NEAR)


@given(max_steps=sizes(260, 400), max_dims=st.sampled_from([6, 7, 10]))
@example(max_steps=2100, max_dims=6)
@examples(3)
def test_far_positions_are_encoded_as_well(positional_encoding, max_steps, max_dims):
    found = positional_encoding.of_zeros([1, max_steps, max_dims], max_steps, max_dims)
    expected = repeated(expected_table(max_steps, max_dims)[:, :max_dims], 1)
    close(found, expected, "the outputs", rtol=0, atol=FAR)


@given(max_steps=most_steps, half=sizes(0, 4))
def test_for_odd_max_dims_the_next_even_number_is_d(positional_encoding, max_steps, half):
    max_dims = 2 * half + 1
    found = positional_encoding.of_zeros([1, max_steps, max_dims], max_steps, max_dims)
    expected = repeated(expected_table(max_steps, max_dims)[:, :max_dims], 1)
    because = f"D is {max_dims} rounded up to {max_dims + 1}"
    close(found, expected, "the outputs", because, atol=NEAR)


@given(batch=batches, steps=sizes(1, 9), longer=sizes(1, 9), max_dims=most_dims)
def test_a_shorter_sequence_gets_the_first_positions(
    positional_encoding, batch, steps, longer, max_dims
):
    found = positional_encoding.of_zeros([batch, steps, max_dims], steps + longer, max_dims)
    expected = repeated(expected_table(steps, max_dims)[:, :max_dims], batch)
    close(found, expected, "the outputs", atol=NEAR)


@given(batch=batches, steps=sizes(2, 9), dims=sizes(1, 7), more=sizes(1, 6))
@example(batch=2, steps=3, dims=3, more=1)
def test_a_smaller_embedding_gets_the_first_columns_of_the_same_table(
    positional_encoding, batch, steps, dims, more
):
    found = positional_encoding.of_zeros([batch, steps, dims], steps, dims + more)
    expected = repeated(expected_table(steps, dims + more)[:, :dims], batch)
    because = f"D comes from max_dims={dims + more}, not from the {dims} dims of the inputs"
    close(found, expected, "the outputs", because, atol=NEAR)


@given(numbers=rows, batch=batches, steps=sizes(1, 4), dims=sizes(1, 5), more=fewer)
@example(numbers=[1, -2, 3, 0], batch=1, steps=2, dims=2, more=0)
@example(numbers=[1, -2, 3, 0], batch=4, steps=4, dims=4, more=0)
@example(numbers=[1, -2, 3, 0], batch=2, steps=3, dims=4, more=1)
@examples(15)
def test_the_encoding_is_added_to_the_inputs(
    positional_encoding, numbers, batch, steps, dims, more
):
    inputs = embeddings(numbers, batch, steps, dims)
    found = positional_encoding.encoded(inputs, steps + more, dims + more)
    expected = inputs + expected_table(steps, dims + more)[:, :dims]
    close(found, expected, "the outputs", "it is inputs + PE", atol=NEAR)


@given(numbers=rows, batch=sizes(2, 4), steps=sizes(2, 4), dims=sizes(2, 4))
def test_every_sequence_of_a_batch_gets_the_same_encoding(
    positional_encoding, numbers, batch, steps, dims
):
    inputs = embeddings(numbers, batch, steps, dims)
    found = positional_encoding.encoded(inputs, 6, 6)
    same_shape(found, inputs)
    expected = repeated(expected_table(steps, 6)[:, :dims], batch)
    close(found - inputs, expected, "outputs - inputs", atol=NEAR)


@given(batch=batches, max_steps=most_steps, max_dims=most_dims)
def test_float32_in_float32_out(positional_encoding, batch, max_steps, max_dims):
    found = positional_encoding.of_zeros([batch, max_steps, max_dims], max_steps, max_dims)
    same_shape(found, np.zeros([batch, max_steps, max_dims]))
    holds(found.dtype == np.float32, "outputs of float32", f"{found.dtype}")
    expected = repeated(expected_table(max_steps, max_dims)[:, :max_dims], batch)
    close(found, expected, "the outputs", atol=NEAR)


@given(numbers=rows, batch=batches, steps=sizes(1, 4), dims=sizes(1, 4))
def test_the_inputs_are_not_changed(positional_encoding, numbers, batch, steps, dims):
    inputs = embeddings(numbers, batch, steps, dims)
    found = positional_encoding.inputs_afterwards(inputs, 5, 5)
    same(found["inputs"], inputs, "the inputs")
    expected = inputs + expected_table(steps, 5)[:, :dims]
    close(found["outputs"], expected, "the outputs", atol=NEAR)


@given(first=sizes(1, 9), second=sizes(1, 9), batch=batches, max_dims=most_dims)
@example(first=2, second=5, batch=2, max_dims=3)
@example(first=5, second=2, batch=2, max_dims=3)
@examples(10)
def test_one_layer_takes_batches_of_different_lengths(
    positional_encoding, first, second, batch, max_dims
):
    shapes = [[batch, first, max_dims], [1, second, max_dims], [batch + 1, first, max_dims]]
    found = positional_encoding.of_zeros_in_turn(shapes, 9, max_dims)
    for number, (outputs, (size, steps, dims)) in enumerate(zip(found, shapes, strict=True)):
        expected = repeated(expected_table(steps, max_dims)[:, :dims], size)
        close(outputs, expected, f"the outputs of batch {number}", atol=NEAR)


@given(numbers=rows, lengths=st.lists(sizes(1, 6), min_size=2, max_size=3), dims=sizes(1, 4))
@example(numbers=[1, 2, 3] * 12, lengths=[2, 5], dims=3)
@examples(8)
def test_it_works_in_a_functional_model_of_unknown_batch_size_and_length(
    positional_encoding, numbers, lengths, dims
):
    given_ = [embeddings(numbers, 1 + i, steps, dims) for i, steps in enumerate(lengths)]
    found = positional_encoding.in_a_model(given_, dims, 6, dims + 1)
    for number, (outputs, inputs) in enumerate(zip(found, given_, strict=True)):
        expected = inputs + expected_table(inputs.shape[1], dims + 1)[:, :dims]
        close(outputs, expected, f"the outputs of batch {number}", atol=NEAR)


@given(steps=sizes(2, 5), more=sizes(1, 4), dims=sizes(2, 5), wider=sizes(1, 5))
@examples(10)
def test_two_layers_share_nothing(positional_encoding, steps, more, dims, wider):
    first, second = [steps, dims], [steps + more, dims + wider]
    found = positional_encoding.of_two_layers(first, second, [2, steps, dims])
    for name, outputs, max_dims in zip(
        ("the first layer", "the second layer", "the first layer, called again"),
        found,
        (dims, dims + wider, dims),
        strict=True,
    ):
        expected = repeated(expected_table(steps, max_dims)[:, :dims], 2)
        close(outputs, expected, f"the outputs of {name}", atol=NEAR)
    outputs = positional_encoding.of_zeros_beside_another(second, first, [2, *second])
    expected = repeated(expected_table(*second), 2)[..., : second[1]]
    close(outputs, expected, "the outputs of a layer after which a smaller one was made", atol=NEAR)


def test_other_settings_of_the_layer_go_to_keras(positional_encoding):
    found = positional_encoding.settings(4, 6, name="positions", dtype="float64")
    same(found, {"name": "positions", "dtype": "float64"}, "the layer's name and dtype")


@given(batch=batches, max_steps=most_steps, max_dims=most_dims)
@examples(10)
def test_the_layer_has_no_trainable_weights(positional_encoding, batch, max_steps, max_dims):
    shape = [batch, max_steps, max_dims]
    found = positional_encoding.trainable_weights(shape, max_steps, max_dims)
    same(found["trainable_weights"], [], "the shapes of the trainable weights")
    expected = repeated(expected_table(max_steps, max_dims)[:, :max_dims], batch)
    close(found["outputs"], expected, "the outputs", atol=NEAR)


@st.composite
def padded(draw):
    """Inputs ``[batch, steps, dims]`` with steps of zeros among them, and their mask."""
    batch, steps, dims = draw(sizes(1, 3)), draw(sizes(2, 4)), draw(sizes(1, 4))
    inputs = embeddings(draw(rows), batch, steps, dims)
    flags = draw(picks([False, True], 12))
    mask = np.resize(np.array(flags), (batch, steps))
    mask[:, draw(sizes(0, 1))] = True  # no sequence without any word
    return inputs * mask[..., np.newaxis], mask


@given(padded=padded())
@examples(15)
def test_a_keras_mask_passes_through(positional_encoding, padded):
    inputs, mask = padded
    found = positional_encoding.after_masking(inputs, 5, 5, hidden=0.0)
    holds(found["mask"] is not None, f"the mask {mask.tolist()} on the outputs", "none on them")
    same(found["mask"], mask, "the mask of the outputs")
    same_shape(found["outputs"], inputs)
    expected = inputs + expected_table(inputs.shape[1], 5)[:, : inputs.shape[2]]
    close(found["outputs"][mask], expected[mask], "the outputs at the steps shown", atol=NEAR)


@given(padded=padded())
@examples(5)
def test_a_mask_comes_from_the_inputs_keras_mask_and_not_from_their_zeros(
    positional_encoding, padded
):
    _, mask = padded
    # Here steps of 9 are hidden, and steps of zeros are not.
    inputs = np.where(mask[..., np.newaxis], 0, 9).astype(np.float32)
    found = positional_encoding.after_masking(inputs, 5, 5, hidden=9.0)
    holds(found["mask"] is not None, f"the mask {mask.tolist()} on the outputs", "none on them")
    same(found["mask"], mask, "the mask of the outputs")
    expected = inputs + expected_table(inputs.shape[1], 5)[:, :1]
    close(found["outputs"][mask], expected[mask], "the outputs at the steps shown", atol=NEAR)


@given(padded=padded())
@examples(15)
def test_hidden_steps_are_encoded_like_the_others(positional_encoding, padded):
    inputs, _ = padded
    found = positional_encoding.after_masking(inputs, 5, 5, hidden=0.0)["outputs"]
    expected = inputs + expected_table(inputs.shape[1], 5)[:, : inputs.shape[2]]
    close(found, expected, "the outputs", "a mask only marks steps", atol=NEAR)


@given(padded=padded())
@examples(10)
def test_in_a_functional_model_the_next_layer_sees_the_mask(positional_encoding, padded):
    inputs, mask = padded
    found = positional_encoding.mean_in_a_model(inputs, 5, 5)
    outputs = inputs + expected_table(inputs.shape[1], 5)[:, : inputs.shape[2]]
    shown = mask[..., np.newaxis]
    expected = (outputs * shown).sum(axis=1) / shown.sum(axis=1)
    close(found, expected, "the means over the steps that are not masked", atol=NEAR)


@given(batch=batches, max_steps=sizes(1, 12), max_dims=most_dims)
def test_the_largest_sizes_are_still_accepted(positional_encoding, batch, max_steps, max_dims):
    found = positional_encoding.of_zeros([batch, max_steps, max_dims], max_steps, max_dims)
    expected = repeated(expected_table(max_steps, max_dims)[:, :max_dims], batch)
    close(found, expected, "the outputs", atol=NEAR)


@given(batch=batches, max_steps=sizes(1, 12), extra=sizes(1, 9), dims=sizes(1, 4), more=fewer)
@example(batch=2, max_steps=1, extra=2, dims=4, more=0)
def test_more_steps_than_max_steps_are_refused(
    positional_encoding, batch, max_steps, extra, dims, more
):
    steps = max_steps + extra
    with refused(steps, max_steps):
        positional_encoding.of_zeros([batch, steps, dims], max_steps, dims + more)


@given(batch=batches, steps=sizes(1, 5), more=fewer, max_dims=sizes(1, 9), extra=sizes(1, 9))
@example(batch=2, steps=3, more=0, max_dims=5, extra=1)
def test_more_dims_than_max_dims_are_refused(
    positional_encoding, batch, steps, more, max_dims, extra
):
    dims = max_dims + extra
    with refused(dims, max_dims):
        positional_encoding.of_zeros([batch, steps, dims], steps + more, max_dims)


@given(max_steps=most_steps, max_dims=sizes(1, 9), extra=sizes(1, 9))
@examples(8)
def test_more_dims_than_max_dims_are_refused_in_a_functional_model(
    positional_encoding, max_steps, max_dims, extra
):
    dims = max_dims + extra
    with refused(dims, max_dims):
        positional_encoding.of_symbolic_inputs(dims, max_steps, max_dims)


@given(max_steps=sizes(2, 6), steps=sizes(1, 2), extra=sizes(1, 5), dims=sizes(1, 4))
@example(max_steps=1, steps=1, extra=6, dims=4)  # one row would go with any number of steps
@examples(8)
def test_a_later_call_with_too_many_steps_does_not_go_through_either(
    positional_encoding, max_steps, steps, extra, dims
):
    shapes = [[2, steps, dims], [2, max_steps + extra, dims]]
    with refused(error="Exception"):
        positional_encoding.of_zeros_in_turn(shapes, max_steps, dims)
