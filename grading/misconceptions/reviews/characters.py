"""Line breaks and other characters."""

import re

from grading.misconceptions import Library
from grading.misconceptions.reviews.common import BREAK, from_steps

LIBRARY = Library()


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
