"""The model."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

from grading.misconceptions import Library, changed

LIBRARY = Library()


def with_model(
    reference,
    *,
    source_ids=lambda ids: ids,
    mask_zero=True,
    own_mask=False,
    state=lambda h, c: [h, c],
    rows=1,
    bidirectional=False,
    dropout=0.0,
    end="softmax",
    n_items=lambda v: v,
    dtype=None,
    shared=False,
):
    """The reference with another model, whose parts can be replaced."""

    def build_translator(source_vocab_size, target_vocab_size, *, embed_size=32, units=128):
        sizes = (source_vocab_size, target_vocab_size)
        if min(*sizes, embed_size, units) < 1:
            return reference.build_translator(*sizes, embed_size=embed_size, units=units)
        source, target = keras.Input([None], dtype=tf.int64), keras.Input([None], dtype=tf.int64)
        embed = keras.layers.Embedding(source_vocab_size, embed_size, mask_zero=mask_zero)
        _, h, c = keras.layers.LSTM(units, return_state=True)(embed(source_ids(source)))
        n_read = target_vocab_size + rows
        if not (shared and n_read == source_vocab_size):
            embed = keras.layers.Embedding(n_read, embed_size, mask_zero=own_mask)
        z = embed(target)
        decoder = keras.layers.LSTM(units, return_sequences=True, dropout=dropout)
        if bidirectional:
            back = decoder(backwards(z), initial_state=state(h, c))
            z = decoder(z, initial_state=state(h, c)) + backwards(back)
        else:
            # Keras 3 hands no mask to a layer that also gets a state, unless it is told to.
            z = decoder(z, mask=embed.compute_mask(target), initial_state=state(h, c))
        outputs = keras.layers.Dense(n_items(target_vocab_size), end, dtype=dtype)(z)
        return keras.Model([source, target], outputs)

    return changed(reference, build_translator=build_translator)


def backwards(z):
    return keras.layers.Lambda(lambda steps: tf.reverse(steps, [1]))(z)


@LIBRARY.add(
    "encoder-state-forgotten",
    "a decoder that does not begin with the encoder's state",
    """The encoder reads the source, and its state goes nowhere: the decoder begins with zeros. So
    every source gets the same translation. All that the decoder can know of the source is in the
    encoder's final state, and it must be handed over as the decoder's initial state.""",
)
def encoder_state_forgotten(reference):
    return with_model(reference, state=lambda h, c: [0 * h, 0 * c])


@LIBRARY.add(
    "memory-forgotten",
    "a decoder that gets h from the encoder but not c",
    """Only h was handed on; the long-term memory c begins with zeros, or with h once more. An LSTM
    keeps in c what it needs later and shows only a part of it in h. A layer with return_state=True
    gives three things, outputs, h and c, and the decoder needs the last two.""",
)
def memory_forgotten(reference):
    return with_model(reference, state=lambda h, c: [h, 0 * c])


@LIBRARY.add(
    "h-for-both-states",
    "h handed to the decoder as both h and c",
    """The decoder begins with [h, h]. With return_state=True an LSTM layer gives its output, h and
    c; without return_sequences the output is h once more, so it is easy to take the first two and
    leave c behind. The initial state of the decoder is [h, c].""",
)
def h_for_both_states(reference):
    return with_model(reference, state=lambda h, c: [h, h])


@LIBRARY.add(
    "states-swapped",
    "h and c handed to the decoder in the wrong order",
    """The decoder begins with c where h belongs and the other way round. Both have the same shape,
    so nothing complains, and some of it can even be learnt. Keras lists the state of an LSTM as
    [h, c], both where a layer gives it and where initial_state takes it.""",
)
def states_swapped(reference):
    return with_model(reference, state=lambda h, c: [c, h])


@LIBRARY.add(
    "padding-is-read",
    "an encoder that reads on through the padding",
    """The encoder has no mask, so after the text it reads one padding id after the other, and its
    state slowly forgets what was there. A short source then gets a translation that depends on the
    longest one of its batch. With mask_zero=True in the source's embedding, the LSTM keeps its
    state at padding.""",
)
def padding_is_read(reference):
    return with_model(reference, mask_zero=False)


@LIBRARY.add(
    "id-0-skipped-in-the-decoder",
    "a decoder that takes its own id 0 for padding",
    """The decoder's embedding has mask_zero=True, too. In the source 0 is padding, but in a
    translation it is an id like others: the decoder now skips it, keeps its state there, and gives
    the same probabilities as the step before. Only the source has padding to skip.""",
)
def id_0_skipped_in_the_decoder(reference):
    return with_model(reference, own_mask=True)


@LIBRARY.add(
    "decoder-reads-both-ways",
    "a decoder that reads from the end as well",
    """The decoder is bidirectional, so at each step it knows the items that are still to come. In
    training it has them and copies; when it writes alone there are none. An encoder may read both
    ways, for it has the whole source from the start. The decoder may only look back.""",
)
def decoder_reads_both_ways(reference):
    return with_model(reference, bidirectional=True)


@LIBRARY.add(
    "no-row-for-the-start",
    "a decoder whose embedding has no row for the start",
    """The decoder's embedding has V rows, one for each id it writes. But it also reads one that it
    never writes: the start of a sequence, id V. On a CPU TensorFlow stops with an error there, and
    on a GPU it quietly gives zeros. The decoder reads V + 1 ids, so its embedding has V + 1
    rows.""",
)
def no_row_for_the_start(reference):
    return with_model(reference, rows=0)


@LIBRARY.add(
    "start-can-be-written",
    "a model that gives the start a probability, too",
    """The model gives V + 1 probabilities: one for each id that the decoder reads, the start among
    them. It never has to be written, and no target is V. The decoder reads V + 1 ids and writes V:
    probabilities are [batch, target_steps, V].""",
)
def start_can_be_written(reference):
    return with_model(reference, n_items=lambda v: v + 1)


@LIBRARY.add(
    "float64-probabilities",
    "probabilities of another float type than float32",
    """The softmax was computed in float64, or the result cast to it, which seems more exact. But a
    loss or a metric that expects float32 then fails or converts at every step, and so does whoever
    compares them with other arrays. The docstring gives the probabilities in float32.""",
)
def float64_probabilities(reference):
    return with_model(reference, dtype="float64")


@LIBRARY.add(
    "one-embedding-where-vocabularies-agree",
    "one embedding for both languages wherever they have as many ids",
    """The embeddings are kept by their sizes, so where both languages have as many ids, they share
    one. Then id 5 is the same vector in both, though it is another word, and training one language
    pulls at the other. Source and translation have an embedding each, says the docstring, however
    many ids there are.""",
)
def one_embedding_where_vocabularies_agree(reference):
    return with_model(reference, shared=True)


@LIBRARY.add(
    "logits",
    "logits instead of probabilities",
    """There is no softmax behind the dense layer, so any number can come out. BasicDecoder calls
    its outputs rnn_output, and they are just what the output layer gives. The docstring asks for
    probabilities: none below 0, and the sum of each step is 1.""",
)
def logits(reference):
    return with_model(reference, end=None)


def _differs_in_training(probe, args, kwargs, value):
    return probe == "in_training" and not np.allclose(
        value["in training"], value["at rest"], rtol=1e-4, atol=1e-5
    )


@LIBRARY.add(
    "dropout",
    "dropout, or another layer that does something else in training",
    """At rest the probabilities are right, but in training there is chance in them. Dropout helps
    large models on few examples; here the docstring has none, so that the model is the same in
    training as at rest, and everybody's gives the same numbers. Leave it out, as a layer and as an
    argument of a recurrent one; batch normalization as well.""",
    recognise=_differs_in_training,
)
def dropout(reference):
    return with_model(reference, dropout=0.4)


@LIBRARY.add(
    "source-reversed",
    "an encoder that reads the source from its end",
    """The source was reversed before the encoder. The chapter does mention that trick: the
    beginning of a text is then read last and remembered best. But padding then stands in front of
    the text, and the docstring asks for an encoder that reads the source as it comes.""",
)
def source_reversed(reference):
    return with_model(reference, source_ids=backwards)
