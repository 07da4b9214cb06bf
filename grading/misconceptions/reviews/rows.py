"""Words, rows and arguments."""

import re

from grading.misconceptions import Library, changed
from grading.misconceptions.reviews.common import OTHERS, from_steps, padded, texts_of

LIBRARY = Library()


@LIBRARY.add(
    "empty-words",
    "empty words between two spaces",
    """The text was split at each single space. Where two stand in a row, as after ", " or for two
    line breaks, there is an empty word between them, and it takes a place in the row and an id in
    the vocabulary. Split on runs of spaces: Python's split() and tf.strings.split() do so when
    they are given no separator.""",
)
def empty_words(reference):
    def others(text):  # one space for each character
        return re.sub(OTHERS.decode(), " ", text.decode(errors="ignore")).encode()

    return from_steps(reference, others=others, split=lambda text: text.split(b" "))


@LIBRARY.add(
    "left-ragged",
    "rows of unequal lengths: nothing was padded",
    """The result of splitting was returned as it is. tf.strings.split gives a RaggedTensor, whose
    rows are as long as their reviews, and an Embedding or a recurrent layer of this chapter wants a
    rectangle. The last step is missing: fill the shorter rows with pad, up to the longest.""",
)
def left_ragged(reference):
    def batch(reference, rows, pad):
        words = [word for row in rows for word in row]
        flat = reference.tf.constant(words, reference.tf.string)
        return reference.tf.RaggedTensor.from_row_lengths(flat, [len(row) for row in rows])

    return from_steps(reference, batch=batch)


@LIBRARY.add(
    "equal-lengths-only",
    "a batch that works only if all its reviews have equally many words",
    """The rows go straight into one tensor, and that fails as soon as two reviews differ in their
    number of words: "Can't convert non-rectangular Python sequence to Tensor", or an array of
    lists. Tried on one review at a time, the mistake does not show. Fill the shorter rows with pad
    first.""",
)
def equal_lengths_only(reference):
    tf = reference.tf
    return from_steps(reference, batch=lambda _, rows, pad: tf.constant(rows, tf.string))


@LIBRARY.add(
    "cut-to-the-shortest",
    "rows cut to the shortest review of the batch",
    """All rows have the length of the shortest one, and the words behind it are gone: zip() stops
    with the shortest of what it is given. One short review then costs the whole batch nearly all
    its words. It is the other way round: shorter rows are filled with pad up to the longest.""",
)
def cut_to_the_shortest(reference):
    def batch(reference, rows, pad):
        shortest = min(map(len, rows))
        return padded(reference, [row[:shortest] for row in rows], pad)

    return from_steps(reference, batch=batch)


@LIBRARY.add(
    "padded-on-the-left",
    "padding in front of the words instead of behind them",
    """The padding stands on the left: pad_sequences does so unless padding="post" is given. For a
    recurrent network without a mask that is even the better side, but the docstring asks for the
    right, where masks and the fast kernels of GPUs expect it.""",
)
def padded_on_the_left(reference):
    def batch(reference, rows, pad):
        longest = max(map(len, rows))
        rows = [[pad] * (longest - len(row)) + row for row in rows]
        return reference.tf.constant(rows, reference.tf.string)

    return from_steps(reference, batch=batch)


@LIBRARY.add(
    "fixed-row-length",
    "rows of one fixed length, whatever the reviews of the batch are",
    """Every batch gets rows of the same length, max_bytes of them. That many words can never be
    reached, as there are spaces too, so most of a row is padding, and a recurrent network takes its
    time for each step of it. The docstring pads to the longest row of this very batch; the next
    batch may be wider or narrower.""",
)
def fixed_row_length(reference):
    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        words = reference.preprocess(reviews, max_bytes, pad)
        more = [[0, 0], [0, max_bytes - words.shape[1]]]
        return reference.tf.pad(words, more, constant_values=reference.tf.constant(pad))

    return changed(reference, preprocess=preprocess)


@LIBRARY.add(
    "pad-ignored",
    "rows filled with <pad>, whatever pad says",
    """The word "<pad>" stands in the code where the argument should: it fills the rows even if
    another pad was given. The default hides it. Use the argument.""",
)
def pad_ignored(reference):
    return from_steps(reference, batch=lambda _, rows, pad: padded(reference, rows, b"<pad>"))


@LIBRARY.add(
    "padded-with-nothing",
    "rows filled with empty strings instead of pad",
    """The rows were filled with empty strings: a RaggedTensor's to_tensor() does so when it is not
    told otherwise, and so do NumPy's arrays of strings. An empty string could never be told from a
    slip in the splitting. The rows are to be filled with pad, which is "<pad>" if the caller says
    nothing.""",
)
def padded_with_nothing(reference):
    return from_steps(reference, batch=lambda _, rows, pad: padded(reference, rows, b""))


@LIBRARY.add(
    "max-bytes-not-checked",
    "a max_bytes below 1 taken without a word",
    """A max_bytes of 0 gives a batch without any word, and a negative one cuts bytes off the end of
    the reviews, as Python's slices count from there; TensorFlow's substr does much the same.
    Nobody means that, and nobody would notice. The docstring asks for a ValueError that names the
    argument and its value.""",
    unchecked=True,
)
def max_bytes_not_checked(reference):
    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        texts = [text[:max_bytes] for text in texts_of(reference, reviews)]
        return reference.preprocess(texts, 10**9, pad)

    return changed(reference, preprocess=preprocess)


@LIBRARY.add(
    "str-only",
    "reviews that must be a list or array of str",
    """The code calls a method of Python's str on each review, such as encode() or replace() with
    texts. That works until the reviews come as bytes, or as a string tensor, whose items are bytes:
    then there is an AttributeError or a TypeError. A dataset gives nothing else than tensors of
    bytes. Turn whatever came into one kind first; tf.constant takes them all.""",
)
def str_only(reference):
    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        return reference.preprocess([str.encode(text) for text in reviews], max_bytes, pad)

    return changed(reference, preprocess=preprocess)


@LIBRARY.add(
    "case-ignored-beyond-ascii",
    "two letters kept that only look like K and s",
    """A regular expression for a to z that ignores case keeps two characters more on texts: the
    sign for kelvin, which is a capital k to it, and the long s of old prints, a small one. Neither
    is one of the letters a to z and A to Z, which the docstring keeps. On bytes nothing of the kind
    happens, nor where the pattern names capital and small letters.""",
)
def case_ignored_beyond_ascii(reference):
    def others(text):
        kept = re.sub("[^a-z']", " ", text.decode("utf-8", "replace"), flags=re.IGNORECASE)
        return kept.encode()

    return from_steps(reference, others=others)
