"""Ways to number characters wrongly."""

from collections import Counter

import numpy as np

from grading.misconceptions import Library, changed

LIBRARY = Library()


def _ranked(reference, order):
    """The reference with its characters in another order: ``order(lower-cased text)``."""

    class CharTokenizer(reference.CharTokenizer):
        def fit(self, text):
            self._characters = order(text.lower())
            self._ids = {character: i for i, character in enumerate(self._characters)}
            return self

    return changed(reference, CharTokenizer=CharTokenizer)


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
    class CharTokenizer(reference.CharTokenizer):
        def fit(self, text):
            self._characters = [character for character, _ in Counter(text).most_common()]
            self._ids = {character: i for i, character in enumerate(self._characters)}
            return self

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


@LIBRARY.add(
    "alphabetical-ids",
    "characters numbered in alphabetical order",
    """The distinct characters are sorted, and numbered in that order. It is short and quite usual
    (sorted(set(text))), and training works as well with it. But the docstring, like the chapter,
    gives small ids to frequent characters: count them first.""",
)
def alphabetical_ids(reference):
    return _ranked(reference, lambda text: sorted(set(text)))


@LIBRARY.add(
    "order-of-appearance",
    "characters numbered in the order in which they first appear",
    """Each new character gets the next id, and how often it occurs plays no part. First
    appearance only decides between characters that are equally frequent; before that, says the
    docstring, the most frequent character has id 0, the next one id 1, and so on.""",
)
def order_of_appearance(reference):
    return _ranked(reference, lambda text: list(dict.fromkeys(text)))


@LIBRARY.add(
    "rarest-first",
    "ids that start at the rarest character",
    """The characters are sorted by their counts, but Python sorts upwards: the rarest one comes
    first and has id 0. The docstring starts with the most frequent one.""",
)
def rarest_first(reference):
    def order(text):
        counts = Counter(text)
        return sorted(counts, key=counts.get)

    return _ranked(reference, order)


@LIBRARY.add(
    "ties-alphabetical",
    "equally frequent characters in alphabetical order",
    """The counts are respected, but among characters with equal counts the alphabet decides. That
    happens when the characters were sorted first, or when a character stands beside its count in
    the sort key. The docstring gives the smaller id to the one that the text shows first.""",
)
def ties_alphabetical(reference):
    return _ranked(reference, lambda text: sorted(set(text), key=lambda c: (-text.count(c), c)))


@LIBRARY.add(
    "ties-reversed",
    "equally frequent characters with the one seen last in front",
    """The counts are respected, but equal ones come out backwards: a list sorted upwards was
    turned round as a whole, and its ties with it. sorted() has an argument for this that keeps
    equal items in place. The docstring gives the smaller id to the character seen first.""",
)
def ties_reversed(reference):
    def order(text):
        counts = Counter(text)
        return sorted(counts, key=counts.get)[::-1]

    return _ranked(reference, order)


@LIBRARY.add(
    "one-id-too-many",
    "a vocab_size with one more for an id that nothing has",
    """vocab_size is one more than the number of characters. With Keras' Tokenizer one writes
    len(word_index) + 1, since its ids start at 1 and 0 is kept for padding. Here the ids run
    0 ... vocab_size - 1 and all are taken, so vocab_size is just the number of distinct
    characters: 39 for Shakespeare.""",
)
def one_id_too_many(reference):
    class CharTokenizer:
        def __init__(self):
            self.right = reference.CharTokenizer()
            self.encode, self.decode = self.right.encode, self.right.decode

        def fit(self, text):
            self.right.fit(text)
            return self

        @property
        def vocab_size(self):
            return self.right.vocab_size + 1

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "unknown-becomes-0",
    "an unseen character that gets id 0 without a word",
    """A character that fit did not see is looked up with a default of 0. But 0 is the id of a
    real character, the most frequent one: the unseen one silently turns into a space, and the
    mistake shows much later, if ever. The docstring asks for a ValueError that names it.""",
)
def unknown_becomes_0(reference):
    class CharTokenizer(reference.CharTokenizer):
        def encode(self, text):
            super().encode("")  # only for its error before fit
            return np.array([self._ids.get(c, 0) for c in text.lower()], dtype=int)

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "unknown-skipped",
    "an unseen character that is left out without a word",
    """Characters that fit did not see are passed over, as Keras' Tokenizer does. The ids then no
    longer line up with the text, and nobody is told. The docstring asks for one id for every
    character, and for a ValueError that names one that is not known.""",
)
def unknown_skipped(reference):
    class CharTokenizer(reference.CharTokenizer):
        def encode(self, text):
            super().encode("")  # only for its error before fit
            return np.array([self._ids[c] for c in text.lower() if c in self._ids], dtype=int)

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "unknown-learnt",
    "an encode that learns new characters on the way",
    """A character that fit did not see gets the next free id. That feels helpful, but the network
    was built for vocab_size characters, and an id beyond them breaks it far from here; and the
    id would depend on what was encoded before. Only fit learns. The docstring asks encode for a
    ValueError that names the character.""",
)
def unknown_learnt(reference):
    class CharTokenizer(reference.CharTokenizer):
        def encode(self, text):
            super().encode("")  # only for its error before fit
            for character in text.lower():
                if character not in self._ids:
                    self._ids[character] = len(self._characters)
                    self._characters.append(character)
            return super().encode(text)

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "unknown-is-a-keyerror",
    "a KeyError for an unseen character",
    """A dict is asked for a character it does not have and raises KeyError. It stops the program,
    but it speaks of the dict inside, not of the text that was given: a caller who reads the
    docstring waits for a ValueError that names the character.""",
)
def unknown_is_a_keyerror(reference):
    class CharTokenizer(reference.CharTokenizer):
        def encode(self, text):
            super().encode("")  # only for its error before fit
            return np.array([self._ids[c] for c in text.lower()], dtype=int)

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "negative-ids-wrap",
    "a decode in which -1 means the last character",
    """The list of characters is indexed with whatever is given, and in Python -1 is the last
    item. So a wrong id, such as one from a "- 1" too many, gives a rare character instead of an
    error. The docstring asks for a ValueError for every id below 0, as for one beyond the end.""",
)
def negative_ids_wrap(reference):
    class CharTokenizer(reference.CharTokenizer):
        def decode(self, ids):
            size = self.vocab_size
            ids = [int(i) for i in np.asarray(ids)]
            wrong = [i for i in ids if i >= size]
            if wrong:
                raise ValueError(f"ids must be below {size}, got {wrong}")
            return "".join(self._characters[i % size] for i in ids)

    return changed(reference, CharTokenizer=CharTokenizer)


@LIBRARY.add(
    "vocab-size-is-allowed",
    "a decode that does not refuse the id vocab_size",
    """The range check lets an id equal to vocab_size pass. Ids run 0 ... vocab_size - 1, so that
    one is the first that no character has, and a "<=" was written where "<" is meant.""",
)
def vocab_size_is_allowed(reference):
    class CharTokenizer(reference.CharTokenizer):
        def decode(self, ids):
            size = self.vocab_size
            ids = [int(i) for i in np.asarray(ids)]
            wrong = [i for i in ids if not 0 <= i <= size]
            if wrong:
                raise ValueError(f"ids must be in 0 ... {size}, got {wrong}")
            return "".join(self._characters[i] for i in ids)

    return changed(reference, CharTokenizer=CharTokenizer)


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


LIBRARY.hint(
    "vocab_size", "punctuation-dropped", "newlines-dropped", "stripped", "words-not-characters"
)
