"""What correct attention does, one property a test: first the function, then the layer."""

import itertools
from types import SimpleNamespace

import numpy as np
from hypothesis import assume, example, given
from hypothesis import strategies as st

from grading.expect import close, holds, refused, same
from grading.running.properties import examples
from tests.strategies import picks, sizes

KERNELS = ("q_linear", "k_linear", "v_linear", "out_linear")

# Axes before the last two: none, a batch, a batch and heads, and one more.
LEADING_AXES = [(), (2,), (3,), (2, 3), (1, 2, 2)]
leading_axes = st.sampled_from(LEADING_AXES)


# The oracle: attention by its definition, in NumPy's float64.


def expected_attention(query, value, key=None, *, mask=None, causal=False):
    """softmax(Q K^T / sqrt(d)) V over the keys that may be seen: outputs and weights."""
    query, value = np.asarray(query, np.float64), np.asarray(value, np.float64)
    key = value if key is None else np.asarray(key, np.float64)
    scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    visible = np.broadcast_to(True if mask is None else mask, scores.shape)
    if causal:
        queries, keys = scores.shape[-2:]
        visible = visible & (np.arange(keys) <= np.arange(queries)[:, np.newaxis])
    scores = np.where(visible, scores, -np.inf)
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ value, weights


def expected_heads(case, *, value_mask=None, causal=False):
    """Multi-head attention, one head after the other."""
    query, value, key = [*case.inputs, case.inputs[1]][:3]
    query, value, key = (
        np.asarray(x, np.float64) @ case.kernels[name]
        for x, name in ((query, "q_linear"), (value, "v_linear"), (key, "k_linear"))
    )
    mask = None if value_mask is None else value_mask[:, np.newaxis, :]
    d = query.shape[-1] // case.n_heads
    heads = []
    for h in range(case.n_heads):
        own = slice(h * d, (h + 1) * d)
        outputs, _ = expected_attention(
            query[..., own], value[..., own], key[..., own], mask=mask, causal=causal
        )
        heads.append(outputs)
    return np.concatenate(heads, axis=-1) @ case.kernels["out_linear"]


# What is drawn.


def numbers(draw, shape, unit=0.5, dtype=np.float32):
    """An array of small multiples of ``unit``."""
    count = int(np.prod(shape))
    drawn = draw(picks([0, 1, -1, 2, -2, 3, -3, 4, -4], count))
    return (np.array(drawn) * unit).astype(dtype).reshape(shape)


def booleans(draw, shape):
    count = int(np.prod(shape))
    return np.array(draw(picks([False, True], count)), bool).reshape(shape)


@st.composite
def cases(draw, leading=leading_axes, own_key=True, dtype=np.float32):
    """A query, a value and (or) a key of sizes that all may differ."""
    axes = draw(leading)
    queries, keys, d_key = draw(sizes(1, 4)), draw(sizes(1, 5)), draw(sizes(1, 4))
    d_value = draw(sizes(1, 3)) if own_key else d_key
    case = {
        "query": numbers(draw, (*axes, queries, d_key), dtype=dtype),
        "value": numbers(draw, (*axes, keys, d_value), dtype=dtype),
    }
    if own_key:
        case["key"] = numbers(draw, (*axes, keys, d_key), dtype=dtype)
    return case


@st.composite
def masked_cases(draw, leading=leading_axes, own_key=True, first_key_visible=False):
    """A case with a mask of the scores' own shape; no query has all its keys hidden."""
    case = draw(cases(leading, own_key))
    keys = case["value"].shape[-2]
    mask = booleans(draw, (*case["query"].shape[:-1], keys))
    mask[..., 0 if first_key_visible else draw(sizes(0, keys - 1))] = True
    return {**case, "mask": mask}


def some_case(seed, axes, queries, keys, d_key, d_value):
    """A query, a value and a key of these sizes."""
    rng, steps = np.random.default_rng(seed), (queries, keys, keys)
    shapes = [(*axes, n, d) for n, d in zip(steps, (d_key, d_value, d_key), strict=True)]
    drawn = [rng.integers(-4, 5, shape) / 2 for shape in shapes]
    return dict(zip(("query", "value", "key"), map(np.float32, drawn), strict=True))


ALIKE = some_case(1, (2, 2), 2, 2, 2, 2)  # no size tells which axis it belongs to
HIDING = {
    "query": np.array([[[1.0]]], np.float32),
    "value": np.array([[[1.0], [3.0], [-2.0]]], np.float32),
    "mask": np.array([[[True, False, True]]]),
}
BITS = [True, False, True, True, True, False, False]


