"""The cleaning of reviews in steps that a wrong one can take differently."""

import re

from grading.misconceptions import changed

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
