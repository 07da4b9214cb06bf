"""A column of a table of bytes for each rule, and Keras' padding of sequences."""

import numpy as np
import tensorflow as tf


def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
    if max_bytes < 1:
        raise ValueError(f"max_bytes is {max_bytes}; it must be 1 or more")
    texts = np.asarray(tf.constant(reviews))
    rows = []
    for text in texts:
        text = b" ".join(
            text[:max_bytes].replace(b"<br />", b"<br>").replace(b"<br/>", b"<br>").split(b"<br>")
        )
        codes = np.frombuffer(text, np.uint8).copy()
        small = codes | 32
        letters = (small >= ord("a")) & (small <= ord("z")) & (codes < 128) | (codes == ord("'"))
        codes[~letters] = ord(" ")
        rows.append(codes.tobytes().split())
    return tf.constant(
        tf.keras.utils.pad_sequences(rows, dtype=object, padding="post", value=pad), tf.string
    )
