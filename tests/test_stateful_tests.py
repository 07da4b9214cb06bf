"""What good tests of stateful batches do: pass what is right, and fail on each of these mistakes.

The student's tests are run on every candidate; see ``grading/misconceptions/candidates.py``.
"""

from tests.own_tests import catches


def test_neighbouring_windows_in_the_rows_of_one_batch_are_caught(stateful_tests):
    catches(stateful_tests, "consecutive-windows-in-one-batch")


def test_windows_that_overlap_are_caught(stateful_tests):
    catches(stateful_tests, "shift-1")


def test_an_item_skipped_between_windows_is_caught(stateful_tests):
    catches(stateful_tests, "an-item-skipped-between-windows")


def test_targets_cut_from_the_chunk_of_the_inputs_are_caught(stateful_tests):
    catches(stateful_tests, "targets-cut-from-the-inputs-chunk")


def test_targets_that_wrap_round_in_their_window_are_caught(stateful_tests):
    catches(stateful_tests, "targets-wrap-inside-the-window")


def test_targets_equal_to_the_inputs_are_caught(stateful_tests):
    catches(stateful_tests, "targets-equal-inputs")


def test_interleaved_rows_are_caught(stateful_tests):
    catches(stateful_tests, "rows-interleaved")


def test_shuffled_batches_are_caught(stateful_tests):
    catches(stateful_tests, "batches-shuffled")


def test_a_smaller_last_batch_is_caught(stateful_tests):
    catches(stateful_tests, "smaller-last-batch")


def test_a_shorter_last_window_is_caught(stateful_tests):
    catches(stateful_tests, "shorter-last-window")


def test_rows_that_are_all_the_same_are_caught(stateful_tests):
    catches(stateful_tests, "all-rows-the-same")


def test_rows_and_steps_in_exchanged_places_are_caught(stateful_tests):
    catches(stateful_tests, "steps-before-rows")


def test_a_remainder_cut_off_in_front_is_caught(stateful_tests):
    catches(stateful_tests, "remainder-cut-off-in-front")


def test_a_last_batch_that_is_lost_is_caught(stateful_tests):
    catches(stateful_tests, "last-batch-lost")


def test_a_dataset_that_never_ends_is_caught(stateful_tests):
    catches(stateful_tests, "never-ends")
