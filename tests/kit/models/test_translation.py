"""Encoder-decoder, Transformer, beam search: who may see what, and do they learn."""

import itertools

import numpy as np
import pytest
from tensorflow import keras

from solutions.beam_search import beam_search
from solutions.encoder_decoder import build_translator, greedy_decode, teacher_forcing_inputs
from solutions.models import Options, addons, bidirectional, transformer
from solutions.models.components import reference
from solutions.models.dates import DateTask
from solutions.transformer import build_transformer
from tests.kit.models.tiny import what_is_fitted

SOURCE = np.array([[3, 1, 4, 1, 0, 0], [2, 6, 5, 3, 5, 8]])
DECODER = np.array([[4, 0, 3, 1], [4, 2, 2, 0]])


@pytest.fixture(scope="module")
def translator():
    keras.utils.set_random_seed(0)
    return build_translator(9, 4, embed_size=3, units=5)


def transformer_of(*vocabularies, **sizes):
    return build_transformer(*vocabularies, components=reference(), **sizes)


@pytest.fixture(scope="module")
def small_transformer():
    keras.utils.set_random_seed(0)
    return transformer_of(9, 4, dims=8, n_heads=2, n_blocks=2, feed_forward=8)


@pytest.fixture(params=["translator", "small_transformer"])
def model(request):
    return request.getfixturevalue(request.param)


def test_probabilities_come_out(model):
    probabilities = np.asarray(model([SOURCE, DECODER]))
    assert probabilities.shape == (2, 4, 4)
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1, rtol=1e-5)


@pytest.mark.parametrize("step", [1, 3])
def test_a_later_decoder_input_leaves_earlier_outputs_alone(model, step):
    changed = DECODER.copy()
    changed[:, step] = (changed[:, step] + 1) % 4
    before, after = (np.asarray(model([SOURCE, ids])) for ids in (DECODER, changed))
    np.testing.assert_allclose(after[:, :step], before[:, :step], atol=1e-6)
    assert (np.abs(after[:, step] - before[:, step]).max(axis=-1) > 1e-5).all()


def test_padding_of_the_source_changes_nothing_but_words_do(model):
    before = np.asarray(model([SOURCE, DECODER]))
    padded = np.pad(SOURCE, [[0, 0], [0, 3]])
    np.testing.assert_allclose(model([padded, DECODER]), before, atol=1e-5)
    for position in (0, 3):
        changed = SOURCE.copy()
        changed[:, position] = 7
        difference = np.abs(np.asarray(model([changed, DECODER])) - before)
        assert (difference.max(axis=(1, 2)) > 1e-6).all()


def test_greedy_decoding_agrees_with_teacher_forcing_on_its_own_output(model):
    written = greedy_decode(model, SOURCE, 7, sos_id=4)
    assert written.shape == (2, 7)
    forced = np.asarray(model([SOURCE, teacher_forcing_inputs(written, 4)]))
    assert forced.argmax(axis=-1).tolist() == written.tolist()


@pytest.fixture(scope="module")
def chapters(translator):
    """The chapter's translator, of TF-Addons, with larger weights; the reference gets the same."""
    pytest.importorskip("tensorflow_addons", reason="TF-Addons is not installed")
    model = addons.Translator(9, 4, embed_size=3, units=5)
    model([SOURCE, DECODER])  # makes the weights
    of_kind = {
        kind: [layer for layer in translator.layers if isinstance(layer, kind)]
        for kind in (keras.layers.Embedding, keras.layers.LSTM, keras.layers.Dense)
    }
    source, target = sorted(of_kind[keras.layers.Embedding], key=lambda x: -x.input_dim)
    encoder, decoder = sorted(of_kind[keras.layers.LSTM], key=lambda x: x.return_sequences)
    [dense] = of_kind[keras.layers.Dense]
    before = translator.get_weights()
    # Larger weights, so that not all texts have the same translation.
    translator.set_weights([8 * weight for weight in before])
    pairs = [
        (model.source_embedding, source),
        (model.encoder, encoder),
        (model.target_embedding, target),
        (model.decoder.cell, decoder),
        (model.decoder.output_layer, dense),
    ]
    for layer, of_reference in pairs:
        layer.set_weights(of_reference.get_weights())
    yield model
    translator.set_weights(before)


def test_the_chapters_translator_gives_the_references_probabilities(translator, chapters):
    expected = np.asarray(translator([SOURCE, DECODER]))
    np.testing.assert_allclose(chapters([SOURCE, DECODER]), expected, rtol=1e-4, atol=1e-6)


def test_greedy_decoding_writes_what_tf_addons_own_decoder_writes(translator, chapters):
    seq2seq = addons.import_seq2seq()
    decoder = seq2seq.BasicDecoder(
        chapters.decoder.cell,
        seq2seq.GreedyEmbeddingSampler(chapters.target_embedding),
        output_layer=chapters.decoder.output_layer,
        maximum_iterations=6,
    )
    source_ids = np.random.default_rng(0).integers(1, 9, size=[20, 4])
    _, *state = chapters.encoder(chapters.source_embedding(source_ids))
    outputs, _, _ = decoder(
        None,
        start_tokens=np.full(20, 4),
        end_token=-1,  # there is none: all translations have six items
        initial_state=state,
        training=False,
    )
    written = greedy_decode(translator, source_ids, 6, sos_id=4)
    assert written.tolist() == outputs.sample_id.numpy().tolist()
    assert greedy_decode(chapters, source_ids, 6, sos_id=4).tolist() == written.tolist()
    assert len({tuple(row) for row in written.tolist()}) > 2


