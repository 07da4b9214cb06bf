"""The character RNNs, and writing text with them."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow import keras

from solutions.data import DataError
from solutions.generation import complete_text
from solutions.masking import build_classifier
from solutions.models import Options, char_rnn, generation, sentiment, stateful_char_rnn
from solutions.models.bidirectional import build_bidirectional
from solutions.models.components import reference
from solutions.models.keras_api import reset_states
from solutions.sampling import sample_ids
from solutions.tokenizer import CharTokenizer
from tests.kit.models.tiny import what_is_fitted

TEXT = "the quick brown fox jumps over the lazy dog, "


@pytest.fixture(scope="module")
def tokenizer():
    return CharTokenizer().fit(TEXT)


@pytest.fixture(scope="module")
def model(tokenizer):
    keras.utils.set_random_seed(0)
    return char_rnn.build_char_rnn(tokenizer.vocab_size, units=8)


def test_the_model_has_the_layers_of_the_chapter():
    model = char_rnn.build_char_rnn(39)
    # The chapter's one-hot inputs, GRU(128) twice and Dense(39).
    assert [layer.count_params() for layer in model.layers] == [0, 64_896, 99_072, 5_031]
    probabilities = model(np.zeros([2, 5], np.int64)).numpy()
    assert probabilities.shape == (2, 5, 39)
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1, rtol=1e-5)


def test_one_hot_is_one_hot():
    vectors = char_rnn.OneHot(3)(np.array([[0, 2]])).numpy()
    assert vectors.tolist() == [[[1, 0, 0], [0, 0, 1]]]


@pytest.mark.parametrize("batch_size", [1, 32])
def test_a_stateful_model_remembers_and_its_stateless_copy_agrees(batch_size):
    keras.utils.set_random_seed(0)
    stateful = char_rnn.build_char_rnn(7, units=8, stateful_batch_size=batch_size)
    copy = stateful_char_rnn.copy_weights(stateful)
    ids = np.random.default_rng(0).integers(7, size=[batch_size, 12])
    halves = np.concatenate([stateful(ids[:, :6]), stateful(ids[:, 6:])], axis=1)
    np.testing.assert_allclose(halves, copy(ids), atol=1e-6)
    assert np.abs(halves[:, 6:] - copy(ids[:, 6:])).max() > 1e-3  # the memory matters
    reset_states(stateful)
    np.testing.assert_allclose(stateful(ids[:, 6:]), copy(ids[:, 6:]), atol=1e-6)


def test_states_are_reset_before_each_epoch_and_each_validation():
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            seen.append(("train", batch, float(np.abs(self.model.layers[1].states[0]).max())))

        def on_test_batch_begin(self, batch, logs=None):
            seen.append(("valid", batch, float(np.abs(self.model.layers[1].states[0]).max())))

    options = Options(data="sample", limit=9_000, units=4, batch_size=2)
    task = what_is_fitted(stateful_char_rnn, options, reference(), n_fits=2)
    for its in task.fits:
        task.model.fit(
            its.data.take(3),
            validation_data=its.validation_data,
            callbacks=[*its.callbacks, Watch()],
            verbose=0,
        )
    assert len(seen) == 2 * (3 + 4)
    for _, batch, state in seen:
        assert (state == 0) == (batch == 0)


def recurrent_layers(model):
    for layer in model.layers:
        if isinstance(layer, keras.layers.Bidirectional):
            yield layer.forward_layer
            yield layer.backward_layer
        elif isinstance(layer, keras.layers.RNN):
            yield layer


@pytest.mark.parametrize(
    "build",
    [
        lambda: char_rnn.build_char_rnn(5, units=4, dropout=0.2),
        lambda: char_rnn.build_char_rnn(5, units=4, stateful_batch_size=2),
        lambda: build_classifier(5, 2, embed_size=4, units=4),
        lambda: sentiment.build_masked_classifier(5, 2, embed_size=4, units=4),
        build_bidirectional,
    ],
    ids=["char-rnn", "stateful", "manual masks", "masks", "bidirectional"],
)
def test_recurrent_layers_meet_the_conditions_of_the_cudnn_kernels(build):
    layers = list(recurrent_layers(build()))
    assert len(layers) >= 2
    for layer in layers:
        # As Keras' documentation of GRU and LSTM lists them.
        assert layer.activation is keras.activations.tanh
        assert layer.recurrent_activation is keras.activations.sigmoid
        assert layer.recurrent_dropout == 0
        assert not layer.unroll
        assert layer.use_bias
        assert getattr(layer, "reset_after", True)


def test_recurrent_dropout_stays_out_where_there_is_a_gpu(monkeypatch):
    def recurrent_dropout():
        options = Options(data="sample", limit=5_000, units=4, recipe="chapter")
        layers = recurrent_layers(what_is_fitted(char_rnn, options, reference()).model)
        return [layer.recurrent_dropout for layer in layers]

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: [])
    assert recurrent_dropout() == [0.2, 0.2]
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: ["a GPU"])
    assert recurrent_dropout() == [0, 0]


def test_the_chapters_recipe_has_the_chapters_settings():
    options = Options(data="sample", limit=5_000, recipe="chapter")
    task = what_is_fitted(char_rnn, options, reference())
    assert task.n_epochs == 10
    data = task.fits[0].data
    inputs, targets = next(iter(data))
    assert inputs.shape == targets.shape == (32, 100)
    assert int(tf.data.experimental.cardinality(data)) == -(-(4_500 - 100) // 32)
    assert float(task.model.optimizer.learning_rate) == pytest.approx(0.001)
    task = what_is_fitted(stateful_char_rnn, options, reference())
    assert task.n_epochs == 50
    assert next(iter(task.fits[0].data))[0].shape == (32, 100)


def test_the_training_windows_come_in_another_order_each_epoch_and_the_same_each_time():
    options = Options(data="sample", limit=3_000, units=4)

    def windows(epoch):
        data = what_is_fitted(char_rnn, options, reference(), n_fits=2).fits[epoch].data
        return [row.tolist() for inputs, _ in data for row in inputs.numpy()]

    assert windows(0) == windows(0) != windows(1)
    assert sorted(windows(0)) == sorted(windows(1))
    assert len(windows(0)) == 260  # 2,700 characters, a window of 101 every ten


@pytest.mark.parametrize("module", [char_rnn, stateful_char_rnn])
def test_a_run_is_known_by_its_text_also_where_length_and_characters_are_equal(module, tmp_path):
    text = "a rose is a rose is a rose " * 200
    settings = []
    for name, its in {"one.txt": text, "again.txt": text, "other.txt": text[::-1]}.items():
        (tmp_path / name).write_text(its)
        options = Options(data=str(tmp_path / name), batch_size=4)
        settings.append(what_is_fitted(module, options, reference()).settings)
    one, again, other = settings
    assert one == again
    assert {key for key in one if one[key] != other[key]} <= {"data", "alphabet"}
    assert one["data"] != other["data"]


def test_a_text_that_is_too_short_is_refused():
    with pytest.raises(DataError, match="is too short: at least 1001 are needed"):
        what_is_fitted(char_rnn, Options(data="sample", limit=1_000), reference())
    [fit] = what_is_fitted(char_rnn, Options(data="sample", limit=1_001), reference()).fits
    assert len(list(fit.data)) and len(list(fit.validation_data)) == 1
    with pytest.raises(DataError, match="batch_size=64"):
        options = Options(data="sample", limit=5_000, batch_size=64)
        what_is_fitted(stateful_char_rnn, options, reference())


def test_a_text_of_one_character_is_refused(tmp_path):
    (tmp_path / "text.txt").write_text("a" * 2_000)
    with pytest.raises(DataError, match="only one character"):
        what_is_fitted(char_rnn, Options(data=str(tmp_path / "text.txt")), reference())


# Generation


def predict_from(model):
    return lambda ids: model.predict(ids, verbose=0)  # as the chapter does


@pytest.fixture(scope="module")
def generator(model, tokenizer):
    return generation.TextGenerator(model, tokenizer)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("prompt", "temperature"), [("t", 1.0), ("The fox", 0.3)])
def test_the_compiled_loop_writes_what_the_chapters_way_writes(
    model, tokenizer, generator, seed, prompt, temperature
):
    how = {"temperature": temperature, "seed": seed}
    [fast] = generator.complete(prompt, 15, **how)
    slow = complete_text(prompt, 15, predict=model, tokenizer=tokenizer, **how)
    assert fast == slow
    assert fast.startswith(prompt) and len(fast) == len(prompt) + 15


def test_many_samples_at_once_equal_re_reading_all_of_them(model, tokenizer):
    """The same in a batch: row by row the same draws as re-reading every text."""
    texts = generation.TextGenerator(model, tokenizer).complete("the", 12, n_samples=5, seed=7)
    ids = np.tile(tokenizer.encode("the"), (5, 1))
    for step_seed in generation.step_seeds(7, 12):
        probabilities = predict_from(model)(ids)[:, -1]
        ids = np.concatenate([ids, sample_ids(probabilities, seed=int(step_seed))], axis=1)
    assert texts == [tokenizer.decode(row) for row in ids]
    assert len(set(texts)) == 5
    assert texts[:1] == generation.TextGenerator(model, tokenizer).complete("the", 12, seed=7)


def test_only_the_last_step_decides_and_the_whole_text_is_seen(tokenizer):
    seen = []

    def predict(ids):
        seen.append(np.asarray(ids).tolist())
        probabilities = np.full([1, len(ids[0]), tokenizer.vocab_size], 0.0)
        probabilities[:, :, 3] = 1.0  # every other step is sure of something else
        probabilities[:, -1] = np.eye(tokenizer.vocab_size)[(ids[0][-1] + 1) % 5]
        return probabilities

    text = complete_text("th", 3, predict=predict, tokenizer=tokenizer)
    ids = tokenizer.encode(text).tolist()
    assert seen == [[ids[:2]], [ids[:3]], [ids[:4]]]
    for t in (2, 3, 4):
        assert ids[t] == (ids[t - 1] + 1) % 5


def test_the_prompt_comes_back_as_given(model, tokenizer):
    generator = generation.TextGenerator(model, tokenizer)
    assert generator.complete("The Dog", 0) == ["The Dog"]
    assert generator.complete("The Dog", 4, seed=0)[0].startswith("The Dog")
    text = complete_text("The Dog", 0, predict=predict_from(model), tokenizer=tokenizer)
    assert text == "The Dog"


def test_temperatures_may_be_extreme(model, tokenizer):
    write = generation.TextGenerator(model, tokenizer).complete
    cold = [write("t", 9, temperature=t, seed=seed) for t, seed in [(1e-9, 1), (1e-320, 2)]]
    assert cold[0] == cold[1]  # always the likeliest
    assert write("t", 9, temperature=1e9, seed=1) == write("t", 9, temperature=1e300, seed=1)


def test_a_seed_repeats_the_text_and_no_seed_does_not(model, tokenizer):
    generator = generation.TextGenerator(model, tokenizer)
    assert generator.complete("t", 40, seed=0) == generator.complete("t", 40, seed=0)
    assert generator.complete("t", 40, seed=0) != generator.complete("t", 40, seed=1)
    assert generator.complete("t", 40) != generator.complete("t", 40)


def test_the_draws_follow_the_probabilities(model, tokenizer):
    n = 20_000
    texts = generation.TextGenerator(model, tokenizer).complete("the", 1, n_samples=n, seed=0)
    found = np.bincount(
        [tokenizer.encode(text[-1])[0] for text in texts], minlength=tokenizer.vocab_size
    )
    expected = predict_from(model)(tokenizer.encode("the")[np.newaxis])[0, -1]
    np.testing.assert_allclose(found / n, expected, atol=0.012)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"prompt": ""}, "prompt must hold at least one character"),
        ({"prompt": "T€"}, "€"),
        ({"n_chars": -1}, "n_chars must be at least 0, got -1"),
        ({"temperature": 0.0}, "temperature must be a finite number above 0, got 0.0"),
        ({"temperature": float("nan")}, "temperature .* got nan"),
    ],
)
def test_bad_arguments_are_named(model, tokenizer, arguments, message):
    arguments = {"prompt": "t", "n_chars": 1, "temperature": 1.0, **arguments}
    prompt, n_chars = arguments.pop("prompt"), arguments.pop("n_chars")
    with pytest.raises(ValueError, match=message):
        generation.TextGenerator(model, tokenizer).complete(prompt, n_chars, **arguments)
    with pytest.raises(ValueError, match=message):
        complete_text(
            prompt, n_chars, predict=predict_from(model), tokenizer=tokenizer, **arguments
        )


def test_at_least_one_sample_is_asked_for(model, tokenizer):
    with pytest.raises(ValueError, match="n_samples must be at least 1, got 0"):
        generation.TextGenerator(model, tokenizer).complete("t", 1, n_samples=0)
