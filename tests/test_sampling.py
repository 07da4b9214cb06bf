"""What correct ``rescale_logits`` and ``sample_ids`` do, one property a test.

Draws are judged by how often each id comes. The bounds are so wide that a right answer leaves them
once in a billion runs, whatever its random generator.
"""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from grading.expect import close, holds, refused, same
from grading.running.properties import examples
from tests.strategies import sizes

DRAWS = 4000  # of each row, where frequencies are judged
UNIFORM = [0.1] * 10
MANY_IDS = [0.04 + 0.0004 * (12 - i) for i in range(25)]  # no two alike
A_HUNDRED_IDS = (np.linspace(10.5, 9.5, 100) / 1000).tolist()

mild_temperatures = st.sampled_from([0.5, 2, 0.3, 3.0])
temperatures = st.sampled_from([0.5, 2, 0.1, 1, 100, 1e-3])
BAD_TEMPERATURES = (0, 0.0, -1, -0.5, -1e-3, float("nan"), float("inf"), float("-inf"))
MATRIX_FORMS = ("a nested list", "a tuple", "an array", "a float32 array", "a tensor")
SOME_ROWS = ([0.6, 0.4], [0.3, 0.5, 0.2], [0.25] * 4)
SEEDS = ((None, 1.0), (0, 1.0), (5, 2.0))  # with a temperature each


@st.composite
def distributions(draw, n_ids, low=0):
    """A row of ``n_ids`` probabilities, in twentieths, each at least ``low`` twentieths."""
    free = 20 - low * n_ids
    cuts = sorted(draw(st.lists(sizes(0, free), min_size=n_ids - 1, max_size=n_ids - 1)))
    shares = [after - before for before, after in zip([0, *cuts], [*cuts, free], strict=True)]
    return [(share + low) / 20 for share in shares]


@st.composite
def batches(draw, low=0, max_rows=3, max_ids=5):
    """A few rows of probabilities over the same ids."""
    n_rows, n_ids = draw(sizes(1, max_rows)), draw(sizes(2, max_ids))
    return [draw(distributions(n_ids, low)) for _ in range(n_rows)]


@st.composite
def tables(draw):
    """Probabilities of shape ``[V]``, ``[batch, V]`` or ``[batch, steps, V]``."""
    *leading, n_ids = draw(st.sampled_from([(3,), (2, 3), (3, 2), (2, 4), (2, 3, 4), (3, 1, 2)]))
    rows = [draw(distributions(n_ids)) for _ in range(int(np.prod(leading)))]
    return np.array(rows).reshape(*leading, n_ids)


SQUARE = np.array([[0.5, 0.3, 0.2], [0.1, 0.9, 0.0], [0.25, 0.15, 0.6]])
THREE_AXES = np.array([[[0.5, 0.3, 0.2], [0.1, 0.9, 0.0]], [[0.2, 0.2, 0.6], [0.0, 0.4, 0.6]]])


def expected_distribution(probabilities, temperature):
    """p^(1/T), made to sum to 1 in each row; the largest p is divided out first."""
    p = np.array(probabilities, dtype=np.float64)
    powers = (p / p.max(axis=-1, keepdims=True)) ** (1 / temperature)
    return powers / powers.sum(axis=-1, keepdims=True)


def expected_pairs(row, temperature):
    """How likely each two independent draws are: ``[V, V]``."""
    shares = expected_distribution(row, temperature)
    return np.outer(shares, shares)


def check_softmax(found, probabilities, temperature):
    # Rounding of float32 logarithms is divided by the temperature too.
    expected, rtol = expected_distribution(probabilities, temperature), 1e-4 + 2e-6 / temperature
    possible, title = expected > 0, None
    is_comparable = np.shape(found) == expected.shape
    if is_comparable and np.allclose(found[possible], expected[possible], rtol=1e-2):
        title = "what is impossible stays impossible" * bool(np.any(found[~possible] > 1e-5))
    close(found, expected, "the softmax of the logits", rtol=rtol, title=title)


def check_shares(shares, expected, n, what="the share of each id"):
    """Shares of ``n`` independent draws lie within 8 standard deviations; impossible ids never.

    An id that is expected forty times or more is drawn at least once.
    """
    expected, title = np.asarray(expected), None
    if ((shares.max(axis=-1) == 1) & (expected.max(axis=-1) < 0.9)).any():
        title = "each draw is made anew, by chance"
    bound = 8 * np.sqrt(expected * (1 - expected) / n) + 8 / n
    drawn = (expected == 0) & (shares > 0)
    holds(not drawn.any(), "no id to be drawn whose probability is 0", np.round(shares, 3).tolist())
    never = np.argwhere((n * expected >= 40) & (shares == 0)).tolist()
    found = f"none at {never[:5]} in {n} draws"
    holds(not never, "every id to be drawn now and then", found, title)
    about = np.round(expected, 3).tolist()
    holds(
        np.all(np.abs(shares - expected) <= bound),
        f"{what} to be about {about}",
        f"{np.round(shares, 3).tolist()}, which in {n} draws cannot be chance",
        title,
    )


