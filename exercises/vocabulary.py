"""Exercise 5: vocabulary. Keep the words that matter, and give the rest a place to go.

The reviews of IMDB hold over 50,000 different words, most of them seen a few times only. The
chapter keeps the 10,000 most frequent ones: word number i of that list gets id i. Every other word
is out of vocabulary ("oov"). Instead of one id for all of them it gets one of 1,000 oov buckets,
chosen by a hash of the word, so that most rare words still have an id nearly of their own.

A slip to avoid, seen in the chapter's sources and in many others: ``ids.get(word) or unknown``
takes the most frequent word, whose id 0 is false, for an unknown one.

Chapter 16, "Sentiment Analysis".
"""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf


def truncate_vocabulary(counts, max_size):
    """Give the most frequent words, most frequent first.

    Args:
        counts: how often each word was seen: a mapping from word to count, such as a
            ``collections.Counter``, or any iterable of pairs (word, count), a generator too.
            It is not changed.
        max_size: how many words to keep; at least 0.

    Returns:
        A list of at most ``max_size`` words, as they were given (case matters: "The" is not
        "the"). Of two equally frequent words, the one that came first in ``counts`` comes first.

    Raises:
        ValueError: ``max_size`` is below 0; the message names it and its value.

    Example:
        >>> truncate_vocabulary({"sea": 2, "the": 5, "and": 2, "ship": 1}, max_size=3)
        ['the', 'sea', 'and']
    """
    raise NotImplementedError("Exercise vocabulary: truncate_vocabulary is not written yet")


def build_table(vocabulary, num_oov_buckets):
    """Make a table from words to ids: known words first, then the oov buckets.

    Args:
        vocabulary: V different words, str or bytes; word i gets id i, the first one id 0.
        num_oov_buckets: how many ids the unknown words share; at least 1.

    Returns:
        An object with two methods:

        ``lookup(words)`` takes a string tensor of any shape and gives an int64 tensor of the same
        shape. A known word gets its position in ``vocabulary``. An unknown word gets an id in
        ``V ... V + num_oov_buckets - 1`` that depends on the word alone: the same in every
        process and whatever was looked up before (Python's own ``hash`` differs from process to
        process). Many unknown words spread over more than one bucket.

        ``size()`` gives ``V + num_oov_buckets``.

    Raises:
        ValueError: ``num_oov_buckets`` is below 1; the message names it and its value.

    Example:
        >>> table = build_table(["the", "sea"], num_oov_buckets=10)
        >>> table.lookup(tf.constant([["sea", "the"]])).numpy().tolist()
        [[1, 0]]
        >>> int(table.size())
        12
    """
    raise NotImplementedError("Exercise vocabulary: build_table is not written yet")
