"""Exercise 9: reviews. Turn a batch of reviews into a batch of words.

A review as it comes from IMDB is one long text with HTML's line breaks in it, and no two reviews
are equally long. The sentiment model wants words in a rectangle: one row for each review, the
shorter rows filled up. And it wants few of them: whether a review is good or bad mostly shows in
its first sentences, so the rest is cut off before any work is done on it.

    It's GREAT.<br />See it!   ->   It's   GREAT  See    it
    Boring, too long           ->   Boring too    long   <pad>

The order of the steps matters. Cut first: the length is counted in bytes of the text as it came,
which is what TensorFlow's strings hold, and not in characters or words. Then replace the line
breaks, while they still can be told from words: without its brackets, a "<br />" is just the word
"br".

Chapter 16, "Sentiment Analysis".
"""

import re
import string

import tensorflow as tf


def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
    """Turn reviews into a batch of words.

    Of each review, only the first ``max_bytes`` bytes of its UTF-8 text are read: "café" takes 5
    of them. There, each line break, spelled ``<br>``, ``<br/>`` or ``<br />``, becomes a space.
    Then everything but the letters a to z and A to Z and the apostrophe ``'`` becomes a space: so
    do digits, punctuation, tabs, letters with accents, and the brackets of any other tag, of which
    the letters stay ("<i>" leaves the word "i", and "&amp;" leaves "amp"; a line break that was cut
    in two, "<br", leaves "br"). What stands between spaces is a word, never an empty one. Words
    keep their case.

    Args:
        reviews: n texts, at least one, str or bytes: a list, a one-dimensional array or string
            tensor. It is not changed.
        max_bytes: how much of each review to read; at least 1.
        pad: what fills up the rows of shorter reviews, on the right: str or bytes.

    Returns:
        A string tensor ``[n, longest]``: row i holds the words of review i, then ``pad`` up to the
        length of the longest row of this very batch. Where no review has a word, ``[n, 0]``.

    Raises:
        ValueError: ``max_bytes`` is below 1; the message names it and its value.

    Left to you: what becomes of the first bytes of a character that the cut goes through (but they
    are no error), and of other bytes that are no UTF-8; whether breaks spelled in further ways
    count, such as ``<BR>`` or with more spaces; whether the function also works inside a dataset's
    ``map``.

    Example:
        >>> preprocess(["It's GREAT.<br />See it!", "Boring"]).numpy().tolist()
        [[b"It's", b'GREAT', b'See', b'it'], [b'Boring', b'<pad>', b'<pad>', b'<pad>']]
        >>> preprocess(["It's GREAT.<br />See it!"], max_bytes=14).numpy().tolist()
        [[b"It's", b'GREAT', b'br']]
    """
    raise NotImplementedError("Exercise reviews: preprocess is not written yet")