def masks_that_broadcast(axes, queries, keys, bits):
    """Masks of fewer axes than the scores have, or of axes of size 1; no row hides all keys."""
    ones = [1 for _ in axes]
    shapes = {
        (keys,),
        (1, keys),
        (queries, keys),
        (*axes[1:], queries, keys),
        (*axes[1:], 1, keys),
        (*axes, 1, keys),
        (axes[0], *ones[1:], 1, keys),
        (*ones, queries, keys),
    }
    masks = [np.resize(np.array(bits), shape) for shape in sorted(shapes)]
    for mask in masks:
        mask[..., 0] |= ~mask.any(axis=-1)
    return masks


def with_each_mask(test):
    """Give a property each mask of two small cases as explicit examples."""
    # No size of the second one tells which axis it belongs to.
    small = some_case(2, (2,), 2, 3, 2, 1), some_case(1, (2, 2), 2, 2, 1, 1)
    for case, n_masks in zip(small, (5, 8), strict=True):
        for which in reversed(range(n_masks)):
            test = example(case=case, bits=BITS, which=which)(test)
    return test


@st.composite
def extreme_cases(draw, first_key_visible=False):
    """Scores up to 10,000 and down to -10,000, and a mask that shows at least one key."""
    batch, queries, keys = draw(sizes(1, 2)), draw(sizes(1, 4)), draw(sizes(2, 5))

    def column(steps):
        drawn = draw(picks([100.0, -100.0, 50.0, -50.0], batch * steps))
        return np.array(drawn, np.float32).reshape(batch, steps, 1)

    mask = booleans(draw, (batch, queries, keys))
    mask[..., 0 if first_key_visible else draw(sizes(0, keys - 1))] = True
    return {
        "query": column(queries),
        "value": numbers(draw, (batch, keys, 2)),
        "key": column(keys),
        "mask": mask,
    }


@st.composite
def layer_cases(draw, n_inputs=2, heads=((2, 2), (3, 2), (2, 3), (3, 1), (2, 1), (1, 3))):
    """Inputs and kernels for a layer: ``heads`` are pairs of n_heads and each head's dims."""
    n_heads, d = draw(st.sampled_from(heads))
    batch, queries, keys = draw(sizes(1, 3)), draw(sizes(1, 4)), draw(sizes(1, 4))
    return SimpleNamespace(
        inputs=[
            numbers(draw, (batch, steps, n_heads * d)) for steps in (queries, keys, keys)[:n_inputs]
        ],
        kernels=kernels_of(draw, n_heads * d),
        n_heads=n_heads,
    )


def kernels_of(draw, dims):
    return {name: numbers(draw, (dims, dims), unit=0.25) for name in KERNELS}


@st.composite
def padded_cases(draw, n_inputs=2, first_key_visible=False):
    """A case with a mask for each input; the steps that it hides are zeros, all others are not."""
    case = draw(layer_cases(n_inputs))
    case.masks = []
    for x in case.inputs:
        mask = booleans(draw, x.shape[:2])
        mask[:, 0 if first_key_visible else draw(sizes(0, x.shape[1] - 1))] = True
        x[..., 0] = np.abs(x[..., 0]) + 0.5
        x[~mask] = 0
        case.masks.append(mask)
    return case


def small_layer_case(query, value, n_heads=2, **more):
    """A case in few numbers, for a layer whose four maps leave them as they are."""
    eye = np.eye(len(query[0][0]), dtype=np.float32)
    return SimpleNamespace(
        inputs=[np.array(query, np.float32), np.array(value, np.float32)],
        kernels={name: eye for name in KERNELS},
        n_heads=n_heads,
        **more,
    )


def own_attention(case):
    """The same case with the query as value: lengths are equal, each step can see itself."""
    return SimpleNamespace(
        inputs=[case.inputs[0], case.inputs[0]], kernels=case.kernels, n_heads=case.n_heads
    )


# The function.


@given(case=cases())
def test_the_weights_of_each_query_sum_to_1(attention, case):
    _, weights = attention.attend(**case)
    expected_outputs, expected = expected_attention(**case)
    is_swapped = weights.shape == expected_outputs.shape
    title = "the outputs come first, the weights second" if is_swapped else None
    title = title or "there is a weight for each query and each key"
    same(list(weights.shape), list(expected.shape), "the shape of the weights", title=title)
    totals = weights.sum(axis=-1)
    close(totals, np.ones(totals.shape), "the sum of the weights over the keys")
    holds(bool((weights >= 0).all()), "no weight below 0", f"{weights.min()}")


