"""Probes of the exercise ``masking``.

Two right models start with different weights, so every model is given the same ones here; the tests
then ask which changes of the ids change its outputs.
"""

import numpy as np

from grading.beside.probes.base import (
    Unusable,
    array_of,
    find,
    gradients_of,
    in_form,
    probe,
    table,
    taking_ids,
)
from grading.beside.show import describe, no_error

SLOWNESS = 3  # of calls: it takes Keras long to build a model
MOST_SPARE_ROWS = 2  # of an embedding: rows that no id uses are free
DRAWS = 2  # of weights: with those of one draw, two words may look alike by chance

# Those built so far, as (module, sizes, model) and (model, graph, whether it can be one): making
# one takes long.
_models, _graphs = [], []


@probe("padding_mask({*})")
def mask(module, ids, **options):
    """The mask of a tensor of ids."""
    return _mask(module, "a tensor", ids, options)


@probe("padding_mask({ids} as {form}, {*})")
def mask_of(module, form, ids, **options):
    """The mask of ids given as "a list", "an array" or "a tensor"."""
    return _mask(module, form, ids, options)


@probe("ids = {ids} as {form}; padding_mask(ids, {*}); ids")
def ids_afterwards(module, form, ids, **options):
    """The ids as they are afterwards, and their mask."""
    given = in_form(form, ids)
    found = _boolean(find(module, "padding_mask")(given, **options))
    return {"ids": np.asarray(given), "mask": found}


@probe(
    "outputs = build_classifier({*})({ids}); their shape and dtype, and whether 0 <= outputs <= 1"
)
def kind_of_outputs(module, ids, **options):
    """What any right model's outputs have in common."""
    outputs = _outputs(_model(module, options), ids)
    return {
        "shape": list(outputs.shape),
        "dtype": str(outputs.dtype),
        "from 0 to 1": bool(((outputs >= 0) & (outputs <= 1)).all()),
    }


@probe(
    "model = build_classifier({*}); model({second}) - model({first}), "
    "with some weights and with others"
)
def change(module, first, second, **options):
    """By how much the output of each row changes, as an array ``[batch, DRAWS]``."""
    model = _model(module, options)
    graph, can_be = _graph(model)
    # A graph is far quicker. That the model can be one is for another probe.
    return _change(model, graph if can_be else model, first, second)


@probe(
    "model = tf.function(build_classifier({*})); "
    "[model(second) - model(first) for first, second in {pairs}], "
    "with some weights and with others"
)
def changes_in_a_graph(module, pairs, **options):
    """By how much the outputs of the compiled model change, for pairs of batches."""
    model = _model(module, options)
    graph, _ = _graph(model)
    return [_change(model, graph, first, second) for first, second in pairs]


@probe(
    "model = build_classifier({*}), its kernels drawn with seed {seed}, its biases 0; model({ids})",
    tolerance=(1e-3, 1e-3),
)
def probabilities(module, ids, seed, **options):
    """The outputs of a model with known kernels and with biases of 0.

    They are None where the kernels are not those of Keras' Embedding, GRU and Dense, so that nobody
    knows what to expect of them: a GRU of one's own may well have others. Rows of the Embedding
    that no id uses make no difference.
    """
    model = _model(module, options)
    return _outputs(model, ids) if _assign_kernels(model, seed, options) else None


@probe("build_classifier({*}).count_params()")
def n_weights(module, **options):
    """How many numbers the trainable weights of a model hold together."""
    weights = _model(module, options).trainable_weights
    return int(sum(np.prod(weight.shape) for weight in weights))


@probe(
    "model = build_classifier({*}); with tf.GradientTape() as tape: loss = model({ids}); "
    "tape.gradient(loss, model.trainable_weights)"
)
def has_gradients(module, ids, **options):
    """For each trainable weight whether it has a gradient that is not zero everywhere."""
    import tensorflow as tf

    model = _model(module, options)

    def outputs():
        return array_of(model(tf.constant(ids, tf.int64)), "the output of the model")

    gradients = gradients_of(outputs, model.trainable_weights)
    dense = [None if g is None else tf.convert_to_tensor(g).numpy() for g in gradients]
    return [g is not None and bool(np.any(g != 0)) for g in dense]


@probe("build_classifier({*})", shown=no_error)
def build(module, **options):
    """Only build the model."""
    _build(module, options)


def _mask(module, form, ids, options):
    function = find(module, "padding_mask")
    return _boolean(taking_ids(lambda given: function(given, **options), in_form(form, ids)))


