"""Exercise 8: generation. Let the network write: one character, then the next, then the next.

A character RNN does one thing only: it reads a text and says, at each step, how likely each
character is to come next. To write with it, have it read the text so far, draw a character from
what it says at the last step, append that character, and have it read again. So the text grows by
one character at a time, and chance decides anew for each.

    reads  T o   b      what it says after the b decides: perhaps an e
    reads  T o   b e    what it says after the e decides: perhaps a space

Mistakes here are hard to see, for they all write something: a network that is shown only the last
character forgets what came before, one whose first step is looked at never goes on, and with the
same seed for every character chance makes the same choice again and again.

Chapter 16, "Generating Fake Shakespearean Text".
"""

import math

import numpy as np
import tensorflow as tf


def complete_text(prompt, n_chars, *, predict, tokenizer, temperature=1.0, seed=None):
    """Go on with a text, reading all of it again for each new character.

    Each new character is drawn from the probabilities p that ``predict`` gives at the last step of
    the whole text so far. The temperature T makes them p^(1/T), divided by their sum, as in the
    exercise ``sampling``. Draws are independent: where the probabilities never change, a character
    says nothing about the next one.

    Args:
        prompt: the text to go on with, a str of at least one character. The tokenizer folds its
            case; that may even change its length, as ``"İ".lower()`` has two characters.
        n_chars: how many characters to add; with 0 the prompt comes back.
        predict: a function that is called with ids alone, such as a model itself. It takes integer
            ids ``[1, steps]`` and gives probabilities ``[1, steps, V]``, an array or a tensor: at
            each step those of the character after it. Free: whether it gets the ids as a list, an
            array or a tensor, and whether it is called more often than needed. The text so far is
            the ids of the prompt and those of the new characters; free, too: whether the prompt is
            encoded once or all of the text in each round, which may give other ids where
            lower-casing looks at the neighbours, as with a final Greek sigma.
        tokenizer: a fitted ``CharTokenizer``, as in the exercise ``tokenizer``. Only its
            ``encode``, ``decode`` and ``vocab_size`` may be used.
        temperature: a finite number above 0. Small ones (1e-3) must not overflow; what has
            probability zero is never drawn, at any temperature.
        seed: an integer from 0 up makes the text repeatable: the same seed gives the same
            text, another seed other draws. None gives a fresh text at each call, whatever seeds
            were used before. Free: which text belongs to a seed.

    Returns:
        A str: the prompt as given, capitals and all, and exactly ``n_chars`` new characters.

    Raises:
        ValueError: ``prompt`` is empty, ``n_chars`` is below 0, or ``temperature`` is not above 0
            or not finite; the message names the argument, and a number by its value. For a
            character that the tokenizer does not know, its own ValueError comes through, which
            names it as the exercise ``tokenizer`` says. Free: whether temperature and characters
            are looked at where ``n_chars`` is 0.

    Example:
        >>> tokenizer = CharTokenizer().fit("aaabbc")  # the ids of a, b, c are 0, 1, 2
        >>> def predict(ids):  # b surely follows a, c follows b, a follows c
        ...     return np.eye(3)[(np.array(ids) + 1) % 3]
        >>> complete_text("Ab", 4, predict=predict, tokenizer=tokenizer)
        'Abcabc'
    """
    raise NotImplementedError("Exercise generation: complete_text is not written yet")