@given(probabilities=batches())
@example(probabilities=[[0.7, 0.3]])
@example(probabilities=[[0.998, 0.001, 0.001]])
def test_at_temperature_1_the_probabilities_stay_as_they_are(sampling, probabilities):
    found = sampling.softmax_of_logits(probabilities, 1.0)
    close(found, np.array(probabilities), "the softmax of the logits")


@given(probabilities=batches(low=1), temperature=mild_temperatures)
@example(probabilities=[[0.2, 0.8]], temperature=0.5)
@example(probabilities=[[0.000001, 0.999999]], temperature=3.0)
@example(probabilities=[[1e-30, 1.0]], temperature=1e9)  # as good as equal
@example(probabilities=[[0.50002, 0.49998]], temperature=1e-4)  # and these no longer are
def test_the_logits_stand_for_p_to_the_power_1_over_t(sampling, probabilities, temperature):
    found = sampling.softmax_of_logits(probabilities, temperature)
    check_softmax(found, probabilities, temperature)


@given(probabilities=tables(), temperature=mild_temperatures)
@example(probabilities=SQUARE[0], temperature=2)
@example(probabilities=SQUARE, temperature=2)
@example(probabilities=THREE_AXES, temperature=2)
@examples(18)
def test_each_row_is_rescaled_for_itself_whatever_axes_lead(sampling, probabilities, temperature):
    found = sampling.softmax_of_logits(probabilities, temperature)
    check_softmax(found, probabilities, temperature)


@given(probabilities=batches(max_ids=6), temperature=st.sampled_from([100, 2, 0.1, 1e-3]))
@example(probabilities=[[0.0, 0.5, 0.5], [0.7, 0.3, 0.0]], temperature=100)
@example(probabilities=[[0.0, 0.5, 0.5], [0.7, 0.3, 0.0]], temperature=1e7)
def test_what_is_impossible_stays_impossible_at_any_temperature(
    sampling, probabilities, temperature
):
    probabilities = [[*row, 0.0] for row in probabilities]
    found = sampling.softmax_of_logits(probabilities, temperature)
    check_softmax(found, probabilities, temperature)


@given(probabilities=batches(max_ids=6), temperature=st.sampled_from([1e-3, 1e-2]))
@example(probabilities=[[0.25, 0.25, 0.3, 0.2]], temperature=1e-3)
@example(probabilities=[[0.1] * 10], temperature=1e-3)
def test_very_low_temperatures_neither_overflow_nor_underflow(sampling, probabilities, temperature):
    found = sampling.softmax_of_logits(probabilities, temperature)
    check_softmax(found, probabilities, temperature)


@given(probabilities=batches(low=1), temperature=mild_temperatures)
@examples(4)
def test_rescale_logits_takes_lists_tuples_arrays_and_tensors(sampling, probabilities, temperature):
    for form in MATRIX_FORMS:
        found = sampling.softmax_of_logits_of(form, probabilities, temperature)
        check_softmax(found, probabilities, temperature)


@given(n_rows=sizes(1, 4), n_ids=sizes(2, 5), num_samples=sizes(1, 6), temperature=temperatures)
def test_sample_ids_gives_integers_of_shape_batch_by_num_samples(
    sampling, n_rows, n_ids, num_samples, temperature
):
    probabilities = [[1 / n_ids] * n_ids] * n_rows
    ids = sampling.draws(probabilities, temperature=temperature, num_samples=num_samples)
    same(ids.shape, (n_rows, num_samples), "the shape of the ids")
    holds(ids.dtype.kind in "iu", "the ids to be integers", f"an array of {ids.dtype}")


@given(certain=st.lists(sizes(0, 3), min_size=1, max_size=4), temperature=temperatures)
@example(certain=[1, 0], temperature=1)
@example(certain=[299], temperature=1)  # ids that do not fit into one byte
def test_an_id_that_is_certain_is_always_drawn(sampling, certain, temperature):
    probabilities = np.eye(max(4, *(i + 1 for i in certain)))[certain].tolist()
    ids = sampling.draws(probabilities, temperature=temperature, num_samples=2)
    same(ids.tolist(), [[i, i] for i in certain], "the ids")


