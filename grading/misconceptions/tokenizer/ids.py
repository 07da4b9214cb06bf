"""The order of ids, and what has none."""

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
