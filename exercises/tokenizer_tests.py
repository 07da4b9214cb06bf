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
    raise NotImplementedError("Exercise tokenizer_tests: test_decode_undoes_encode is not written yet")
