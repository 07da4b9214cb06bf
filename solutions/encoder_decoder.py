"""Exercise 11: an encoder and a decoder. Read the whole text, then write its translation.

Word for word does not work: the first word of a translation may depend on the last one of the
source. So one LSTM, the encoder, reads the source to its end. All that it knows then is in its
state, two vectors: h, what it gave last, and c, its long-term memory. With this state the decoder
starts, another LSTM, and writes the translation item by item.

    source       n  o  v     2  0  1  9             encoder ─── h, c ──┐
                                                                       v
    decoder reads    <start>  2  0  1  9  -  ...    decoder   [ ][ ][ ][ ][ ] ...
    decoder writes   2        0  1  9  -  1  ...

At each step the decoder must be told what stands before. In training that is the true item, even
where the decoder would have written another (teacher forcing): the decoder reads the targets, one
step late. Alone, it reads what it wrote itself. The first thing it reads is a start-of-sequence
id, which must be no target's, or the decoder could not tell the start from an item.

Chapter 16, "An Encoder-Decoder Network for Neural Machine Translation".
"""

import numpy as np
import tensorflow as tf
from tensorflow import keras


def teacher_forcing_inputs(targets, sos_id):
    """Give what the decoder reads in training: the targets, one step later, after the start.

    Args:
        targets: integer ids ``[batch, steps]``, one step or more: a list of lists, an array, a
            tensor. They are not changed.
        sos_id: the start-of-sequence id.

    Returns:
        Integer ids ``[batch, steps]``, an array or a tensor: ``sos_id``, then all targets of the
        row but the last.

    Raises:
        ValueError: ``sos_id`` is among the targets; the message names it and its value.

    Example:
        >>> teacher_forcing_inputs([[0, 1, 2], [2, 2, 0]], sos_id=3).tolist()
        [[3, 0, 1], [3, 2, 2]]
    """
    ### BEGIN SOLUTION
    targets = np.asarray(targets)
    if (targets == sos_id).any():
        raise ValueError(f"sos_id={sos_id} must not be among the targets")
    start = np.full([len(targets), 1], sos_id, dtype=targets.dtype)
    return np.concatenate([start, targets[:, :-1]], axis=1)
    ### END SOLUTION


def build_translator(source_vocab_size, target_vocab_size, *, embed_size=32, units=128):
    """Build a translator: an encoder LSTM, and a decoder LSTM that begins with its state.

    Source and translation have an embedding each, encoder and decoder an LSTM each, one layer of
    ``units``, in Keras' default settings; a dense layer and a softmax give the decoder's
    probabilities. The decoder's ids are all alike, none is padding. No dropout. Free: which layers
    are used (``LSTM``, ``LSTMCell`` in a loop, the chapter's decoder of TF-Addons where that can
    be had, in a functional model or in a class), as long as they have the weights of Keras'
    ``Embedding``, ``LSTM`` and ``Dense``; whether the dense layer has a bias, which begins at 0;
    whether an embedding has a row or two more than there are ids.

    Args:
        source_vocab_size: ids of the source run below this; 0 is padding, which must not matter
            where it follows the text. Free: what is written for a source that is only padding.
        target_vocab_size: V. Ids of translations run from 0 to V - 1, and V is the start of a
            sequence: the decoder reads V + 1 ids and writes V.
        embed_size: the size of an item's vector.
        units: the size of encoder and decoder.

    Returns:
        A ``keras.Model``, its weights made, from ``[source_ids [batch, steps], decoder_ids
        [batch, target_steps]]``, integers, to probabilities ``[batch, target_steps, V]``, float32.
        Those of step t depend on the decoder's ids up to t only, and on the whole source. All its
        weights can be trained.

    Raises:
        ValueError: a size is below 1; the message names the argument and its value.

    Example:
        >>> model = build_translator(9, 4, embed_size=3, units=5)
        >>> model([tf.constant([[3, 1, 0]]), tf.constant([[4, 0, 2, 2, 1]])]).shape.as_list()
        [1, 5, 4]
    """
    ### BEGIN SOLUTION
    sizes = {
        "source_vocab_size": source_vocab_size,
        "target_vocab_size": target_vocab_size,
        "embed_size": embed_size,
        "units": units,
    }
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")
    source_ids = keras.Input([None], dtype="int64")
    decoder_ids = keras.Input([None], dtype="int64")
    z = keras.layers.Embedding(source_vocab_size, embed_size, mask_zero=True)(source_ids)
    _, h, c = keras.layers.LSTM(units, return_state=True)(z)
    z = keras.layers.Embedding(target_vocab_size + 1, embed_size)(decoder_ids)
    z = keras.layers.LSTM(units, return_sequences=True)(z, initial_state=[h, c])
    # float32 also where the layers before compute in half precision.
    outputs = keras.layers.Dense(target_vocab_size, activation="softmax", dtype="float32")(z)
    return keras.Model([source_ids, decoder_ids], outputs)
    ### END SOLUTION


def greedy_decode(model, source_ids, n_steps, sos_id):
    """Translate: at each step write the likeliest item, and read it at the next step.

    Args:
        model: a ``keras.Model`` like that of :func:`build_translator`: from ``[source_ids,
            decoder_ids]`` to probabilities, those of a step independent of later ids. It can be
            called with any number of steps, and takes ids up to ``sos_id``. It is not trained
            here, so layers such as dropout must be at rest, as they are unless told otherwise, and
            it is left as it was.
        source_ids: integer ids ``[batch, steps]``, an array or a tensor.
        n_steps: how many items to write, at least 1.
        sos_id: the start-of-sequence id, which the decoder reads first.

    Returns:
        Integer ids ``[batch, n_steps]``, an array or a tensor, without the start. Free: which of
        several items that are equally likely is written.

    Raises:
        ValueError: ``n_steps`` is below 1; the message names it and its value.
    """
    ### BEGIN SOLUTION
    if n_steps < 1:
        raise ValueError(f"n_steps must be at least 1, got {n_steps}")
    source_ids = tf.convert_to_tensor(source_ids)
    ids = np.full([len(source_ids), 1], sos_id, dtype=np.int64)
    for _ in range(n_steps):
        probabilities = model([source_ids, tf.constant(ids)], training=False)
        likeliest = np.argmax(probabilities[:, -1:], axis=-1)
        ids = np.concatenate([ids, likeliest], axis=1)
    return ids[:, 1:]
    ### END SOLUTION
