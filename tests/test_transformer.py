"""What correct blocks and Transformers do, one property a test.

The layers of other exercises are stand-ins with known numbers, and so are all kernels: see
``grading/beside/probes/transformer_models.py``. So the right probabilities can be worked out here,
in NumPy.
"""

from types import SimpleNamespace

import numpy as np
from hypothesis import assume, example, given
from hypothesis import strategies as st

from grading.beside.probes.base import table
from grading.beside.probes.transformer_models import positions
from grading.expect import close, holds, refused, same
from grading.running.properties import examples
from tests.strategies import sizes

NEAR = {"rtol": 5e-3, "atol": 1e-2}  # the epsilon of layer normalization is free
SAME = {"rtol": 1e-4, "atol": 1e-4}  # two outputs of one model

seeds = sizes(0, 999)


# The oracle: each part by its definition, in NumPy's float64.


def expected_attention(query, value, seed, n_heads, mask=None, causal=False):
    """Multi-head attention with the kernels of the stand-in."""
    batch, queries, dims = query.shape
    keys = value.shape[1]
    w_query, w_key, w_value, w_out = table(seed, 4, dims, dims).astype(np.float64)

    def heads(x):
        return x.reshape(batch, -1, n_heads, dims // n_heads).swapaxes(1, 2)

    q, k, v = heads(query @ w_query), heads(value @ w_key), heads(value @ w_value)
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(dims // n_heads)
    if mask is not None:
        scores = np.where(mask[:, np.newaxis, np.newaxis], scores, -np.inf)
    if causal:
        future = np.arange(keys) > np.arange(queries)[:, np.newaxis]
        scores = np.where(future, -np.inf, scores)
    outputs = softmax(scores) @ v
    return outputs.swapaxes(1, 2).reshape(batch, queries, dims) @ w_out


def softmax(scores):
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def expected_norm(z, new):
    total = np.asarray(z, np.float64) + new
    total = total - total.mean(axis=-1, keepdims=True)
    return total / np.sqrt((total**2).mean(axis=-1, keepdims=True) + 1e-3)


def expected_feed_forward(z, units, seed):
    dims = z.shape[-1]
    return expected_norm(z, np.maximum(0, z @ table(seed, dims, units)) @ table(seed, units, dims))


def expected_encoder_block(z, mask, seed, n_heads, feed_forward):
    z = np.asarray(z, np.float64)
    z = expected_norm(z, expected_attention(z, z, seed, n_heads, mask))
    return expected_feed_forward(z, feed_forward, seed)


def expected_decoder_block(z, encoder_outputs, mask, seed, n_heads, feed_forward):
    z, encoder_outputs = np.asarray(z, np.float64), np.asarray(encoder_outputs, np.float64)
    z = expected_norm(z, expected_attention(z, z, seed, n_heads, causal=True))
    z = expected_norm(z, expected_attention(z, encoder_outputs, seed, n_heads, mask))
    return expected_feed_forward(z, feed_forward, seed)


def expected_simple(model, source_ids, decoder_ids):
    embedding, mask = table(model.seed, model.vocab_size, model.dims), source_ids != 0
    place = positions(model.max_steps, model.dims)
    z = embedding[source_ids] + place[: source_ids.shape[1]]
    for _ in range(model.n_layers):
        z = expected_attention(z, z, model.seed, model.n_heads, mask)
    encoder_outputs = z
    z = embedding[decoder_ids] + place[: decoder_ids.shape[1]]
    for _ in range(model.n_layers):
        z = expected_attention(z, z, model.seed, model.n_heads, causal=True)
        z = expected_attention(z, encoder_outputs, model.seed, model.n_heads, mask)
    return softmax(z @ table(model.seed, model.dims, model.vocab_size))


def expected_transformer(model, source_ids, decoder_ids):
    place, mask = positions(model.max_steps, model.dims), source_ids != 0
    block = (model.seed, model.n_heads, model.feed_forward)

    def embedded(ids, n_ids):
        embedding = table(model.seed, n_ids, model.dims) * np.sqrt(model.dims)
        return embedding[ids] + place[: ids.shape[1]]

    z = embedded(source_ids, model.source_vocab_size)
    for _ in range(model.n_blocks):
        z = expected_encoder_block(z, mask, *block)
    encoder_outputs = z
    z = embedded(decoder_ids, model.target_vocab_size + 1)
    for _ in range(model.n_blocks):
        z = expected_decoder_block(z, encoder_outputs, mask, *block)
    return softmax(z @ table(model.seed, model.dims, model.target_vocab_size))


# What is drawn. A kernel is known by its shape. Sizes that may be taken for each other differ in
# one model (or block) and are alike in another.


def vectors(seed, *shape):
    """Numbers of one decimal, spread well, so that no step is nearly constant."""
    return np.random.default_rng(seed).normal(0, 1.5, shape).round(1).astype(np.float32)


BLOCKS = [
    dict(dims=6, n_heads=3, feed_forward=4),
    dict(dims=4, n_heads=4, feed_forward=4),
]


@st.composite
def block_cases(draw, padded=True):
    """The arguments of a block: vectors of source and translation, and the source's mask."""
    dims, n_heads, feed_forward = BLOCKS[0].values()
    batch, steps, source_steps = draw(sizes(1, 2)), draw(sizes(2, 4)), draw(sizes(2, 5))
    seed = draw(seeds)
    mask = np.ones([batch, source_steps], bool)
    if padded:
        for row in mask:
            row[draw(sizes(1, source_steps)) :] = False
        mask[0, -1] = False  # some padding in any case
    return SimpleNamespace(
        z=vectors(seed, batch, steps, dims),
        source=vectors(seed + 1, batch, source_steps, dims),
        mask=mask,
        seed=seed,
        rest=(n_heads, feed_forward),
    )


SMALL = SimpleNamespace(
    z=vectors(1, 1, 2, 4),
    source=vectors(2, 1, 3, 4),
    mask=np.array([[True, True, False]]),
    seed=3,
    rest=(2, 3),
)
ALIKE = SimpleNamespace(  # as many steps in both texts as dims, heads and units
    z=vectors(1, 2, 4, 4),
    source=vectors(2, 2, 4, 4),
    mask=np.array([[True, True, True, False], [True, True, False, False]]),
    seed=3,
    rest=(4, 4),
)


SIMPLE = [
    dict(vocab_size=4, dims=4, n_heads=4, n_layers=1, max_steps=9),
    dict(vocab_size=5, dims=6, n_heads=3, n_layers=2, max_steps=8),
]
TRANSFORMERS = [
    dict(
        source_vocab_size=9,
        target_vocab_size=3,
        dims=6,
        n_heads=2,
        n_blocks=1,
        feed_forward=5,
        max_steps=10,
    ),
    dict(
        source_vocab_size=6,
        target_vocab_size=8,
        dims=4,
        n_heads=4,
        n_blocks=2,
        feed_forward=4,
        max_steps=7,
    ),
]
# As many ids are read in both languages.
ALIKE_VOCABULARIES = {**TRANSFORMERS[0], "source_vocab_size": 4}


def ids_of(draw, batch, steps, low, high):
    """Ids from ``low`` to ``high``, both included."""
    rows = st.lists(sizes(low, high), min_size=steps, max_size=steps)
    return np.array([draw(rows) for _ in range(batch)], np.int64)


@st.composite
def model_cases(draw, models, padded=True):
    """A model, and ids of source and translation; their numbers of steps may differ."""
    model = SimpleNamespace(seed=draw(seeds), **draw(st.sampled_from(models)))
    batch, source_steps, steps = draw(sizes(1, 2)), draw(sizes(2, 4)), draw(sizes(2, 4))
    source_vocab = getattr(model, "source_vocab_size", None) or model.vocab_size
    is_simple = hasattr(model, "vocab_size")
    last = model.vocab_size - 1 if is_simple else model.target_vocab_size - 1
    source_ids = ids_of(draw, batch, source_steps, 1, source_vocab - 1)
    for row in source_ids if padded else ():
        row[draw(sizes(1, source_steps)) :] = 0
    decoder_ids = ids_of(draw, batch, steps, 0, last)
    if not is_simple:
        decoder_ids[:, 0] = model.target_vocab_size  # the start of a sequence
    return SimpleNamespace(model=model, source_ids=source_ids, decoder_ids=decoder_ids, last=last)


def outputs_of(subject, model, *batches, probe="translated"):
    """The probabilities of a model for batches ``(source_ids, decoder_ids)``."""
    given_sizes = dict(vars(model))
    seed = given_sizes.pop("seed")
    names = [name for name in given_sizes if name.endswith("vocab_size")]
    vocabularies = [given_sizes.pop(name) for name in names]
    probe = "simple" if "vocab_size" in names else probe
    return getattr(subject, probe)([list(b) for b in batches], seed, *vocabularies, given_sizes)


def differ(found, before, what, because, expected=None):
    """Every row of ``[rows, n]`` has some number that is not as before.

    Args:
        expected: the pair that should have been found; rows that hardly differ there need not
            differ here.
    """
    gaps = np.abs(np.asarray(found) - before).max(axis=-1)
    if expected is not None:
        gaps = gaps[np.abs(expected[0] - expected[1]).max(axis=-1) > 1e-3]
    holds(bool((gaps > 1e-4).all()), f"{what} to change, because {because}", "the same numbers")


def expected_of(case, source_ids, decoder_ids):
    expected = expected_simple if hasattr(case.model, "vocab_size") else expected_transformer
    return expected(case.model, source_ids, decoder_ids)


# The parts of a block.


def assume_spread(total):
    """No step is nearly constant: there the epsilon would matter, which is free."""
    assume(bool((total.var(axis=-1) > 0.1).all()))


@given(seed=seeds, dims=st.sampled_from([3, 6]), batch=sizes(1, 2), steps=sizes(1, 4))
@examples(4)
def test_each_step_comes_out_with_mean_0_and_variance_1(transformer, seed, dims, batch, steps):
    z, new = vectors(seed, batch, steps, dims), vectors(seed + 1, batch, steps, dims) + 3
    assume_spread(z + new)
    found = np.asarray(transformer.normalized(z, new))
    same(list(found.shape), list(z.shape), "the shape of the outputs")
    close(found.mean(axis=-1), np.zeros([batch, steps]), "the mean of each step", atol=1e-3)
    variances = (z + new).var(axis=-1)
    expected = variances / (variances + 1e-3)
    close(found.var(axis=-1), expected, "the variance of each step", rtol=2e-2)


@given(seed=seeds, dims=st.sampled_from([3, 6]), batch=sizes(1, 2), steps=sizes(1, 4))
@examples(4)
def test_what_came_in_is_added_before_the_block_normalizes(transformer, seed, dims, batch, steps):
    z, new = vectors(seed, batch, steps, dims), vectors(seed + 1, batch, steps, dims)
    assume_spread(z + new)
    found = transformer.normalized(z, new)
    close(found, expected_norm(z, new), "the outputs", "they are LayerNorm(z + new)", **NEAR)


@given(case=block_cases())
@example(case=SMALL)
@example(case=ALIKE)
@examples(3)
def test_the_feed_forward_block_is_two_layers_added_and_normalized(transformer, case):
    units = case.rest[1]
    found = transformer.fed_forward(case.z, units, case.seed)
    expected = expected_feed_forward(case.z, units, case.seed)
    close(found, expected, "the outputs", "they are LayerNorm(z + ReLU(z W1) W2)", **NEAR)


@given(case=block_cases())
@examples(3)
def test_the_feed_forward_block_thinks_about_each_step_alone(transformer, case):
    units = case.rest[1]
    both = np.concatenate([case.z, vectors(case.seed + 2, *case.z.shape)], axis=1)
    steps = case.z.shape[1]
    found = np.asarray(transformer.fed_forward(both, units, case.seed))
    same(list(found.shape), list(both.shape), "the shape of the outputs")
    alone = np.asarray(transformer.fed_forward(both[:, :steps], units, case.seed))
    close(found[:, :steps], alone, "the outputs of the same steps without those after", **SAME)
    rows = [x.reshape(len(x), -1) for x in (found, both)]
    differ(*rows, "what came in", "it is fed through two layers")


# The blocks.


@given(case=block_cases())
@example(case=SMALL)
@example(case=ALIKE)
@examples(3)
def test_the_encoder_block_attends_adds_normalizes_and_feeds_forward(transformer, case):
    [found] = transformer.encoded([[case.source, case.mask]], *case.rest, case.seed)
    expected = expected_encoder_block(case.source, case.mask, case.seed, *case.rest)
    same(list(np.shape(found)), list(expected.shape), "the shape of the outputs")
    shown = case.mask[..., np.newaxis]
    found, expected = np.where(shown, found, 0), np.where(shown, expected, 0)
    close(found, expected, "the outputs where the mask is True (others shown as 0)", **NEAR)


@given(case=block_cases(padded=False))
@examples(3)
def test_without_a_mask_the_encoder_block_sees_all_steps(transformer, case):
    [found] = transformer.encoded([[case.source, None]], *case.rest, case.seed)
    expected = expected_encoder_block(case.source, None, case.seed, *case.rest)
    close(found, expected, "the outputs with mask=None", **NEAR)


@given(case=block_cases())
@examples(3)
def test_the_encoder_block_lets_no_hidden_step_change_another(transformer, case):
    changed = np.where(case.mask[..., np.newaxis], case.source, case.source + 2).astype(np.float32)
    batches = [[case.source, case.mask], [changed, case.mask]]
    before, after = transformer.encoded(batches, *case.rest, case.seed)
    same(list(np.shape(before)), list(case.source.shape), "the shape of the outputs")
    shown = case.mask[..., np.newaxis]
    what = "the outputs of visible steps after a change of hidden ones"
    close(np.where(shown, after, 0), np.where(shown, before, 0), what, **SAME)
    scaled = np.concatenate([case.source[:, :1] * -2, case.source[:, 1:]], axis=1)
    _, after = transformer.encoded([batches[0], [scaled, case.mask]], *case.rest, case.seed)
    rows = [np.asarray(x)[:, 0] for x in (after, before)]
    differ(*rows, "the outputs of step 0", "what stands there was changed")


@given(case=block_cases(padded=False))
@examples(3)
def test_steps_in_another_order_leave_the_encoder_block_in_that_order(transformer, case):
    batches = [[case.source, case.mask], [case.source[:, ::-1], case.mask[:, ::-1]]]
    before, after = transformer.encoded(batches, *case.rest, case.seed)
    what = "the outputs for the steps in reverse order"
    close(np.asarray(after)[:, ::-1], before, what, "a block knows of no positions", **SAME)
    rows = [np.reshape(x, [len(before), -1]) for x in (before, case.source)]
    differ(*rows, "what comes in", "a block attends, adds and normalizes")


@given(case=block_cases())
@example(case=SMALL)
@example(case=ALIKE)
@examples(3)
def test_the_decoder_block_attends_twice_and_feeds_forward(transformer, case):
    [found] = transformer.decoded([[case.z, case.source, case.mask]], *case.rest, case.seed)
    expected = expected_decoder_block(case.z, case.source, case.mask, case.seed, *case.rest)
    close(found, expected, "the outputs", **NEAR)


@given(case=block_cases(padded=False))
@examples(3)
def test_without_a_mask_the_decoder_block_sees_the_whole_source(transformer, case):
    [found] = transformer.decoded([[case.z, case.source, None]], *case.rest, case.seed)
    expected = expected_decoder_block(case.z, case.source, None, case.seed, *case.rest)
    close(found, expected, "the outputs with encoder_mask=None", **NEAR)


@given(case=block_cases(), step=sizes(1, 3))
@examples(3)
def test_a_later_step_changes_nothing_before_it_in_the_decoder_block(transformer, case, step):
    step = min(step, case.z.shape[1] - 1)
    changed = case.z.copy()
    changed[:, step:] = vectors(case.seed + 2, *changed[:, step:].shape)
    batches = [[z, case.source, case.mask] for z in (case.z, changed)]
    before, after = map(np.asarray, transformer.decoded(batches, *case.rest, case.seed))
    same(list(before.shape), list(case.z.shape), "the shape of the outputs")
    what = f"the outputs of the steps before {step}, after a change from step {step} on"
    close(after[:, :step], before[:, :step], what, **SAME)
    differ(after[:, step], before[:, step], f"the outputs of step {step}", "it was changed")


@given(case=block_cases())
@examples(3)
def test_the_decoder_block_looks_at_the_source_but_not_at_its_padding(transformer, case):
    padding = case.mask[..., np.newaxis]
    hidden = np.where(padding, case.source, case.source - 2).astype(np.float32)
    shown = case.source.copy()
    shown[:, 0] = vectors(case.seed + 2, *shown[:, 0].shape)
    batches = [[case.z, source, case.mask] for source in (case.source, hidden, shown)]
    found = transformer.decoded(batches, *case.rest, case.seed)
    before, after_hidden, after_shown = map(np.asarray, found)
    close(after_hidden, before, "the outputs after a change of the source's padding", **SAME)
    rows = [x.reshape(-1, x.shape[-1]) for x in (after_shown, before)]
    differ(*rows, "the outputs of all steps", "step 0 of the source was changed")


def test_the_blocks_make_the_attention_layers_that_they_need(transformer):
    for block in BLOCKS:
        found, n_heads = transformer.attention_of_blocks(**block), block["n_heads"]
        what = "the attention layers, as [n_heads, causal]"
        same(found["encoder_block"], [[n_heads, False]], f"{what}, of encoder_block")
        expected = [[n_heads, False], [n_heads, True]]
        same(found["decoder_block"], expected, f"{what}, of decoder_block")


def test_each_sum_in_a_block_is_normalized_by_a_layer_of_its_own(transformer):
    for block in BLOCKS:
        found, dims = transformer.scales_of_blocks(**block), block["dims"]
        what = "the trainable scales, which begin at 1,"
        because = f"each of its {{}} normalizations has {dims}"
        same(found["encoder_block"], 2 * dims, f"{what} of encoder_block", because.format(2))
        same(found["decoder_block"], 3 * dims, f"{what} of decoder_block", because.format(3))


def test_no_block_shares_its_weights_with_another(transformer):
    dims, n_heads, feed_forward = BLOCKS[0].values()
    found = transformer.kernels_of_blocks(dims, n_heads, feed_forward)
    of_one = 4 * dims * dims + 2 * dims * feed_forward
    what = "the numbers in the kernels of one encoder block, and of two in a row"
    same(found, [of_one, 2 * of_one], what)


@given(dims=sizes(2, 6), times=sizes(1, 2))
@example(dims=3, times=2)
@examples(2)
def test_each_normalization_trains_a_scale_and_an_offset_of_its_own(transformer, dims, times):
    found = transformer.weights_of_norms(dims, times)
    expected = np.repeat([0.0, 1.0], dims * times)
    what = f"the trainable numbers of {times} calls of add_and_normalize, smallest first"
    close(found, expected, what, "offsets begin at 0 and scales at 1, one for each of the dims")


# The chapter's stack.


@given(case=model_cases(SIMPLE[:1]))
@examples(3)
def test_the_simple_stack_gives_probabilities_for_each_step_of_the_decoder(transformer, case):
    [found] = outputs_of(transformer, case.model, (case.source_ids, case.decoder_ids))
    check_probabilities(found, case.decoder_ids, case.model.vocab_size)


@given(case=model_cases(SIMPLE))
@example(
    case=SimpleNamespace(
        model=SimpleNamespace(seed=20, **SIMPLE[1]),
        source_ids=np.array([[3, 1, 4, 2], [2, 4, 0, 0]]),
        decoder_ids=np.array([[1, 0, 2], [4, 3, 3]]),
    )
)
@examples(4)
def test_the_simple_stack_is_attention_upon_attention(transformer, case):
    [found] = outputs_of(transformer, case.model, (case.source_ids, case.decoder_ids))
    expected = expected_simple(case.model, case.source_ids, case.decoder_ids)
    close(found, expected, "the probabilities", rtol=1e-2, atol=1e-3)


@given(case=model_cases(SIMPLE[:1]), step=sizes(1, 3))
@examples(3)
def test_the_simple_stack_sees_no_later_ids(transformer, case, step):
    check_future(transformer, case, step)


@given(case=model_cases(SIMPLE[1:]), n_padding=sizes(1, 3))
@example(
    case=SimpleNamespace(
        model=SimpleNamespace(seed=1, **SIMPLE[1]),
        source_ids=np.array([[3, 1, 4], [2, 4, 0]]),
        decoder_ids=np.array([[1, 2], [4, 3]]),
    ),
    n_padding=3,
)
@examples(3)
def test_the_simple_stack_sees_no_padding(transformer, case, n_padding):
    check_padding(transformer, case, n_padding)


@given(case=model_cases(SIMPLE[1:]))
@examples(1)
def test_the_simple_stack_gives_the_same_in_training_as_it_has_no_dropout(transformer, case):
    check_no_dropout(transformer, case)


def test_the_simple_stacks_layers_are_all_its_own(transformer):
    for sizes_ in SIMPLE:
        rest = dict(sizes_)
        vocab_size = rest.pop("vocab_size")
        check_simple(transformer.made("build_simple", [vocab_size], rest), vocab_size, rest)


def test_the_simple_stack_is_as_large_as_the_chapters_unless_told_otherwise(transformer):
    chapters = dict(dims=512, n_heads=8, n_layers=6, max_steps=500)
    check_simple(transformer.made("build_simple", [3], {}), 3, chapters)


# The Transformer.


@given(case=model_cases(TRANSFORMERS[:1]))
@examples(3)
def test_the_transformer_gives_probabilities_for_each_step_of_the_translation(transformer, case):
    [found] = outputs_of(transformer, case.model, (case.source_ids, case.decoder_ids))
    check_probabilities(found, case.decoder_ids, case.model.target_vocab_size)


@given(case=model_cases(TRANSFORMERS[:1]))
@examples(4)
def test_the_transformer_is_embeddings_positions_blocks_and_a_softmax(transformer, case):
    [found] = outputs_of(transformer, case.model, (case.source_ids, case.decoder_ids))
    expected = expected_transformer(case.model, case.source_ids, case.decoder_ids)
    close(found, expected, "the probabilities", **NEAR)


@given(case=model_cases(TRANSFORMERS[1:]))
@examples(3)
def test_all_blocks_of_the_transformers_decoder_see_the_encoders_last_outputs(transformer, case):
    [found] = outputs_of(transformer, case.model, (case.source_ids, case.decoder_ids))
    expected = expected_transformer(case.model, case.source_ids, case.decoder_ids)
    because = "blocks follow each other, and the encoder's last one feeds the decoder"
    close(found, expected, "the probabilities", because, **NEAR)


@given(case=model_cases(TRANSFORMERS[:1]), padded=model_cases(TRANSFORMERS[:1]))
@examples(3)
def test_one_transformer_takes_batches_of_different_sizes_and_lengths(transformer, case, padded):
    last = case.model.target_vocab_size
    batches = [
        (case.source_ids, case.decoder_ids),
        (padded.source_ids % case.model.source_vocab_size, padded.decoder_ids % last),
    ]
    # No row may be padding only.
    batches[1][0][:, 0] = 1
    found = outputs_of(transformer, case.model, *batches)
    for number, (outputs, ids) in enumerate(zip(found, batches, strict=True)):
        expected = expected_transformer(case.model, *ids)
        close(outputs, expected, f"the probabilities of batch {number}", **NEAR)


@given(case=model_cases(TRANSFORMERS[:1]), step=sizes(1, 3))
@examples(3)
def test_the_transformer_sees_no_later_ids_of_the_translation(transformer, case, step):
    check_future(transformer, case, step)


@given(case=model_cases(TRANSFORMERS[1:]), n_padding=sizes(1, 3))
@example(
    case=SimpleNamespace(
        model=SimpleNamespace(seed=1, **TRANSFORMERS[1]),
        source_ids=np.array([[3, 1, 4, 2], [5, 2, 0, 0]]),
        decoder_ids=np.array([[8, 0, 2, 7, 5, 1, 6], [8, 1, 3, 4, 1, 0, 2]]),
    ),
    n_padding=3,  # both texts are as long as they may be
)
@examples(3)
def test_the_transformer_sees_no_padding_of_the_source(transformer, case, n_padding):
    check_padding(transformer, case, n_padding)


@given(case=model_cases(TRANSFORMERS[:1], padded=False), place=sizes(0, 3))
@examples(3)
def test_every_id_of_the_source_matters_to_the_whole_translation(transformer, case, place):
    place = min(place, case.source_ids.shape[1] - 1)
    changed = case.source_ids.copy()
    changed[:, place] = changed[:, place] % (case.model.source_vocab_size - 1) + 1
    batches = [(ids, case.decoder_ids) for ids in (case.source_ids, changed)]
    before, after = outputs_of(transformer, case.model, *batches)
    same(list(np.shape(after)), list(np.shape(before)), "the shape of the probabilities")
    rows = [
        np.reshape(x, [-1, case.model.target_vocab_size])
        for x in (after, before, *(expected_of(case, *batch) for batch in batches))
    ]
    because = f"id {place} of the source was changed"
    differ(*rows[:2], "the probabilities of each step", because, rows[2:])


@given(case=model_cases(TRANSFORMERS[:1], padded=False))
@examples(3)
def test_without_positions_the_order_of_the_source_would_not_matter_to_a_translation(
    transformer, case
):
    case.source_ids[:, -1] = case.source_ids[:, 0] % (case.model.source_vocab_size - 1) + 1
    batches = [(ids, case.decoder_ids) for ids in (case.source_ids, case.source_ids[:, ::-1])]
    probe = "translated_without_positions"
    before, after = outputs_of(transformer, case.model, *batches, probe=probe)
    close(after, before, "the probabilities for the source in reverse order", **SAME)
    before, after = outputs_of(transformer, case.model, *batches)
    rows = [
        np.reshape(x, [len(before), -1])
        for x in (after, before, *(expected_of(case, *batch) for batch in batches))
    ]
    differ(*rows[:2], "with positions, the probabilities", "the source was reversed", rows[2:])


@given(case=model_cases(TRANSFORMERS[:1]))
@example(
    case=SimpleNamespace(
        model=SimpleNamespace(seed=1, **TRANSFORMERS[0]),
        source_ids=np.array([[3, 1, 7]]),
        decoder_ids=np.array([[3, 0, 0, 2, 0]]),
        last=2,
    )
)
@examples(3)
def test_id_0_is_an_item_like_others_in_the_translation(transformer, case):
    decoder_ids = case.decoder_ids.copy()
    decoder_ids[:, 1] = 0
    [found] = outputs_of(transformer, case.model, (case.source_ids, decoder_ids))
    expected = expected_transformer(case.model, case.source_ids, decoder_ids)
    because = "0 is padding in the source only"
    close(found, expected, "the probabilities", because, **NEAR)


@given(case=model_cases(TRANSFORMERS[1:]))  # of two blocks: dropout may be between them
@examples(1)
def test_the_transformer_gives_the_same_in_training_as_it_has_no_dropout(transformer, case):
    check_no_dropout(transformer, case)


def test_the_transformers_layers_are_all_its_own(transformer):
    for sizes_ in (*TRANSFORMERS, ALIKE_VOCABULARIES):
        rest = dict(sizes_)
        vocabularies = [rest.pop("source_vocab_size"), rest.pop("target_vocab_size")]
        found = transformer.made("build_transformer", vocabularies, rest)
        check_transformer(found, vocabularies, rest)
        if sizes_ is TRANSFORMERS[0]:
            found = transformer.shared(vocabularies, rest)
            what = "the number of weights that are in two models at once"
            same(found, 0, what, "each call makes layers of its own")


def test_the_transformer_has_the_sizes_of_its_signature_unless_told_otherwise(transformer):
    default = dict(dims=64, n_heads=4, n_blocks=2, feed_forward=128, max_steps=64)
    check_transformer(transformer.made("build_transformer", [9, 3], {}), [9, 3], default)


# What is refused.


@given(value=sizes(-2, 0))
@examples(2)
def test_sizes_below_1_are_refused_by_the_simple_stack(transformer, value):
    for name in SIMPLE[0]:
        rest = {**SIMPLE[0], name: value}
        vocab_size = rest.pop("vocab_size")
        with refused(name, value):
            transformer.build("build_simple", [vocab_size], rest)


@given(value=sizes(-2, 0))
@examples(2)
def test_sizes_below_1_are_refused_by_the_transformer(transformer, value):
    for name in TRANSFORMERS[0]:
        rest = {**TRANSFORMERS[0], name: value}
        vocabularies = [rest.pop("source_vocab_size"), rest.pop("target_vocab_size")]
        with refused(name, value):
            transformer.build("build_transformer", vocabularies, rest)


@given(
    uneven=st.tuples(sizes(2, 9), sizes(2, 12)).filter(lambda pair: pair[0] % pair[1] != 0),
)
@examples(3)
def test_dims_that_are_no_multiple_of_n_heads_are_refused(transformer, uneven):
    for builder, models in (("build_simple", SIMPLE), ("build_transformer", TRANSFORMERS)):
        rest = {**models[0], "dims": uneven[0], "n_heads": uneven[1]}
        vocabularies = [rest.pop(name) for name in list(rest) if name.endswith("vocab_size")]
        with refused("dims", uneven[0], "n_heads", uneven[1]):
            transformer.build(builder, vocabularies, rest)


# What both kinds of model do.


def check_probabilities(found, decoder_ids, n_ids):
    same(list(np.shape(found)), [*decoder_ids.shape, n_ids], "the shape of the probabilities")
    totals = np.asarray(found).sum(axis=-1)
    close(totals, np.ones(totals.shape), "the sum of the probabilities of each step", rtol=1e-3)
    holds(bool((np.asarray(found) >= 0).all()), "no probability below 0", f"{np.min(found)}")
    kind = np.asarray(found).dtype
    holds(kind == np.float32, "probabilities of float32", f"{kind}")


def check_future(subject, case, step):
    step = min(step, case.decoder_ids.shape[1] - 1)
    changed = case.decoder_ids.copy()
    changed[:, step:] = (changed[:, step:] + 1) % (case.last + 1)
    batches = [(case.source_ids, ids) for ids in (case.decoder_ids, changed)]
    before, after = map(np.asarray, outputs_of(subject, case.model, *batches))
    same(list(before.shape[:2]), list(changed.shape), "the shape of the outputs")
    what = f"the outputs of the steps before {step}, after a change of the ids from {step} on"
    close(after[:, :step], before[:, :step], what, **SAME)
    expected = [expected_of(case, *batch) for batch in batches]
    rows = [x[:, step:].reshape(len(x), -1) for x in (after, before, *expected)]
    what, because = f"the outputs from step {step} on", f"decoder_ids[:, {step}:] was changed"
    differ(*rows[:2], what, because, rows[2:])


def check_padding(subject, case, n_padding):
    padded = np.pad(case.source_ids, [[0, 0], [0, n_padding]])
    batches = [(ids, case.decoder_ids) for ids in (case.source_ids, padded)]
    before, after = outputs_of(subject, case.model, *batches)
    same(list(np.shape(before)[:2]), list(case.decoder_ids.shape), "the shape of the outputs")
    what = f"the outputs with {n_padding} ids of padding behind the source"
    close(after, before, what, "padding is hidden", **SAME)


def check_no_dropout(subject, case):
    given_sizes = dict(vars(case.model))
    seed = given_sizes.pop("seed")
    names = [name for name in given_sizes if name.endswith("vocab_size")]
    vocabularies = [given_sizes.pop(name) for name in names]
    builder = "build_simple" if "vocab_size" in names else "build_transformer"
    batch = [case.source_ids, case.decoder_ids]
    found = subject.in_training(builder, batch, seed, vocabularies, given_sizes)
    what, because = "the probabilities with training=True", "there is no dropout"
    close(found["in training"], np.asarray(found["at rest"]), what, because, **SAME)


def check_simple(found, vocab_size, rest):
    check_made(found, rest, rest["n_layers"], n_norms=0)
    expected = [vocab_size * rest["dims"]] * 2
    because = "there are one embedding and one Dense layer, and nothing else beside attention"
    same(found["kernels"], expected, "the sizes of the other kernels", because)


def check_transformer(found, vocabularies, rest):
    check_made(found, rest, rest["n_blocks"], n_norms=5 * rest["n_blocks"])
    (source, target), dims, n_dense = vocabularies, rest["dims"], 4 * rest["n_blocks"]
    expected = [source * dims, (target + 1) * dims, dims * target]
    expected += [dims * rest["feed_forward"]] * n_dense
    because = f"there are two embeddings, {n_dense} layers in the blocks, and one at the end"
    same(found["kernels"], sorted(expected), "the sizes of the other kernels", because)


def check_made(found, rest, n_times, n_norms):
    expected = [[rest["max_steps"], rest["dims"]]]
    same(found["PositionalEncoding"], expected, "how PositionalEncoding was made")
    expected = [[rest["n_heads"], False]] * 2 * n_times + [[rest["n_heads"], True]] * n_times
    what = "the attention layers, as [n_heads, causal]"
    same(found["MultiHeadAttention"], expected, what)
    because = f"there are {n_norms} normalizations"
    same(found["scales"], n_norms * rest["dims"], "the scales of layer normalization", because)