@given(case=cases(st.sampled_from([(2,), (3,)]), own_key=False))
def test_a_query_weighs_the_values_by_their_likeness_to_it(attention, case):
    _, weights = attention.attend(**case)
    because = "the weights are softmax(Q K^T / sqrt(d)) over the keys, and the values are the keys"
    close(weights, expected_attention(**case)[1], "the weights", because)


@given(case=cases(st.sampled_from([(2,), (3,)]), own_key=False))
def test_the_outputs_are_the_weighted_means_of_the_values(attention, case):
    outputs, _ = attention.attend(**case)
    close(outputs, expected_attention(**case)[0], "the outputs")


@given(d_key=sizes(2, 9), size=st.sampled_from([1.0, 0.5, 2.0]))
def test_scores_are_divided_by_the_square_root_of_the_size_of_a_key(attention, d_key, size):
    query = np.full((1, 1, d_key), size, np.float32)
    key = np.stack([np.full(d_key, 0.5), np.zeros(d_key)]).astype(np.float32)[np.newaxis]
    value = np.array([[[1.0], [3.0]]], np.float32)
    _, weights = attention.attend(query, value, key=key)
    expected = expected_attention(query, value, key)[1]
    score = f"{size * 0.5 * d_key:g} / sqrt({d_key})"
    close(weights, expected, "the weights", f"the scores are {score} and 0")


@given(case=cases(st.sampled_from([(2,), (3,)])))
@example(case=ALIKE)
@example(
    case={
        "query": np.array([[[1.0, 0.0, 2.0, 1.0]]], np.float32),
        "value": np.array([[[1.0], [5.0]]], np.float32),
        "key": np.array([[[0.0, 1.0, 0.5, 1.0], [1.0, 0.0, 1.0, 1.0]]], np.float32),
    }
)
def test_keys_may_differ_from_the_values_also_in_size(attention, case):
    outputs, weights = attention.attend(**case)
    expected_outputs, expected_weights = expected_attention(**case)
    close(
        weights,
        expected_weights,
        "the weights",
        "queries are compared with the keys, and d is their size",
    )
    close(outputs, expected_outputs, "the outputs", "what is taken is the values")


@given(seed=sizes(0, 999), queries=sizes(1, 4), keys=sizes(2, 5), d_key=sizes(1, 4))
@examples(3)
def test_any_axes_may_stand_before_the_last_two(attention, seed, queries, keys, d_key):
    for axes in LEADING_AXES:
        case = some_case(seed, axes, queries, keys, d_key, d_value=3)
        outputs, weights = attention.attend(**case)
        expected_outputs, expected_weights = expected_attention(**case)
        close(weights, expected_weights, "the weights")
        close(outputs, expected_outputs, "the outputs")


@given(case=masked_cases())
@example(case={**HIDING, "key": np.array([[[2.0], [0.5], [0.0]]], np.float32)})
def test_a_hidden_key_has_weight_0(attention, case):
    _, weights = attention.attend(**case)
    same(list(weights.shape), list(case["mask"].shape), "the shape of the weights")
    hidden = np.where(case["mask"], 0, weights)
    close(hidden, np.zeros_like(hidden), "the weights where the mask is False", atol=1e-6)
    totals, title = weights.sum(axis=-1), "the weights sum to 1, also where keys are hidden"
    close(totals, np.ones(totals.shape), "the sum of the weights over the keys", title=title)


@given(case=masked_cases())
@example(case={**HIDING, "key": np.array([[[2.0], [0.5], [0.0]]], np.float32)})
def test_the_visible_keys_share_the_whole_weight(attention, case):
    outputs, weights = attention.attend(**case)
    expected_outputs, expected_weights = expected_attention(**case)
    because = "hidden keys are left out before the softmax"
    close(weights, expected_weights, "the weights", because)
    close(outputs, expected_outputs, "the outputs", because)


@given(case=masked_cases(own_key=False))
@example(case=HIDING)
def test_a_mask_hides_values_that_serve_as_keys(attention, case):
    outputs, weights = attention.attend(**case)
    expected_outputs, expected_weights = expected_attention(**case)
    close(weights, expected_weights, "the weights")
    close(outputs, expected_outputs, "the outputs")


