"""What a correct encoder and decoder do, one property a test.

All weights are known numbers: see ``grading/beside/probes/encoder_decoder.py``. So the right
probabilities can be worked out here, in NumPy. Whether TF-Addons is used is free.
"""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from grading.beside.probes.base import table
from grading.beside.probes.encoder_decoder import MODULUS, MOST_SPARE_ROWS, next_probabilities
from grading.expect import close, holds, refused, same
from grading.running.properties import examples
from tests.strategies import sizes

# No two sizes are alike, so each weight is known by its shape.
SOURCE, V, EMBED, UNITS = 7, 3, 2, 5
MODEL = {"vocabularies": [SOURCE, V], "sizes": {"embed_size": EMBED, "units": UNITS}}
# As many ids are read in both languages, and vectors are as large as the state, and as V.
ALIKE = {"vocabularies": [V + 1, V], "sizes": {"embed_size": V, "units": V}}

NEAR = {"rtol": 1e-3, "atol": 1e-3}
SAME = {"rtol": 1e-4, "atol": 1e-5}

seeds = sizes(0, 999)


# The oracle: an LSTM by its definition, in NumPy's float64.


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def expected_translation(seed, source_ids, decoder_ids, model=MODEL):
    """The probabilities, row by row and step by step."""
    (n_source, v), (size, units) = model["vocabularies"], model["sizes"].values()
    kernel, recurrent = 2 * table(seed, size, 4 * units), 2 * table(seed, units, 4 * units)
    bias, dense = table(seed, 4 * units), 2 * table(seed, units, v)

    def step(x, h, c):
        i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c

    rows = []
    for source, read in zip(source_ids, decoder_ids, strict=True):
        h = c = np.zeros(units)
        for word in source[source != 0]:
            h, c = step(2 * table(seed, n_source, size)[word], h, c)
        scores = []
        for word in read:
            h, c = step(2 * table(seed, v + 1, size)[word], h, c)
            scores.append(np.exp(h @ dense))
        rows.append([score / score.sum() for score in scores])
    return np.array(rows)


def expected_greedy(source_ids, n_steps, n_ids, seed):
    """What is written with the model made of a table, and the smallest lead of a likeliest id."""
    probabilities, leads, rows = next_probabilities(seed, n_ids), [], []
    for source in source_ids:
        state = int((source * np.arange(1, 1 + len(source))).sum())
        row, read = [], n_ids
        for t in range(n_steps):
            state += (t + 1) * (read + 1)
            of_next = probabilities[state % MODULUS]
            read = int(of_next.argmax())
            leads.append(np.diff(np.sort(of_next))[-1])
            row.append(read)
        rows.append(row)
    return np.array(rows), min(leads)


# What is drawn.


def ids_of(draw, batch, steps, low, high):
    """Ids from ``low`` to ``high``, both included."""
    row = st.lists(sizes(low, high), min_size=steps, max_size=steps)
    return np.array([draw(row) for _ in range(batch)], np.int64).reshape(batch, steps)


@st.composite
def targets_of(draw, fewest=1):
    """Targets of ``fewest`` steps or more, and a start id that is none of them."""
    targets = 2 * ids_of(draw, draw(sizes(1, 3)), draw(sizes(fewest, 4)), 0, 5)
    # Odd ids and even ones: the start is before all targets, between them, or after them.
    odd = draw(sizes(0, 1))
    return targets + odd, 2 * draw(sizes(0, 5)) + 1 - odd


@st.composite
def batches_of(draw, padded=True):
    """A seed, and ids of source and translation; their numbers of steps may differ."""
    batch, source_steps, steps = draw(sizes(1, 2)), draw(sizes(2, 4)), draw(sizes(2, 4))
    source_ids = ids_of(draw, batch, source_steps, 1, SOURCE - 1)
    for row in source_ids if padded else ():
        row[draw(sizes(1, source_steps)) :] = 0
    decoder_ids = ids_of(draw, batch, steps, 0, V - 1)
    decoder_ids[:, 0] = V
    return draw(seeds), source_ids, decoder_ids


