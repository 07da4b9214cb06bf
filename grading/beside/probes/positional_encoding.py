"""Probes of the exercise ``positional_encoding``."""

import numpy as np

from grading.beside.probes.base import (
    Unusable,
    array_of,
    find,
    gradients_of,
    probe,
    settings_of,
    symbolic,
)
from grading.beside.show import no_error

# Two right tables may differ: float32 angles of a few hundred are off by some 1e-4.
TOLERANCE = (1e-4, 1e-3)


@probe("layer = PositionalEncoding({*}); layer.name, layer.dtype")
def settings(module, max_steps, max_dims, **options):
    """What Keras keeps of the other keyword arguments."""
    return settings_of(find(module, "PositionalEncoding")(max_steps, max_dims, **options))


@probe("PositionalEncoding({max_steps}, {max_dims})(tf.zeros({shape}))", tolerance=TOLERANCE)
def of_zeros(module, shape, max_steps, max_dims):
    """The outputs for inputs of zeros: the positions alone."""
    layer = _layer(module, max_steps, max_dims)
    return _outputs(layer, np.zeros(shape, np.float32))


@probe("PositionalEncoding({max_steps}, {max_dims})(tf.constant({inputs}))", tolerance=TOLERANCE)
def encoded(module, inputs, max_steps, max_dims):
    """The outputs for the inputs given."""
    return _outputs(_layer(module, max_steps, max_dims), inputs)


@probe(
    "layer = PositionalEncoding({max_steps}, {max_dims}); "
    "[layer(tf.zeros(shape)) for shape in {shapes}]",
    tolerance=TOLERANCE,
)
def of_zeros_in_turn(module, shapes, max_steps, max_dims):
    """The outputs of one layer for one batch after the other."""
    layer = _layer(module, max_steps, max_dims)
    return [_outputs(layer, np.zeros(shape, np.float32)) for shape in shapes]


@probe(
    "first, second = PositionalEncoding(*{first}), PositionalEncoding(*{second}); "
    "[layer(tf.zeros({shape})) for layer in (first, second, first)]",
    tolerance=TOLERANCE,
)
def of_two_layers(module, first, second, shape):
    """The outputs of two layers made one after the other, and of the first once more."""
    layers = [_layer(module, *first), _layer(module, *second)]
    zeros = np.zeros(shape, np.float32)
    return [_outputs(layer, zeros) for layer in (layers[0], layers[1], layers[0])]


@probe(
    "layer, other = PositionalEncoding(*{sizes}), PositionalEncoding(*{other}); "
    "layer(tf.zeros({shape}))",
    tolerance=TOLERANCE,
)
def of_zeros_beside_another(module, sizes, other, shape):
    """The outputs of a layer after which another one was made."""
    layer, _ = _layer(module, *sizes), _layer(module, *other)
    return _outputs(layer, np.zeros(shape, np.float32))


@probe(
    "inputs = tf.constant({inputs}); PositionalEncoding({max_steps}, {max_dims})(inputs); inputs",
    tolerance=TOLERANCE,
)
def inputs_afterwards(module, inputs, max_steps, max_dims):
    """The tensor that was encoded, as it is afterwards, and the outputs."""
    import tensorflow as tf

    given = tf.constant(inputs)
    outputs = _layer(module, max_steps, max_dims)(given)
    # A tensor may share its memory with the array it gives, so it can be changed after all.
    return {"inputs": given, "outputs": array_of(outputs, "the output of the layer")}


