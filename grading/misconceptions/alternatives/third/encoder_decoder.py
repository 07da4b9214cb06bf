"""Cells in a loop of one's own, in a model class; padding keeps the state as it was."""

import numpy as np
import tensorflow as tf


def teacher_forcing_inputs(targets, sos_id):
    rows = [list(map(int, row)) for row in np.asarray(targets)]
    if any(sos_id in row for row in rows):
        raise ValueError(f"there is a target {sos_id}, the sos_id")
    return np.array([[sos_id, *row[:-1]] for row in rows], dtype=np.int32)


class Loops(tf.keras.Model):
    def __init__(self, n_source, n_target, embed_size, units):
        super().__init__()
        self.units = units
        self.embed_source = tf.keras.layers.Embedding(n_source, embed_size)
        self.embed_target = tf.keras.layers.Embedding(n_target + 1, embed_size)
        self.reader = tf.keras.layers.LSTMCell(units)
        self.writer = tf.keras.layers.LSTMCell(units)
        self.out = tf.keras.layers.Dense(n_target, use_bias=False)

    def call(self, inputs):
        source_ids, decoder_ids = inputs
        words, items = self.embed_source(source_ids), self.embed_target(decoder_ids)
        state = [tf.zeros([tf.shape(words)[0], self.units])] * 2
        for step in range(words.shape[1]):
            _, new = self.reader(words[:, step], state)
            shown = source_ids[:, step, tf.newaxis] != 0
            state = [tf.where(shown, n, old) for n, old in zip(new, state, strict=True)]
        outputs = []
        for step in range(items.shape[1]):
            output, state = self.writer(items[:, step], state)
            outputs.append(tf.nn.softmax(self.out(output)))
        return tf.stack(outputs, axis=1)


def build_translator(source_vocab_size, target_vocab_size, *, embed_size=32, units=128):
    names = ("source_vocab_size", "target_vocab_size", "embed_size", "units")
    sizes = (source_vocab_size, target_vocab_size, embed_size, units)
    for name, size in zip(names, sizes, strict=True):
        if size < 1:
            raise ValueError(f"{size} is no {name}")
    model = Loops(*sizes)
    model([tf.constant([[0]]), tf.constant([[0]])])
    return model


def greedy_decode(model, source_ids, n_steps, sos_id):
    if not n_steps > 0:
        raise ValueError("n_steps is " + str(n_steps))
    written = []
    for source in tf.unstack(tf.convert_to_tensor(source_ids)):  # one text after the other
        row = [sos_id]
        while len(row) <= n_steps:
            probabilities = model([source[tf.newaxis], tf.constant([row])])
            row.append(int(tf.argmax(probabilities[0, -1])))
        written.append(row[1:])
    return tf.constant(written)