@given(
    case=cases(st.sampled_from([(3,), (2, 3), (1, 2, 2)])),
    bits=picks([False, True], 7),
    which=sizes(0, 7),
)
@with_each_mask
@examples(8)
def test_a_mask_broadcasts_over_the_scores(attention, case, bits, which):
    axes, queries, keys = case["query"].shape[:-2], case["query"].shape[-2], case["key"].shape[-2]
    masks = masks_that_broadcast(axes, queries, keys, bits)
    mask = masks[which % len(masks)]
    outputs, weights = attention.attend(**case, mask=mask)
    expected_outputs, expected_weights = expected_attention(**case, mask=mask)
    because = f"a mask of shape {mask.shape} is repeated over the missing axes, in front"
    close(weights, expected_weights, "the weights", because)
    close(outputs, expected_outputs, "the outputs", because)


@given(case=masked_cases(st.sampled_from([(), (2,)])), change=st.sampled_from([1.0, -3.0, 50.0]))
def test_what_stands_at_a_hidden_key_does_not_matter(attention, case, change):
    hidden = ~case["mask"].any(axis=-2)  # from every query
    outputs, _ = attention.attend(**case)
    close(outputs, expected_attention(**case)[0], "the outputs")
    value, key = case["value"].copy(), case["key"].copy()
    value[hidden] += change
    key[hidden] -= change
    again, _ = attention.attend(**{**case, "value": value, "key": key})
    close(again, outputs, "the outputs after a change at the hidden keys")


@given(case=cases(st.sampled_from([(), (2,)]), own_key=False))
def test_a_mask_that_hides_nothing_changes_nothing(attention, case):
    shape = (*case["query"].shape[:-1], case["value"].shape[-2])
    outputs, weights = attention.attend(**case, mask=np.ones(shape, bool))
    expected_outputs, expected_weights = expected_attention(**case)
    close(weights, expected_weights, "the weights")
    close(outputs, expected_outputs, "the outputs")


@given(case=cases(own_key=False))
@example(case={"query": np.array([[[1.0, 2.0], [0.5, 1.0]]], np.float32)})
@example(case={"query": np.resize(np.float32([1, 0, -1]), (2, 12, 2))})
@example(case={"query": np.resize(np.float32([1, 0, -1]), (1, 50, 1))})
def test_causal_a_query_sees_its_own_step_and_those_before(attention, case):
    case = {"query": case["query"], "value": case["query"][..., ::-1]}
    outputs, weights = attention.attend(**case, causal=True)
    expected_outputs, expected_weights = expected_attention(**case, causal=True)
    because = "key j is hidden from query i for j > i"
    close(weights, expected_weights, "the weights", because)
    close(outputs, expected_outputs, "the outputs", because)


@given(case=cases())
def test_causal_works_with_more_queries_than_keys_and_the_other_way_round(attention, case):
    assume(case["query"].shape[-2] != case["value"].shape[-2])
    outputs, weights = attention.attend(**case, causal=True)
    expected_outputs, expected_weights = expected_attention(**case, causal=True)
    because = "key j is hidden from query i for j > i, both counted from the start"
    close(weights, expected_weights, "the weights", because)
    close(outputs, expected_outputs, "the outputs", because)


@given(case=masked_cases(first_key_visible=True))
@example(
    case={  # without a key, too
        "query": np.array([[[1.0], [2.0], [0.5]]], np.float32),
        "value": np.array([[[1.0], [-2.0], [3.0], [4.0]]], np.float32),
        "mask": np.array([True, False, True, True]),
    }
)
@examples(15)
def test_causal_and_a_mask_both_hide(attention, case):
    outputs, weights = attention.attend(**case, causal=True)
    expected_outputs, expected_weights = expected_attention(**case, causal=True)
    because = "a key is seen only if neither the mask nor causal hides it"
    close(weights, expected_weights, "the weights", because)
    close(outputs, expected_outputs, "the outputs", because)


# Near 10,000, numbers in float32 are 0.001 apart, and so may be the weights.
COARSE = {"rtol": 5e-3}


@given(case=extreme_cases())
def test_scores_of_10_000_do_not_overflow(attention, case):
    case = {**case, "mask": None}
    outputs, weights = attention.attend(**case)
    expected_outputs, expected_weights = expected_attention(**case)
    close(weights, expected_weights, "the weights", **COARSE)
    close(outputs, expected_outputs, "the outputs", atol=5e-3, **COARSE)


