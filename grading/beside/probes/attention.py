"""Probes of the exercise ``attention``."""

import numpy as np

from grading.beside.probes.base import (
    Unusable,
    array_of,
    check_trainable,
    find,
    probe,
    settings_of,
    symbolic,
)
from grading.beside.show import describe, no_error, show

LINEAR_MAPS = ("q_linear", "k_linear", "v_linear", "out_linear")
TOLERANCE = (1e-3, 1e-4)


def pair_picture(pair):
    """The outputs and the weights, each on a line of its own."""
    return f"outputs {show(pair[0])}\nweights {show(pair[1])}"


@probe("scaled_dot_product_attention({*})", shown=pair_picture, tolerance=TOLERANCE)
def attend(module, query, value, **options):
    """The pair ``[outputs, weights]`` for tensors."""
    return _attend(module, "tensors", query, value, options)


@probe(
    "scaled_dot_product_attention({*}), given as {form}", shown=pair_picture, tolerance=TOLERANCE
)
def attend_to(module, form, query, value, **options):
    """The pair ``[outputs, weights]`` for "tensors", "arrays" or "tensors, the mask a list"."""
    return _attend(module, form, query, value, options)


@probe("scaled_dot_product_attention({*}), all arrays; the arrays afterwards", tolerance=TOLERANCE)
def arrays_afterwards(module, query, value, **options):
    """The arrays given, as they are afterwards, and the outputs."""
    given = {"query": query, "value": value, **options}
    outputs, _ = _attend(module, "arrays", query, value, options)
    arrays = {name: value for name, value in given.items() if isinstance(value, np.ndarray)}
    return {**arrays, "outputs": outputs}


@probe("MultiHeadAttention({*})({inputs}), its kernels {kernels}", tolerance=TOLERANCE)
def attended(module, inputs, kernels, n_heads, **options):
    """The outputs of the layer with these kernels."""
    layer = _layer(module, n_heads, options)
    return _outputs(layer, _tensors(inputs), kernels)


@probe(
    "MultiHeadAttention({*})({inputs}, mask={masks}), its kernels {kernels}", tolerance=TOLERANCE
)
def attended_masked(module, inputs, masks, kernels, n_heads, **options):
    """The outputs where masks are given."""
    layer = _layer(module, n_heads, options)
    return _outputs(layer, _tensors(inputs), kernels, mask=_tensors(masks))


@probe(
    "MultiHeadAttention({*})([tf.keras.layers.Masking()(x) for x in {inputs}]), "
    "its kernels {kernels}",
    tolerance=TOLERANCE,
)
def attended_after_masking(module, inputs, kernels, n_heads, **options):
    """The outputs for inputs that carry Keras masks, which hide steps of zeros."""
    layer = _layer(module, n_heads, options)
    return _outputs(layer, _after_masking(inputs), kernels)


@probe(
    "layer = MultiHeadAttention({*}); [layer(inputs) for inputs in {batches}], "
    "its kernels {kernels}",
    tolerance=TOLERANCE,
)
def attended_in_turn(module, batches, kernels, n_heads, **options):
    """The outputs of one layer for one batch after the other."""
    layer = _layer(module, n_heads, options)
    return [_outputs(layer, _tensors(inputs), kernels) for inputs in batches]


@probe(
    "first, second = MultiHeadAttention({n_heads}), MultiHeadAttention({second_n_heads}); "
    "[layer({inputs}) for layer in (first, second, first)], "
    "their kernels {kernels} and {second_kernels}",
    tolerance=TOLERANCE,
)
def attended_by_two(module, inputs, kernels, second_kernels, n_heads, second_n_heads):
    """The outputs of two layers made one after the other, and of the first once more."""
    layers = [_layer(module, n_heads, {}), _layer(module, second_n_heads, {})]
    tensors = _tensors(inputs)
    for layer, values in zip(layers, (kernels, second_kernels), strict=True):
        _call(layer, tensors)
        _assign(layer, values, inputs[0].shape[-1])
    return [_call(layer, tensors) for layer in (layers[0], layers[1], layers[0])]


@probe(
    "layer = MultiHeadAttention({*}); layer({inputs}); layer.trainable_weights",
    tolerance=TOLERANCE,
)
def weights_of(module, inputs, kernels, n_heads, **options):
    """How many numbers each trainable weight holds once the layer was called, and its outputs."""
    layer = _layer(module, n_heads, options)
    tensors = _tensors(inputs)
    _call(layer, tensors)
    check_trainable(lambda: _call(layer, tensors), layer.trainable_weights)
    return {
        "trainable": [int(np.prod(weight.shape)) for weight in layer.trainable_weights],
        "outputs": _outputs(layer, tensors, kernels),
    }


@probe("layer = MultiHeadAttention({*}); layer.name, layer.dtype")
def settings(module, n_heads, **options):
    """What Keras keeps of the other keyword arguments."""
    return settings_of(_layer(module, n_heads, options))


@probe(
    "a functional model of MultiHeadAttention({*}), in one tf.function for all lengths, called "
    "with each of {batches}, training=True; its kernels {kernels}",
    tolerance=TOLERANCE,
)
def in_a_model(module, batches, kernels, n_heads, **options):
    """The outputs of a functional model whose batch size and lengths are unknown."""
    return _run_model(module, batches, kernels, n_heads, options, masked=False)


