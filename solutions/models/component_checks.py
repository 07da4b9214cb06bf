"""A small example for each component, so that a wrong one is told before it is trained for hours.

Each function takes a namespace of components and gives a complaint in one line, or None. This is no
replacement for the exercises' tests.
"""

from types import SimpleNamespace

import numpy as np


def _batches(dataset):
    return [(np.asarray(x).tolist(), np.asarray(y).tolist()) for x, y in dataset]


def check_windows(components):
    call = "split_windows(range(8), n_steps=3, shift=2, batch_size=2)"
    found = _batches(components.split_windows(range(8), n_steps=3, shift=2, batch_size=2))
    expected = [([[0, 1, 2], [2, 3, 4]], [[1, 2, 3], [3, 4, 5]]), ([[4, 5, 6]], [[5, 6, 7]])]
    return None if found == expected else f"{call} gave {found}, expected {expected}"


def check_tokenizer(components):
    tokenizer = components.CharTokenizer().fit("Hello, hello!")
    found = np.asarray(tokenizer.encode("HELL")).tolist()
    if found != [1, 2, 0, 0]:
        return f'encode("HELL") after fit("Hello, hello!") gave {found}, expected [1, 2, 0, 0]'
    text = tokenizer.decode(found)
    return None if text == "hell" else f'decode([1, 2, 0, 0]) gave {text!r}, expected "hell"'


def check_sampling(components):
    logits = np.asarray(components.rescale_logits([[0.2, 0.8]], 0.5), dtype=np.float64)
    found = np.exp(logits) / np.exp(logits).sum()
    if not np.allclose(found, [[1 / 17, 16 / 17]], atol=1e-4):
        return f"the softmax of rescale_logits([[0.2, 0.8]], 0.5) is {found}, expected 1/17, 16/17"
    ids = components.sample_ids([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], num_samples=2, seed=0)
    found = np.asarray(ids).tolist()
    if found != [[1, 1], [0, 0]]:
        return f"sample_ids of two sure rows gave {found}, expected [[1, 1], [0, 0]]"
    return None


def check_stateful(components):
    batches = _batches(components.split_stateful(range(14), n_steps=3, batch_size=2))
    call = "split_stateful(range(14), n_steps=3, batch_size=2)"
    expected = [([[0, 1, 2], [7, 8, 9]], [[1, 2, 3], [8, 9, 10]])]
    expected += [([[3, 4, 5], [10, 11, 12]], [[4, 5, 6], [11, 12, 13]])]
    return None if batches == expected else f"{call} gave {batches}, expected {expected}"


def check_vocabulary(components):
    words = list(components.truncate_vocabulary({"sea": 2, "the": 5, "ship": 1}, 2))
    if words != ["the", "sea"]:
        return f"truncate_vocabulary of the: 5, sea: 2, ship: 1 gave {words}"
    import tensorflow as tf

    table = components.build_table(words, num_oov_buckets=3)
    ids = np.asarray(table.lookup(tf.constant([["the", "sea", "ship"]]))).tolist()
    if ids[0][:2] != [0, 1] or not 2 <= ids[0][2] < 5:
        return f"lookup of the, sea and an unknown word gave {ids}, expected [[0, 1, 2 ... 4]]"
    return None


def check_positional_encoding(components):
    found = np.asarray(components.PositionalEncoding(10, 4)(np.zeros([1, 2, 4], np.float32)))
    expected = [[[0, 1, 0, 1], [np.sin(1), np.cos(1), np.sin(0.01), np.cos(0.01)]]]
    if found.shape != (1, 2, 4) or not np.allclose(found, expected, atol=1e-4):
        return f"PositionalEncoding(10, 4) of zeros [1, 2, 4] gave {found.tolist()}"
    return None


def check_attention(components):
    query, value = np.float32([[[2.0]]]), np.float32([[[1.0], [0.0], [9.0]]])
    _, weights = components.scaled_dot_product_attention(
        query, value, mask=np.array([[[True, True, False]]])
    )
    weights = np.asarray(weights)
    if not np.allclose(weights, [[[0.880797, 0.119203, 0.0]]], atol=1e-4):
        return f"weights of keys 1, 0 and a hidden 9 for query 2 are {weights.round(4).tolist()}"
    inputs = [np.zeros([2, 3, 8], np.float32), np.zeros([2, 5, 8], np.float32)]
    shape = tuple(components.MultiHeadAttention(n_heads=2)(inputs).shape)
    return None if shape == (2, 3, 8) else f"MultiHeadAttention gave the shape {shape}"


