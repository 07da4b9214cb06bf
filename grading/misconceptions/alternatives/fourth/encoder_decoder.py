"""Cells in RNN layers, the mask given to the encoder by hand, and decoding in TensorFlow's loop."""

import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers


def teacher_forcing_inputs(targets, sos_id):
    targets = tf.convert_to_tensor(targets)
    start = tf.zeros_like(targets[:, :1]) + tf.cast(sos_id, targets.dtype)
    if tf.reduce_any(targets == start):
        raise ValueError(f"sos_id={sos_id} is one of the targets")
    return tf.concat([start, targets[:, :-1]], axis=-1)


def build_translator(source_vocab_size, target_vocab_size, *, embed_size=32, units=128):
    for name, size in dict(locals()).items():
        if size < 1:
            raise ValueError(f"{name} was {size}")
    source_ids, decoder_ids = layers.Input([None], dtype="int32"), layers.Input([None])
    is_word = layers.Lambda(lambda ids: tf.math.greater(ids, 0))(source_ids)
    x = layers.Embedding(source_vocab_size, embed_size)(source_ids)
    _, h, c = layers.RNN(layers.LSTMCell(units), return_state=True)(x, mask=is_word)
    y = layers.Embedding(target_vocab_size + 1, embed_size)(decoder_ids)
    y = layers.RNN(layers.LSTMCell(units), return_sequences=True)(y, initial_state=[h, c])
    logits = layers.Dense(target_vocab_size)(y)
    return keras.Model([source_ids, decoder_ids], layers.Softmax()(logits))


def greedy_decode(model, source_ids, n_steps, sos_id):
    if n_steps < 1:
        raise ValueError(f"n_steps={n_steps}")
    source_ids = tf.cast(source_ids, tf.int32)

    def write(read):
        last = model([source_ids, read], training=False)[:, -1]
        likeliest = tf.argmax(last, axis=-1, output_type=tf.int32)
        return [tf.concat([read, likeliest[:, tf.newaxis]], axis=1)]

    [read] = tf.while_loop(
        lambda read: tf.shape(read)[1] <= n_steps,
        write,
        [tf.fill([tf.shape(source_ids)[0], 1], sos_id)],
        shape_invariants=[tf.TensorShape([None, None])],
    )
    return read[:, 1:]
