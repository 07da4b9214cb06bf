"""The cut."""

from grading.misconceptions import Library, changed
from grading.misconceptions.reviews.common import (
    from_steps,
    padded,
    spaces_for_breaks,
    spaces_for_others,
    texts_of,
)

LIBRARY = Library()


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