# The first query would look at the hidden key only.
ONE_HIDDEN_KEY = {
    "query": np.array([[[100.0], [-100.0]]], np.float32),
    "value": np.array([[[1.0, 2.0], [4.0, 3.0]]], np.float32),
    "key": np.array([[[-100.0], [100.0]]], np.float32),
    "mask": np.array([[[True, False], [True, False]]]),
}


@given(case=extreme_cases(first_key_visible=True), causal=st.booleans())
@example(case=ONE_HIDDEN_KEY, causal=False)
@example(case=ONE_HIDDEN_KEY, causal=True)
def test_a_hidden_key_stays_hidden_however_large_its_score(attention, case, causal):
    outputs, weights = attention.attend(**case, causal=causal)
    expected_outputs, expected_weights = expected_attention(**case, causal=causal)
    title = "causal and a mask both hide, however large a score is" if causal else None
    close(weights, expected_weights, "the weights", atol=1e-6, title=title, **COARSE)
    close(outputs, expected_outputs, "the outputs", atol=5e-3, title=title, **COARSE)


@given(case=masked_cases(first_key_visible=True))
@examples(4)
def test_float32_and_float64_both_work_and_stay_what_they_are(attention, case):
    for dtype, causal in itertools.product((np.float64, np.float32), (False, True)):
        given_ = {name: x if name == "mask" else x.astype(dtype) for name, x in case.items()}
        outputs, weights = attention.attend(**given_, causal=causal)
        expected_outputs, expected_weights = expected_attention(**given_, causal=causal)
        close(weights, expected_weights, "the weights")
        close(outputs, expected_outputs, "the outputs")
        kinds = (outputs.dtype, weights.dtype)
        holds(kinds == (dtype, dtype), f"outputs and weights of {np.dtype(dtype)}", f"{kinds}")


@given(case=masked_cases(first_key_visible=True), causal=st.booleans())
@example(
    case={
        "query": np.array([[[1.0, 2.0]]], np.float32),
        "value": np.array([[[0.5, 1.0], [2.0, 0.0]]], np.float32),
        "mask": np.array([True, False]),
    },
    causal=False,
)
@example(
    case={
        "query": np.array([[[1.0, 2.0], [0.5, 1.0]]], np.float32),
        "value": np.array([[[0.5, 1.0], [2.0, 0.0]]], np.float32),
        "mask": np.array([[[True, False], [True, True]]]),
    },
    causal=True,
)
@examples(1)
def test_arrays_and_tensors_will_do(attention, case, causal):
    forms = ("arrays", "tensors", "tensors, the mask a list")
    for form, mask in itertools.product(forms, (None, case["mask"])):
        given_ = {**case, "mask": mask, "causal": causal}
        outputs, weights = attention.attend_to(form, **given_)
        expected_outputs, expected_weights = expected_attention(**given_)
        close(weights, expected_weights, "the weights")
        close(outputs, expected_outputs, "the outputs")


@given(case=masked_cases(first_key_visible=True), causal=st.booleans())
def test_the_arrays_that_were_given_are_not_changed(attention, case, causal):
    found = attention.arrays_afterwards(**case, causal=causal)
    close(found["outputs"], expected_attention(**case, causal=causal)[0], "the outputs")
    for name, array in case.items():
        same(found[name], array, f"{name} after the call")


# The layer.


@given(case=layer_cases(heads=[(1, 2), (1, 3), (1, 4)]))
@examples(5)
def test_one_head_is_attention_between_linear_maps(attention, case):
    outputs = attention.attended(case.inputs, case.kernels, case.n_heads)
    close(outputs, expected_heads(case), "the outputs", atol=1e-4)


@st.composite
def value_and_output_maps(draw):
    """A case whose queries are all zero: each output is then the mean of what its heads read."""
    case = draw(layer_cases(heads=[(2, 2), (3, 2), (2, 3)]))
    case.inputs[0][:] = 0
    return case


@given(case=value_and_output_maps())
@examples(5)
def test_the_value_map_comes_before_attention_and_the_output_map_after_it(attention, case):
    outputs = attention.attended(case.inputs, case.kernels, case.n_heads)
    because = "queries of zeros weigh all values alike, so it is mean(V v_linear) out_linear"
    close(outputs, expected_heads(case), "the outputs", because, atol=1e-4)


TWO_QUERIES = [[[2, 0, 0, 2], [0, 2, 1, 0]]]
TWO_KEYS = [[[1, 0, 0, 1], [0, 1, 2, 1]]]


