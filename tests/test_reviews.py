"""What a correct ``preprocess`` does, one property a test.

Breaks are spelled in the three ways that the contract knows: what becomes of others is free, and so
is what becomes of a character of several bytes that is cut in two.
"""

import re

import numpy as np
from hypothesis import assume, example, given
from hypothesis import strategies as st

from grading.expect import holds, refused, same
from grading.running.properties import examples
from solutions.data import load_reviews
from tests.strategies import sizes

BREAKS = ["<br>", "<br/>", "<br />"]
WORDS = ["sea", "It", "GOOD", "a", "ship", "br", "browN", "x", "Zebra", "i"]
APOSTROPHES = ["It's", "don't", "'tis", "sailors'", "'", "rock'n'roll", "''"]
OTHERS = [*'0123456789!"#$%&()*+,-./:;=?@[\\]^_`{|}~\t\n\r\0\a\x7f', "...", "10/10", "--"]
ACCENTS = ["é", "ß", "日本", "\N{RIGHT SINGLE QUOTATION MARK}", "Ö", "œ", "\N{GRINNING FACE}", "ñ"]
ALIKE = [
    "\N{KELVIN SIGN}",
    "\N{LATIN SMALL LETTER LONG S}",
]  # like K and s if case is ignored
TAGS = ["<i>", "</b>", "<p>", "<brown>", "<hr />", "<abbr>", "<b>"]

words = st.sampled_from(WORDS)
SIGNS = [" ", " ", "  ", ", ", "10", "<i>", "é", "&quot;"]
pieces = st.sampled_from([*WORDS, *APOSTROPHES, *BREAKS, *SIGNS])
texts = st.lists(pieces, max_size=9).map("".join)
batches = st.lists(texts, min_size=1, max_size=4)
ascii_texts = texts.map(lambda text: text.replace("é", "-"))
sentences = st.lists(words, min_size=1, max_size=6).map(" ".join)


def words_in(review, max_bytes=300):
    """The definition: cut, breaks, all but letters and apostrophes, split."""
    read = review.encode()[:max_bytes].decode("ascii", "replace")
    read = re.sub("<br>|<br/>|<br />", " ", read)
    return [word.encode() for word in re.findall("[A-Za-z']+", read)]


def cuts_a_character(text, max_bytes):
    """Whether the cut goes through a character, of which it is free what becomes."""
    read = text.encode()[:max_bytes]
    return read.decode(errors="ignore").encode() != read


def batch_of(rows, pad=b"<pad>"):
    """Rows of words as an array ``[batch, longest]``, padded on the right."""
    longest = max(map(len, rows))
    array = np.empty((len(rows), longest), dtype=object)
    array[:] = pad
    for i, row in enumerate(rows):
        array[i, : len(row)] = row
    return array


def expected_batch(batch, max_bytes=300, pad=b"<pad>"):
    return batch_of([words_in(review, max_bytes) for review in batch], pad)


def same_words(found, expected, what="the words", because=""):
    """Equal row by row, so that the report shows words and not only how many differ."""
    title = None
    if len(expected) > 1 and (
        _words(found) == _words(expected)
        or found.tolist() == expected[:, : found.shape[1]].tolist()
    ):
        title = "rows are filled up behind their words, to the longest of the batch"
    same(found.tolist(), expected.tolist(), what, because, title)
    same(list(found.shape), list(expected.shape), f"the shape of {what}")


def _words(array):
    return [[word for word in row if word not in (b"", b"<pad>")] for row in array.tolist()]


def check(subject, texts, because="", **options):
    found = subject.words(texts, **options)
    same_words(found, expected_batch(texts, **options), because=because)


# The words of a review.


@given(words=st.lists(words, min_size=1, max_size=6))
@example(words=["sea", "It"])
@example(words=["a" * 200, "It"])
def test_a_review_is_split_into_its_words(reviews, words):
    found = reviews.words([" ".join(words)])
    same_words(found, batch_of([[word.encode() for word in words]]))


@given(left=words, right=words, line_break=st.sampled_from(BREAKS))
@example(left="sea", right="It", line_break="<br />")
@example(left="sea", right="It", line_break="<br/>")
@example(left="sea", right="It", line_break="<br>")
def test_a_line_break_in_any_of_its_three_spellings_becomes_a_space(
    reviews, left, right, line_break
):
    found = reviews.words([f"{left}{line_break}{right}"])
    because = f"{line_break} stands between them"
    same_words(found, batch_of([[left.encode(), right.encode()]]), because=because)


@given(words=st.lists(words, min_size=2, max_size=5), data=st.data())
def test_every_line_break_of_a_review_is_replaced(reviews, words, data):
    n = len(words)
    breaks = data.draw(st.lists(st.sampled_from(BREAKS), min_size=n, max_size=n), label="breaks")
    text = "".join(word + line_break * 2 for word, line_break in zip(words, breaks, strict=True))
    check(reviews, [text])


