"""A walk over the bytes, one flat list of words, and a RaggedTensor over it."""

import tensorflow as tf

BREAKS = (b"<br>", b"<br/>", b"<br />")


def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
    if max_bytes <= 0:
        raise ValueError(f"cannot read max_bytes {max_bytes}")
    words, lengths = [], []
    for review in tf.constant(reviews, dtype=tf.string).numpy().tolist():
        before = len(words)
        words += _words(memoryview(review)[:max_bytes].tobytes())
        lengths.append(len(words) - before)
    flat = tf.constant(words, dtype=tf.string, shape=[len(words)])
    rows = tf.RaggedTensor.from_row_lengths(flat, tf.constant(lengths, tf.int64))
    return rows.to_tensor(default_value=tf.constant(pad))


def _words(data):
    word, position = bytearray(), 0
    while position < len(data):
        skipped = next((len(b) for b in BREAKS if data.startswith(b, position)), 1)
        letter = data[position : position + 1]
        if skipped == 1 and (letter.isalpha() or letter == b"'"):
            word += letter
        elif word:
            yield bytes(word)
            word.clear()
        position += skipped
    if word:
        yield bytes(word)
