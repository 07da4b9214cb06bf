"""What a correct ``padding_mask`` and ``build_classifier`` do, one property a test.

The models' weights differ from answer to answer, so most tests ask which changes of the ids change
a model's outputs. Padding stands on the right only: what it does elsewhere is free.
"""

import itertools

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from grading.beside.probes.base import table
from grading.expect import close, holds, refused, same
from grading.running.properties import examples
from tests.strategies import FORMS, sizes

# Building a model is slow, so there are only these few, each built once.
SMALL = {"vocab_size": 5, "num_oov_buckets": 3, "embed_size": 4, "units": 3}
OTHER = {"vocab_size": 4, "num_oov_buckets": 4, "embed_size": 2, "units": 5}
MODELS = [SMALL, OTHER]
MANY = {"vocab_size": 2500, "num_oov_buckets": 2, "embed_size": 4, "units": 3}
LAST = 7  # the last id of both
WHAT = "whether the output of each row changes"

models = st.sampled_from(MODELS)
words = sizes(1, LAST)
reviews = st.lists(words, min_size=1, max_size=4)
batches = st.lists(reviews, min_size=1, max_size=3)


def padded(rows, more=0):
    """Rows of ids as one batch, filled up with 0 on the right, and ``more`` zeros behind."""
    longest = max(map(len, rows)) + more
    return [row + [0] * (longest - len(row)) for row in rows]


def differing(change):
    """Whether each row's output changes, by more than rounding: that is some 1e-7."""
    return (np.abs(change) > 3e-6).any(axis=1).tolist()


def none_differs(change, because):
    same(differing(change), [False] * len(change), WHAT, because)


def all_differ(change, because):
    same(differing(change), [True] * len(change), WHAT, because)


# The mask.


@st.composite
def padded_ids(draw):
    """A batch of ids with padding 0 on the right, and its mask."""
    lengths = draw(st.lists(sizes(0, 4), min_size=1, max_size=3))
    steps = max([1, *lengths])
    ids = [[draw(sizes(1, 99)) for _ in range(n)] + [0] * (steps - n) for n in lengths]
    return ids, [[step < n for step in range(steps)] for n in lengths]


@st.composite
def id_tables(draw, ids):
    """A batch of ids drawn from ``ids``, all rows equally long."""
    n, steps = draw(sizes(1, 3)), draw(sizes(1, 4))
    return [draw(st.lists(ids, min_size=steps, max_size=steps)) for _ in range(n)]


@given(case=padded_ids())
def test_the_mask_is_true_at_words_and_false_at_padding(masking, case):
    ids, expected = case
    same(masking.mask(ids).tolist(), expected, "the mask")


@given(ids=id_tables(sizes(0, 2)))
@example(ids=[[0, 1, 0, 2]])
@example(ids=[[256, 0, 2**16]])  # ids may be large
def test_padding_is_hidden_wherever_it_stands(masking, ids):
    expected = [[number != 0 for number in row] for row in ids]
    same(masking.mask(ids).tolist(), expected, "the mask")


@given(ids=id_tables(sizes(0, 5)), pad_id=sizes(0, 5))
@example(ids=[[0, 3, 5, 4]], pad_id=3)
def test_pad_id_says_which_id_is_hidden(masking, ids, pad_id):
    expected = [[number != pad_id for number in row] for row in ids]
    same(masking.mask(ids, pad_id=pad_id).tolist(), expected, "the mask")


@given(ids=id_tables(sizes(0, 5)), pad_id=sizes(1, 5))
@example(ids=[[3, 0], [1, 2]], pad_id=1)
@examples(3)
def test_ids_may_be_a_list_an_array_or_a_tensor(masking, ids, pad_id):
    for form, hidden in itertools.product(FORMS, (0, pad_id)):
        expected = [[number != hidden for number in row] for row in ids]
        same(masking.mask_of(form, ids, pad_id=hidden).tolist(), expected, "the mask")