@given(case=layer_cases(heads=[(2, 2), (2, 3), (3, 2), (4, 1)]))
@example(case=small_layer_case(TWO_QUERIES, TWO_KEYS))
@examples(6)
def test_each_head_attends_by_its_own_columns(attention, case):
    # Without the maps of values and outputs, head h of the outputs shows what head h weighed.
    eye = np.eye(case.inputs[0].shape[-1], dtype=np.float32)
    case.kernels |= {"v_linear": eye, "out_linear": eye}
    outputs = attention.attended(case.inputs, case.kernels, case.n_heads)
    d = len(eye) // case.n_heads
    because = f"with d = {d}, head h reads and writes the columns h * {d} ... (h + 1) * {d}"
    close(outputs, expected_heads(case), "the outputs", because, atol=1e-4)


@given(case=layer_cases(heads=[(2, 2), (2, 3), (3, 2), (2, 4)]))
@example(case=small_layer_case(TWO_QUERIES, TWO_KEYS))
@examples(5)
def test_each_head_divides_its_scores_by_the_square_root_of_its_own_dims(attention, case):
    eye = np.eye(case.inputs[0].shape[-1], dtype=np.float32)
    case.kernels = {name: eye for name in case.kernels}
    outputs = attention.attended(case.inputs, case.kernels, case.n_heads)
    d = len(eye) // case.n_heads
    because = f"{case.n_heads} heads share {len(eye)} dims, so scores are divided by sqrt({d})"
    close(outputs, expected_heads(case), "the outputs", because, atol=1e-4)


def some_layer_case(seed, n_heads, d, batch, queries, keys):
    rng, dims = np.random.default_rng(seed), n_heads * d
    return SimpleNamespace(
        inputs=[np.float32(rng.integers(-4, 5, (batch, n, dims)) / 2) for n in (queries, keys)],
        kernels={name: np.float32(rng.integers(-4, 5, (dims, dims)) / 4) for name in KERNELS},
        n_heads=n_heads,
    )


@given(case=layer_cases())
@example(case=small_layer_case([[[2, 0, 0, 2]], [[0, 2, 1, 0]]], TWO_KEYS * 2))
@example(case=some_layer_case(1, 2, 2, 2, 2, 2))
@example(case=some_layer_case(2, 3, 2, 3, 2, 4))
@example(case=some_layer_case(3, 2, 3, 2, 4, 3))
@examples(4)
def test_several_heads_attend_each_in_its_own_way(attention, case):
    outputs = attention.attended(case.inputs, case.kernels, case.n_heads)
    close(outputs, expected_heads(case), "the outputs", atol=1e-4)


@given(case=layer_cases(n_inputs=3))
@examples(6)
def test_the_third_input_is_the_key(attention, case):
    outputs = attention.attended(case.inputs, case.kernels, case.n_heads)
    because = "the inputs are [query, value, key], in Keras' order"
    close(outputs, expected_heads(case), "the outputs", because, atol=1e-4)


@given(case=padded_cases())
@example(
    case=small_layer_case(
        query=[[[1, 1]], [[1, 1]]],
        value=[[[1, 2], [3, 1]], [[2, 1], [1, 3]]],
        masks=[np.array([[True], [False]]), np.array([[True, False], [True, True]])],
    )
)
@examples(4)
def test_the_value_mask_hides_keys(attention, case):
    for query_mask in (None, case.masks[0]):
        masks = [query_mask, case.masks[1]]
        because = "keys are hidden where the value mask is False"
        if query_mask is not None:
            because += ", and the query mask hides nothing"
        outputs = attention.attended_masked(case.inputs, masks, case.kernels, case.n_heads)
        expected = expected_heads(case, value_mask=case.masks[1])
        close(outputs, expected, "the outputs", because, atol=1e-4)


@given(case=padded_cases())
@example(
    case=small_layer_case(
        query=[[[1, 0], [0, 1]]],
        value=[[[1, 2], [3, 1]]],
        n_heads=1,
        masks=[np.array([[True, False]])],
    )
)
@examples(3)
def test_the_query_mask_hides_nothing(attention, case):
    for query_mask in (case.masks[0], None):
        masks = [query_mask, None]
        outputs = attention.attended_masked(case.inputs, masks, case.kernels, case.n_heads)
        close(outputs, expected_heads(case), "the outputs", "only the value mask hides", atol=1e-4)


