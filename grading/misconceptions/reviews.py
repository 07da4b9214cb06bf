"""Ways to turn reviews into the wrong words, or into no batch."""

import re

from grading.misconceptions import Library, changed

LIBRARY = Library()

BREAK = rb"<br\s*/?>"
OTHERS = rb"[^a-zA-Z']"


def texts_of(reference, reviews):
    """The reviews as a list of bytes."""
    return reference.tf.convert_to_tensor(reviews, reference.tf.string).numpy().tolist()


def cut(text, max_bytes):
    return text[:max_bytes]


def spaces_for_breaks(text):
    return re.sub(BREAK, b" ", text)


def spaces_for_others(text):
    return re.sub(OTHERS, b" ", text)


def padded(reference, rows, pad):
    longest = max(map(len, rows))
    padded = [row + [pad] * (longest - len(row)) for row in rows]
    return reference.tf.constant(padded, reference.tf.string)


def from_steps(
    reference,
    read=cut,
    breaks=spaces_for_breaks,
    others=spaces_for_others,
    split=bytes.split,
    batch=padded,
):
    """The steps of the exercise one by one, each of which can be a wrong one.

    Args:
        read: ``(text, max_bytes) -> text``.
        breaks, others: ``text -> text``.
        split: ``text -> words``.
        batch: ``(reference, rows, pad) -> tensor``.
    """

    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        if max_bytes < 1:
            raise ValueError(f"max_bytes must be at least 1, got {max_bytes}")
        texts = [read(text, max_bytes) for text in texts_of(reference, reviews)]
        return batch(reference, [split(others(breaks(text))) for text in texts], pad)

    return changed(reference, preprocess=preprocess)


# The cut.


@LIBRARY.add(
    "characters-not-bytes",
    "the first max_bytes characters of each review, not bytes",
    """The review was cut as a Python str, and its indices count characters. A byte and a character
    are the same in plain English text only: "café" has four characters, but five bytes in UTF-8,
    so a review with accents keeps more than it should. The docstring counts bytes, as TensorFlow's
    strings do, which are bytes and nothing else. Cut the encoded text.""",
)
def characters_not_bytes(reference):
    return from_steps(reference, read=lambda text, size: text.decode()[:size].encode())


@LIBRARY.add(
    "no-cut-inside-a-character",
    "an error where the cut goes through a character",
    """The bytes that are left by the cut are turned back into a Python str, and decode() does not
    like half a character: where byte 300 is the first of the two bytes of "é", it raises a
    UnicodeDecodeError. In plain English text that never comes up; among thousands of reviews it
    surely does. Stay with bytes, or tell decode() to ignore or replace what is wrong.""",
)
def no_cut_inside_a_character(reference):
    return from_steps(reference, read=lambda text, size: text[:size].decode().encode())


@LIBRARY.add(
    "words-not-bytes",
    "the first max_bytes words of each review, not bytes",
    """The reviews were split first, and then each was limited to max_bytes words. A limit on the
    words would be sensible too, and Keras' pad_sequences works that way with its maxlen, but here
    the limit is on the bytes of the text as it came: cheap to apply, before any other work. With
    300 words instead of 300 bytes the rows are several times as long.""",
)
def words_not_bytes(reference):
    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        reference.preprocess([b"a"], max_bytes)  # checks it
        texts = texts_of(reference, reviews)
        rows = [spaces_for_others(spaces_for_breaks(text)).split()[:max_bytes] for text in texts]
        return padded(reference, rows, pad)

    return changed(reference, preprocess=preprocess)


@LIBRARY.add(
    "cut-after-the-breaks",
    "a cut that comes after the line breaks were replaced",
    """The line breaks were replaced first and the text was cut then. By that time each break is a
    single space instead of four to six bytes, so text comes in from behind the limit, and no break
    is ever cut in two. The docstring cuts first: the first max_bytes bytes of the text as it came,
    tags and all. That also spares the work on all that is thrown away.""",
)
def cut_after_the_breaks(reference):
    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        texts = [spaces_for_breaks(text) for text in texts_of(reference, reviews)]
        return reference.preprocess(texts, max_bytes, pad)

    return changed(reference, preprocess=preprocess)