@given(left=words, right=words, signs=st.lists(st.sampled_from(OTHERS), min_size=20, unique=True))
def test_digits_and_punctuation_become_spaces(reviews, left, right, signs):
    found = reviews.words([f"{sign}{left}{sign}{right}{sign}" for sign in signs])
    for row, sign in zip(found.tolist(), signs, strict=True):
        same(row, [left.encode(), right.encode()], f"the words around {sign!r}")


@given(words=st.lists(st.sampled_from(APOSTROPHES), min_size=1, max_size=5))
def test_apostrophes_stay_in_their_words(reviews, words):
    found = reviews.words([", ".join(words)])
    same_words(found, batch_of([[word.encode() for word in words]]))


@given(words=st.lists(st.sampled_from(["The", "the", "THE", "tHe", "Sea"]), min_size=1, max_size=5))
def test_capital_and_small_letters_stay_what_they_are(reviews, words):
    found = reviews.words([" ".join(words)])
    same_words(found, batch_of([[word.encode() for word in words]]))


@given(words=st.lists(words, min_size=2, max_size=4))
@example(words=["caf", "s"])
@examples(5)
def test_letters_with_accents_and_other_signs_become_spaces(reviews, words):
    for some in (ACCENTS, ALIKE):
        texts = [between.join(words) for between in some]
        check(reviews, texts, "only a to z, A to Z and ' are kept")


@given(left=words, right=words)
@examples(8)
def test_of_other_tags_the_letters_stay(reviews, left, right):
    texts = [f"{left}{tag}{right}" for tag in TAGS]
    check(reviews, texts, f"none of {', '.join(TAGS)} is a line break")


@given(words=st.lists(words, min_size=1, max_size=4))
@examples(8)
def test_several_spaces_in_a_row_make_no_empty_words(reviews, words):
    for spaces in ("  ", "   ", " - ", "! ", "<br /><br />", " <br> "):
        found = reviews.words([spaces + spaces.join(words) + spaces])
        same_words(found, batch_of([[word.encode() for word in words]]))


@given(text=texts)
def test_all_steps_together_give_the_words_of_a_review(reviews, text):
    check(reviews, [f"a{text}"])


@given(start=sizes(0, 70), count=sizes(1, 10))
@examples(5)
def test_real_reviews_become_their_words(reviews, start, count):
    train, valid, _ = load_reviews("sample")
    real = [text.encode("ascii", "ignore").decode() for text in train.texts + valid.texts]
    check(reviews, real[start : start + count])


# The cut.


@given(text=ascii_texts.map("It{}".format), max_bytes=sizes(1, 30))
@example(text="Itship sea", max_bytes=7)
@example(text="Itship sea", max_bytes=1)
@example(text="  It ship", max_bytes=6)  # what is no word counts as well
@example(text="It\r\nship sea", max_bytes=7)
def test_only_the_first_max_bytes_bytes_are_read(reviews, text, max_bytes):
    check(reviews, [text], max_bytes=max_bytes)


@given(n=sizes(4, 9), max_bytes=sizes(1, 3), word=st.sampled_from(["a", "I"]))
def test_bytes_are_counted_not_words(reviews, n, max_bytes, word):
    check(reviews, [" ".join([word] * n)], max_bytes=max_bytes)


@given(text=ascii_texts, more=sizes(0, 3))
def test_a_review_of_no_more_than_max_bytes_is_read_whole(reviews, text, more):
    text = f"{text}a"
    found = reviews.words([text], max_bytes=len(text) + more)
    same_words(found, batch_of([words_in(text, 10_000)]))


@given(times=sizes(1, 3), word=st.sampled_from(["ship", "Zebra"]), kept=sizes(1, 3))
@example(times=2, word="ship", kept=2)
@examples(8)
def test_a_character_of_several_bytes_counts_as_several(reviews, times, word, kept):
    # Of one, two, three and four bytes: who counts something else agrees in some of them at most.
    signs = ("é", "日", "\N{GRINNING FACE}", "a")
    for sign in signs:
        before = f"{sign * times} "
        max_bytes = len(before.encode()) + kept
        texts = [f"{other * times} {word * 9}" for other in signs]
        texts = [text for text in texts if not cuts_a_character(text, max_bytes)]
        because = f"{before!r} takes {len(before.encode())} bytes in UTF-8"
        check(reviews, [before + word, *texts], because, max_bytes=max_bytes)


@given(text=sentences)
@example(text="a sea")
@examples(3)
def test_a_cut_inside_a_character_leaves_the_words_before_it(reviews, text):
    words = [word.encode() for word in text.split()]
    for sign in ("é", "日", "\N{GRINNING FACE}"):
        for kept in range(1, len(sign.encode())):
            found = reviews.words([f"{text} {sign} ship"], max_bytes=len(text) + 1 + kept)
            same(found[0, : len(words)].tolist(), words, f"the words before {sign}")
            what = "at most what is left of it to follow"
            holds(found.shape[1] <= len(words) + 1, what, f"{found}")


@given(left=words, right=words, kept=sizes(1, 3))
@example(left="sea", right="ship", kept=2)
@examples(6)
def test_the_bytes_of_a_line_break_count_too(reviews, left, right, kept):
    for line_break in BREAKS:
        text = f"{left}{line_break}{right}"
        check(reviews, [text], max_bytes=len(left) + len(line_break) + min(kept, len(right)))