@probe(
    "layer = PositionalEncoding({max_steps}, {max_dims}); layer(tf.zeros({shape})); "
    "layer.trainable_weights",
    tolerance=TOLERANCE,
)
def trainable_weights(module, shape, max_steps, max_dims):
    """The shapes of the layer's trainable weights once it was called, and its outputs."""
    import tensorflow as tf

    layer = _layer(module, max_steps, max_dims)
    outputs = _outputs(layer, np.zeros(shape, np.float32))
    inputs = tf.Variable(tf.zeros(shape))
    [gradient] = gradients_of(lambda: layer(tf.identity(inputs)), [inputs])
    if gradient is None:
        raise Unusable(
            "PositionalEncoding must let gradients through to its inputs, or training never "
            "changes the embedding before it, but it stops them"
        )
    shapes = [list(weight.shape) for weight in layer.trainable_weights]
    return {"trainable_weights": shapes, "outputs": outputs}


@probe(
    "outputs = PositionalEncoding({max_steps}, {max_dims})("
    "tf.keras.layers.Masking({hidden})(tf.constant({inputs}))); outputs, outputs._keras_mask",
    tolerance=TOLERANCE,
)
def after_masking(module, inputs, max_steps, max_dims, hidden):
    """The outputs for inputs that carry a Keras mask, and their mask.

    It hides the steps that hold nothing but the number ``hidden``; Keras makes them zeros.
    """
    import tensorflow as tf

    masked = tf.keras.layers.Masking(hidden)(tf.constant(inputs))
    outputs = array_of(_layer(module, max_steps, max_dims)(masked), "the output of the layer")
    return {"outputs": outputs, "mask": _mask_of(outputs)}


@probe(
    "tf.keras.Sequential([tf.keras.layers.Masking(), PositionalEncoding({max_steps}, {max_dims}), "
    "tf.keras.layers.GlobalAveragePooling1D()])(tf.constant({inputs}))",
    tolerance=TOLERANCE,
)
def mean_in_a_model(module, inputs, max_steps, max_dims):
    """The mean of the steps that the mask shows, taken by a layer after the encoding."""
    import tensorflow as tf

    source = tf.keras.Input([None, inputs.shape[-1]])
    masked = tf.keras.layers.Masking()(source)
    outputs = symbolic(_layer(module, max_steps, max_dims)(masked))
    model = tf.keras.Model(source, tf.keras.layers.GlobalAveragePooling1D()(outputs))
    return model(tf.constant(inputs))


@probe(
    "x = tf.keras.Input([None, {dims}]); "
    "model = tf.keras.Model(x, PositionalEncoding({max_steps}, {max_dims})(x)); "
    "graph = tf.function(lambda x: model(x, training=True), "
    "input_signature=[tf.TensorSpec([None, None, {dims}])]); "
    "[graph(tf.constant(inputs)) for inputs in {batches}]",
    tolerance=TOLERANCE,
)
def in_a_model(module, batches, dims, max_steps, max_dims):
    """The outputs of a functional model whose batch size and number of steps are unknown."""
    import tensorflow as tf

    source = tf.keras.Input([None, dims])
    model = tf.keras.Model(source, symbolic(_layer(module, max_steps, max_dims)(source)))
    # As in training on batches of many lengths: one graph, which knows no length beforehand.
    spec = tf.TensorSpec([None, None, dims])
    graph = tf.function(lambda inputs: model(inputs, training=True), input_signature=[spec])
    return [array_of(graph(tf.constant(inputs)), "the output of the model") for inputs in batches]


@probe(
    "PositionalEncoding({max_steps}, {max_dims})(tf.keras.Input([None, {dims}]))", shown=no_error
)
def of_symbolic_inputs(module, dims, max_steps, max_dims):
    """Only put the layer into a functional model, and never run it."""
    import tensorflow as tf

    symbolic(_layer(module, max_steps, max_dims)(tf.keras.Input([None, dims])))


def _layer(module, max_steps, max_dims):
    return find(module, "PositionalEncoding")(max_steps, max_dims)


def _outputs(layer, inputs):
    import tensorflow as tf

    return array_of(layer(tf.constant(inputs)), "the output of the layer")


def _mask_of(outputs):
    import tensorflow as tf

    mask = getattr(outputs, "_keras_mask", None)
    return None if mask is None else tf.convert_to_tensor(mask)
