"""Ways to translate that forget the source, read the future, or never get going."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

from grading.misconceptions import Library, changed

LIBRARY = Library()


def with_inputs(reference, inputs):
    """The reference with other decoder inputs: ``inputs(targets, sos_id)``, both as arrays."""

    def teacher_forcing_inputs(targets, sos_id):
        reference.teacher_forcing_inputs(targets, sos_id)  # checks the start id
        return inputs(np.array(targets), sos_id)

    return changed(reference, teacher_forcing_inputs=teacher_forcing_inputs)


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
            z = decoder(z, initial_state=state(h, c))
        outputs = keras.layers.Dense(n_items(target_vocab_size), end, dtype=dtype)(z)
        return keras.Model([source, target], outputs)

    return changed(reference, build_translator=build_translator)


def backwards(z):
    return keras.layers.Lambda(lambda steps: tf.reverse(steps, [1]))(z)


def with_greedy(reference, choose, first=None, keep=slice(1, None)):
    """The reference with another decoding: ``choose(model, source_ids, read)`` gives next ids."""

    def greedy_decode(model, source_ids, n_steps, sos_id):
        if n_steps < 1:
            raise ValueError(f"n_steps must be at least 1, got {n_steps}")
        read = np.full([len(source_ids), 1], sos_id if first is None else first, np.int64)
        for _ in range(n_steps):
            written = choose(model, np.asarray(source_ids), read)
            read = np.concatenate([read, np.reshape(written, [-1, 1])], axis=1)
        return read[:, keep]

    return changed(reference, greedy_decode=greedy_decode)


def likeliest(model, source_ids, read):
    return np.argmax(model([source_ids, read])[:, -1], axis=-1)


@LIBRARY.add(
    "targets-not-shifted",
    "a decoder that reads the very targets it is to write",
    """The start id stands in front, but of a text that was not moved: or there is no start at all.
    At each step the decoder reads just the item that it has to write, so it learns to copy its
    input and nothing else, and alone it has no input to copy. Teacher forcing gives it the item
    before: the start, then all targets but the last.""",
)
def targets_not_shifted(reference):
    return with_inputs(reference, lambda targets, sos_id: targets)


@LIBRARY.add(
    "one-step-too-long",
    "inputs that are one step longer than the targets",
    """The start was put in front of all the targets, and nothing was taken away: there are steps +
    1 inputs for steps targets. Once the last target is written nothing is left to read it for, so
    it is no input. Drop the last target of each row: inputs have the shape of the targets.""",
)
def one_step_too_long(reference):
    def inputs(targets, sos_id):
        return np.pad(targets, [[0, 0], [1, 0]], constant_values=sos_id)

    return with_inputs(reference, inputs)


@LIBRARY.add(
    "start-overwrites-the-first-target",
    "a start id written over the first target instead of put before it",
    """Column 0 of the targets was replaced by the start. Then the first target is lost, and from
    step 1 on the decoder reads the very item it has to write. The start comes before the first
    target: all targets move one step to the right, and the last one drops out.""",
)
def start_overwrites_the_first_target(reference):
    def inputs(targets, sos_id):
        targets[:, 0] = sos_id
        return targets

    return with_inputs(reference, inputs)


@LIBRARY.add(
    "targets-rolled",
    "targets rolled by one step, with the last item in front instead of the start",
    """The targets were moved by np.roll, so the last item of each row comes round to its
    beginning. The decoder then begins by reading how the translation ends, which it cannot know
    when it writes alone. The first input is the start id, the same for all rows.""",
)
def targets_rolled(reference):
    return with_inputs(reference, lambda targets, sos_id: np.roll(targets, 1, axis=1))


@LIBRARY.add(
    "shifted-the-wrong-way",
    "inputs one step ahead of the targets instead of one step behind",
    """The targets were moved to the left: at step t the decoder reads target t + 1, an item that
    it has not even to write yet. In training that looks like an advantage; alone, the decoder
    cannot know it. What it reads at step t is what stands before: target t - 1, and the start at
    step 0.""",
)
def shifted_the_wrong_way(reference):
    def inputs(targets, sos_id):
        return np.pad(targets[:, 1:], [[0, 0], [0, 1]], constant_values=sos_id)

    return with_inputs(reference, inputs)


@LIBRARY.add(
    "rows-shifted-instead-of-steps",
    "a row of start ids put above the targets instead of a column before them",
    """The targets were moved along the batch, not along the steps: row 0 holds nothing but start
    ids, and each other row the targets of the example before it. The first axis is the batch, the
    second the steps, and it is the steps that move by one.""",
)
def rows_shifted_instead_of_steps(reference):
    def inputs(targets, sos_id):
        return np.pad(targets, [[1, 0], [0, 0]], constant_values=sos_id)[:-1]

    return with_inputs(reference, inputs)


@LIBRARY.add(
    "start-may-be-a-target",
    "a start id that is a target, taken without a word",
    """The start id was not compared with the targets. When it is one of them, say 0 for the start
    where 0 is also the first character, the decoder cannot tell the start of a translation from
    the item in the middle of it. The docstring asks for a ValueError that names sos_id and its
    value.""",
)
def start_may_be_a_target(reference):
    def teacher_forcing_inputs(targets, sos_id):
        targets = np.asarray(targets)
        start = np.full([len(targets), 1], sos_id, targets.dtype)
        return np.concatenate([start, targets[:, :-1]], axis=1)

    return changed(reference, teacher_forcing_inputs=teacher_forcing_inputs)


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


@LIBRARY.add(
    "greedy-reads-only-the-start",
    "a decoder that reads the start at every step",
    """What is written is never read: at each step the decoder gets the start once more. Its state
    may go on, but it does not know which of two likely items it has chosen, so it repeats itself.
    At each step it must read the item written at the step before.""",
)
def greedy_reads_only_the_start(reference):
    def choose(model, source_ids, read):
        return likeliest(model, source_ids, np.repeat(read[:, :1], read.shape[1], axis=1))

    return with_greedy(reference, choose)


@LIBRARY.add(
    "greedy-forgets-what-it-read",
    "a decoder that reads only the last item, and forgets all before it",
    """At each step the model is given nothing but the item written last. It has no memory from
    call to call: each time it begins with the encoder's state and one single item, as if that were
    the start of the translation. It must read everything that was written so far, from the start
    on, and only the last step's probabilities are used.""",
)
def greedy_forgets_what_it_read(reference):
    def choose(model, source_ids, read):
        return likeliest(model, source_ids, read[:, -1:])

    return with_greedy(reference, choose)