@given(ids=id_tables(sizes(0, 5)), pad_id=sizes(1, 5))
@example(ids=[[0, 3, 0], [1, 2, 3]], pad_id=3)
@examples(3)
def test_the_ids_are_not_changed(masking, ids, pad_id):
    for form, hidden in itertools.product(("a list", "an array"), (0, pad_id)):
        found = masking.ids_afterwards(form, ids, pad_id=hidden)
        same(found["ids"].tolist(), ids, "the ids afterwards")
        expected = [[number != hidden for number in row] for row in ids]
        same(found["mask"].tolist(), expected, "the mask")


# The padding and the model.


@given(sizes=models, batch=batches, more=sizes(1, 5), word=words)
@example(sizes=SMALL, batch=[[3], [1, 2]], more=2, word=4)
@example(sizes=OTHER, batch=[[2, 6]], more=1, word=1)
@examples(5)
def test_appended_padding_changes_no_output_but_an_appended_word_does(
    masking, sizes, batch, more, word
):
    ids, longer = padded(batch), padded(batch, more)
    none_differs(masking.change(ids, longer, **sizes), "only padding was appended")
    with_word = padded([[*row, word] for row in batch], more)
    all_differ(masking.change(ids, with_word, **sizes), f"the word {word} was appended to each row")


@given(sizes=models, batch=batches, longest=st.lists(words, min_size=5, max_size=8))
@example(sizes=SMALL, batch=[[5], [7, 7, 1]], longest=[1, 2, 3, 4, 5])
@examples(5)
def test_a_review_has_the_same_output_whatever_stands_beside_it(masking, sizes, batch, longest):
    first, second = padded([*batch, longest[:2]]), padded([*batch, longest])
    found = differing(masking.change(first, second, **sizes))
    because = "the rows are the same words but for the last one"
    same(found, [False] * len(batch) + [True], WHAT, because)


@given(sizes=models, batch=batches, more=sizes(20, 30))
@example(sizes=SMALL, batch=[[3], [1, 2, 6]], more=25)
@examples(2)
def test_behind_very_much_padding_changes_of_the_words_still_count(masking, sizes, batch, more):
    others = [[word % LAST + 1 for word in row] for row in batch]
    found = masking.change(padded(batch, more), padded(others, more), **sizes)
    all_differ(found, f"all words were replaced, {more} paddings follow them")
    found = masking.change(padded(batch), padded(batch, more), **sizes)
    none_differs(found, f"{more} paddings were appended")


@given(sizes=models, review=reviews, steps=sizes(1, 3), more=sizes(1, 4))
@example(sizes=SMALL, review=[4], steps=1, more=2)
@examples(4)
def test_a_review_without_any_word_has_one_output_however_long_its_row_is(
    masking, sizes, review, steps, more
):
    first, second = padded([[0] * steps, review]), padded([[0] * (steps + more), review])
    none_differs(masking.change(first, second, **sizes), "only the padding differs")
    alone = [[[0] * n] for n in (steps, steps + more)]
    none_differs(masking.change(*alone, **sizes), "there is nothing but padding in the batch")
    one_word = padded([[1], [*review, 1]])
    all_differ(masking.change(first, one_word, **sizes), "each row has one word more")


@given(sizes=models, batch=batches, more=sizes(1, 4))
@examples(1)
def test_it_also_works_compiled_for_batches_of_any_size_and_length(masking, sizes, batch, more):
    ids, others = padded([*batch, [1, 2, 3]]), padded([[5, 6], [7]])
    many = [1 + i % LAST for i in range(310)]
    pairs = [[ids, padded(ids, more)], [others, [[6, 5], [1, 0]]], [[many], [[*many[:-1], 1]]]]
    found = masking.changes_in_a_graph(pairs, **sizes)
    none_differs(found[0], "only padding was appended")
    all_differ(found[1], "the words are others")
    all_differ(found[2], f"the last of {len(many)} words was replaced")


# The classifier.


@given(sizes=models, batch=batches)
@example(sizes=SMALL, batch=[[i, j] for i in range(1, 8) for j in range(1, 8)])
@example(sizes=OTHER, batch=[[i, j] for i in range(1, 8) for j in range(1, 8)])
@examples(3)
def test_each_review_gets_one_probability(masking, sizes, batch):
    found = masking.kind_of_outputs(padded(batch), **sizes)
    same(found["shape"], [len(batch), 1], "the shape of the outputs")
    same(found["dtype"], "float32", "the type of the outputs")
    holds(found["from 0 to 1"], "probabilities from 0 to 1", "outputs below 0 or above 1")


