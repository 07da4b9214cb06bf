"""What all probes share: the mark, the look-up of a student's names, and reading datasets."""

import difflib
import inspect
import os
import re

import numpy as np

from grading.beside.show import LONGEST, describe, show


class Unusable(Exception):
    """The subject answered with the wrong kind of thing; the message says so to the student."""


class Missing(Exception):
    """The module lacks a name that the exercise asks for."""


def probe(call, shown=show, tolerance=(1e-4, 1e-5), **shown_as):
    """Mark a function as a probe.

    Args:
        call: how the call is shown to a student, for example ``"split_windows({*})"``: a name in
            braces is that argument of the probe, ``{*}`` all arguments as in a Python call, and
            ``*{sizes}`` or ``**{sizes}`` what is in a list or a dict, as arguments.
            An argument called ``form`` is a phrase such as "a tensor", shown without quotes.
        shown: turns the result into the text that a student sees.
        tolerance: (rtol, atol) within which two subjects' results count as the same when a
            misconception is looked for; wide for frequencies of random draws.
        shown_as: by argument, what turns it into text where it is in braces.
    """

    def mark(function):
        function.probe_call, function.probe_shown = call, shown
        function.probe_tolerance, function.probe_shown_as = tolerance, shown_as
        return function

    return mark


def spell(function, args, kwargs):
    """The call of a probe, as the student's code would be called."""
    bound = inspect.signature(function).bind(None, *args, **kwargs)
    given = dict(list(bound.arguments.items())[1:])
    given.update(given.pop("options", {}))
    named = [name for name in given if "{" + name + "}" in function.probe_call]
    rest = {name: value for name, value in given.items() if name not in named}
    positional = list(inspect.signature(function).parameters)[1 : 1 + len(args)]
    shown = [
        show(value) if name in positional else f"{name}={show(value)}"
        for name, value in rest.items()
    ]
    text = function.probe_call.replace("{*}", ", ".join(shown))
    for name in named:
        value, place = given[name], "{" + name + "}"
        if isinstance(value, dict):
            inside = "".join(f", {key}={show(each)}" for key, each in value.items())
            text = text.replace(", **" + place, inside).replace("**" + place, inside[2:])
        elif isinstance(value, list | tuple):
            text = text.replace("*" + place, ", ".join(map(show, value)))
        elif isinstance(value, str):
            text = text.replace(place + "(", value + "(")  # a function's name
        spelled = function.probe_shown_as.get(name, _show_kernels)
        text = text.replace(place, value if name == "form" else spelled(value))
    return text


def _show_kernels(value):
    """A value as it is shown; of a dict of arrays, those that change nothing in short."""
    if not isinstance(value, dict) or not any(map(_is_identity, value.values())):
        return show(value)
    longest = LONGEST // len(value)
    shown = {
        name: f"np.eye({len(each)})" if _is_identity(each) else show(each, longest)
        for name, each in value.items()
    }
    return "{" + ", ".join(f"{name!r}: {text}" for name, text in shown.items()) + "}"


def _is_identity(value):
    is_array = isinstance(value, np.ndarray) and value.ndim == 2
    return is_array and len(value) > 1 and np.array_equal(value, np.eye(len(value)))


def find(module, name):
    """The function or class of that name in the student's module.

    Raises:
        Missing: it is not there, or cannot be called.
    """
    value = getattr(module, name, None)
    if callable(value):
        return value
    if hasattr(module, name):
        raise Missing(f"{name} is {describe(value)}; it must be a function or a class")
    own = [other for other, item in vars(module).items() if _is_own(module, other, item)]
    close = difflib.get_close_matches(name, own, n=1)
    hint = f" (did you mean {close[0]}?{_line_of(getattr(module, close[0]))})" if close else ""
    defined = ", ".join(own) if own else "no function or class at all"
    file = os.path.basename(getattr(module, "__file__", None) or "it")
    raise Missing(f"there is no {name} in {file}{hint}; it defines {defined}")


def table(seed, *shape):
    """The numbers of a weight of this shape; test and probe make the same."""
    return np.random.RandomState([seed, *shape]).uniform(-1, 1, shape).astype(np.float32)


def give_weights(weights, values):
    """Give a model's weights the values of another model's, by their shapes.

    Args:
        weights: variables.
        values: from shapes, spelled as "3x4", to arrays. A row of numbers whose shape is not among
            them, such as a bias or a scale, stays as it is.

    Raises:
        Unusable: there is a weight of a shape that the other model has not.
    """
    for weight in weights:
        shape = [int(size) for size in weight.shape if size != 1]
        value = values.get("x".join(map(str, shape)))
        if value is not None:
            weight.assign(np.reshape(value, weight.shape))
        elif len(shape) > 1:
            raise Unusable(
                f"there is a weight of shape {tuple(shape)}; those of such a model have the shapes "
                f"{', '.join(values)}"
            )