@given(left=words, right=words)
@examples(2)
def test_a_line_break_that_is_cut_in_two_is_none(reviews, left, right):
    for line_break in BREAKS:
        for kept in range(2, len(line_break)):
            because = f"only {line_break[:kept]!r} of the line break is read"
            check(reviews, [f"{left}{line_break}{right}"], because, max_bytes=len(left) + kept)


@given(words=st.lists(words, min_size=130, max_size=170))
@examples(5)
def test_300_bytes_are_read_unless_told_otherwise(reviews, words):
    text = ", ".join(words)
    assume(len(text) > 301)
    check(reviews, [text, text[:300]])
    check(reviews, [text], max_bytes=len(text))  # and more, if told so


@given(batch=st.lists(sentences, min_size=2, max_size=4), max_bytes=sizes(1, 12))
@example(batch=["It is", "  ship"], max_bytes=4)
def test_each_review_of_a_batch_is_cut_by_itself(reviews, batch, max_bytes):
    check(reviews, batch, max_bytes=max_bytes)


# The batch.


@given(batch=batches)
def test_each_review_has_a_row_of_its_own_in_the_order_of_the_reviews(reviews, batch):
    check(reviews, [f"{text} end" for text in batch])


@given(lengths=st.lists(sizes(0, 5), min_size=1, max_size=4), longest=sizes(2, 6))
def test_shorter_rows_are_padded_on_the_right(reviews, lengths, longest):
    rows = [[b"sea", b"It's", b"a", b"x", b"ship", b"I"][:n] for n in (*lengths, longest)]
    found = reviews.words([b" ".join(row).decode() for row in rows])
    same_words(found, batch_of(rows))


@given(batches=st.lists(st.lists(sentences, min_size=1, max_size=3), min_size=2, max_size=3))
@example(batches=[["a b c d"], ["a b", "c"]])
@example(batches=[["a b", "c"], ["a b c d"]])
def test_rows_are_as_long_as_the_longest_of_their_own_batch(reviews, batches):
    found = reviews.words_in_turn(batches)
    for number, (array, batch) in enumerate(zip(found, batches, strict=True)):
        same_words(array, expected_batch(batch), f"the words of batch {number}")


@given(batch=st.lists(sentences, min_size=1, max_size=3))
@example(batch=["a sea"])
@examples(1)
def test_pad_says_what_fills_the_rows_as_str_or_bytes(reviews, batch):
    batch = [*batch, " ".join(["a"] * 7)]
    for pad in ("", "<pad>", "0", "sea", "[PAD]", "é"):
        found = reviews.words(batch, pad=pad)
        same_words(found, expected_batch(batch, pad=pad.encode()))
        # As bytes, and with another max_bytes.
        check(reviews, batch, pad=pad.encode(), max_bytes=9)


@given(batch=st.lists(sentences, min_size=1, max_size=3), place=sizes(0, 3))
@examples(4)
def test_a_review_without_a_word_is_a_row_of_padding(reviews, batch, place):
    for nothing in ("", " ", "10/10!", "<br />", "日本"):
        check(reviews, [*batch[:place], nothing, *batch[place:]])


@given(batch=st.lists(st.sampled_from(["", " ", "10/10!", "<br />"]), min_size=1, max_size=3))
def test_a_batch_without_a_word_has_rows_of_length_0(reviews, batch):
    found = reviews.words(batch)
    same(list(found.shape), [len(batch), 0], "the shape of the words")
    check(reviews, [*batch, "a"])


@given(batch=batches)
@example(batch=["é, a", "It's<br />x y"])
@examples(2)
def test_reviews_may_be_a_list_an_array_or_a_tensor_of_str_or_bytes(reviews, batch):
    for kind in ("a list", "an array", "an array (dtype object)", "a tensor"):
        for form in (f"{kind} of str", f"{kind} of bytes"):
            for max_bytes in (300, 4):
                if not any(cuts_a_character(text, max_bytes) for text in batch):
                    found = reviews.words_of(form, batch, max_bytes=max_bytes)
                    same_words(found, expected_batch(batch, max_bytes))


@given(batch=batches, max_bytes=sizes(1, 20))
@examples(6)
def test_the_reviews_are_not_changed(reviews, batch, max_bytes):
    batch = [text.replace("é", " ") for text in batch]
    for kind in ("a list", "an array", "an array (dtype object)"):
        found = reviews.reviews_afterwards(kind, batch, max_bytes=max_bytes)
        same(found["reviews"], batch, "the reviews afterwards")
        same_words(found["words"], expected_batch(batch, max_bytes))


# What is refused.


@given(batch=st.lists(sentences, min_size=1, max_size=3), max_bytes=sizes(-9, 0))
@example(batch=["a ship"], max_bytes=0)
@example(batch=["a ship"], max_bytes=-1)
def test_max_bytes_below_1_is_refused(reviews, batch, max_bytes):
    with refused("max_bytes", max_bytes):
        reviews.words(batch, max_bytes=max_bytes)
