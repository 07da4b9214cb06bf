"""What good tests of tokenizer do: pass what is right, and fail on each of these mistakes.

The student's tests are run on every candidate; see ``grading/misconceptions/candidates.py``.
"""

from tests.own_tests import catches


def test_ids_that_start_at_1_are_caught(tokenizer_tests):
    catches(tokenizer_tests, "ids-from-1")


def test_a_decode_that_gives_the_neighbours_in_the_ranking_is_caught(tokenizer_tests):
    catches(tokenizer_tests, "decode-one-off")


def test_ids_in_alphabetical_order_are_caught(tokenizer_tests):
    catches(tokenizer_tests, "alphabetical-ids")


def test_ids_in_order_of_appearance_are_caught(tokenizer_tests):
    catches(tokenizer_tests, "order-of-appearance")


def test_ids_that_start_at_the_rarest_character_are_caught(tokenizer_tests):
    catches(tokenizer_tests, "rarest-first")


def test_ties_in_alphabetical_order_are_caught(tokenizer_tests):
    catches(tokenizer_tests, "ties-alphabetical")


def test_ties_in_reverse_order_are_caught(tokenizer_tests):
    catches(tokenizer_tests, "ties-reversed")


def test_a_vocab_size_that_is_one_too_large_is_caught(tokenizer_tests):
    catches(tokenizer_tests, "one-id-too-many")


def test_a_second_fit_that_adds_to_the_first_is_caught(tokenizer_tests):
    catches(tokenizer_tests, "refit-adds")


def test_capital_letters_that_are_kept_are_caught(tokenizer_tests):
    catches(tokenizer_tests, "case-kept")


def test_capital_letters_that_only_fit_folds_are_caught(tokenizer_tests):
    catches(tokenizer_tests, "encode-keeps-case")


def test_lower_casing_letter_by_letter_is_caught(tokenizer_tests):
    catches(tokenizer_tests, "lower-letter-by-letter")


def test_letters_folded_by_casefold_are_caught(tokenizer_tests):
    catches(tokenizer_tests, "casefold")


def test_a_decode_that_puts_spaces_between_is_caught(tokenizer_tests):
    catches(tokenizer_tests, "spaces-between")


def test_throwing_punctuation_characters_away_is_caught(tokenizer_tests):
    catches(tokenizer_tests, "punctuation-dropped")


def test_throwing_newline_characters_away_is_caught(tokenizer_tests):
    catches(tokenizer_tests, "newlines-dropped")


def test_spaces_stripped_from_the_ends_are_caught(tokenizer_tests):
    catches(tokenizer_tests, "stripped")


def test_ids_of_words_are_caught(tokenizer_tests):
    catches(tokenizer_tests, "words-not-characters")


def test_an_unseen_character_that_becomes_id_0_is_caught(tokenizer_tests):
    catches(tokenizer_tests, "unknown-becomes-0")


def test_an_unseen_character_that_is_skipped_is_caught(tokenizer_tests):
    catches(tokenizer_tests, "unknown-skipped")


def test_an_unseen_character_that_is_learnt_is_caught(tokenizer_tests):
    catches(tokenizer_tests, "unknown-learnt")


def test_a_key_error_for_an_unseen_character_is_caught(tokenizer_tests):
    catches(tokenizer_tests, "unknown-is-a-keyerror")


def test_negative_ids_that_wrap_round_are_caught(tokenizer_tests):
    catches(tokenizer_tests, "negative-ids-wrap")


def test_a_decode_that_does_not_refuse_the_id_vocab_size_is_caught(tokenizer_tests):
    catches(tokenizer_tests, "vocab-size-is-allowed")