@st.composite
def greedy_cases(draw, fewest=2, most=5):
    """The arguments of greedy decoding with the model made of a table."""
    n_ids, seed, n_steps = draw(st.sampled_from([3, 5])), draw(seeds), draw(sizes(fewest, most))
    source_ids = ids_of(draw, draw(sizes(1, 3)), draw(sizes(1, 3)), 1, 9)
    return source_ids, n_steps, n_ids, seed


def sure(case):
    """What greedy decoding must write, or None where two ids are nearly equally likely."""
    written, lead = expected_greedy(*case)
    return written if lead > 1e-4 else None


def translated(subject, seed, *batches, model=MODEL):
    found = subject.translated([list(batch) for batch in batches], seed, **model)
    return [np.asarray(outputs) for outputs in found]


def differ(found, before, expected, what, because):
    """Every row of ``[rows, n]`` has changed; rows that hardly change in truth need not."""
    rows = [np.asarray(x).reshape(-1, V) for x in (found, before, *expected)]
    gaps, true_gaps = (np.abs(x - y).max(axis=-1) for x, y in (rows[:2], rows[2:]))
    changed = bool((gaps[true_gaps > 1e-3] > 1e-5).all())
    holds(changed, f"{what} to change, because {because}", "the same numbers")


# Teacher forcing.


@given(case=targets_of())
@example(case=(np.array([[2, 1], [3, 1]]), 0))
@example(case=(np.array([[200, 1]]), 300))  # ids may be large
def test_the_first_thing_read_in_teacher_forcing_is_the_start(encoder_decoder, case):
    targets, sos_id = case
    found = np.asarray(encoder_decoder.forced(targets, sos_id))
    same(list(found.shape), list(targets.shape), "the shape of the inputs")
    same(found[:, 0].tolist(), [sos_id] * len(targets), "the first input of each row")


@given(case=targets_of(fewest=2))
@example(case=(np.array([[10, 0], [8, 10]]), 3))
@example(case=(np.array([[200, 70_000, 1]]), 300))
def test_the_targets_follow_one_step_later(encoder_decoder, case):
    targets, sos_id = case
    found = np.asarray(encoder_decoder.forced(targets, sos_id))
    same(list(found.shape), list(targets.shape), "the shape of the inputs")
    same(found[:, 1:].tolist(), targets[:, :-1].tolist(), "the inputs from step 1 on")


@given(case=targets_of())
@example(case=(np.array([[0, 1, 2], [2, 2, 0], [1, 0, 1]]), 3))
@examples(4)
def test_targets_may_be_a_list_an_array_or_a_tensor(encoder_decoder, case):
    targets, sos_id = case
    for form in ("a list", "an array", "an int32 array", "a tensor"):
        found = np.asarray(encoder_decoder.forced_from(form, targets, sos_id))
        expected = [[sos_id, *row[:-1]] for row in targets.tolist()]
        same(found.tolist(), expected, "the inputs")


@given(case=targets_of(fewest=2))
@examples(8)
def test_the_targets_that_were_given_are_not_changed(encoder_decoder, case):
    targets, sos_id = case
    for form in ("a list", "an array"):
        found = encoder_decoder.targets_afterwards(form, targets, sos_id)
        same(np.asarray(found["targets"]).tolist(), targets.tolist(), "the targets")
        expected = [[sos_id, *row[:-1]] for row in targets.tolist()]
        same(np.asarray(found["inputs"]).tolist(), expected, "the inputs")


@given(case=targets_of(), row=sizes(0, 2), step=sizes(0, 3))
@example(case=(np.array([[0, 1, 2], [2, 2, 0]]), 3), row=0, step=1)  # the start id is 1
@example(case=(np.array([[1, 0], [2, 2]]), 3), row=0, step=1)  # it is 0, in the last place of a row
@examples(5)
def test_a_start_id_among_the_targets_is_refused(encoder_decoder, case, row, step):
    targets, _ = case
    sos_id = int(targets[row % targets.shape[0], step % targets.shape[1]])
    for form in ("a list", "an array", "a tensor"):
        with refused("sos_id", sos_id):
            encoder_decoder.forced_from(form, targets, sos_id)