@given(sizes=models, review=st.lists(words, min_size=2, max_size=4), more=sizes(0, 2))
@example(sizes=SMALL, review=[2, 5, 3, 3], more=1)
@examples(5)
def test_every_word_of_a_review_counts_from_the_first_to_the_last(masking, sizes, review, more):
    changed = []
    for place, word in enumerate(review):
        other = word % LAST + 1
        changed.append([*review[:place], other, *review[place + 1 :]])
    first, second = padded([review] * len(review), more), padded(changed, more)
    found = masking.change(first, second, **sizes)
    all_differ(found, "in row i, word i was replaced by another")


@given(sizes=models, review=reviews)
@example(sizes=SMALL, review=[3])
@example(sizes=OTHER, review=[3, 4])
@examples(4)
def test_all_ids_from_1_to_the_last_bucket_are_words_that_count(masking, sizes, review):
    with_word = [[*review, word] for word in range(1, LAST + 1)]
    found = masking.change(padded([review] * LAST, 1), with_word, **sizes)
    all_differ(found, f"to row i the word i + 1 was appended, ids run up to {LAST}")


@given(sizes=models, more=sizes(0, 2))
@example(sizes=SMALL, more=0)
@example(sizes=OTHER, more=0)
@examples(2)
def test_each_word_and_each_bucket_has_a_vector_of_its_own(masking, sizes, more):
    pairs = [(i, j) for i in range(1, LAST + 1) for j in range(1, i)]
    first, second = padded([[i] for i, _ in pairs], more), padded([[j] for _, j in pairs], more)
    all_differ(masking.change(first, second, **sizes), "they are reviews of one word each")


def test_each_of_many_words_has_a_vector_of_its_own(masking):
    # In one byte, 257 would be 1 again, and in a float16 2049 would be 2048.
    batch = [[1], [2], [44], [257], [258], [300], [2048], [2049], [2501]]
    found = masking.probabilities(batch, 1, **MANY)
    if found is None:
        return  # a GRU of one's own with other kernels
    count = len(set(np.round(found, 6).ravel().tolist()))
    same(count, len(batch), "the number of different probabilities", "each row is another word")


@given(
    sizes=models,
    review=st.lists(words, min_size=2, max_size=3).filter(lambda row: row[0] != row[-1]),
    more=sizes(0, 2),
)
@examples(5)
def test_the_order_of_the_words_counts(masking, sizes, review, more):
    found = masking.change(padded([review], more), padded([review[::-1]], more), **sizes)
    all_differ(found, "the words come in reverse")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# A GRU's gates may come in another order, its reset gate may act before the product or after it,
# and its update gate may let through what is old or what is new. Keras' own comes first.
GRUS = list(itertools.product([True, False], repeat=3))
PAIRS_OF_GRUS = list(itertools.product(GRUS, GRUS))


def read(vectors, kernel, recurrent, update_first, reset_after, keeps_old):
    """What a GRU layer without biases gives at each step, by its definition."""
    units = len(recurrent)
    h, outputs = np.zeros(units), []
    for of_inputs in vectors @ kernel:
        of_state = h @ recurrent
        gates = np.split(sigmoid(of_inputs + of_state)[: 2 * units], 2)
        update, reset = gates if update_first else gates[::-1]
        if reset_after:
            remembered = reset * of_state[2 * units :]
        else:
            remembered = (reset * h) @ recurrent[:, 2 * units :]
        new = np.tanh(of_inputs[2 * units :] + remembered)
        old_share = update if keeps_old else 1 - update
        h = old_share * h + (1 - old_share) * new
        outputs.append(h)
    return np.array(outputs)