@LIBRARY.add(
    "greedy-starts-with-0",
    "greedy decoding that starts with id 0 instead of sos_id",
    """The first thing the decoder reads here is 0. That is the padding of the source, and in the
    translation an item like others, so the decoder believes to be in the middle of a text. In
    training each translation began with sos_id, and so it must when the decoder writes alone.""",
)
def greedy_starts_with_0(reference):
    return with_greedy(reference, likeliest, first=0)


@LIBRARY.add(
    "greedy-keeps-the-start",
    "the start given as part of the translation",
    """The ids that are given begin with the start, and the last item is missing or one too many.
    The start is what the decoder reads first, not something it wrote. What is asked for are the
    n_steps ids that were written, without the start.""",
)
def greedy_keeps_the_start(reference):
    return with_greedy(reference, likeliest, keep=slice(None))


@LIBRARY.add(
    "greedy-uses-the-first-step",
    "the next item taken from the first step's probabilities",
    """All that was written is read, but the next item is taken from the probabilities of step 0
    each time. These say what follows the start, however long the translation is by now, so the
    same item comes again and again. The item after t others is in the probabilities of step t, the
    last one that was read.""",
)
def greedy_uses_the_first_step(reference):
    def choose(model, source_ids, read):
        return np.argmax(model([source_ids, read])[:, 0], axis=-1)

    return with_greedy(reference, choose)


@LIBRARY.add(
    "greedy-least-likely",
    "the least likely item written instead of the likeliest",
    """The choice goes to the wrong end: the item of the smallest probability is written. This
    happens with argmin, or with the first instead of the last index of argsort, which sorts
    upwards. Greedy decoding writes the item of the largest probability at each step.""",
)
def greedy_least_likely(reference):
    def choose(model, source_ids, read):
        return np.argmin(model([source_ids, read])[:, -1], axis=-1)

    return with_greedy(reference, choose)


@LIBRARY.add(
    "greedy-ends-at-0",
    "a translation that ends where 0 was written",
    """Once 0 is written, nothing but zeros follows. In the source 0 is the padding, and other
    models have an id that ends a sequence, but this one has none: 0 is an item like others, and
    something may well come after it. Greedy decoding writes n_steps items, each the likeliest after
    all before it.""",
)
def greedy_ends_at_0(reference):
    def choose(model, source_ids, read):
        ended = (read[:, 1:] == 0).any(axis=1)
        return np.where(ended, 0, likeliest(model, source_ids, read))

    return with_greedy(reference, choose)


@LIBRARY.add(
    "sizes-not-checked",
    "sizes and steps that make no sense taken without a word",
    """Sizes below 1 are not refused. Some of them fail somewhere inside Keras, with a message that
    names no argument, and some give a model or a translation of nothing at all. The docstring asks
    for a ValueError at the call that names the argument and its value.""",
)
def sizes_not_checked(reference):
    def build_translator(source_vocab_size, target_vocab_size, *, embed_size=32, units=128):
        sizes = (source_vocab_size, target_vocab_size, embed_size, units)
        if min(sizes) < 1:
            return keras.Sequential([keras.layers.Dense(1)])
        return reference.build_translator(*sizes[:2], embed_size=embed_size, units=units)

    def greedy_decode(model, source_ids, n_steps, sos_id):
        if n_steps < 1:
            return np.zeros([len(source_ids), 0], np.int64)
        return reference.greedy_decode(model, source_ids, n_steps, sos_id)

    return changed(reference, build_translator=build_translator, greedy_decode=greedy_decode)
