"""What good tests of attention do: pass what is right, and fail on each of these mistakes.

The student's tests are run on every candidate; see ``grading/misconceptions/candidates.py``.
"""

from tests.own_tests import catches


def test_scores_without_a_scale_are_caught(attention_tests):
    catches(attention_tests, "no-scale")


def test_scores_divided_by_the_size_and_not_its_root_are_caught(attention_tests):
    catches(attention_tests, "scale-without-root")


def test_scores_scaled_by_the_size_of_the_values_are_caught(attention_tests):
    catches(attention_tests, "scale-by-value-size")


def test_a_softmax_over_the_queries_is_caught(attention_tests):
    catches(attention_tests, "softmax-over-queries")


def test_a_softmax_that_overflows_is_caught(attention_tests):
    catches(attention_tests, "softmax-overflows")


def test_a_key_that_is_ignored_is_caught(attention_tests):
    catches(attention_tests, "key-ignored")


def test_weights_and_outputs_in_exchanged_places_are_caught(attention_tests):
    catches(attention_tests, "pair-swapped")


def test_a_float64_that_becomes_float32_is_caught(attention_tests):
    catches(attention_tests, "float32-only")


def test_a_mask_after_the_softmax_is_caught(attention_tests):
    catches(attention_tests, "mask-after-softmax")


def test_an_inverted_mask_is_caught(attention_tests):
    catches(attention_tests, "mask-inverted")


def test_hidden_keys_with_a_score_of_0_are_caught(attention_tests):
    catches(attention_tests, "mask-of-zero-scores")


def test_hidden_keys_that_large_scores_bring_back_are_caught(attention_tests):
    catches(attention_tests, "mask-too-weak")


def test_a_causal_mask_that_hides_the_own_step_is_caught(attention_tests):
    catches(attention_tests, "causal-hides-diagonal")


def test_a_causal_mask_that_shows_the_future_is_caught(attention_tests):
    catches(attention_tests, "causal-shows-the-future")


def test_a_causal_mask_counted_from_the_end_is_caught(attention_tests):
    catches(attention_tests, "causal-counted-from-the-end")


def test_a_causal_mask_that_replaces_the_other_is_caught(attention_tests):
    catches(attention_tests, "causal-replaces-mask")


def test_a_causal_that_is_ignored_is_caught(attention_tests):
    catches(attention_tests, "causal-ignored")