@probe(
    "a functional model of MultiHeadAttention({*}) after tf.keras.layers.Masking(), in one "
    "tf.function for all lengths, called with each of {batches}, training=True; its kernels "
    "{kernels}",
    tolerance=TOLERANCE,
)
def in_a_model_after_masking(module, batches, kernels, n_heads, **options):
    """The same, where the inputs carry Keras masks, which hide steps of zeros."""
    return _run_model(module, batches, kernels, n_heads, options, masked=True)


@probe("MultiHeadAttention({n_heads})([tf.zeros({query_shape}), tf.zeros({value_shape})])")
def of_zeros(module, n_heads, query_shape, value_shape):
    """The outputs for inputs of zeros."""
    inputs = [np.zeros(query_shape, np.float32), np.zeros(value_shape, np.float32)]
    return _call(_layer(module, n_heads, {}), _tensors(inputs))


@probe(
    "MultiHeadAttention({n_heads})([tf.keras.Input([None, {dims}]) for _ in range(2)])",
    shown=no_error,
)
def of_symbolic_inputs(module, n_heads, dims):
    """Only put the layer into a functional model, and never run it."""
    import tensorflow as tf

    inputs = [tf.keras.Input([None, dims]) for _ in range(2)]
    symbolic(_layer(module, n_heads, {})(inputs))


def _attend(module, form, query, value, options):
    function = find(module, "scaled_dot_product_attention")
    given = {name: _in_form(form, value) for name, value in options.items()}
    if form == "tensors, the mask a list" and given["mask"] is not None:
        given["mask"] = options["mask"].tolist()
    answer = function(_in_form(form, query), _in_form(form, value), **given)
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise Unusable(
            "scaled_dot_product_attention must give a pair (outputs, weights), but it gave "
            f"{describe(answer)}"
        )
    outputs, weights = answer
    return [array_of(outputs, "the outputs"), array_of(weights, "the weights")]


def _in_form(form, value):
    import tensorflow as tf

    if form != "arrays" and isinstance(value, np.ndarray):
        return tf.constant(value)
    return value


def _layer(module, n_heads, options):
    return find(module, "MultiHeadAttention")(n_heads, **options)


def _tensors(values):
    """Tensors of arrays; where two arrays are equal, the same one, as for self-attention."""
    import tensorflow as tf

    tensors = []
    for value in values:
        known = zip(values, tensors, strict=False)
        equal = [tensor for other, tensor in known if np.array_equal(other, value)]
        tensors.append(equal[0] if equal else None if value is None else tf.constant(value))
    return tensors


def _after_masking(values):
    import tensorflow as tf

    return [tf.keras.layers.Masking()(tf.constant(value)) for value in values]


def _call(layer, tensors, **options):
    return array_of(layer(tensors, **options), "the output of the layer")


def _outputs(layer, tensors, kernels, **options):
    """What the layer gives with these kernels; the first call is there to make its weights."""
    _call(layer, tensors, **options)
    _assign(layer, kernels, int(tensors[0].shape[-1]))
    return _call(layer, tensors, **options)


def _assign(layer, kernels, dims):
    """Put the kernels ``[dims, dims]`` into the four linear maps, whatever shape they have there.

    Raises:
        Unusable: a linear map is missing, is not one kernel without bias, or has another size.
    """
    for name in LINEAR_MAPS:
        kernel = _kernel_of(layer, name)
        shape = tuple(int(size) for size in kernel.shape)
        if np.prod(shape) != dims * dims:
            raise Unusable(
                f"the kernel of {name} must map {dims} dims to {dims} dims, but it has shape "
                f"{shape}, which does not reshape to {(dims, dims)}"
            )
        kernel.assign(np.asarray(kernels[name], np.float32).reshape(shape))


def _kernel_of(layer, name):
    linear = getattr(layer, name, None)
    if linear is None:
        raise Unusable(
            f"the layer must have the linear map {name} once it was called, but it has none"
        )
    if hasattr(linear, "assign"):  # a bare variable
        return linear
    weights = getattr(linear, "weights", None)
    if not isinstance(weights, list):
        raise Unusable(f"{name} must be a linear map such as Dense, but it is {describe(linear)}")
    if not weights:
        raise Unusable(
            f"{name} has no kernel even after the layer was called: was the linear map never used?"
        )
    if len(weights) > 1:
        shapes = ", ".join(str(tuple(weight.shape)) for weight in weights)
        raise Unusable(
            f"{name} must have one kernel and no bias, but it has weights of shapes {shapes}"
        )
    return weights[0]


def _run_model(module, batches, kernels, n_heads, options, masked):
    import tensorflow as tf

    dims = batches[0][0].shape[-1]
    sources = [tf.keras.Input([None, dims]) for _ in batches[0]]
    inputs = [tf.keras.layers.Masking()(source) for source in sources] if masked else sources
    layer = _layer(module, n_heads, options)
    model = tf.keras.Model(sources, symbolic(layer(inputs)))
    _assign(layer, kernels, dims)
    # As in training on batches of many lengths: one graph, which knows no length beforehand.
    spec = [tf.TensorSpec([None, None, dims]) for _ in sources]
    graph = tf.function(lambda inputs: model(inputs, training=True), input_signature=[spec])
    return [array_of(graph(_tensors(batch)), "the output of the model") for batch in batches]