def check_generation(components):
    class Tokenizer:
        vocab_size = 3

        def encode(self, text):
            return np.array(["abc".index(character) for character in text.lower()])

        def decode(self, ids):
            return "".join("abc"[int(i)] for i in np.asarray(ids))

    def predict(ids):  # b follows a, c follows b, a follows c
        return np.eye(3, dtype=np.float32)[(np.array(ids) + 1) % 3]

    text = components.complete_text("Ba", 4, predict=predict, tokenizer=Tokenizer())
    if text != "Babcab":
        return f'complete_text("Ba", 4) gave {text!r} where only "Babcab" is possible'
    return None


def check_reviews(components):
    words = components.preprocess(["It's 10<br />I do", "no"], max_bytes=14)
    found = np.asarray(words).tolist()
    if found != [[b"It's", b"I"], [b"no", b"<pad>"]]:
        return f"""preprocess(["It's 10<br />I do", "no"], max_bytes=14) gave {found}"""
    return None


def check_beam_search(components):
    # After the start, after 0, after 1: the likelier first item is 0, the likeliest pair is 1, 0.
    rows = np.log([[0.6, 0.4], [0.55, 0.45], [0.95, 0.05]])

    def next_log_probs(prefixes):
        return rows[[0 if len(prefix) == 1 else prefix[-1] + 1 for prefix in prefixes]]

    found = components.beam_search(next_log_probs, 2, max_steps=2, beam_width=2)
    ids, log_prob = found[0]
    if [int(i) for i in ids] != [1, 0] or not np.isclose(log_prob, np.log(0.38)):
        return f"the best of two steps is {found[0]}, expected ([1, 0], {np.log(0.38):.4f})"
    return None


def check_masking(components):
    found = np.asarray(components.padding_mask(np.array([[3, 1], [2, 0]]))).tolist()
    if found != [[True, True], [True, False]]:
        return f"padding_mask of [[3, 1], [2, 0]] gave {found}"
    model = components.build_classifier(3, 2, embed_size=8, units=8)
    alone, beside = (np.asarray(model(np.array([[2, 4] + [0] * n]))) for n in (0, 9))
    if alone.shape != (1, 1) or not np.allclose(alone, beside, rtol=0, atol=1e-6):
        return f"9 paddings change the output of build_classifier from {alone} to {beside}"
    return None


def check_encoder_decoder(components):
    found = np.asarray(components.teacher_forcing_inputs([[0, 1, 2], [2, 2, 0]], 3)).tolist()
    if found != [[3, 0, 1], [3, 2, 2]]:
        return f"teacher_forcing_inputs([[0, 1, 2], [2, 2, 0]], 3) gave {found}"
    # Not the translator itself: the Transformer is trained without it.
    import tensorflow as tf

    def step(inputs):  # after id i comes id i - 1
        return tf.one_hot((tf.cast(inputs[1], tf.int64) - 1) % 3, 3)

    inputs = [tf.keras.Input([None], dtype=tf.int64) for _ in range(2)]
    model = tf.keras.Model(inputs, tf.keras.layers.Lambda(step)(inputs))
    found = np.asarray(components.greedy_decode(model, np.array([[1, 2], [2, 0]]), 4, 3)).tolist()
    if found != [[2, 1, 0, 2]] * 2:
        return f"greedy_decode of a model that counts down from 3 gave {found}"
    return None


def check_transformer(components):
    # On the reference's layers: whose fault it is would not be clear on others.
    from solutions.attention import MultiHeadAttention
    from solutions.positional_encoding import PositionalEncoding

    layers = SimpleNamespace(
        PositionalEncoding=PositionalEncoding, MultiHeadAttention=MultiHeadAttention
    )
    sizes = {"dims": 4, "n_heads": 2, "n_blocks": 1, "feed_forward": 6, "max_steps": 5}
    model = components.build_transformer(5, 3, components=layers, **sizes)
    found, later = (
        np.asarray(model([np.array([[1, 4, 0]]), np.array([[3, 1, last]])])) for last in (0, 2)
    )
    if found.shape != (1, 3, 3) or not np.allclose(found.sum(axis=-1), 1, atol=1e-3):
        return f"build_transformer(5, 3) gave {found.tolist()} for three ids of the decoder"
    if not np.allclose(found[:, :2], later[:, :2], atol=1e-4):
        return "in build_transformer's model, earlier outputs depend on a later decoder id"
    return None