# The translator.


@given(case=batches_of())
@examples(4)
def test_each_step_of_the_translation_gets_probabilities_of_all_ids(encoder_decoder, case):
    seed, source_ids, decoder_ids = case
    [found] = translated(encoder_decoder, seed, (source_ids, decoder_ids))
    same(list(found.shape), [*decoder_ids.shape, V], "the shape of the probabilities")
    totals = found.sum(axis=-1)
    close(totals, np.ones(totals.shape), "the sum of the probabilities of each step", rtol=1e-3)
    holds(bool((found >= 0).all()), "no probability below 0", f"{found.min()}")
    holds(found.dtype == np.float32, "probabilities of float32", f"{found.dtype}")


@given(case=batches_of())
@example(case=(1, np.array([[3, 1, 4], [2, 0, 0]]), np.array([[V, 1, 0, 2], [V, 2, 2, 1]])))
@examples(5)
def test_the_decoder_begins_with_the_encoders_state_and_reads_its_ids(encoder_decoder, case):
    seed, source_ids, decoder_ids = case
    [found] = translated(encoder_decoder, seed, (source_ids, decoder_ids))
    expected = expected_translation(seed, source_ids, decoder_ids)
    because = "the decoder starts with h and c of the encoder"
    close(found, expected, "the probabilities", because, **NEAR)


@given(case=batches_of(), other=batches_of())
@examples(4)
def test_one_model_takes_batches_of_different_sizes_and_lengths(encoder_decoder, case, other):
    seed, *batch = case
    batches = [batch, other[1:]]
    for number, found in enumerate(translated(encoder_decoder, seed, *batches)):
        expected = expected_translation(seed, *batches[number])
        close(found, expected, f"the probabilities of batch {number}", **NEAR)


@given(case=batches_of(), step=sizes(1, 3))
@examples(5)
def test_a_later_id_of_the_decoder_leaves_earlier_outputs_alone(encoder_decoder, case, step):
    seed, source_ids, decoder_ids = case
    step = min(step, decoder_ids.shape[1] - 1)
    changed = decoder_ids.copy()
    changed[:, step:] = (changed[:, step:] + 1) % V
    batches = [(source_ids, decoder_ids), (source_ids, changed)]
    before, after = translated(encoder_decoder, seed, *batches)
    same(list(before.shape[:2]), list(changed.shape), "the shape of the outputs")
    what = f"the outputs of the steps before {step}, after a change of the ids from {step} on"
    close(after[:, :step], before[:, :step], what, **SAME)
    expected = [expected_translation(seed, *batch)[:, step] for batch in batches]
    because = f"decoder_ids[:, {step}] was changed"
    differ(after[:, step], before[:, step], expected, f"the outputs of step {step}", because)


@given(case=batches_of(), n_padding=sizes(1, 3))
@examples(5)
def test_padding_behind_the_source_changes_nothing(encoder_decoder, case, n_padding):
    seed, source_ids, decoder_ids = case
    padded = np.pad(source_ids, [[0, 0], [0, n_padding]])
    before, after = translated(
        encoder_decoder, seed, (source_ids, decoder_ids), (padded, decoder_ids)
    )
    same(list(before.shape[:2]), list(decoder_ids.shape), "the shape of the outputs")
    what = f"the outputs with {n_padding} ids of padding behind the source"
    close(after, before, what, "padding is not read", **SAME)


@given(case=batches_of(padded=False), place=sizes(0, 3))
@examples(5)
def test_every_id_of_the_source_matters(encoder_decoder, case, place):
    seed, source_ids, decoder_ids = case
    place = min(place, source_ids.shape[1] - 1)
    changed = source_ids.copy()
    changed[:, place] = changed[:, place] % (SOURCE - 1) + 1
    batches = [(source_ids, decoder_ids), (changed, decoder_ids)]
    before, after = translated(encoder_decoder, seed, *batches)
    same(list(after.shape), list(before.shape), "the shape of the outputs")
    expected = [expected_translation(seed, *batch)[:, 0] for batch in batches]
    because = f"id {place} of the source was changed"
    differ(after[:, 0], before[:, 0], expected, "the outputs of step 0", because)


