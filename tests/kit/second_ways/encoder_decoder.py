"""Misconceptions about the encoder-decoder a second way, and mistakes that are in no library.

The models here are classes that run their cells step by step, and the decoding calls them with all
steps at once; the library has functional models, and texts that grow.
"""

import numpy as np
import tensorflow as tf

from grading.misconceptions import changed


class _Model(tf.keras.Model):
    def __init__(self, sizes, begin, shows, reads, finish):
        super().__init__()
        n_source, n_target, embed_size, self.units = sizes
        self.embeddings = [
            tf.keras.layers.Embedding(n, embed_size) for n in (n_source, n_target + 1)
        ]
        self.cells = [tf.keras.layers.LSTMCell(self.units) for _ in range(2)]
        self.out = tf.keras.layers.Dense(n_target)
        self.begin, self.shows, self.reads, self.finish = begin, shows, reads, finish

    def run(self, cell, z, state, shown):
        outputs = []
        for step in range(z.shape[1]):
            output, new = cell(z[:, step], state)
            here = shown[:, step, tf.newaxis]
            state = [tf.where(here, n, s) for n, s in zip(new, state, strict=True)]
            outputs.append(output)
        return tf.stack(outputs, axis=1), state

    def call(self, inputs):
        source, target = inputs
        zeros = [tf.zeros([tf.shape(source)[0], self.units])] * 2
        _, state = self.run(self.cells[0], self.embeddings[0](source), zeros, self.shows(source))
        everything = tf.ones_like(target, tf.bool)
        z = self.embeddings[1](self.reads(target))
        outputs, _ = self.run(self.cells[1], z, self.begin(*state), everything)
        return self.finish(self.out(outputs))


def _with_model(
    reference,
    begin=lambda h, c: [h, c],
    shows=lambda ids: ids != 0,
    reads=tf.identity,
    finish=tf.nn.softmax,
):
    def build_translator(source_vocab_size, target_vocab_size, *, embed_size=32, units=128):
        sizes = (source_vocab_size, target_vocab_size, embed_size, units)
        if min(sizes) < 1:
            return reference.build_translator(*sizes[:2], embed_size=embed_size, units=units)
        model = _Model(sizes, begin, shows, reads, finish)
        model([tf.constant([[1]]), tf.constant([[0]])])
        return model

    return changed(reference, build_translator=build_translator)


def _with_greedy(reference, read, choose=np.argmax, step=lambda t: t):
    """``read(ids, t, sos_id)`` gives the decoder's ids; those to come hold anything."""

    def greedy_decode(model, source_ids, n_steps, sos_id):
        if n_steps < 1:
            raise ValueError(f"n_steps={n_steps}")
        written = np.zeros([len(source_ids), n_steps], np.int64)
        for t in range(n_steps):
            ids = read(written, t, sos_id)
            probabilities = np.asarray(model([np.asarray(source_ids), ids]))
            written[:, t] = choose(probabilities[:, min(step(t), ids.shape[1] - 1)], axis=-1)
        return written

    return changed(reference, greedy_decode=greedy_decode)


def _all_before(written, t, sos_id):
    start = np.full([len(written), 1], sos_id, np.int64)
    return np.concatenate([start, written[:, :-1]], axis=1)


def _with_inputs(reference, rows):
    def teacher_forcing_inputs(targets, sos_id):
        targets = np.asarray(targets).tolist()
        if any(sos_id in row for row in targets):
            raise ValueError(f"sos_id={sos_id} is a target")
        return np.array(rows(targets, sos_id))

    return changed(reference, teacher_forcing_inputs=teacher_forcing_inputs)


def targets_not_shifted(reference):
    return _with_inputs(reference, lambda targets, sos_id: targets)


def one_step_too_long(reference):
    return _with_inputs(reference, lambda targets, sos_id: [[sos_id, *row] for row in targets])


def shifted_the_wrong_way(reference):
    return _with_inputs(reference, lambda targets, sos_id: [[*row[1:], sos_id] for row in targets])


def targets_rolled(reference):
    return _with_inputs(
        reference, lambda targets, sos_id: [[row[-1], *row[:-1]] for row in targets]
    )


def encoder_state_forgotten(reference):
    return _with_model(reference, begin=lambda h, c: [tf.zeros_like(h)] * 2)


def memory_forgotten(reference):
    return _with_model(reference, begin=lambda h, c: [h, tf.zeros_like(c)])


def h_for_both_states(reference):
    return _with_model(reference, begin=lambda h, c: [h, h])


def states_swapped(reference):
    return _with_model(reference, begin=lambda h, c: [c, h])


def padding_is_read(reference):
    return _with_model(reference, shows=lambda ids: tf.ones_like(ids, tf.bool))


def dropout(reference):
    return _with_model(reference, finish=lambda z: tf.nn.softmax(tf.keras.layers.Dropout(0.5)(z)))


def logits(reference):
    return _with_model(reference, finish=tf.identity)


def greedy_reads_only_the_start(reference):
    return _with_greedy(reference, lambda written, t, sos_id: np.full(written.shape, sos_id))


def greedy_starts_with_0(reference):
    return _with_greedy(reference, lambda written, t, sos_id: _all_before(written, t, 0))


def greedy_least_likely(reference):
    return _with_greedy(reference, _all_before, choose=np.argmin)


def greedy_ends_at_0(reference):
    def greedy_decode(model, source_ids, n_steps, sos_id):
        written = np.array(reference.greedy_decode(model, source_ids, n_steps, sos_id))
        for row in written:
            if 0 in row:
                row[list(row).index(0) :] = 0
        return written

    return changed(reference, greedy_decode=greedy_decode)


def greedy_uses_the_first_step(reference):
    return _with_greedy(reference, _all_before, step=lambda t: 0)


SECOND_WAYS = {
    "targets-not-shifted": targets_not_shifted,
    "one-step-too-long": one_step_too_long,
    "shifted-the-wrong-way": shifted_the_wrong_way,
    "targets-rolled": targets_rolled,
    "encoder-state-forgotten": encoder_state_forgotten,
    "memory-forgotten": memory_forgotten,
    "h-for-both-states": h_for_both_states,
    "states-swapped": states_swapped,
    "padding-is-read": padding_is_read,
    "dropout": dropout,
    "logits": logits,
    "greedy-reads-only-the-start": greedy_reads_only_the_start,
    "greedy-starts-with-0": greedy_starts_with_0,
    "greedy-least-likely": greedy_least_likely,
    "greedy-ends-at-0": greedy_ends_at_0,
    "greedy-uses-the-first-step": greedy_uses_the_first_step,
}


def second_likeliest_id(reference):
    def choose(probabilities, axis):
        return np.argsort(probabilities, axis=axis)[..., -2]

    return _with_greedy(reference, _all_before, choose=choose)


def state_squashed(reference):
    return _with_model(reference, begin=lambda h, c: [tf.tanh(h), tf.tanh(c)])


def targets_two_steps_later(reference):
    return _with_inputs(
        reference,
        lambda targets, sos_id: [([sos_id, sos_id, *row])[: len(row)] for row in targets],
    )


UNNAMED = {
    "the second likeliest id": second_likeliest_id,
    "a state that passes through tanh": state_squashed,
    "targets two steps later": targets_two_steps_later,
}
