"""Probes of the exercise ``encoder_decoder``.

All weights of a model are drawn anew, each from the seed and its own shape alone, so right models
give the same numbers whatever they are made of. Greedy decoding is also tried on a model that
comes from here, with next items from a table.
"""

import numpy as np

from grading.beside.probes.base import (
    Unusable,
    array_of,
    check_trainable,
    find,
    give_weights,
    probe,
    table,
)
from grading.beside.show import describe, no_error

TOLERANCE = (1e-3, 1e-4)
SLOWNESS = 3  # of calls: to build a functional model around TF-Addons' decoder takes long
MOST_KEPT = 12  # models: to build one may take far longer than to call it
MOST_SPARE_ROWS = 2
MODULUS = 13  # states of the model that is made of a table
_kept, _first_biases, _tables = {}, {}, {}


def next_probabilities(seed, n_ids):
    """Of the model made of a table: the probabilities of each next id, for each of its states."""
    scores = np.exp(3 * table(seed, MODULUS, n_ids))
    return scores / scores.sum(axis=-1, keepdims=True)


def is_repeatable(name, args, kwargs):
    """Whether a call gives the same each time: dropout, where there is any, draws anew."""
    return name != "in_training"


# Teacher forcing.


@probe("teacher_forcing_inputs({*})")
def forced(module, targets, sos_id):
    """What the decoder reads, for targets given as an array."""
    return _ids(find(module, "teacher_forcing_inputs")(targets, sos_id), "the answer")


@probe("teacher_forcing_inputs({form} of {targets}, sos_id={sos_id})")
def forced_from(module, form, targets, sos_id):
    """The same for targets given as "a list", "an array", "an int32 array" or "a tensor"."""
    given = _in_form(form, targets)
    return _ids(find(module, "teacher_forcing_inputs")(given, sos_id), "the answer")


@probe("targets = {form} of {targets}; teacher_forcing_inputs(targets, sos_id={sos_id}); targets")
def targets_afterwards(module, form, targets, sos_id):
    """The targets, as they are afterwards, and the answer."""
    given = _in_form(form, targets)
    answer = _ids(find(module, "teacher_forcing_inputs")(given, sos_id), "the answer")
    return {"targets": np.asarray(given), "inputs": answer}


# The translator.


@probe(
    "model = build_translator(*{vocabularies}, **{sizes}), its weights drawn with seed {seed}; "
    "[model([source_ids, decoder_ids]) for source_ids, decoder_ids in {batches}]",
    tolerance=TOLERANCE,
)
def translated(module, batches, seed, vocabularies, sizes):
    """The probabilities for each batch ``[source_ids, decoder_ids]``."""
    model = _translator(module, seed, vocabularies, sizes)
    return [_probabilities(model, *batch) for batch in batches]


@probe(
    "model = build_translator(*{vocabularies}, **{sizes}), its weights drawn with seed {seed}; "
    "model([source_ids, decoder_ids]) and the same with training=True, for {batch}",
    tolerance=TOLERANCE,
)
def in_training(module, batch, seed, vocabularies, sizes):
    """The probabilities for a batch ``[source_ids, decoder_ids]``, at rest and in training."""
    model = _translator(module, seed, vocabularies, sizes)
    check_trainable(lambda: _probabilities(model, *batch), model.trainable_weights)
    return {
        "at rest": _probabilities(model, *batch),
        "in training": _probabilities(model, *batch, training=True),
    }