@given(certain=st.lists(sizes(0, 2), min_size=1, max_size=4))
def test_one_id_a_row_is_drawn_where_no_number_is_given(sampling, certain):
    ids = sampling.draws(np.eye(3)[certain].tolist())
    same(ids.tolist(), [[i] for i in certain], "the ids")


@given(probabilities=batches())
@example(probabilities=[[0.7, 0.3]])
@example(probabilities=[MANY_IDS])
@example(probabilities=[A_HUNDRED_IDS])
@examples(6)
def test_ids_are_drawn_as_often_as_their_probabilities_say(sampling, probabilities):
    shares = sampling.frequencies(probabilities, num_samples=DRAWS)
    check_shares(shares, probabilities, DRAWS)


@given(probabilities=batches(low=1), temperature=mild_temperatures, seed=sizes(0, 999))
@example(probabilities=[[0.2, 0.8], [0.6, 0.4]], temperature=0.5, seed=0)
@example(probabilities=[A_HUNDRED_IDS], temperature=3.0, seed=0)
@examples(6)
def test_ids_are_drawn_as_the_temperature_says(sampling, probabilities, temperature, seed):
    shares = sampling.frequencies(
        probabilities, temperature=temperature, num_samples=DRAWS, seed=seed
    )
    check_shares(shares, expected_distribution(probabilities, temperature), DRAWS)


@given(probabilities=batches(), temperature=st.sampled_from([100, 1e-3]))
@example(probabilities=[[0.4, 0.4, 0.2], [0.3, 0.35, 0.35]], temperature=1e-3)
@example(probabilities=[[0.9, 0.0, 0.1]], temperature=100)
@example(probabilities=[[0.9, 0.0, 0.1]], temperature=1e7)
@example(probabilities=[[0.99998, 0.00001, 0.00001]], temperature=1000)  # all but impossible
@examples(8)
def test_extreme_temperatures_level_what_is_possible_or_leave_only_the_likeliest(
    sampling, probabilities, temperature
):
    shares = sampling.frequencies(probabilities, temperature=temperature, num_samples=DRAWS)
    check_shares(shares, expected_distribution(probabilities, temperature), DRAWS)


@given(probabilities=batches())
@examples(2)
def test_sample_ids_takes_lists_tuples_arrays_and_tensors(sampling, probabilities):
    for form in MATRIX_FORMS:
        shares = sampling.frequencies_of(form, probabilities, temperature=0.5, num_samples=DRAWS)
        check_shares(shares, expected_distribution(probabilities, 0.5), DRAWS)


@given(row=st.sampled_from(SOME_ROWS))
@example(row=[0.25] * 4)
@examples(1)
def test_draws_of_one_row_are_independent_of_each_other(sampling, row):
    for seed, temperature in SEEDS:
        options = {"temperature": temperature, "seed": seed}
        shares = sampling.pairs_of_draws(row, num_samples=DRAWS, **options)
        what = "the share of each two ids, one after the other,"
        check_shares(shares, expected_pairs(row, temperature), DRAWS, what)


@given(row=st.sampled_from(SOME_ROWS))
@example(row=[0.8, 0.2])
@examples(1)
def test_each_draw_of_a_row_is_made_from_all_ids_again(sampling, row):
    for seed, temperature in SEEDS:
        shares = sampling.pairs_over_rows(row, DRAWS, temperature=temperature, seed=seed)
        what = "the share of each two ids, the first and the second draw of a row,"
        check_shares(shares, expected_pairs(row, temperature), DRAWS, what)


@given(row=st.sampled_from(SOME_ROWS))
@example(row=[0.25] * 4)
@examples(1)
def test_equal_rows_do_not_share_their_draws(sampling, row):
    for later, seed, temperature in ((0, 0, 1.0), (1, 0, 1.0), (-1, 0, 1.0), (0, None, 2.0)):
        options = {"temperature": temperature, "seed": seed}
        shares = sampling.pairs_of_rows(row, later, num_samples=DRAWS, **options)
        what = "the share of each two ids, in row 0 and in row 1,"
        check_shares(shares, expected_pairs(row, temperature), DRAWS, what)


@given(row=st.sampled_from(SOME_ROWS))
@example(row=[0.1, 0.0, 0.9])
@examples(1)
def test_many_equal_rows_are_drawn_as_their_probabilities_say(sampling, row):
    for seed, temperature in SEEDS:
        shares = sampling.frequencies_over_rows(row, DRAWS, temperature=temperature, seed=seed)
        check_shares(shares, expected_distribution(row, temperature), DRAWS)


