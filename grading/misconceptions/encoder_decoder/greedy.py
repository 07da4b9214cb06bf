"""Greedy decoding, and arguments."""

import numpy as np
from tensorflow import keras

from grading.misconceptions import Library, changed

LIBRARY = Library()


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
    unchecked=True,
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
