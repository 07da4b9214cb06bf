"""Count the words of many reviews.

Chapter 16, "Sentiment Analysis".
"""

from collections import Counter

from solutions.reviews import preprocess

PAD = b"<pad>"  # what preprocess fills up rows with; no word can be that, for its brackets
CHUNK = 2_000  # reviews preprocessed at a time: bounds the memory


def count_words(reviews, preprocess=preprocess):
    """Count the words of many reviews.

    Args:
        reviews: a list of texts, str or bytes.
        preprocess: the exercise's answer.

    Returns:
        A ``Counter`` from word, bytes, to its number, in the order of first appearance.
    """
    counts = Counter()
    for start in range(0, len(reviews), CHUNK):
        # The whole batch in one go: TensorFlow hands out a row at a time many times more slowly.
        counts.update(preprocess(reviews[start : start + CHUNK]).numpy().ravel().tolist())
    counts.pop(PAD, None)
    return counts