def expected_probabilities(seed, batch, sizes, kinds):
    """The probabilities of reviews, where each kernel is drawn from the seed and its shape."""
    units, embed_size = sizes["units"], sizes["embed_size"]
    n_ids = sizes["vocab_size"] + sizes["num_oov_buckets"]
    vectors, first, recurrent, second, dense = (
        2 * table(seed, *shape).astype(np.float64)
        for shape in [
            (n_ids, embed_size),
            (embed_size, 3 * units),
            (units, 3 * units),
            (units, 3 * units),
            (units, 1),
        ]
    )
    lower, upper = kinds

    def last_output(review):
        outputs = read(vectors[review], first, recurrent, *lower)
        return read(outputs, second, recurrent, *upper)[-1]

    return sigmoid(np.array([last_output(review) for review in batch]) @ dense)


@given(seed=sizes(0, 99), batch=batches, more=sizes(0, 2))
@example(seed=1, batch=[[3, 1, 4], [2]], more=0)
@examples(3)
def test_the_probability_comes_from_what_the_second_gru_layer_ends_with(masking, seed, batch, more):
    found = masking.probabilities(padded(batch, more), seed, **SMALL)
    if found is None:
        return  # a GRU of one's own with other kernels; the number of its weights is tested below
    same(list(found.shape), [len(batch), 1], "the shape of the outputs")
    near = {"rtol": 1e-3, "atol": 1e-3}
    possible = (expected_probabilities(seed, batch, SMALL, kinds) for kinds in PAIRS_OF_GRUS)
    if not any(np.allclose(found, expected, **near) for expected in possible):
        expected = expected_probabilities(seed, batch, SMALL, PAIRS_OF_GRUS[0])
        because = "the sigmoid unit reads the second layer's output at the last word"
        close(found, expected, "the probabilities", because, **near)


def weight_counts(vocab_size, num_oov_buckets, embed_size, units):
    """How many weights the model may have; as many as Keras' layers have by default come first.

    The Embedding may have a row or two that no id uses. Keras' GRU has two biases for each gate, or
    one with ``reset_after=False``, or none with ``use_bias=False``; two layers may differ in that.
    """
    embeddings = [(vocab_size + num_oov_buckets + spare) * embed_size for spare in range(3)]
    kernels = 3 * (embed_size * units + units * units) + 3 * (2 * units * units) + units
    biases = [3 * n * units + last for n in (4, 3, 2, 1, 0) for last in (1, 0)]
    return [e + kernels + of_biases for e in embeddings for of_biases in biases]


def check_count(found, sizes):
    shape = f"{sizes['vocab_size']} + {sizes['num_oov_buckets']} vectors of {sizes['embed_size']}"
    holds(
        found in weight_counts(**sizes),
        f"{weight_counts(**sizes)[0]:,} weights in all: {shape} numbers, two GRU layers of "
        f"{sizes['units']} units, and one sigmoid unit",
        f"{found:,}",
    )


@given(sizes=models)
@example(sizes=MANY)
@example(sizes=OTHER)
@example(sizes={"vocab_size": 1, "num_oov_buckets": 1, "embed_size": 1, "units": 1})
@examples(2)
def test_the_sizes_of_the_layers_are_those_that_were_asked_for(masking, sizes):
    check_count(masking.n_weights(**sizes), sizes)


@given(vocab_size=sizes(30, 40))
@examples(1)
def test_vectors_and_layers_have_size_128_unless_told_otherwise(masking, vocab_size):
    found = masking.n_weights(vocab_size=vocab_size, num_oov_buckets=2)
    given_ = {"vocab_size": vocab_size, "num_oov_buckets": 2}
    check_count(found, {**given_, "embed_size": 128, "units": 128})


@given(sizes=models, batch=batches)
@examples(2)
def test_all_weights_can_be_trained(masking, sizes, batch):
    found = masking.has_gradients(padded([*batch, [1, 2, 3]]), **sizes)
    holds(len(found) > 0, "a model with weights to train", "a model without any")
    same(found, [True] * len(found), "whether each trainable weight has a gradient")


# What is refused.


@given(name=st.sampled_from([*SMALL]), value=sizes(-3, 0))
@example(name="vocab_size", value=0)
@example(name="num_oov_buckets", value=0)
@example(name="embed_size", value=0)
@example(name="units", value=-1)
def test_a_size_below_1_is_refused(masking, name, value):
    with refused(name, value):
        masking.build(**{**SMALL, name: value})
