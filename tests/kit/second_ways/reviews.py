"""Mistakes with reviews, in TensorFlow's string operations where the library has bytes."""

import re

from grading.misconceptions import changed

BREAK, OTHERS = rb"<br\s*/?>", rb"[^a-zA-Z']"


def in_tensors(
    reference, size=None, breaks=BREAK, instead=b" ", others=OTHERS, sep=None, finish=None
):
    """The chapter's way, with other patterns and another last step.

    Args:
        size: ``max_bytes -> bytes to read``.
        breaks, others: patterns of what is replaced; None for nothing.
        instead: what a break is replaced by.
        sep: what separates words; None for runs of spaces.
        finish: ``(ragged words, pad) -> tensor``.
    """
    tf = reference.tf
    finish = finish or (lambda words, pad: words.to_tensor(default_value=pad))

    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        if max_bytes < 1:
            raise ValueError(f"max_bytes is {max_bytes}")
        batch = tf.strings.substr(reviews, 0, size(max_bytes) if size else max_bytes)
        if breaks:
            batch = tf.strings.regex_replace(batch, breaks, instead)
        return finish(tf.strings.split(tf.strings.regex_replace(batch, others, b" "), sep), pad)

    return changed(reference, preprocess=preprocess)


def utf8_characters(reference):
    tf = reference.tf

    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        cut = tf.strings.substr(reviews, 0, max_bytes, unit="UTF8_CHAR")
        return reference.preprocess(cut, 10**6 if max_bytes > 0 else max_bytes, pad)

    return changed(reference, preprocess=preprocess)


def all_valid(reference):
    tf = reference.tf

    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        if max_bytes >= 1:
            cut = tf.strings.substr(reviews, 0, max_bytes).numpy()
            reviews = [str(review, "utf-8") for review in cut]
        return reference.preprocess(reviews, max_bytes, pad)

    return changed(reference, preprocess=preprocess)


def breaks_first(reference):
    tf = reference.tf

    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        return reference.preprocess(tf.strings.regex_replace(reviews, BREAK, b" "), max_bytes, pad)

    return changed(reference, preprocess=preprocess)


def letters_first(reference):
    tf = reference.tf

    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        if max_bytes < 1:
            raise ValueError(f"max_bytes is {max_bytes}")
        batch = tf.strings.regex_replace(tf.strings.substr(reviews, 0, max_bytes), OTHERS, b" ")
        batch = tf.strings.regex_replace(batch, BREAK, b" ")
        return tf.strings.split(batch).to_tensor(pad)

    return changed(reference, preprocess=preprocess)


def br_masked(reference):
    tf = reference.tf

    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        cut = tf.strings.substr(reviews, 0, max(max_bytes, 0))
        words = reference.preprocess(tf.strings.regex_replace(cut, "[<>/]", " "), max_bytes, pad)
        words = tf.RaggedTensor.from_tensor(words, padding=pad)
        return tf.ragged.boolean_mask(words, tf.not_equal(words, b"br")).to_tensor(pad)

    return changed(reference, preprocess=preprocess)


def lowered(reference):
    tf = reference.tf

    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        words = reference.preprocess(tf.strings.lower(reviews, encoding="utf-8"), max_bytes, pad)
        return words

    return changed(reference, preprocess=preprocess)


def on_the_left(reference):
    def finish(words, pad):
        mirrored = words[:, ::-1].to_tensor(default_value=pad)
        return mirrored[:, ::-1]

    return in_tensors(reference, finish=finish)


def as_wide_as_can_be(reference):
    tf = reference.tf

    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        words = reference.preprocess(reviews, max_bytes, pad).numpy().tolist()
        return tf.constant([row + [pad] * (max_bytes - len(row)) for row in words])

    return changed(reference, preprocess=preprocess)


def pads_of_one_kind(reference):
    tf = reference.tf
    return in_tensors(reference, finish=lambda words, pad: words.to_tensor(tf.constant("<pad>")))


def rows_reversed(reference):
    return in_tensors(reference, finish=lambda words, pad: words[:, ::-1].to_tensor(pad))


def sorted_batch(reference):
    tf = reference.tf

    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        words = reference.preprocess(reviews, max_bytes, pad)
        return tf.gather(words, tf.argsort(tf.reduce_sum(tf.strings.length(words), axis=1)))

    return changed(reference, preprocess=preprocess)


def cleaned_first(reference):
    """Cut when all has been cleaned, by whole characters."""
    tf = reference.tf

    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        reference.preprocess(["a"], max_bytes)  # checks it
        texts = [str(text, "utf-8", "replace") for text in tf.convert_to_tensor(reviews).numpy()]
        texts = [re.sub("[^A-Za-z']", " ", re.sub(r"<br\s*/?>", " ", text)) for text in texts]
        return reference.preprocess([text[:max_bytes] for text in texts], 10**6, pad)

    return changed(reference, preprocess=preprocess)


def utf16_units(reference):
    """Bytes taken for what JavaScript and Windows count: one for é, two for a smiling face."""
    tf = reference.tf

    def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
        reference.preprocess(["a"], max_bytes)  # checks it
        texts = [str(text, "utf-8", "replace") for text in tf.convert_to_tensor(reviews).numpy()]
        units = [text.encode("utf-16-le")[: 2 * max_bytes] for text in texts]
        return reference.preprocess([x.decode("utf-16-le", "ignore") for x in units], 10**6, pad)

    return changed(reference, preprocess=preprocess)


SECOND_WAYS = {
    "characters-not-bytes": utf8_characters,
    "cut-after-cleaning": cleaned_first,
    "no-cut-inside-a-character": all_valid,
    "cut-after-the-breaks": breaks_first,
    "max-bytes-ignored": lambda reference: in_tensors(reference, size=lambda n: 300),
    "never-cut": lambda reference: in_tensors(reference, size=lambda n: 10**6),
    "breaks-left-as-br": letters_first,
    "br-taken-out-of-the-words": br_masked,
    "breaks-need-a-space": lambda reference: in_tensors(reference, breaks=rb"<br\s+/>"),
    "breaks-need-a-slash": lambda reference: in_tensors(reference, breaks=rb"<br ?/>"),
    "breaks-removed": lambda reference: in_tensors(reference, instead=b""),
    "all-tags-removed": lambda reference: in_tensors(reference, breaks=rb"</?\w+\s*/?>"),
    "apostrophes-become-spaces": lambda reference: in_tensors(reference, others=rb"[^A-Za-z]"),
    "lower-cased": lowered,
    "empty-words": lambda reference: in_tensors(reference, sep=" "),
    "left-ragged": lambda reference: in_tensors(reference, finish=lambda words, pad: words),
    "padded-on-the-left": on_the_left,
    "fixed-row-length": as_wide_as_can_be,
    "pad-ignored": pads_of_one_kind,
    "padded-with-nothing": lambda reference: in_tensors(
        reference, finish=lambda words, pad: words.to_tensor()
    ),
}

UNNAMED = {
    "utf-16-units": utf16_units,
    "words-in-reverse": rows_reversed,
    "shortest-review-first": sorted_batch,
    "one-byte-too-many": lambda reference: in_tensors(reference, size=lambda n: n + 1),
    "hyphens-kept": lambda reference: in_tensors(reference, others=rb"[^a-zA-Z'-]"),
}
