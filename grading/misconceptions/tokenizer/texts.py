"""How a text is read."""

from collections import Counter

import numpy as np

from grading.misconceptions import Library, changed

LIBRARY = Library()


@LIBRARY.add(
    "ids-from-1",
    "ids that start at 1 instead of 0",
    """The most frequent character has id 1 here. That is how Keras' Tokenizer counts, because it
    keeps 0 for padding. But a text of single characters needs no padding, and a one-hot vector or
    an output layer of vocab_size entries has places 0 ... vocab_size - 1: the last character
    would fall outside. The docstring asks for ids from 0; the chapter subtracts 1 for that.""",
)
def ids_from_1(reference):
    class CharTokenizer(reference.CharTokenizer):
        def encode(self, text):
            return super().encode(text) + 1

        def decode(self, ids):
            return super().decode([int(i) - 1 for i in np.asarray(ids)])

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "decode-one-off",
    "a decode that gives each character's neighbour in the ranking",
    """encode is right, but decode looks one place too low: an id comes back as the character
    ranked just above it. This is the chapter's own trap. Its Keras tokenizer counts from 1, so
    1 is taken off on the way in, and the 1 must be put back on the way out. Where ids start at 0
    in both directions there is nothing to correct. Decoding what was encoded must give the
    lower-cased text again.""",
)
def decode_one_off(reference):
    class CharTokenizer(reference.CharTokenizer):
        def decode(self, ids):
            super().decode(ids)  # only for its errors
            return "".join(self._characters[int(i) - 1] for i in np.asarray(ids))

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "case-kept",
    "a tokenizer that keeps capital letters apart",
    """Nothing is lower-cased here, so "T" and "t" are two characters with an id each. It loses
    nothing, but Shakespeare then has 65 characters instead of 39, and the network must learn
    twice what follows an "h". The docstring folds case with str.lower() in fit and in encode.""",
)
def case_kept(reference):
    class CharTokenizer(fit_keeps_case(reference).CharTokenizer):
        def encode(self, text):
            super().encode("")  # only for its error before fit
            unseen = [character for character in text if character not in self._ids]
            if unseen:
                raise ValueError(f"unseen characters: {unseen}")
            return np.array([self._ids[character] for character in text], dtype=int)

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "encode-keeps-case",
    "a tokenizer that lower-cases in fit but not in encode",
    """fit learns small letters only, and encode then looks for the text as it was given: every
    capital letter is "unseen". It goes unnoticed as long as one tries small letters. The
    docstring says of encode's text: it is lower-cased as in fit.""",
)
def encode_keeps_case(reference):
    class CharTokenizer(reference.CharTokenizer):
        def encode(self, text):
            super().encode("")  # only for its error before fit
            unseen = sorted(set(text) - set(self._characters))
            if unseen:
                raise ValueError(f"text holds characters that fit() did not see: {unseen}")
            return super().encode(text)

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "fit-keeps-case",
    "a tokenizer that lower-cases in encode but not in fit",
    """fit learns the characters of the text as it is, capital letters included, and encode then
    looks for small ones. Those that were only seen as capitals are unknown, and the counts of the
    others miss their capitals, so they get other ids. The docstring: encode's text is lower-cased
    as in fit.""",
)
def fit_keeps_case(reference):
    class CharTokenizer(reference.CharTokenizer):
        def fit(self, text):
            self._characters = [character for character, _ in Counter(text).most_common()]
            self._ids = {character: i for i, character in enumerate(self._characters)}
            return self

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "lower-letter-by-letter",
    "a text lower-cased letter by letter",
    """Each character is lower-cased on its own here. For English it makes no difference, but
    str.lower() looks at the whole word for one letter: a capital sigma at the end of a Greek word
    becomes another small letter than one in the middle. Letter by letter it cannot know, so
    encode and text.lower() disagree. The docstring calls str.lower() once, on the whole text.""",
)
def lower_letter_by_letter(reference):
    def lower(text):
        return "".join(character.lower() for character in text)

    class CharTokenizer(reference.CharTokenizer):
        def fit(self, text):
            return super().fit(lower(text))

        def encode(self, text):
            return super().encode(lower(text))

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "casefold",
    "case folded with str.casefold() instead of str.lower()",
    """casefold() is meant for comparing texts, and goes further than lower-casing: "ß" becomes
    "ss", and both small sigmas become one. Letters that were small already are replaced, and
    decode can no longer give text.lower() back. The docstring names str.lower().""",
)
def casefold(reference):
    class CharTokenizer(reference.CharTokenizer):
        def fit(self, text):
            return super().fit(text.casefold())

        def encode(self, text):
            return super().encode(text.casefold())

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "spaces-between",
    "a decode that puts spaces between the characters",
    """The characters are joined with a space between each two: "f i r s t". That is right for
    tokens that are words, and what Keras' sequences_to_texts does with characters too, which is
    why the chapter's output must be cleaned up. Here the space is a character with an id of its
    own, so none may be added. The docstring: one character an id and nothing in between.""",
)
def spaces_between(reference):
    class CharTokenizer(reference.CharTokenizer):
        def decode(self, ids):
            return " ".join(super(CharTokenizer, self).decode([int(i)]) for i in np.asarray(ids))

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "punctuation-dropped",
    "a text stripped of its punctuation",
    """Commas, full stops and the like are thrown away before the text is numbered. For counting
    words that is a common first step (Keras' Tokenizer does it by default), but a network that is
    to write like Shakespeare must learn where a sentence ends. The docstring: every character
    counts, also spaces, newlines and punctuation.""",
)
def punctuation_dropped(reference):
    def clean(text):
        return "".join(c for c in text if c.isalnum() or c.isspace())

    class CharTokenizer(reference.CharTokenizer):
        def fit(self, text):
            return super().fit(clean(text))

        def encode(self, text):
            return super().encode(clean(text))

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "newlines-dropped",
    "a text without its newlines",
    """The newlines are taken out, as if they were only there to fit the text on the page. But in
    a play they say where a line ends and who speaks next, and encode must give one id for every
    character of the text. The docstring counts newlines among the characters.""",
)
def newlines_dropped(reference):
    class CharTokenizer(reference.CharTokenizer):
        def fit(self, text):
            return super().fit(text.replace("\n", ""))

        def encode(self, text):
            return super().encode(text.replace("\n", ""))

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "stripped",
    "a text whose ends were stripped of white space",
    """strip() removes spaces and newlines from both ends of the text, so fewer ids come back than
    there are characters. It looks like harmless tidying, but generated text is put together from
    pieces, and a piece that ends in a space then runs into the next word. Every character
    counts, says the docstring, wherever it stands.""",
)
def stripped(reference):
    class CharTokenizer(reference.CharTokenizer):
        def encode(self, text):
            return super().encode(text.strip())

    return changed(reference, CharTokenizer=CharTokenizer)