def _boolean(found):
    found = array_of(found, "what padding_mask returns")
    if np.dtype(getattr(found.dtype, "as_numpy_dtype", found.dtype)) != bool:
        raise Unusable(f"padding_mask must give booleans, but it gave {describe(found)}")
    return found


def _model(module, sizes):
    """The model of these sizes, always the same one."""
    for known, of_sizes, model in _models:
        if known is module and of_sizes == sizes:
            return model
    model = _build(module, sizes)
    _draw_weights(model, 0)
    _models.append((module, sizes, model))
    return model


def _graph(model):
    """The model as one graph, which knows neither batch size nor length beforehand.

    Returns:
        The graph, and whether the model can be one.
    """
    import tensorflow as tf

    for known, *found in _graphs:
        if known is model:
            return found
    graph, can_be = (
        tf.function(model, input_signature=[tf.TensorSpec([None, None], tf.int64)]),
        True,
    )
    try:
        graph.get_concrete_function()
    except Exception:
        can_be = False
    _graphs.append((model, graph, can_be))
    return graph, can_be


def _draw_weights(model, seed):
    """Give a model weights that words show through.

    Models whose weights have the same shapes get the same ones.
    """
    rng = np.random.default_rng(seed)
    for weight in model.trainable_weights:
        drawn = rng.choice([-1, 1], weight.shape) * rng.uniform(0.3, 1.1, weight.shape)
        _assign(weight, drawn)


def _assign(weight, values):
    """Give a weight new values, but leave zeros among others: a vector of padding may be zeros."""
    old = weight.numpy()
    is_kernel_of_zeros = old.ndim > 1 and not old.any()
    weight.assign(np.where((old == 0) & (not is_kernel_of_zeros), 0, values))


def _assign_kernels(model, seed, sizes):
    """Draw each kernel from the seed and its shape alone, and make all biases 0.

    Returns:
        Whether the kernels are those of Keras' layers; if not, nothing is changed.
    """
    n_ids, units = sizes["vocab_size"] + sizes["num_oov_buckets"], sizes["units"]
    of_gru = (units, 3 * units)
    wanted = [(n_ids, sizes["embed_size"]), (sizes["embed_size"], 3 * units)]
    wanted += [of_gru, of_gru, of_gru, (units, 1)]
    shapes = [tuple(map(int, weight.shape)) for weight in model.trainable_weights]
    spare = {(n_ids + n, sizes["embed_size"]): wanted[0] for n in range(1, MOST_SPARE_ROWS + 1)}
    # GRU layers of Keras hold two biases for each gate as a table of two rows.
    are_biases = [len(shape) == 1 or shape == (2, 3 * units) for shape in shapes]
    kernels = [shape for shape, is_bias in zip(shapes, are_biases, strict=True) if not is_bias]
    if sorted(spare.get(kernel, kernel) for kernel in kernels) != sorted(wanted):
        return False
    for weight, shape, is_bias in zip(model.trainable_weights, shapes, are_biases, strict=True):
        if is_bias:
            weight.assign(np.zeros(shape))
        else:
            values = 2 * table(seed, *spare.get(shape, shape))
            _assign(weight, np.resize(values, shape))
    return True


def _build(module, sizes):
    import tensorflow as tf

    options = dict(sizes)
    arguments = [options.pop("vocab_size"), options.pop("num_oov_buckets")]
    model = find(module, "build_classifier")(*arguments, **options)
    if not isinstance(model, tf.keras.Model):
        raise Unusable(f"build_classifier must give a keras.Model, but it gave {describe(model)}")
    if not model.built:  # a class of one's own makes its weights when it is first called
        model(tf.constant([[1]], tf.int64))
    return model


def _change(model, call, first, second):
    """By how much the outputs of ``call`` change for some weights of the model and for others."""
    found = []
    for seed in range(DRAWS):
        _draw_weights(model, seed)
        outputs = [_outputs(call, ids) for ids in (first, second)]
        for output in outputs:
            if output.shape != (len(first), 1):
                raise Unusable(
                    f"the model must give probabilities [batch, 1], but for {len(first)} rows it "
                    f"gave outputs of shape {output.shape}"
                )
        found.append(outputs[1] - outputs[0])
    return np.concatenate(found, axis=1)


def _outputs(model, ids):
    import tensorflow as tf

    outputs = array_of(model(tf.constant(ids, tf.int64)), "the output of the model")
    found = np.asarray(outputs)
    if found.dtype.kind != "f":
        raise Unusable(f"the model must give probabilities, but it gave {describe(outputs)}")
    for row, output in zip(ids, found, strict=False):
        if not np.isfinite(output).all():
            raise Unusable(f"the model must give probabilities, but for {row} it gave {output}")
    return found
