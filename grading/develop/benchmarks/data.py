"""The data that the benchmarks work on. Nothing is downloaded here: that is for training."""

from solutions.data import cache_dir, find_shakespeare, load_reviews, load_shakespeare
from solutions.data.reviews import FOLDER_NAME

N_STEPS, BATCH_SIZE = 100, 32  # as in the chapter


def shakespeare(settings):
    """Give ``(text, note)``: the full text or the sample, and a sentence on which."""
    path = settings.text or find_shakespeare()
    text, source = load_shakespeare(str(path) if path else "sample")
    return text, f"text: {source}, {len(text):,} characters"


def train_ids(settings):
    """Give ``(train_ids, vocab_size, note)``: the first 90% of the text, encoded."""
    from solutions.tokenizer import CharTokenizer

    text, note = shakespeare(settings)
    tokenizer = CharTokenizer().fit(text)
    return tokenizer.encode(text)[: len(text) * 90 // 100], tokenizer.vocab_size, note


def chapter_windows(ids):
    """Give the chapter's dataset of shuffled batches ``(inputs, targets)``, which has no end."""
    import tensorflow as tf

    window_length = N_STEPS + 1
    dataset = tf.data.Dataset.from_tensor_slices(ids)
    dataset = dataset.repeat().window(window_length, shift=1, drop_remainder=True)
    dataset = dataset.flat_map(lambda window: window.batch(window_length))
    dataset = dataset.shuffle(10_000).batch(BATCH_SIZE)
    return dataset.map(lambda windows: (windows[:, :-1], windows[:, 1:]))


def reviews(settings):
    """Give ``(texts, note)``: reviews as bytes, those at hand over and over up to a fixed number.

    The full number is that of IMDB's training reviews, 25,000.
    """
    folder = cache_dir() / FOLDER_NAME
    data = settings.reviews or (str(folder) if folder.is_dir() else "sample")
    train, valid, source = load_reviews(data)
    texts = [text.encode() for text in train.texts + valid.texts]
    n_texts = 5_000 if settings.quick else 25_000
    note = f"{n_texts:,} reviews, made of the {len(texts):,} of {source}"
    return [texts[i % len(texts)] for i in range(n_texts)], note
