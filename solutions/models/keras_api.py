"""What differs between Keras 2 and Keras 3; the other modules are written for both."""

import contextlib

from tensorflow import keras


def reset_states(model):
    """Make all stateful layers of a model forget what they have read."""
    for layer in model.layers:
        if getattr(layer, "stateful", False):
            layer.reset_states()


@contextlib.contextmanager
def seedable_layers():
    """Let the layers built here have random generators that :func:`seed_layers` can set."""
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
    # The cells inside recurrent layers, too, which model.layers would leave out.
    for i, layer in enumerate(model._flatten_layers()):
        generator = getattr(getattr(layer, "_random_generator", None), "_generator", None)
        if generator is not None:
            generator.reset_from_seed(seed * 10_007 + i)
