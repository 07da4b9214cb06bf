"""What a tokenizer keeps, and what it gives."""

from collections import Counter

import numpy as np

from grading.misconceptions import Library, changed

LIBRARY = Library()


@LIBRARY.add(
    "refit-adds",
    "a second fit that adds to what the first one learnt",
    """The counts of the first text are kept, and those of the second are added. Keras' Tokenizer
    works like that. Here, however, a second fit starts afresh: whatever an earlier one learnt is
    forgotten, says the docstring. So begin with empty counts in fit, not in __init__.""",
)
def refit_adds(reference):
    class CharTokenizer(reference.CharTokenizer):
        def fit(self, text):
            self._text = getattr(self, "_text", "") + text
            return super().fit(self._text)

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "shared-by-all",
    "tokenizers that all share what one of them learnt",
    """The tables belong to the class (or to the module) and not to the single tokenizer, so that
    fitting one changes all others. It goes unnoticed as long as there is only one. Two
    tokenizers, say for two languages, must not know of each other: keep what fit learns on
    self.""",
)
def shared_by_all(reference):
    one = reference.CharTokenizer()

    class CharTokenizer:
        def fit(self, text):
            one.fit(text)
            return self

        @property
        def vocab_size(self):
            return one.vocab_size

        def encode(self, text):
            return one.encode(text)

        def decode(self, ids):
            return one.decode(ids)

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "words-not-characters",
    "ids of words instead of characters",
    """The text is split into words, and the words are numbered. That is what a tokenizer usually
    does (Keras' does it unless char_level=True is given), and what later parts of the chapter
    need. This exercise follows "Creating the Training Dataset", where the network writes letter
    by letter: every character has an id, and there are len(text.lower()) of them.""",
)
def words_not_characters(reference):
    class CharTokenizer:
        def fit(self, text):
            self._words = [word for word, _ in Counter(text.lower().split()).most_common()]
            return self

        @property
        def vocab_size(self):
            return len(self._words)

        def encode(self, text):
            unseen = [word for word in text.lower().split() if word not in self._words]
            if unseen:
                raise ValueError(f"unseen: {unseen}")
            return np.array([self._words.index(w) for w in text.lower().split()], dtype=int)

        def decode(self, ids):
            return " ".join(self._words[int(i)] for i in np.asarray(ids))

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "decode-in-place",
    "a decode that changes the ids it was given",
    """decode works on the caller's own array, for example with "ids += 1" to fit a table that
    counts from 1. NumPy then changes that array for everyone, and the ids are wrong afterwards.
    What is given to a function is not changed: work on a new array (ids + 1 makes one).""",
)
def decode_in_place(reference):
    class CharTokenizer(reference.CharTokenizer):
        def decode(self, ids):
            text = super().decode(ids)
            if isinstance(ids, np.ndarray):
                ids += 1
            return text

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "byte-sized-ids",
    "ids of one byte, which start again at 0 after 255",
    """The ids are stored as 8-bit integers, which is enough for Shakespeare's 39 characters. A text
    in Chinese has thousands: there id 256 becomes 0, without a word, and decode gives another text
    back. The docstring sets no limit to the number of characters; NumPy's default integers are
    wide enough.""",
)
def byte_sized_ids(reference):
    class CharTokenizer(reference.CharTokenizer):
        def encode(self, text):
            return super().encode(text).astype(np.uint8)

    return changed(reference, CharTokenizer=CharTokenizer)