@given(case=batches_of(), place=sizes(1, 3))
@examples(4)
def test_id_0_is_an_item_like_others_in_the_decoder(encoder_decoder, case, place):
    seed, source_ids, decoder_ids = case
    decoder_ids = np.concatenate([decoder_ids, decoder_ids[:, 1:]], axis=1)
    decoder_ids[:, min(place, decoder_ids.shape[1] - 2)] = 0
    [found] = translated(encoder_decoder, seed, (source_ids, decoder_ids))
    expected = expected_translation(seed, source_ids, decoder_ids)
    close(found, expected, "the probabilities", "0 is padding in the source only", **NEAR)


@given(case=batches_of())
@example(case=(1, np.array([[3, 6, 0, 0]]), np.array([[V, 0, 1]])))
@examples(1)
def test_the_model_gives_the_same_in_training_as_it_has_no_dropout(encoder_decoder, case):
    seed, *batch = case
    found = encoder_decoder.in_training(batch, seed, **MODEL)
    what, because = "the probabilities with training=True", "there is no dropout"
    close(found["in training"], np.asarray(found["at rest"]), what, because, **SAME)


def check_kernels(found, vocabularies, embed_size, units, because):
    """The kernels are those of Keras' layers; an embedding may have a row or two to spare."""
    source, v = vocabularies
    others = [[units, v]] + [[embed_size, 4 * units], [units, 4 * units]] * 2
    expected = [[source, embed_size], [v + 1, embed_size], *others]
    possible = [
        sorted([[source + one, embed_size], [v + 1 + other, embed_size], *others])
        for one in range(MOST_SPARE_ROWS + 1)
        for other in range(MOST_SPARE_ROWS + 1)
    ]
    if found not in possible:
        same(found, sorted(expected), "the shapes of the kernels", because)


def test_encoder_and_decoder_have_an_embedding_and_an_lstm_each(encoder_decoder):
    because = "there are two embeddings, two LSTMs of two kernels each, and a dense layer"
    for model in (MODEL, ALIKE):
        found = encoder_decoder.weights(**model)
        check_kernels(found, model["vocabularies"], *model["sizes"].values(), because)


@given(seed=seeds)
@examples(1)
def test_the_decoder_begins_with_the_encoders_state_where_all_sizes_are_alike(
    encoder_decoder, seed
):
    batch = np.array([[3, 1, 2], [2, 0, 0]]), np.array([[V, 1, 0], [V, 2, 2]])
    [found] = translated(encoder_decoder, seed, batch, model=ALIKE)
    close(found, expected_translation(seed, *batch, ALIKE), "the probabilities", **NEAR)


def test_vectors_have_size_32_and_the_lstms_128_unless_told_otherwise(encoder_decoder):
    found = encoder_decoder.weights([SOURCE, V], {})
    because = "embed_size is 32 and units is 128, and an LSTM's kernels have four times its units"
    check_kernels(found, [SOURCE, V], 32, 128, because)


@given(seed=seeds)
@examples(1)
def test_the_smallest_sizes_will_do(encoder_decoder, seed):
    ids = [np.array([[1, 1]]), np.array([[1, 0, 0]])]
    smallest = {"vocabularies": [2, 1], "sizes": {"embed_size": 1, "units": 1}}
    [found] = encoder_decoder.translated([ids], seed, **smallest)
    because = "there is only one id to write"
    close(found, np.ones([1, 3, 1]), "the probabilities", because, atol=1e-5)


@given(value=sizes(-2, 0))
@examples(2)
def test_sizes_below_1_are_refused(encoder_decoder, value):
    given_sizes = {"source_vocab_size": 7, "target_vocab_size": 4, "embed_size": 3, "units": 5}
    for name in given_sizes:
        with refused(name, value):
            encoder_decoder.build({**given_sizes, name: value})