@LIBRARY.add(
    "cut-after-cleaning",
    "a cut that comes last, when only letters, apostrophes and spaces are left",
    """The text was cleaned first, and the first max_bytes characters of what was left were taken.
    By then a line break is one space instead of four to six bytes, and so is a letter with an
    accent that took two: text comes in from behind the limit. The docstring cuts first, counting
    the bytes of the text as it came. That also spares the work on all that is thrown away.""",
)
def cut_after_cleaning(reference):
    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        cleaned = []
        for text in texts_of(reference, reviews):
            letters = text.decode("utf-8", "replace").encode("ascii", "replace")
            cleaned.append(spaces_for_others(spaces_for_breaks(letters)))
        return reference.preprocess(cleaned, max_bytes, pad)

    return changed(reference, preprocess=preprocess)


@LIBRARY.add(
    "max-bytes-ignored",
    "a cut at 300 bytes, whatever max_bytes says",
    """The number 300 stands in the code where max_bytes should. The default hides it, but
    a call with another max_bytes gets the same words as before. Use the argument; its default is
    the only place for the number.""",
)
def max_bytes_ignored(reference):
    return from_steps(reference, read=lambda text, max_bytes: text[:300])


@LIBRARY.add(
    "never-cut",
    "whole reviews, not cut at all",
    """Nothing is cut: the rows hold all the words of each review, also those behind max_bytes. One
    long review then makes the whole batch long, and a recurrent network has to walk through a
    thousand steps of mostly padding. The docstring reads the first max_bytes bytes only, 300
    unless told otherwise.""",
)
def never_cut(reference):
    return from_steps(reference, read=lambda text, max_bytes: text)


# Line breaks and other characters.


@LIBRARY.add(
    "breaks-left-as-br",
    "line breaks that leave the word br",
    """What is no letter was replaced, and the line breaks were looked for afterwards or not at all.
    Without its brackets a "<br />" is the word "br", and as IMDB's reviews are full of line breaks,
    "br" becomes one of the most frequent words of all. Replace the breaks first, while their
    brackets still show what they are.""",
)
def breaks_left_as_br(reference):
    return from_steps(reference, breaks=lambda text: text)


@LIBRARY.add(
    "br-taken-out-of-the-words",
    "the word br taken out, instead of line breaks",
    """The line breaks became words like all other tags, and then each word "br" was thrown away. In
    most reviews the result is the same. But "br" may be a word of the text, and a line break that
    the cut went through leaves one, says the docstring. Only with its brackets, and before they are
    replaced, is a break surely a break.""",
)
def br_taken_out_of_the_words(reference):
    def split(text):
        return [word for word in text.split() if word != b"br"]

    return from_steps(reference, breaks=lambda text: text, split=split)


@LIBRARY.add(
    "breaks-need-a-space",
    "only <br /> taken for a line break, not <br/> or <br>",
    """The pattern fits only the spelling that IMDB's reviews happen to use, "<br />". The others
    that the docstring lists, "<br/>" and "<br>", stay and leave the word "br" behind. In a pattern,
    the spaces may be missing (an asterisk), and so may the slash (a question mark).""",
)
def breaks_need_a_space(reference):
    return from_steps(reference, breaks=lambda text: text.replace(b"<br />", b" "))


@LIBRARY.add(
    "breaks-need-a-slash",
    "line breaks found only where they have a slash",
    """The pattern asks for a slash, so it finds "<br />" and "<br/>", but not the plain "<br>" of
    ordinary HTML, of which the word "br" stays. The docstring lists three spellings. The slash must
    be optional, as the spaces before it are.""",
)
def breaks_need_a_slash(reference):
    return from_steps(reference, breaks=lambda text: re.sub(rb"<br\s*/>", b" ", text))


@LIBRARY.add(
    "breaks-removed",
    "line breaks removed, so that the words around them grow together",
    """The line breaks were replaced by nothing. Then the last word of one line and the first of the
    next are one word: "great.<br />See" would still be saved by its full stop, but
    "great<br />See" becomes "greatSee", a word that no vocabulary knows. Each break becomes a
    space.""",
)
def breaks_removed(reference):
    return from_steps(reference, breaks=lambda text: re.sub(BREAK, b"", text))