@given(case=padded_cases(n_inputs=3))
@example(
    case=SimpleNamespace(
        inputs=[
            np.array([[[1.0, 2.0]]], np.float32),
            np.array([[[1.0, 0.5], [2.0, 1.0], [3.0, 0.0]]], np.float32),
            np.array([[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]], np.float32),
        ],
        masks=[
            np.array([[True]]),
            np.array([[True, False, True]]),
            np.array([[False, True, True]]),
        ],
        kernels={name: np.eye(2, dtype=np.float32) for name in KERNELS},
        n_heads=2,
    )
)
@examples(1)
def test_of_three_masks_only_the_second_hides(attention, case):
    because = "the masks belong to query, value and key, and only the value mask hides keys"
    for given_masks in ((1, 1, 1), (0, 1, 1), (1, 0, 1), (1, 1, 0), (0, 1, 0), (0, 0, 1)):
        masks = [m if has else None for m, has in zip(case.masks, given_masks, strict=True)]
        outputs = attention.attended_masked(case.inputs, masks, case.kernels, case.n_heads)
        expected = expected_heads(case, value_mask=masks[1])
        close(outputs, expected, "the outputs", because, atol=1e-4)


@given(case=padded_cases())
@examples(6)
def test_keras_own_masks_arrive_without_being_given(attention, case):
    outputs = attention.attended_after_masking(case.inputs, case.kernels, case.n_heads)
    expected = expected_heads(case, value_mask=case.masks[1])
    because = "Keras hands over the mask of each input, and that of the value hides keys"
    close(outputs, expected, "the outputs", because, atol=1e-4)


@given(case=padded_cases(n_inputs=3))
@examples(5)
def test_keras_own_masks_of_three_inputs_arrive_too(attention, case):
    outputs = attention.attended_after_masking(case.inputs, case.kernels, case.n_heads)
    expected = expected_heads(case, value_mask=case.masks[1])
    close(outputs, expected, "the outputs", "only the value mask hides keys", atol=1e-4)


@given(case=layer_cases())
@example(case=small_layer_case(TWO_QUERIES, TWO_KEYS))
@examples(5)
def test_a_causal_layer_hides_later_steps(attention, case):
    case = own_attention(case)
    outputs = attention.attended(case.inputs, case.kernels, case.n_heads, causal=True)
    because = "step i may see the steps up to i only"
    close(outputs, expected_heads(case, causal=True), "the outputs", because, atol=1e-4)


@given(case=layer_cases(n_inputs=3))
@examples(5)
def test_a_causal_layer_takes_queries_and_keys_of_different_lengths(attention, case):
    outputs = attention.attended(case.inputs, case.kernels, case.n_heads, causal=True)
    because = "query i may see the keys up to i only"
    close(outputs, expected_heads(case, causal=True), "the outputs", because, atol=1e-4)


@given(case=padded_cases(first_key_visible=True))
@example(
    case=small_layer_case(
        query=[[[1, 1], [2, 1]]],
        value=[[[1, 2], [3, 1]]],
        n_heads=1,
        masks=[np.array([[True, True]]), np.array([[True, False]])],
    )
)
@examples(6)
def test_a_causal_layer_obeys_the_value_mask_as_well(attention, case):
    masks = [None, case.masks[1]]
    outputs = attention.attended_masked(case.inputs, masks, case.kernels, case.n_heads, causal=True)
    expected = expected_heads(case, value_mask=case.masks[1], causal=True)
    close(outputs, expected, "the outputs", atol=1e-4)


@st.composite
def batches_of_layer_inputs(draw, padded=False):
    """A case with two batches, of different batch sizes and lengths, and the mask of each value."""
    case = draw(layer_cases())
    dims = case.inputs[0].shape[-1]
    case.batches, case.value_masks = [], []
    for batch in (2, 1):
        query, value = (numbers(draw, (batch, draw(sizes(1, 4)), dims)) for _ in range(2))
        mask = np.ones(value.shape[:2], bool)
        if padded:
            mask = booleans(draw, value.shape[:2])
            mask[:, 0] = True
            value[..., 0] = np.abs(value[..., 0]) + 0.5
            value[~mask] = 0
        case.batches.append([query, value])
        case.value_masks.append(mask)
    return case


def small_batches():
    """Two batches in few numbers; they differ in size and in both lengths."""
    case = small_layer_case([[[1, 0]], [[0, 1]]], [[[1, 2], [3, 1]], [[2, 1], [1, 3]]])
    case.batches = [case.inputs, small_layer_case([[[1, 1], [0, 2]]], [[[2, 0]]]).inputs]
    case.value_masks = [np.ones(value.shape[:2], bool) for _, value in case.batches]
    return case