def array_of(value, what):
    """An answer that must be an array or a tensor, as it is.

    Raises:
        Unusable: it is something else (None, a list, a generator).
    """
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return value
    raise Unusable(f"{what} must be an array or a tensor, but it is {describe(value)}")


def check_trainable(outputs_of, weights):
    """Check that training changes all of some weights.

    Args:
        outputs_of: computes, without arguments, what comes out: an array or a tensor.
        weights: the variables.

    Raises:
        Unusable: what comes out has no gradient with respect to some of them.
    """
    gradients = gradients_of(outputs_of, weights)
    left = [tuple(w.shape) for w, g in zip(weights, gradients, strict=True) if g is None]
    if left:
        shapes = ", ".join(map(str, left[:4])) + " ..." * (len(left) > 4)
        raise Unusable(
            "every trainable weight must get a gradient, or training never changes it, but "
            f"{len(left)} of {len(weights)} get none, of the shapes {shapes}"
        )


def gradients_of(outputs_of, weights):
    """The gradients of what comes out, with respect to some weights; None where there is none."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        outputs = tf.convert_to_tensor(outputs_of())  # an array has none, and is no error
    return tape.gradient(outputs, weights)


def symbolic(outputs, name="the layer"):
    """What a layer gave in a functional model: a tensor of Keras', as it is.

    Raises:
        Unusable: it is something else.
    """
    import tensorflow as tf

    if tf.keras.backend.is_keras_tensor(outputs):
        return outputs
    raise Unusable(
        f"in a functional model {name} must give a tensor that Keras can go on with, but it gave "
        f"{describe(outputs)}"
    )


def pairs_of(dataset, what, limit):
    """Read a dataset of (inputs, targets): a list of ``[inputs, targets]``.

    Raises:
        Unusable: it is no dataset, gives no pairs, or goes on after ``limit`` batches.
    """
    import tensorflow as tf

    if not isinstance(dataset, tf.data.Dataset):
        raise Unusable(f"{what} must give a tf.data.Dataset, but it gave {describe(dataset)}")
    pairs = []
    for element in dataset.with_options(_as_it_is()):
        if not isinstance(element, tuple | list) or len(element) != 2:
            raise Unusable(
                f"the dataset must give pairs (inputs, targets), but it gives {_describe(element)}"
            )
        if len(pairs) == limit:
            raise Unusable(
                f"the dataset must end after every window came once, but it goes on after {limit} "
                "batches, more than there can be"
            )
        pair = [array_of(part, "each part of a batch") for part in element]
        if any(len(part.shape) != 2 for part in pair):
            inputs, targets = (tuple(part.shape) for part in pair)
            raise Unusable(
                "inputs and targets must both have shape [batch, n_steps], but the inputs have "
                f"shape {inputs} and the targets {targets}"
            )
        pairs.append(pair)
    return pairs


def passes_of(dataset, what, limit):
    """Read a dataset of (inputs, targets) twice, with a look at its first batch between."""
    first = pairs_of(dataset, what, limit)
    next(iter(dataset.with_options(_as_it_is())), None)
    return [first, pairs_of(dataset, what, limit)]


def _as_it_is():
    """Options to run a dataset as it was written: it is too short to be worth tuning."""
    import tensorflow as tf

    options = tf.data.Options()
    options.autotune.enabled = False
    options.experimental_optimization.apply_default_optimizations = False
    return options


def in_form(form, sequence):
    """A sequence of numbers as ``"a list"``, ``"a tuple"``, ``"an array"`` or ``"a tensor"``."""
    if form == "a tensor":
        import tensorflow as tf

        return tf.constant(sequence)
    return {"a list": list, "a tuple": tuple, "an array": np.array}[form](sequence)


def taking_ids(call, given):
    """Call a function with a sequence of ids; a tensor of ids is given as int32 or as int64.

    Which integers an answer computes in is free, and TensorFlow does not convert one kind of
    integer tensor to the other by itself, so either will do.
    """
    if not hasattr(given, "numpy"):
        return call(given)
    import tensorflow as tf

    try:
        return call(tf.cast(given, tf.int64))
    except (TypeError, ValueError, tf.errors.InvalidArgumentError):
        return call(tf.cast(given, tf.int32))


def _describe(element):
    if isinstance(element, tuple):
        return f"tuples of {len(element)}"
    return describe(element)


def _line_of(item):
    try:
        return f" It is in line {inspect.getsourcelines(item)[1]}"
    except (OSError, TypeError):
        return ""


def _is_own(module, name, item):
    if name.startswith("_") or not callable(item):
        return False
    return getattr(item, "__module__", None) == module.__name__


def settings_of(layer):
    """What a layer keeps of its settings; of a name that Keras made up, without the number."""
    return {"name": re.sub(r"_\d+$", "", str(layer.name)), "dtype": str(layer.dtype)}