def test_a_tiny_transformer_learns_to_copy():
    keras.utils.set_random_seed(1)
    model = transformer_of(6, 5, dims=16, n_heads=2, n_blocks=1, feed_forward=32)
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam(0.01))
    targets = np.random.default_rng(0).integers(5, size=[512, 4])
    inputs = [targets + 1, teacher_forcing_inputs(targets, 5)]
    model.fit(inputs, targets, epochs=12, batch_size=32, verbose=0)
    new = np.array(list(itertools.product(range(5), repeat=4)))[::7]
    assert (greedy_decode(model, new + 1, 4, sos_id=5) == new).all(axis=1).mean() > 0.95


def test_the_cross_attention_weights_are_those_of_the_last_block(small_transformer):
    weights = transformer.cross_attention_weights(small_transformer, SOURCE, DECODER)
    assert weights.shape == (2, 2, 4, 6)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-5)
    assert (weights[0, :, :, 4:] == 0).all()  # padding


def test_a_task_builds_the_model_of_the_components_given():
    components = reference()
    used = []

    class Watched(components.MultiHeadAttention):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            used.append(self.causal)

    components.MultiHeadAttention = Watched
    what_is_fitted(transformer, Options(units=8, limit=10), components)
    assert sorted(used) == [False] * 4 + [True] * 2


def test_dates_become_ids_and_come_back():
    dates = DateTask(reference())
    source_ids, targets = dates.examples(50, seed=0)
    assert source_ids.min() == 0 and (source_ids[:, 0] > 0).all()
    assert source_ids.max() < dates.source_vocab_size
    assert targets.shape == (50, 10) and targets.max() < dates.target_vocab_size == dates.sos_id
    assert all(len(text) == 10 and text[4] == "-" for text in dates.decode(targets))
    with pytest.raises(ValueError, match="x"):
        dates.encode(["xyz"])


# Beam search


def random_language(seed, n_words=4):
    """Give next_log_probs of a random language: each prefix has probabilities of its own."""

    def next_log_probs(prefixes):
        rows = []
        for prefix in prefixes:
            rng = np.random.default_rng([seed, *prefix.tolist()])
            rows.append(np.log(rng.dirichlet(np.full(n_words, 0.5))))
        return np.array(rows)

    return next_log_probs


def every_sequence(next_log_probs, max_steps, eos_id, n_words=4):
    found = {}
    for ids in itertools.product(range(n_words), repeat=max_steps):
        ids = list(ids)
        if eos_id in ids:
            ids = ids[: ids.index(eos_id) + 1]
        total, prefix = 0.0, [9]
        for i in ids:
            total += next_log_probs(np.array([prefix]))[0, i]
            prefix.append(i)
        found[tuple(ids)] = total
    return sorted(found.items(), key=lambda pair: -pair[1])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("eos_id", [None, 0])
def test_a_wide_beam_finds_what_trying_everything_finds(seed, eos_id):
    next_log_probs = random_language(seed)
    expected = every_sequence(next_log_probs, 4, eos_id)[:3]
    found = beam_search(next_log_probs, 9, max_steps=4, beam_width=300, eos_id=eos_id)[:3]
    assert [tuple(ids) for ids, _ in found] == [ids for ids, _ in expected]
    np.testing.assert_allclose([p for _, p in found], [p for _, p in expected])


@pytest.mark.parametrize("seed", range(5))
def test_a_beam_of_one_is_greedy(seed):
    next_log_probs = random_language(seed)
    ids = []
    while len(ids) < 6 and 0 not in ids:
        ids.append(int(next_log_probs(np.array([[9, *ids]])).argmax()))
    [(found, _)] = beam_search(next_log_probs, 9, max_steps=6, beam_width=1, eos_id=0)
    assert found == ids


def test_a_beam_looks_past_the_first_best_item():
    table = {(): [0.0, 0.6, 0.4], (1,): [0.5, 0.3, 0.2], (2,): [0.1, 0.0, 0.9]}

    def next_log_probs(prefixes):
        with np.errstate(divide="ignore"):
            return np.log([table[tuple(prefix[1:])] for prefix in prefixes.tolist()])

    assert beam_search(next_log_probs, 9, max_steps=2, beam_width=1)[0][0] == [1, 0]
    best, log_prob = beam_search(next_log_probs, 9, max_steps=2, beam_width=2)[0]
    assert best == [2, 2] and log_prob == pytest.approx(np.log(0.36))


@pytest.mark.parametrize("name", ["max_steps", "beam_width"])
def test_sizes_of_the_search_are_checked(name):
    with pytest.raises(ValueError, match=f"{name} must be at least 1, got 0"):
        beam_search(random_language(0), 9, **{"max_steps": 2, "beam_width": 2, name: 0})


# Bidirectional


def test_the_bidirectional_example_has_the_chapters_parameters():
    model = bidirectional.build_bidirectional()
    assert [layer.count_params() for layer in model.layers] == [660, 1_320]
    assert model.output_shape == (None, None, 20)


def test_the_bidirectional_task_asks_for_what_follows():
    inputs, targets = bidirectional.make_examples(20, seed=0)
    np.testing.assert_array_equal(targets[:, :-1, 0], inputs[:, 1:, 0] > 0)
    assert (targets[:, -1] == 0).all()
