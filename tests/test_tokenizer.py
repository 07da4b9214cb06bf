"""What a correct ``CharTokenizer`` does, one property a test."""

import contextlib
import itertools
import re

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from grading.expect import holds, refused, same
from grading.running.faults import SubjectError
from grading.running.properties import examples
from solutions.data import sample_text
from tests.strategies import FORMS, sizes

ID_FORMS = (*FORMS, "a tuple")

# Texts in lower case, with spaces, newlines and punctuation; short, so that ties are frequent.
lower_texts = st.text(alphabet="abcd \n.,!", min_size=1, max_size=12)
mixed_texts = st.text(alphabet="abcABC \n.'", min_size=1, max_size=12)
distinct_characters = st.lists(
    st.sampled_from("abcdexyz .\n"), min_size=2, max_size=6, unique=True
).map("".join)

# Letters for which lower-casing one by one, str.casefold() or ASCII rules give something else.
SPECIAL_LETTERS = "ΣςσΑẞßéÉEİIıﬁ日🙂\u0301 "  # noqa: RUF001
special_texts = st.text(alphabet=SPECIAL_LETTERS, min_size=1, max_size=10)

# None of these is in a text above, nor likely in the words of a message.
unseen_characters = st.sampled_from(["@", "#", "%", "ж", "á", "€", "☃", "\t"])

# More characters than one byte can count.
MANY_CHARACTERS = "".join(map(chr, range(0x4E00, 0x4E00 + 300)))


def characters_by_id(text):
    """The definition: lower-cased, most frequent first, ties by first appearance."""
    text = text.lower()
    return sorted(dict.fromkeys(text), key=lambda c: (-text.count(c), text.index(c)))


def expected_ids(text, other):
    characters = characters_by_id(text)
    return np.array([characters.index(c) for c in other.lower()], dtype=int)


# What the ids are.


@given(characters=distinct_characters)
@example(characters="xab")
def test_the_most_frequent_character_has_id_0_the_next_1_and_so_on(tokenizer, characters):
    # "xab" gives "xaabbb": the last character is the most frequent one.
    text = "".join(c * (i + 1) for i, c in enumerate(characters))
    expected = np.arange(len(characters))[::-1]
    same(tokenizer.encoding(text, characters), expected, "the ids")


@given(characters=distinct_characters, times=sizes(1, 3))
def test_of_equally_frequent_characters_the_one_seen_first_has_the_smaller_id(
    tokenizer, characters, times
):
    ids = tokenizer.encoding(characters * times, characters)
    same(ids, np.arange(len(characters)), "the ids")


@given(text=lower_texts)
def test_ids_follow_frequency_and_then_first_appearance(tokenizer, text):
    same(tokenizer.encoding(text, text), expected_ids(text, text), "the ids")


@given(letters=sizes(1, 3))
@examples(1)
def test_spaces_newlines_and_punctuation_are_characters_like_others(tokenizer, letters):
    for character in " \n\t.,;:!?'\"-&$3":
        text = "a" * letters + character * (letters + 1)
        ids = tokenizer.encoding(text, character + "a" + character)
        same(ids, np.array([0, 1, 0]), "the ids")


@given(text=lower_texts)
def test_vocab_size_is_the_number_of_distinct_characters(tokenizer, text):
    same(tokenizer.vocab_size(text), len(set(text)), "vocab_size")


# Encode.


@given(text=lower_texts, repeats=sizes(0, 3))
def test_encode_gives_one_id_a_character_also_for_another_text(tokenizer, text, repeats):
    other = text[::-1] + text[-1] * repeats
    same(tokenizer.encoding(text, other), expected_ids(text, other), "the ids")


@given(text=lower_texts)
def test_the_ids_are_integers(tokenizer, text):
    ids = tokenizer.encoding("ab" + text, text)
    same(ids, expected_ids("ab" + text, text), "the ids")
    holds(ids.dtype.kind in "iu", "an array of integers", f"an array of {ids.dtype}")


@given(text=lower_texts)
def test_an_empty_text_has_no_ids(tokenizer, text):
    empty, full = tokenizer.encodings(text, ["", text])
    same(empty.shape, (0,), "the shape of the ids of ''")
    # NumPy makes an array of floats from an empty list, unless it is told otherwise.
    holds(empty.dtype.kind in "iu", "an array of integers for ''", f"an array of {empty.dtype}")
    same(full.shape, (len(text),), f"the shape of the ids of {text!r}")


@given(text=lower_texts)
def test_a_text_has_the_same_ids_whenever_it_is_encoded(tokenizer, text):
    others = [text, text[:1], text[::-1], text]
    expected = [expected_ids(text, other) for other in others]
    same(tokenizer.encodings(text, others), expected, "the ids of the texts")


