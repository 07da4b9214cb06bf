"""The chapter's own code: a functional model around TF-Addons' sampler and decoder."""

import numpy as np
import tensorflow as tf
import tensorflow_addons as tfa


def teacher_forcing_inputs(targets, sos_id):
    targets = tf.convert_to_tensor(targets)
    if tf.reduce_any(targets == sos_id):
        raise ValueError(f"{sos_id} is a target, so it cannot be the sos_id")
    start = tf.fill([tf.shape(targets)[0], 1], tf.cast(sos_id, targets.dtype))
    return tf.concat([start, targets[:, :-1]], axis=1)


def build_translator(source_vocab_size, target_vocab_size, *, embed_size=32, units=128):
    for name, value in list(locals().items()):
        if value < 1:
            raise ValueError(f"{name}={value}, but it must be positive")
    encoder_inputs = tf.keras.layers.Input(shape=[None], dtype=np.int32)
    decoder_inputs = tf.keras.layers.Input(shape=[None], dtype=np.int32)
    encoder_embeddings = tf.keras.layers.Embedding(source_vocab_size, embed_size, mask_zero=True)
    decoder_embeddings = tf.keras.layers.Embedding(target_vocab_size + 1, embed_size)
    encoder = tf.keras.layers.LSTM(units, return_state=True)
    _, state_h, state_c = encoder(encoder_embeddings(encoder_inputs))
    decoder = tfa.seq2seq.basic_decoder.BasicDecoder(
        tf.keras.layers.LSTMCell(units),
        tfa.seq2seq.sampler.TrainingSampler(),
        output_layer=tf.keras.layers.Dense(target_vocab_size),
    )
    shape = tf.shape(decoder_inputs)
    final_outputs, _, _ = decoder(
        decoder_embeddings(decoder_inputs),
        initial_state=[state_h, state_c],
        sequence_length=tf.fill([shape[0]], shape[1]),
    )
    probabilities = tf.nn.softmax(final_outputs.rnn_output)
    return tf.keras.Model(inputs=[encoder_inputs, decoder_inputs], outputs=[probabilities][0])


def greedy_decode(model, source_ids, n_steps, sos_id):
    if n_steps < 1:
        raise ValueError(f"n_steps={n_steps} leaves nothing to write")
    source_ids = tf.cast(source_ids, tf.int32)
    # All steps are there from the beginning; those to come hold zeros.
    read = np.zeros([source_ids.shape[0], n_steps], np.int32)
    read[:, 0] = sos_id
    for step in range(n_steps):
        written = tf.argmax(model([source_ids, tf.constant(read)])[:, step], axis=-1).numpy()
        if step + 1 < n_steps:
            read[:, step + 1] = written
    return np.column_stack([read[:, 1:], written])
