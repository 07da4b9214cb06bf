"""Reviews to words, masks, and the sentiment models."""

import numpy as np
import pytest
import tensorflow as tf

from solutions.data import DataError
from solutions.masking import build_classifier
from solutions.models import Options, pretrained, sentiment
from solutions.models.components import load_components, reference
from solutions.models.sentiment import build_masked_classifier
from solutions.reviews import preprocess
from tests.kit.models.tiny import what_is_fitted


def test_preprocessing_is_what_the_chapter_does():
    from grading.develop.benchmarks.vocabulary import chapter_preprocess
    from solutions.data import load_reviews

    texts = [text.encode("ascii", "ignore") for text in load_reviews("sample")[0].texts]
    np.testing.assert_array_equal(
        preprocess(texts).numpy(), chapter_preprocess(tf.constant(texts)).numpy()
    )


def test_words_are_counted_in_the_order_they_come():
    counts = sentiment.count_words(["the sea, the ship", "A ship"])
    assert list(counts.items()) == [(b"the", 2), (b"sea", 1), (b"ship", 2), (b"A", 1)]


def test_words_are_counted_and_encoded_with_the_students_own_preprocess():
    def students(texts, max_bytes=300):
        return preprocess(texts, max_bytes=6)

    assert dict(sentiment.count_words(["the sea, the ship"], students)) == {b"the": 1, b"se": 1}
    table = reference().build_table(["<pad>", "the"], num_oov_buckets=1)
    [ids] = sentiment.encode_reviews(["the sea, the ship"], table, students)
    assert ids.tolist() == [1, 2]


def test_the_padding_gets_id_0_and_known_words_the_next():
    [fit] = what_is_fitted(sentiment, Options(data="sample", batch_size=3), reference()).fits
    ids, labels = next(iter(fit.validation_data))
    ids = ids.numpy()
    assert ids.shape[0] == labels.shape[0] == 3
    lengths = (ids != 0).sum(axis=1)
    assert max(lengths) == ids.shape[1] and min(lengths) < max(lengths)
    for row, length in zip(ids, lengths, strict=True):
        assert (row[:length] > 0).all() and (row[length:] == 0).all()


def test_a_run_is_known_by_its_reviews_also_where_there_are_as_many(tmp_path):
    found = []
    for name, words in {"one.csv": ("fine", "dull"), "other.csv": ("dull", "fine")}.items():
        rows = [f"{words[0]} {i},positive\n{words[1]} {i},negative\n" for i in range(9)]
        (tmp_path / name).write_text("review,sentiment\n" + "".join(rows))
        options = Options(data=str(tmp_path / name))
        found.append(what_is_fitted(sentiment, options, reference()).settings)
    assert [key for key in found[0] if found[0][key] != found[1][key]] == ["data"]


def test_a_limit_holds_for_validation_too():
    options = Options(data="sample", limit=5, batch_size=2)
    [fit] = what_is_fitted(sentiment, options, reference()).fits
    for dataset in (fit.data, fit.validation_data):
        assert sum(len(labels) for _, labels in dataset) == 5


def test_a_batch_without_any_word_can_be_read():
    data = sentiment.make_dataset([np.array([], np.int64)] * 2, [0, 1], 2)
    [(ids, labels)] = list(data)
    assert ids.numpy().tolist() == [[0], [0]] and labels.numpy().tolist() == [0, 1]


def test_both_forms_of_masking_agree_and_padding_changes_nothing():
    tf.keras.utils.set_random_seed(1)  # weights for which words count visibly
    sizes = {"embed_size": 5, "units": 4}
    manual = build_classifier(20, 3, **sizes)
    auto = build_masked_classifier(20, 3, **sizes)
    manual.set_weights(auto.get_weights())
    ids = np.array([[5, 2, 22, 9], [7, 1, 0, 0], [3, 0, 0, 0]])
    expected = auto(ids).numpy()
    assert expected.shape == (3, 1) and np.ptp(expected) > 1e-4
    padded = np.pad(ids, [[0, 0], [0, 6]])
    for model in (manual, auto):
        np.testing.assert_allclose(model(ids), expected, atol=1e-6)
        np.testing.assert_allclose(model(padded), expected, atol=1e-6)


def test_masking_by_hand_takes_the_students_own_classifier():
    def students(vocab_size, num_oov_buckets, **sizes):
        model = build_classifier(vocab_size, num_oov_buckets, **sizes)
        model.is_the_students = True
        return model

    for masking, modules, is_the_students in [
        ("manual", ("vocabulary", "reviews", "masking"), True),
        ("auto", ("vocabulary", "reviews"), False),
    ]:
        options = Options(data="sample", masking=masking, units=3)
        assert sentiment.modules_for(options) == modules
        components = load_components("solutions", modules)
        components.build_classifier = students
        model = what_is_fitted(sentiment, options, components).model
        assert getattr(model, "is_the_students", False) == is_the_students


class WordLengths(tf.train.Checkpoint):
    """Embeds a text as the number of its bytes and of its words, like a TF-Hub module does."""

    def __init__(self):
        super().__init__()
        self.scale = tf.Variable([1.0, 2.0], name="scale")
        self.trainable_variables = [self.scale]

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, texts):
        """Embed."""
        n_words = tf.strings.split(texts).row_lengths()
        sizes = [tf.strings.length(texts), tf.cast(n_words, tf.int32)]
        return tf.cast(tf.stack(sizes, axis=1), tf.float32) * self.scale


@pytest.fixture(scope="module")
def saved_model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub") / "lengths"
    tf.saved_model.save(WordLengths(), str(folder))
    return str(folder)


def test_a_saved_model_embeds_texts(saved_model):
    layer = pretrained.SentenceEmbedding(saved_model)
    assert layer(tf.constant(["to be", "or"])).numpy().tolist() == [[5, 4], [2, 2]]
    assert layer.trainable_weights == []
    assert len(pretrained.SentenceEmbedding(saved_model, trainable=True).trainable_weights) == 1


def test_the_pretrained_classifier_trains_on_top_of_it(saved_model):
    options = Options(data="sample", embedding=saved_model, units=16, batch_size=8)
    tf.keras.utils.set_random_seed(1)  # of few units, all might start where a ReLU gives 0
    task = what_is_fitted(pretrained, options, reference())
    model = task.model
    before = [weight.numpy() for weight in model.weights]
    model.fit(task.fits[0].data, verbose=0)
    changed = [
        np.abs(weight - old).max() > 0 for weight, old in zip(model.weights, before, strict=True)
    ]
    assert changed == [False, True, True, True, True]  # the embedding is left as it was
    assert model.predict(["fine"], verbose=0).shape == (1, 1)


def test_an_embedding_that_cannot_be_had_is_named(tmp_path, saved_model):
    for handle, message in [
        (str(tmp_path / "nowhere"), "there is no such folder"),
        (str(tmp_path), "holds no saved_model.pb"),
        ("https://unreachable.invalid/module/1", "unreachable.invalid/module/1"),
    ]:
        with pytest.raises(DataError, match=message):
            pretrained.resolve(handle)
    numbers = tmp_path / "numbers"
    tf.saved_model.save(tf.Module(), str(numbers))
    with pytest.raises(DataError, match="cannot be called"):
        pretrained.SentenceEmbedding(str(numbers))
