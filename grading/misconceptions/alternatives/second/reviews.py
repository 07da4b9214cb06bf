"""Plain Python: words found, not separated, in texts that are str again; rows filled by NumPy."""

import re

import numpy as np
import tensorflow as tf


def preprocess(reviews, max_bytes=300, pad=b"<pad>"):
    if not max_bytes >= 1:
        raise ValueError(f"max_bytes={max_bytes} is below 1")
    if tf.is_tensor(reviews):
        reviews = reviews.numpy()
    found = []
    for review in reviews:
        data = review if isinstance(review, bytes) else review.encode("utf-8")
        text = data[:max_bytes].decode("utf-8", errors="ignore")
        for line_break in ("<br>", "<br/>", "<br />"):
            text = text.replace(line_break, " ")
        found.append(re.findall(r"[A-Za-z']+", text))
    batch = np.full([len(found), max(len(row) for row in found)], pad, dtype=object)
    for i, row in enumerate(found):
        batch[i, : len(row)] = row
    return tf.constant(batch, dtype=tf.string)