# Greedy decoding.


@given(case=greedy_cases())
@example(case=(np.array([[1, 2]]), 4, 3, 18))  # 0 0 2 1: after 0 it goes on
@example(case=(np.array([[4], [5]]), 5, 3, 7))
@example(case=(np.array([[4]]), 12, 300, 393))  # 201 293 177 ...: ids may be large, and many
@examples(5)
def test_greedy_decoding_writes_the_likeliest_id_and_reads_it_next(encoder_decoder, case):
    expected = sure(case)
    found = np.asarray(encoder_decoder.written(*case))
    same(list(found.shape), [len(case[0]), case[1]], "the shape of what is written")
    if expected is not None:
        same(found.tolist(), expected.tolist(), "the ids that are written")


@given(case=greedy_cases(1, 1))
@examples(4)
def test_greedy_decoding_reads_the_start_first(encoder_decoder, case):
    expected = sure(case)
    found = np.asarray(encoder_decoder.written(*case))
    same(list(found.shape), [len(case[0]), 1], "the shape of what is written")
    if expected is not None:
        same(found.tolist(), expected.tolist(), "the first ids that are written")


@given(case=greedy_cases(), more=sizes(1, 3))
@examples(4)
def test_a_longer_greedy_translation_goes_on_where_a_shorter_one_stops(encoder_decoder, case, more):
    source_ids, n_steps, n_ids, seed = case
    short = np.asarray(encoder_decoder.written(source_ids, n_steps, n_ids, seed))
    long = np.asarray(encoder_decoder.written(source_ids, n_steps + more, n_ids, seed))
    same(list(long.shape), [len(source_ids), n_steps + more], "the shape of what is written")
    if sure((source_ids, n_steps + more, n_ids, seed)) is not None:
        what = f"the first {n_steps} of {n_steps + more} ids"
        same(long[:, :n_steps].tolist(), short.tolist(), what)


@given(seed=seeds, batch=sizes(1, 2), n_steps=sizes(2, 4))
@examples(3)
def test_greedy_decoding_agrees_with_teacher_forcing_on_its_own_output(
    encoder_decoder, seed, batch, n_steps
):
    source_ids = np.random.default_rng(seed).integers(1, SOURCE, [batch, 3])
    found = encoder_decoder.written_and_forced(source_ids, n_steps, V, seed=seed, **MODEL)
    written, probabilities = np.asarray(found["written"]), np.asarray(found["probabilities"])
    same(list(written.shape), [batch, n_steps], "the shape of what is written")
    holds(
        bool((written >= 0).all() and (written < V).all()),
        f"ids from 0 to {V - 1} to be written",
        f"{written.tolist()}",
    )
    expected = expected_translation(
        seed, source_ids, np.pad(written, [[0, 0], [1, 0]], constant_values=V)[:, :-1]
    )
    same(list(probabilities.shape), list(expected.shape), "the shape of the probabilities")
    chosen = np.take_along_axis(probabilities, written[..., np.newaxis], axis=-1)[..., 0]
    what = "the probability of each id that was written"
    close(chosen, probabilities.max(axis=-1), what, "each was the likeliest", **SAME)


@given(case=greedy_cases())
@examples(2)
def test_greedy_decoding_takes_arrays_and_tensors_and_leaves_them_alone(encoder_decoder, case):
    source_ids, *rest = case
    expected = sure(case)
    for form in ("an array", "an int32 array", "a tensor"):
        found = encoder_decoder.source_afterwards(form, *case)
        same(np.asarray(found["source_ids"]).tolist(), source_ids.tolist(), "the source")
        written = np.asarray(found["written"])
        same(list(written.shape), [len(source_ids), rest[0]], "the shape")
        if expected is not None:
            same(written.tolist(), expected.tolist(), "the ids that are written")


@given(value=sizes(-2, 0))
@examples(3)
def test_n_steps_below_1_is_refused_by_greedy_decoding(encoder_decoder, value):
    with refused("n_steps", value):
        encoder_decoder.written(np.array([[1, 2]]), value, 3, 0)