# Case.


@given(text=mixed_texts)
def test_capital_and_small_letters_share_an_id(tokenizer, text):
    other = text.swapcase()
    same(tokenizer.encoding(text, other), expected_ids(text, other), "the ids")


@given(text=mixed_texts)
def test_capital_letters_are_not_counted_apart(tokenizer, text):
    same(tokenizer.vocab_size(text), len(set(text.lower())), "vocab_size")


def test_lower_is_called_on_the_whole_text_when_fitting_and_when_encoding(tokenizer):
    # "ΟΔΟΣ" ends in another sigma than "ΣΟ" begins with, and "İ" becomes two characters.
    for word, more in itertools.product(("ΟΔΟΣ", "ΣΟΣ", "İSTANBUL", "Aİ"), ("", " σΣς")):
        ids = tokenizer.encoding(word + more, word)
        because = f"{word!r}.lower() is {word.lower()!r}"
        same(ids, expected_ids(word + more, word), "the ids", because)


@given(text=special_texts)
@example(text="Éé e\u0301")
@example(text="ßẞ ss")
@example(text="a\r\nb\rc\n")
@example(text="a\u00a0b  c\u200b\u2028")
def test_lower_casing_is_all_that_is_done_to_a_text(tokenizer, text):
    same(tokenizer.encoding(text, text), expected_ids(text, text), "the ids")


# Decode.


@given(text=lower_texts, picks=st.lists(sizes(0, 99), min_size=1, max_size=8))
@example(text="abba c", picks=[1, 0, 0, 1])
@example(text="ab", picks=[])
def test_decode_gives_the_characters_of_the_ids_side_by_side(tokenizer, text, picks):
    characters = characters_by_id(text)
    ids = [pick % len(characters) for pick in picks]
    expected = "".join(characters[i] for i in ids)
    same(tokenizer.decoding(text, ids), expected, "the text")


@given(text=st.text(alphabet="abcABC \n.'" + SPECIAL_LETTERS, max_size=12))
@example(text="A\r\nb\r")
@example(text="a   b\n\n\n\nc  ")
@example(text=MANY_CHARACTERS)
def test_decode_undoes_encode_up_to_case(tokenizer, text):
    same(tokenizer.round_trip("z" + text.lower(), text), text.lower(), "the text")


@given(text=lower_texts)
def test_ids_give_the_same_text_whenever_they_are_decoded(tokenizer, text):
    others = [text, text[::-1], text[:1], text]
    ids = [expected_ids(text, other).tolist() for other in others]
    same(tokenizer.decodings(text, ids), others, "the texts of the ids")


@given(text=lower_texts)
@examples(5)
def test_decode_takes_a_list_a_tuple_an_array_or_a_tensor(tokenizer, text):
    ids = expected_ids(text, text[::-1]).tolist()
    for form in ID_FORMS:
        same(tokenizer.decoding_of(form, text, ids), text[::-1], "the text")


@given(text=lower_texts)
def test_the_ids_that_were_decoded_are_not_changed(tokenizer, text):
    ids = expected_ids(text, text)
    for form in ("an array", "a list"):
        same(tokenizer.ids_afterwards(form, text, ids.tolist()), ids, "the ids afterwards")


# Fit.


@given(text=mixed_texts)
def test_fit_gives_the_tokenizer_itself(tokenizer, text):
    same(tokenizer.fit_gives_the_tokenizer(text), True, "fit(text) is tokenizer")


@given(first=lower_texts, second=lower_texts)
@example(first="bbb", second="ab")
def test_a_second_fit_starts_afresh(tokenizer, first, second):
    ids = tokenizer.encoding_after_two_fits(first, second, second)
    same(ids, expected_ids(second, second), "the ids")
    size = tokenizer.vocab_size_after_two_fits(first, second)
    same(size, len(set(second)), "vocab_size")
    third = second + len(second) * second[-1]  # its last character is the most frequent now
    found = tokenizer.encoding_before_and_after_a_second_fit(second, third, second)
    expected = [expected_ids(second, second), expected_ids(third, second)]
    same([ids.tolist() for ids in found], [ids.tolist() for ids in expected], "the ids")


@given(text=lower_texts, another=lower_texts)
@example(text="ab", another="baa")
def test_two_tokenizers_share_nothing(tokenizer, text, another):
    ids = tokenizer.encoding_beside_another(text, another, text)
    same(ids, expected_ids(text, text), "the ids")
    decoded = tokenizer.decoding_beside_another(text, another, ids.tolist())
    same(decoded, text, "the text")


# Real text.