@given(
    seed=sizes(0, 9999),
    more=sizes(1, 3),
    temperature=st.sampled_from([1.0, 0.5]),
    shape=st.just((2, 30)),
)
@example(seed=7, more=1, temperature=1.0, shape=(1, 8))  # few are enough to be seen
@example(seed=0, more=1, temperature=1.0, shape=(1, 8))
@example(seed=0, more=1, temperature=1.0, shape=(2, 30))
@example(seed=0, more=1, temperature=0.5, shape=(2, 30))
@examples(8)
def test_the_same_seed_gives_the_same_ids_whatever_was_drawn_between(
    sampling, seed, more, temperature, shape
):
    n_rows, num_samples = shape
    probabilities = [UNIFORM] * n_rows
    options = {"temperature": temperature, "num_samples": num_samples}
    first = sampling.draws(probabilities, seed=seed, **options)
    same(first.shape, shape, "the shape of the ids")
    for size in range(1, more + 1):
        sampling.draws([[0.5, 0.5]] * size, num_samples=size, seed=seed + size)
        sampling.draws([[0.5, 0.5]] * size, num_samples=size)
    again, because = sampling.draws(probabilities, seed=seed, **options), "the first call gave them"
    same(again, first, "the ids with that seed", because)


@given(seed=st.sampled_from([0, 1, 2, 41, 42, 43, 123, 1234]), other=sizes(1, 99))
@example(seed=0, other=1)
@examples(12)
def test_another_seed_gives_other_ids(sampling, seed, other):
    seeds = [seed, seed + other]
    first, second = sampling.draws_with_seeds([UNIFORM, UNIFORM], seeds, num_samples=30)
    same(first.shape, (2, 30), "the shape of the ids")
    holds(
        first.tolist() != second.tolist(),
        f"other ids with seed {seeds[1]} than with seed {seeds[0]}",
        "the same sixty ids",
    )


@given(n_rows=sizes(1, 3), temperature=mild_temperatures)
@example(n_rows=1, temperature=1.0)
@examples(10)
def test_without_a_seed_each_call_gives_fresh_ids(sampling, n_rows, temperature):
    calls = sampling.draws_with_seeds(
        [UNIFORM] * n_rows, [None, None, None], temperature=temperature, num_samples=40
    )
    same([ids.shape for ids in calls], [(n_rows, 40)] * 3, "the shapes of the ids")
    different = {str(ids.tolist()) for ids in calls}
    same(len(different), 3, "the number of different results of three calls")


def test_thirty_calls_without_a_seed_give_thirty_different_results(sampling):
    calls = sampling.draws_with_seeds([UNIFORM], [None] * 30, num_samples=40)
    same([ids.shape for ids in calls], [(1, 40)] * 30, "the shapes of the ids")
    different = {str(ids.tolist()) for ids in calls}
    same(len(different), 30, "the number of different results of thirty calls")


@given(seed=sizes(0, 99))
def test_a_seed_is_for_its_own_call_only(sampling, seed):
    calls = sampling.draws_with_seeds([UNIFORM], [None, seed, None, seed, None], num_samples=40)
    same([ids.shape for ids in calls], [(1, 40)] * 5, "the shapes of the ids")
    holds(
        calls[2].tolist() != calls[4].tolist(),
        "fresh ids at each call without a seed",
        f"the same forty ids both times, as the call before had seed {seed}",
    )


@given(probabilities=batches(), temperature=mild_temperatures)
@examples(3)
def test_the_probabilities_that_were_given_are_not_changed(sampling, probabilities, temperature):
    for function in ("rescale_logits", "sample_ids"):
        for form in ("an array", "a float32 array", "a nested list"):
            given_ = (function, form, probabilities, temperature)
            afterwards = sampling.probabilities_afterwards(*given_)
            close(afterwards, np.array(probabilities), "the probabilities", rtol=1e-6, atol=0)


@given(probabilities=batches())
@examples(2)
def test_rescale_logits_refuses_a_temperature_that_is_not_finite_and_above_0(
    sampling, probabilities
):
    for temperature in BAD_TEMPERATURES:
        with refused("temperature", temperature):
            sampling.rescale(probabilities, temperature)


@given(probabilities=batches())
@examples(1)
def test_sample_ids_refuses_a_temperature_that_is_not_finite_and_above_0(sampling, probabilities):
    for seed in (None, 3):
        for temperature in BAD_TEMPERATURES:
            with refused("temperature", temperature):
                sampling.draws(probabilities, temperature=temperature, seed=seed)
