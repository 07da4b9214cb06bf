"""Keras alone: the decoder is an LSTM layer with an initial state, and the mask is made by hand."""

import tensorflow as tf
from tensorflow.keras import layers


def teacher_forcing_inputs(targets, sos_id):
    targets = tf.cast(targets, tf.int64)
    if sos_id in targets.numpy():
        raise ValueError(f"sos_id = {sos_id} is among the targets")
    return tf.pad(targets[:, :-1], [[0, 0], [1, 0]], constant_values=sos_id)


def build_translator(source_vocab_size, target_vocab_size, *, embed_size=32, units=128):
    if source_vocab_size < 1 or target_vocab_size < 1:
        raise ValueError(
            f"source_vocab_size={source_vocab_size} and target_vocab_size={target_vocab_size} "
            "must both be at least 1"
        )
    if min(embed_size, units) < 1:
        raise ValueError(f"a size is below 1: embed_size={embed_size}, units={units}")
    source_ids, decoder_ids = layers.Input([None]), layers.Input([None])
    mask = layers.Lambda(lambda ids: tf.not_equal(ids, 0))(source_ids)
    z = layers.Embedding(source_vocab_size, embed_size)(source_ids)
    _, *state = layers.LSTM(units, return_state=True)(z, mask=mask)
    z = layers.Embedding(target_vocab_size + 1, embed_size)(decoder_ids)
    z = layers.LSTM(units, return_sequences=True)(z, initial_state=state)
    z = layers.Dense(target_vocab_size, activation="softmax")(z)
    return tf.keras.Model([source_ids, decoder_ids], z)


def greedy_decode(model, source_ids, n_steps, sos_id):
    if n_steps <= 0:
        raise ValueError(f"n_steps must be positive, not {n_steps}")
    read = tf.fill([len(source_ids), 1], tf.constant(sos_id, tf.int64))
    for _ in range(n_steps):
        last = model.predict([source_ids, read], verbose=0)[:, -1]
        read = tf.concat([read, tf.argmax(last, axis=-1)[:, tf.newaxis]], axis=1)
    return read[:, 1:]