def test_real_text_is_encoded_by_frequency(tokenizer):
    text = sample_text()
    same(tokenizer.vocab_size(text), len(set(text.lower())), "vocab_size")
    passage = text[:200] + text[-200:]
    same(tokenizer.encoding(text, passage), expected_ids(text, passage), "the ids")


def test_real_text_comes_back_as_it_was_but_for_case(tokenizer):
    text = sample_text()
    passage = text[-20_000:]
    same(tokenizer.round_trip(text, passage), passage.lower(), "the text")


def test_shakespeare_has_39_characters_and_first_is_19_5_8_7_2(tokenizer, shakespeare):
    same(tokenizer.vocab_size(shakespeare), 39, "vocab_size")
    same(tokenizer.encoding(shakespeare, "First"), np.array([19, 5, 8, 7, 2]), "the ids")
    same(tokenizer.encoding(shakespeare, " e"), np.array([0, 1]), "the ids")


def test_shakespeare_comes_back_in_lower_case(tokenizer, shakespeare):
    passage = shakespeare[-50_000:]
    decoded = tokenizer.round_trip(shakespeare, passage)
    same(decoded, passage.lower(), "the text")


# What is refused.


@given(text=mixed_texts, unseen=unseen_characters, place=sizes(0, 12))
@example(text="ab", unseen="@", place=2)
@example(text="ab", unseen="á", place=1)
@example(text="ab", unseen=" ", place=1)
@example(text="ab", unseen="\n", place=2)
def test_a_character_that_fit_did_not_see_is_refused_by_name(tokenizer, text, unseen, place):
    with refused(unseen):
        tokenizer.encoding(text, text[:place] + unseen + text[place:])


@given(first=lower_texts, unseen=unseen_characters)
def test_a_character_known_only_from_an_earlier_fit_is_refused(tokenizer, first, unseen):
    with refused(unseen):
        tokenizer.encoding_after_two_fits(first + unseen, first, unseen + first)


@given(text=lower_texts, unseen=unseen_characters)
def test_encode_learns_nothing_from_what_it_refuses(tokenizer, text, unseen):
    size = tokenizer.vocab_size_after_refusal(text, text + unseen)
    same(size, len(set(text)), "vocab_size")


@given(text=lower_texts, place=sizes(0, 12), below=sizes(1, 4))
@example(text="ab", place=2, below=1)
@examples(4)
def test_an_id_below_0_is_refused_by_name(tokenizer, text, place, below):
    ids = expected_ids(text, text).tolist()
    for form in ID_FORMS:
        with refused(-below):
            tokenizer.decoding_of(form, text, [*ids[:place], -below, *ids[place:]])


@given(text=lower_texts, place=sizes(0, 12), beyond=sizes(1, 50))
@example(text="ab", place=2, beyond=0)
@example(text="aab c", place=0, beyond=0)
@examples(3)
def test_an_id_of_vocab_size_or_more_is_refused_by_name(tokenizer, text, place, beyond):
    ids, wrong = expected_ids(text, text).tolist(), len(set(text)) + beyond
    for form in ID_FORMS:
        with refused(wrong):
            tokenizer.decoding_of(form, text, [*ids[:place], wrong, *ids[place:]])


# Before fit. Which exception it is, is free; but a slip that the missing fit only happened to
# cause ("'NoneType' object is not subscriptable"), or that an id is out of a range that is not
# there yet, does not tell anyone what to do.
# That there is no vocab_size yet does: it is what fit makes.
ACCIDENTS = ("TypeError", "KeyError", "IndexError", "NameError", "UnboundLocalError")
SLIPS = r"NoneType|has no attribute '(?!vocab_size)|unknown (character|id)|range"
SAYS_SO = r"fit|train|learn|adapt|first|before|yet|ready|nothing|empty"


@contextlib.contextmanager
def told_to_fit_first():
    expected = "an exception that says that fit was not called"
    try:
        yield
    except SubjectError as raised:
        accident = raised.kind in ACCIDENTS or re.search(SLIPS, raised.message)
        says_so = re.search(SAYS_SO, f"{raised}", re.IGNORECASE)
        holds(says_so or not accident, expected, f"{raised}")
    else:
        holds(False, expected, "no error at all")


@given(text=lower_texts)
def test_before_fit_encode_says_so(tokenizer, text):
    with told_to_fit_first():
        tokenizer.encoding_before_fit(text)


@given(ids=st.lists(sizes(0, 5), min_size=1, max_size=4))
def test_before_fit_decode_says_so(tokenizer, ids):
    with told_to_fit_first():
        tokenizer.decoding_before_fit(ids)


def test_before_fit_vocab_size_says_so(tokenizer):
    with told_to_fit_first():
        tokenizer.vocab_size_before_fit()
