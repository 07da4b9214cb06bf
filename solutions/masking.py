"""Exercise 10: masking. Make a recurrent network ignore the padding.

A batch is as wide as its longest review. Beside one of 60 words, a review of 3 words is followed by
57 paddings, and a recurrent layer that knows no better reads them all, step by step, and slowly
forgets the 3 words that it had read before. So the model's answer for a review depends on what
happens to stand beside it. A mask tells the layers which steps are words. At a masked step a
recurrent layer does nothing: it keeps its state, and its output stays what it was.

    ids     [[ 12   7  86]        mask    [[ True  True  True]
             [  5   0   0]]                [ True False False]]

Keras makes such a mask by itself where an Embedding has ``mask_zero=True``, and hands it on from
layer to layer. Here it is done by hand, so that you see what happens: one mask from the ids, given
to both recurrent layers. Both need it: what the first one gives at a padded step is its old output
once more, and a second layer that no mask has reached reads that again and again.

Chapter 16, "Masking".
"""

import tensorflow as tf
from tensorflow import keras


def padding_mask(ids, pad_id=0):
    """Tell the words from the padding.

    Args:
        ids: integers ``[batch, steps]``: a list, an array, a tensor. They are not changed.
        pad_id: the id of the padding.

    Returns:
        Booleans ``[batch, steps]``, a tensor: True at each word, False wherever the id is
        ``pad_id``.

    Example:
        >>> padding_mask([[12, 7, 86], [5, 0, 0]]).numpy().tolist()
        [[True, True, True], [True, False, False]]
    """
    ### BEGIN SOLUTION
    return tf.not_equal(ids, pad_id)
    ### END SOLUTION


def build_classifier(vocab_size, num_oov_buckets, *, embed_size=128, units=128):
    """Build the sentiment classifier, with masks made and passed on by hand.

    The ids are those of a table whose vocabulary begins with the padding:

    * 0 is the padding, and nothing else: no word ever has this id;
    * 1 ... vocab_size - 1 are the words of the vocabulary: ``vocab_size`` counts the padding too;
    * vocab_size ... vocab_size + num_oov_buckets - 1 are the buckets of all other words.

    An Embedding turns each id into a vector of ``embed_size`` numbers of its own, a first GRU layer
    of ``units`` reads all the vectors from the first to the last, a second one of ``units`` reads
    all that the first gives, and one sigmoid unit turns what the second ends with, its output at
    the last word, into a probability. There are no other weights, but the Embedding may have a row
    or two more than there are ids.

    The output for a review must not change, but for rounding, when padding is appended to its row,
    however much of it, to however many rows. That holds for a row without any word, too: it has at
    least one step, and the same output however many paddings it consists of. Every word and every
    bucket counts, as does their order.

    Args:
        vocab_size: how many words the vocabulary has, the padding among them; at least 1.
        num_oov_buckets: how many ids there are for other words; at least 1.
        embed_size: the size of a word's vector; at least 1.
        units: the size of each of the two GRU layers; at least 1.

    Returns:
        A ``keras.Model`` from ids ``[batch, steps]``, int64, the padding on the right, to
        probabilities ``[batch, 1]``, float32. It takes batches of any size and of any number of
        steps from 1 on, also inside of a ``tf.function`` that knows neither beforehand, and all its
        weights can be trained.

    Raises:
        ValueError: one of the sizes is below 1; the message names the argument and its value.

    Left to you: how it is done (a mask for both layers, by hand or by Keras, or the second layer's
    output at the last word; a functional model or a class), whether the layers have biases, what
    paddings in front of words or between them do, and what the output for a row without any word
    is.

    Example:
        >>> model = build_classifier(vocab_size=1000, num_oov_buckets=100)
        >>> model(tf.constant([[12, 7, 86], [5, 0, 0]], tf.int64)).shape
        TensorShape([2, 1])
    """
    ### BEGIN SOLUTION
    sizes = {
        "vocab_size": vocab_size,
        "num_oov_buckets": num_oov_buckets,
        "embed_size": embed_size,
        "units": units,
    }
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")

    ids = keras.Input(shape=[None], dtype=tf.int64)
    mask = keras.layers.Lambda(padding_mask)(ids)
    z = keras.layers.Embedding(vocab_size + num_oov_buckets, embed_size)(ids)
    z = keras.layers.GRU(units, return_sequences=True)(z, mask=mask)
    z = keras.layers.GRU(units)(z, mask=mask)
    # float32 also where the layers before compute in half precision.
    outputs = keras.layers.Dense(1, activation="sigmoid", dtype=tf.float32)(z)
    return keras.Model(ids, outputs)
    ### END SOLUTION
