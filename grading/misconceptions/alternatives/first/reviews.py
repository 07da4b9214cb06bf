"""The chapter's way: TensorFlow's string operations on the whole batch."""

import tensorflow as tf


def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
    if max_bytes < 1:
        raise ValueError(f"max_bytes must be positive, but is {max_bytes}")
    batch = tf.strings.substr(reviews, 0, max_bytes)
    batch = tf.strings.regex_replace(batch, rb"<br\s*/?>", b" ")
    batch = tf.strings.regex_replace(batch, b"[^a-zA-Z']", b" ")
    return tf.strings.split(batch).to_tensor(default_value=pad)