@LIBRARY.add(
    "all-tags-removed",
    "all tags removed, not only line breaks",
    """Everything between angle brackets was replaced, as one does to strip HTML. The docstring is
    more careful: a pattern for all tags also swallows text such as "a < b, c > d", so only the
    line breaks go as a whole. Of other tags the brackets become spaces like any other sign, and
    their letters stay.""",
)
def all_tags_removed(reference):
    return from_steps(reference, breaks=lambda text: re.sub(rb"<[^>]*>", b" ", text))


@LIBRARY.add(
    "apostrophes-become-spaces",
    "words split at their apostrophes",
    """Everything but letters became a space, the apostrophe too: "don't" is now the two words "don"
    and "t". The "not" in such words matters for whether a review is good or bad, so the docstring
    keeps the apostrophe along with the letters.""",
)
def apostrophes_become_spaces(reference):
    return from_steps(reference, others=lambda text: re.sub(rb"[^a-zA-Z]", b" ", text))


@LIBRARY.add(
    "apostrophes-stripped",
    "words without the apostrophes at their ends",
    """Apostrophes are kept inside of words but taken off at their ends, so that quoted words come
    out clean. It is a fine idea, but not what the docstring says, and it costs something: "'tis"
    and "sailors'" lose a letter's worth of meaning. All apostrophes stay, even one that stands
    alone.""",
)
def apostrophes_stripped(reference):
    def split(text):
        return [word.strip(b"'") for word in text.split() if word.strip(b"'")]

    return from_steps(reference, split=split)


@LIBRARY.add(
    "signs-removed",
    "signs and digits removed instead of turned into spaces",
    """What is no letter and no apostrophe was replaced by nothing, spaces apart. Often that looks
    right, as a full stop is followed by a space; but "good/bad" becomes "goodbad", and "end...the"
    one word as well. The docstring turns each such character into a space, so that it still
    separates.""",
)
def signs_removed(reference):
    return from_steps(reference, others=lambda text: re.sub(rb"[^a-zA-Z'\s]", b"", text))


@LIBRARY.add(
    "digits-kept",
    "digits and underscores kept with the letters",
    r"""The pattern for what is kept is \w, or isalnum(), and that means letters, digits and (for
    \w) the underscore. So "10" counts as a word, and "part2" stays in one piece. The docstring
    keeps the letters a to z and A to Z and the apostrophe, and nothing else.""",
)
def digits_kept(reference):
    return from_steps(reference, others=lambda text: re.sub(rb"[^\w']", b" ", text))


@LIBRARY.add(
    "accents-kept",
    "letters with accents kept with the others",
    """The review was cleaned as a Python str, where \\w and isalpha() know the letters of all
    alphabets: "café" stays one word, and so do words in Japanese. For reviews in other languages
    that would be better indeed; but the docstring, like the chapter's pattern [^a-zA-Z'], keeps the
    letters a to z and A to Z alone.""",
)
def accents_kept(reference):
    def others(text):
        text = text.decode(errors="ignore")
        return "".join(c if c.isalpha() or c == "'" else " " for c in text).encode()

    return from_steps(reference, others=others)


@LIBRARY.add(
    "lower-cased",
    "all words in small letters",
    """The reviews were lower-cased on the way. Many pipelines do so, Keras' TextVectorization by
    default, and the vocabulary does get smaller. But this exercise keeps the case, as the chapter
    does: "BAD" says more than "bad", and the docstring asks for words as they were written.""",
)
def lower_cased(reference):
    return from_steps(reference, split=lambda text: text.lower().split())


# Words and rows.


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


# Arguments.


@LIBRARY.add(
    "max-bytes-not-checked",
    "a max_bytes below 1 taken without a word",
    """A max_bytes of 0 gives a batch without any word, and a negative one cuts bytes off the end of
    the reviews, as Python's slices count from there; TensorFlow's substr does much the same.
    Nobody means that, and nobody would notice. The docstring asks for a ValueError that names the
    argument and its value.""",
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


LIBRARY.hint(
    "padded",
    "left-ragged",
    "equal-lengths-only",
    "cut-to-the-shortest",
    "padded-on-the-left",
    "fixed-row-length",
    "padded-with-nothing",
)
LIBRARY.hint("line_break", "br-taken-out-of-the-words")
LIBRARY.hint("capital", "lower-cased")
LIBRARY.hint("empty_words", "empty-words")
