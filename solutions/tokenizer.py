"""Exercise 2: tokenizer. Turn characters into numbers, and numbers back into characters.

A network reads numbers, so every character gets an id. As in the chapter the text is lower-cased
first: on Shakespeare that leaves 39 characters of 65. Frequent characters get small ids: on the
full text the space is 0, "e" is 1, and "First" becomes [19, 5, 8, 7, 2].

The chapter's Keras tokenizer numbers from 1 and is corrected by hand with ``- 1`` on the way in.
Forget the ``+ 1`` on the way out, and every letter comes back as its neighbour. Here ids simply
start at 0.

Chapter 16, "Creating the Training Dataset".
"""

from collections import Counter

import numpy as np


class CharTokenizer:
    """Map the characters of a text to ids 0 ... vocab_size - 1 and back.

    Example:
        >>> tokenizer = CharTokenizer().fit("Hello, hello!")
        >>> tokenizer.vocab_size
        7
        >>> tokenizer.encode("HELL").tolist()
        [1, 2, 0, 0]
        >>> tokenizer.decode([1, 2, 0, 0])
        'hell'
    """

    def __init__(self):
        """Start with nothing learnt: ``fit`` comes first."""
        ### BEGIN SOLUTION
        self._characters = None  # id to character, a list
        self._ids = None  # character to id, a dict
        ### END SOLUTION

    def fit(self, text):
        """Learn the characters of a text; whatever an earlier ``fit`` learnt is forgotten.

        Case is folded with ``str.lower()``, called once on the whole text: it may change the
        number of characters, and a Greek sigma looks at its neighbours. Every character counts,
        also spaces, newlines and punctuation. Ids run from 0 for the most frequent character
        down; of two equally frequent ones, the one seen first gets the smaller id.

        Args:
            text: the text to learn from, a str.

        Returns:
            This tokenizer, so that ``CharTokenizer().fit(text)`` reads well.
        """
        ### BEGIN SOLUTION
        # A Counter remembers the order of first appearance, and most_common() keeps it for ties.
        self._characters = [character for character, _ in Counter(text.lower()).most_common()]
        self._ids = {character: i for i, character in enumerate(self._characters)}
        return self
        ### END SOLUTION

    @property
    def vocab_size(self):
        """The number of distinct characters learnt, an int.

        Raises:
            An exception that says so if ``fit`` has not been called.
        """
        ### BEGIN SOLUTION
        if self._characters is None:
            raise RuntimeError("this CharTokenizer has learnt nothing yet: call fit(text) first")
        return len(self._characters)
        ### END SOLUTION

    def encode(self, text):
        """Give the ids of a text's characters.

        Args:
            text: a str; it is lower-cased as in ``fit``.

        Returns:
            An integer array of shape ``[len(text.lower())]``.

        Raises:
            ValueError: the text holds a character that ``fit`` did not see; the message names it:
                the character itself, as it is or as ``repr`` spells it, or its code point, in
                decimal or in four hexadecimal digits or more. Of several, one is enough.
            An exception that says so if ``fit`` has not been called.
        """
        ### BEGIN SOLUTION
        if self._ids is None:
            raise RuntimeError("this CharTokenizer has learnt nothing yet: call fit(text) first")
        unseen = sorted(set(text.lower()) - set(self._ids))
        if unseen:
            raise ValueError(f"text holds characters that fit() did not see: {unseen}")
        return np.array([self._ids[character] for character in text.lower()], dtype=np.int64)
        ### END SOLUTION

    def decode(self, ids):
        """Give the text of a sequence of ids; ``decode(encode(t)) == t.lower()``.

        Args:
            ids: a sequence of integers: a list, an array, a tensor.

        Returns:
            A str with one character an id and nothing in between.

        Raises:
            ValueError: an id is below 0 or not below ``vocab_size``; the message names it.
            An exception that says so if ``fit`` has not been called.
        """
        ### BEGIN SOLUTION
        vocab_size = self.vocab_size  # complains if fit() was not called
        ids = [int(i) for i in np.asarray(ids)]
        for i in ids:
            if not 0 <= i < vocab_size:
                raise ValueError(f"ids must be at least 0 and below {vocab_size}, got {i}")
        return "".join(self._characters[i] for i in ids)
        ### END SOLUTION