def close_batches(found, case, causal=False):
    parts = zip(found, case.batches, case.value_masks, strict=True)
    for number, (outputs, inputs, mask) in enumerate(parts):
        one = SimpleNamespace(inputs=inputs, kernels=case.kernels, n_heads=case.n_heads)
        expected = expected_heads(one, value_mask=mask, causal=causal)
        close(outputs, expected, f"the outputs of batch {number}", atol=1e-4)


@given(case=batches_of_layer_inputs(), causal=st.booleans())
@example(case=small_batches(), causal=False)
@example(case=small_batches(), causal=True)
@examples(4)
def test_one_layer_takes_batches_of_different_sizes_and_lengths(attention, case, causal):
    found = attention.attended_in_turn(case.batches, case.kernels, case.n_heads, causal=causal)
    close_batches(found, case, causal)


@given(case=batches_of_layer_inputs(), causal=st.booleans())
@example(case=small_batches(), causal=True)
@examples(2)
def test_it_works_in_a_functional_model_of_unknown_batch_size_and_lengths(attention, case, causal):
    found = attention.in_a_model(case.batches, case.kernels, case.n_heads, causal=causal)
    close_batches(found, case, causal)


@given(case=batches_of_layer_inputs(padded=True), causal=st.booleans())
@examples(2)
def test_keras_own_masks_arrive_in_a_functional_model_too(attention, case, causal):
    found = attention.in_a_model_after_masking(
        case.batches, case.kernels, case.n_heads, causal=causal
    )
    close_batches(found, case, causal)


@st.composite
def pairs_of_layers(draw):
    """One pair of inputs for two layers of different kernels and numbers of heads."""
    case = draw(layer_cases(heads=[(2, 3), (3, 2), (2, 2), (1, 4)]))
    case.second_kernels = kernels_of(draw, case.inputs[0].shape[-1])
    case.second_n_heads = 2 if case.n_heads != 2 else case.inputs[0].shape[-1]
    return case


@given(case=pairs_of_layers())
@example(
    case=small_layer_case(
        TWO_QUERIES,
        TWO_KEYS,
        second_kernels={name: np.eye(4, dtype=np.float32)[::-1] for name in KERNELS},
        second_n_heads=4,
    )
)
@examples(3)
def test_two_layers_share_nothing(attention, case):
    found = attention.attended_by_two(
        case.inputs, case.kernels, case.second_kernels, case.n_heads, case.second_n_heads
    )
    second = SimpleNamespace(
        inputs=case.inputs, kernels=case.second_kernels, n_heads=case.second_n_heads
    )
    names = ("the first layer", "the second layer", "the first layer, called again")
    for name, outputs, one in zip(names, found, (case, second, case), strict=True):
        close(outputs, expected_heads(one), f"the outputs of {name}", atol=1e-4)


def test_other_settings_of_the_layer_go_to_keras(attention):
    found = attention.settings(2, name="heads", dtype="float64")
    same(found, {"name": "heads", "dtype": "float64"}, "the layer's name and dtype")


@given(case=layer_cases(n_inputs=3), causal=st.booleans())
@example(case=small_layer_case(TWO_QUERIES, TWO_KEYS), causal=True)
@examples(4)
def test_the_layer_has_four_trainable_weights_and_no_bias(attention, case, causal):
    found = attention.weights_of(case.inputs, case.kernels, case.n_heads, causal=causal)
    dims = case.inputs[0].shape[-1]
    because = f"four linear maps from {dims} to {dims} dims have one kernel each and no bias"
    same(found["trainable"], [dims * dims] * 4, "the sizes of the trainable weights", because)
    close(found["outputs"], expected_heads(case, causal=causal), "the outputs", atol=1e-4)


uneven = st.tuples(sizes(1, 9), sizes(2, 12)).filter(lambda pair: pair[0] % pair[1] != 0)


@given(uneven=uneven, batch=sizes(1, 2), queries=sizes(1, 3), keys=sizes(1, 3))
@examples(10)
def test_dims_that_the_heads_cannot_share_equally_are_refused(
    attention, uneven, batch, queries, keys
):
    dims, n_heads = uneven
    with refused(dims, n_heads):
        attention.of_zeros(n_heads, [batch, queries, dims], [batch, keys, dims])


@given(uneven=uneven)
@examples(6)
def test_they_are_refused_in_a_functional_model_too(attention, uneven):
    dims, n_heads = uneven
    with refused(dims, n_heads):
        attention.of_symbolic_inputs(n_heads, dims)
