"""The chapter's own translator: TF-Addons' decoder and sampler run an LSTM cell step by step.

TF-Addons ended in 2024. There are wheels of it for Python up to 3.11 on Linux x86-64 and on macOS,
and it works with Keras 2 only. The exercise's reference does the same with Keras alone, on every
stack: with the same weights, both give the same probabilities. This is the only module that needs
TF-Addons.

Chapter 16, "An Encoder-Decoder Network for Neural Machine Translation".
"""

import warnings

import tensorflow as tf
from tensorflow import keras


def import_seq2seq():
    """Give ``tfa.seq2seq``, with ``TrainingSampler`` and ``BasicDecoder``.

    Raises:
        ImportError: TF-Addons is not installed, or does not work with this TensorFlow.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that TF-Addons has ended is known, and why it is used
        try:
            import tensorflow_addons as tfa
        except ImportError:
            raise ImportError(
                "this needs tensorflow-addons, which exists for Python 3.11 on Linux x86-64 and "
                "macOS only"
            ) from None
    return tfa.seq2seq


class Translator(keras.Model):
    """A translator like that of the exercise, made of the chapter's parts."""

    def __init__(self, source_vocab_size, target_vocab_size, embed_size=32, units=128):
        """Make the layers; the sizes are those of the exercise's ``build_translator``."""
        super().__init__()
        seq2seq = import_seq2seq()
        self.source_embedding = keras.layers.Embedding(
            source_vocab_size, embed_size, mask_zero=True
        )
        self.encoder = keras.layers.LSTM(units, return_state=True)
        self.target_embedding = keras.layers.Embedding(target_vocab_size + 1, embed_size)
        self.decoder = seq2seq.BasicDecoder(
            keras.layers.LSTMCell(units),
            seq2seq.TrainingSampler(),
            output_layer=keras.layers.Dense(target_vocab_size),
        )

    def call(self, inputs, training=None):
        """Give the probabilities ``[batch, target_steps, V]``.

        Args:
            inputs: ``[source_ids, decoder_ids]``.
            training: whether this is training.
        """
        source_ids, decoder_ids = inputs
        _, h, c = self.encoder(self.source_embedding(source_ids))
        batch, steps = tf.unstack(tf.shape(decoder_ids))
        outputs, _, _ = self.decoder(
            self.target_embedding(decoder_ids),
            initial_state=[h, c],
            sequence_length=tf.fill([batch], steps),
            training=training,
        )
        return tf.nn.softmax(tf.cast(outputs.rnn_output, tf.float32))