@probe("build_translator(*{vocabularies}, **{sizes}).trainable_weights")
def weights(module, vocabularies, sizes):
    """The shapes of the trainable weights, biases left out; those must begin as Keras' do."""
    model = _built(module, vocabularies, sizes)
    shapes = [[int(size) for size in weight.shape] for weight in model.trainable_weights]
    for bias in _first_biases[id(model)]:
        n, expected = len(bias), np.zeros(len(bias))
        if [n // 4, n] in shapes:  # it is an LSTM's
            expected[n // 4 : n // 2] = 1
        if (wrong := np.flatnonzero(bias != expected)).size:
            raise Unusable(
                "biases must begin as in Keras' default settings, at 1 for an LSTM's forget gate "
                f"and at 0 for all else, but one has {bias[wrong[0]]:g} at {wrong[0]} of {n}"
            )
    return sorted(shape for shape in shapes if len(shape) > 1)


@probe("build_translator(**{sizes})", shown=no_error)
def build(module, sizes):
    """Only build the model."""
    _model(find(module, "build_translator")(**sizes))


# Greedy decoding.


@probe(
    "model = build_translator(*{vocabularies}, **{sizes}), its weights drawn with seed {seed}; "
    "written = greedy_decode(model, {source_ids}, {n_steps}, sos_id={sos_id}); "
    "written, model([{source_ids}, teacher_forcing_inputs(written, {sos_id})])",
    tolerance=TOLERANCE,
)
def written_and_forced(module, source_ids, n_steps, sos_id, seed, vocabularies, sizes):
    """What a translator writes, and its probabilities when it is told to read just that."""
    model = _translator(module, seed, vocabularies, sizes)
    written = _greedy(module, model, source_ids, n_steps, sos_id)
    return {
        "written": written,
        "probabilities": _probabilities(model, source_ids, _read_again(written, sos_id)),
    }


@probe(
    "greedy_decode(model, {source_ids}, {n_steps}, sos_id={n_ids}), with a model whose next items "
    "come from a table drawn with seed {seed}"
)
def written(module, source_ids, n_steps, n_ids, seed):
    """What greedy decoding writes with the model made of a table."""
    return _greedy(module, _model_of_a_table(n_ids, seed), source_ids, n_steps, n_ids)


@probe(
    "greedy_decode(model, {form} of {source_ids}, {n_steps}, sos_id={n_ids}), with a model whose "
    "next items come from a table drawn with seed {seed}; the source afterwards"
)
def source_afterwards(module, form, source_ids, n_steps, n_ids, seed):
    """What was written, and the source as it is afterwards."""
    given = _in_form(form, source_ids)
    answer = _greedy(module, _model_of_a_table(n_ids, seed), given, n_steps, n_ids)
    return {"written": answer, "source_ids": np.asarray(given)}


# With the weights of a small trained model.


@probe(
    "model = build_translator(*{vocabularies}, **{sizes}), with the weights of a small trained "
    "model; model([{source_ids}, {decoder_ids}])",
    tolerance=TOLERANCE,
)
def translated_when_trained(module, source_ids, decoder_ids, weights, vocabularies, sizes):
    """The probabilities of a model that has these weights, by shape."""
    model = _built(module, vocabularies, sizes)
    give_weights(model.trainable_weights, weights)
    return _probabilities(model, source_ids, decoder_ids)


@probe(
    "model = build_translator(*{vocabularies}, **{sizes}), with the weights of a small trained "
    "model; greedy_decode(model, {source_ids}, {n_steps}, sos_id={sos_id})"
)
def written_when_trained(module, source_ids, n_steps, sos_id, weights, vocabularies, sizes):
    """What that model writes."""
    model = _built(module, vocabularies, sizes)
    give_weights(model.trainable_weights, weights)
    return _greedy(module, model, source_ids, n_steps, sos_id)


# What they share.


def _in_form(form, ids):
    if form == "a list":
        return np.asarray(ids).tolist()
    if form == "a tensor":
        import tensorflow as tf

        return tf.constant(ids, tf.int64)
    return np.array(ids, np.int32 if form == "an int32 array" else np.int64)


def _ids(answer, what):
    answer = array_of(answer, what)
    kind = np.dtype(getattr(answer.dtype, "as_numpy_dtype", answer.dtype)).kind
    if kind not in "iu":
        raise Unusable(f"{what} must be integer ids, but it is {describe(answer)}")
    return answer


def _greedy(module, model, source_ids, n_steps, sos_id):
    n_trainable = len(model.trainable_weights)
    answer = find(module, "greedy_decode")(model, source_ids, n_steps, sos_id)
    if len(model.trainable_weights) != n_trainable:
        raise Unusable("greedy_decode must leave the model's weights trainable, as they were")
    return _ids(answer, "what greedy_decode writes")


def _read_again(written, sos_id):
    """The ids written, one step later: what the model read when it wrote them."""
    written = np.asarray(written)
    if written.ndim != 2:
        raise Unusable(
            f"greedy_decode must give ids [batch, n_steps], but it gave {describe(written)}"
        )
    return np.pad(written, [[0, 0], [1, 0]], constant_values=sos_id)[:, :-1]


def _model(answer):
    import tensorflow as tf

    if isinstance(answer, tf.keras.Model):
        return answer
    raise Unusable(f"build_translator must give a keras.Model, but it gave {describe(answer)}")


def _built(module, vocabularies, sizes):
    """A model; the last few are kept, as their weights are drawn anew anyway."""
    key = (id(module), repr((vocabularies, sizes)))
    if key not in _kept:
        model = _model(find(module, "build_translator")(*vocabularies, **sizes))
        while len(_kept) >= MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = model, module  # as long as that is there, no other has its id
        _first_biases[id(model)] = [w.numpy() for w in model.trainable_weights if len(w.shape) == 1]
    model = _kept[key][0]
    if not model.built or not model.weights:
        raise Unusable("the model must have its weights made, but it has none yet")
    return model


def _translator(module, seed, vocabularies, sizes):
    """A model with all weights drawn anew, but for biases of the dense layer.

    Raises:
        Unusable: there is a weight of a shape that no layer should have.
    """
    model = _built(module, vocabularies, sizes)
    source, target = vocabularies
    embed_size, units = sizes["embed_size"], sizes["units"]
    shapes = [(source, embed_size), (target + 1, embed_size)]
    spare = {  # rows of an embedding that no id uses are free, and make no difference
        (n + more, size): (n, size) for n, size in shapes for more in range(1, MOST_SPARE_ROWS + 1)
    }
    shapes += [(embed_size, 4 * units), (units, 4 * units), (units, target)]
    for weight in model.trainable_weights:
        shape = tuple(int(size) for size in weight.shape)
        if shape == (4 * units,):
            weight.assign(table(seed, *shape))
        elif len(shape) > 1:
            known = shape if shape in shapes else spare.get(shape)
            if known is None:
                raise Unusable(
                    f"there is a weight of shape {shape}; embeddings, LSTMs and the dense layer "
                    f"have kernels of the shapes {', '.join(map(str, shapes))}"
                )
            weight.assign(np.resize(2 * table(seed, *known), shape))
    return model


def _probabilities(model, source_ids, decoder_ids, **options):
    import tensorflow as tf

    inputs = [tf.constant(source_ids, tf.int64), tf.constant(decoder_ids, tf.int64)]
    return array_of(model(inputs, **options), "the output of the model")


def _model_of_a_table(n_ids, seed):
    """A model whose next item depends on the source, and on all that was read before it."""
    import tensorflow as tf

    class NextItems(tf.keras.layers.Layer):
        def build(self, input_shapes):
            self.rows = self.add_weight(name="rows", shape=[MODULUS, n_ids], trainable=False)

        def call(self, inputs, training=None):
            sums = []
            for ids, more in zip(inputs, (0, 1), strict=True):
                ids = tf.cast(ids, tf.int64) + more
                weights = tf.range(1, 1 + tf.shape(ids, tf.int64)[1], dtype=tf.int64)
                sums.append(tf.cumsum(ids * weights, axis=1))
            state = sums[0][:, -1:] + sums[1] + (1 if training else 0)  # as dropout would differ
            return tf.gather(self.rows, state % MODULUS)

    if n_ids not in _tables:
        inputs = [tf.keras.Input([None], dtype=tf.int64) for _ in range(2)]
        _tables[n_ids] = tf.keras.Model(inputs, NextItems()(inputs))
    _tables[n_ids].set_weights([next_probabilities(seed, n_ids)])
    return _tables[n_ids]
