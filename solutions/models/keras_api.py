"""What differs between Keras 2 and Keras 3; the other modules are written for both.

Keras 3 has renamed ``reset_states``, and its layers with dropout keep the state of their random
generator in a variable, where those of Keras 2 have a generator of TensorFlow, if they are told so
before they are built.
"""

import contextlib

from tensorflow import keras

IS_KERAS_2 = not hasattr(keras, "ops")  # Keras 2 does not tell its version by this name


def reset_states(model):
    """Make all stateful layers of a model forget what they have read."""
    for layer in model.layers:
        if getattr(layer, "stateful", False):
            layer.reset_states() if IS_KERAS_2 else layer.reset_state()


@contextlib.contextmanager
def seedable_layers():
    """Let the layers built here have random generators that :func:`seed_layers` can set."""
    if not IS_KERAS_2:  # all of them have
        yield
        return
    experimental = keras.backend.experimental
    was_enabled = experimental.is_tf_random_generator_enabled()
    experimental.enable_tf_random_generator()
    try:
        yield
    finally:
        if not was_enabled:
            experimental.disable_tf_random_generator()


def seed_layers(model, seed):
    """Set the random generators of all layers with dropout, each to a state of its own.

    Seeding TensorFlow is not enough: what a compiled training step draws goes on from step to step.
    """
    if not IS_KERAS_2:
        states = [v for v in model.variables if v.path.endswith("seed_generator_state")]
        for i, state in enumerate(states):
            state.assign([seed * 10_007 + i, 0])
        return
    # The cells inside recurrent layers, too, which model.layers would leave out.
    for i, layer in enumerate(model._flatten_layers()):
        generator = getattr(getattr(layer, "_random_generator", None), "_generator", None)
        if generator is not None:
            generator.reset_from_seed(seed * 10_007 + i)


def keep_variables(layer, variables, trainable):
    """Have a layer own variables of a SavedModel, so that they are trained and saved with it.

    Raises:
        NotImplementedError: they are to be trained, and Keras 3 trains its own variables only.
    """
    if IS_KERAS_2:
        weights = layer._trainable_weights if trainable else layer._non_trainable_weights
        weights.extend(variables)
    elif trainable:
        raise NotImplementedError(
            "a SavedModel's embedding can be trained further with Keras 2 only, on Python 3.11"
        )
