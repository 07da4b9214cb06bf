"""Exercise 14: tokenizer_tests. Write the tests that tell a right tokenizer from a wrong one.

A test is worth what it catches. Yours are run on right tokenizers, written in several ways, and on
wrong ones, each with a mistake that somebody really made. All of your tests must pass on every
right one, so demand no more than the contract in the docstring of ``CharTokenizer`` does (see
``tokenizer.py``); and for each wrong one, at least one of your tests must fail.

A test is a function whose name begins with ``test_``. It is given the class ``CharTokenizer`` by
that name; all else that it takes is drawn by hypothesis, as ``@given`` says, or listed in
``@pytest.mark.parametrize``. Write as many as you like, with helper functions and strategies of
your own. The first one is begun here.

    what you call                           what comes back
    CharTokenizer().fit(text)               the tokenizer
    tokenizer.encode(text)                  a NumPy array of ids
    tokenizer.decode(ids)                   a str
    tokenizer.vocab_size                    an int

Errors come back too, for ``pytest.raises``. Do not import a tokenizer: the one to test is handed
in.

Chapter 16, "Creating the Training Dataset".
"""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

# Few letters, so that many of them are equally frequent; with capitals, spaces and newlines.
texts = st.text(alphabet="abcABC .,\n", min_size=1, max_size=12)


@given(text=texts)
def test_decode_undoes_encode(CharTokenizer, text):
    """What was encoded comes back, in lower case."""
    ### BEGIN SOLUTION
    tokenizer = CharTokenizer().fit(text)
    assert tokenizer.decode(tokenizer.encode(text)) == text.lower()


def test_the_whole_text_is_lower_cased_at_once(CharTokenizer):
    for text in ("ΟΔΟΣ", "Straße"):  # the last sigma looks different; the sharp s stays
        tokenizer = CharTokenizer().fit(text)
        assert tokenizer.decode(tokenizer.encode(text)) == text.lower()


@given(text=texts)
def test_ids_follow_the_frequency_and_ties_the_first_appearance(CharTokenizer, text):
    # A Counter keeps the order of first appearance among equals.
    ranked = [character for character, _ in Counter(text.lower()).most_common()]
    ids = CharTokenizer().fit(text).encode(text)
    assert ids.tolist() == [ranked.index(character) for character in text.lower()]


@given(text=texts)
def test_there_are_as_many_ids_as_characters(CharTokenizer, text):
    assert CharTokenizer().fit(text).vocab_size == len(set(text.lower()))


@given(text=texts, ids=st.lists(st.integers(0, 5), max_size=6))
def test_decode_gives_one_character_for_each_id(CharTokenizer, text, ids):
    tokenizer = CharTokenizer().fit(text)
    ids = [i for i in ids if i < tokenizer.vocab_size]
    decoded = tokenizer.decode(ids)
    assert len(decoded) == len(ids)
    assert tokenizer.encode(decoded).tolist() == ids


@given(first=texts, second=texts)
def test_a_second_fit_starts_afresh(CharTokenizer, first, second):
    again = CharTokenizer().fit(first).fit(second)
    once = CharTokenizer().fit(second)
    assert again.vocab_size == once.vocab_size
    assert again.encode(second).tolist() == once.encode(second).tolist()


@given(text=texts, unseen=st.sampled_from("xyz!ß"))
def test_an_unseen_character_is_refused(CharTokenizer, text, unseen):
    tokenizer = CharTokenizer().fit(text)
    with pytest.raises(ValueError):
        tokenizer.encode(text + unseen)


@given(text=texts, beyond=st.integers(0, 3))
def test_an_id_out_of_range_is_refused(CharTokenizer, text, beyond):
    tokenizer = CharTokenizer().fit(text)
    for wrong in (tokenizer.vocab_size + beyond, -1 - beyond):
        with pytest.raises(ValueError):
            tokenizer.decode([0, wrong])
    ### END SOLUTION
