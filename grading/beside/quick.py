"""Have TensorFlow answer small questions quickly, and hypothesis begin soon.

The tests make hundreds of calls, each on a few numbers. What saves time in a training of hours,
such as optimizing a graph, takes longer than the call itself here.
"""

import functools
import inspect
import logging


def be_quick():
    """Prepare TensorFlow, which is imported here; workers are to be forked afterwards."""
    import tensorflow as tf

    # Each call brings functions of its own: TensorFlow's advice to share them is for nobody here.
    logging.getLogger("tensorflow").addFilter(lambda said: "retracing" not in said.getMessage())
    # Waking a thread for an operation, or optimizing a graph, takes longer than running it.
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    if getattr(tf.keras, "__version__", "2").startswith("2"):  # TensorFlow 2.15's does not say
        layers = tf.keras.layers
        for layer in (layers.GRU, layers.LSTM):
            _leave_out_gpu_kernels(layer)
        slow = layers.Dense, layers.Embedding, layers.GRU, layers.LSTM, layers.LayerNormalization
        for layer in slow:
            _give_only_shapes_on_trial(layer)


def is_on_trial():
    """Whether Keras 2 calls a layer only to learn the shape of what it gives.

    It does so for each layer of a functional model, in a graph that it throws away.
    """
    import tensorflow as tf

    if tf.executing_eagerly():
        return False
    graph = tf.compat.v1.get_default_graph()
    return getattr(graph, "name", "").endswith("_scratch_graph")  # there is no public way to know


def _leave_out_gpu_kernels(layer):
    """Make recurrent layers without the kernels that a GPU would use, as none is used here.

    For each layer of a functional model, Keras 2 traces both kernels and their gradients, which
    takes a second. There is no public way to choose one. Keras 3 does not do so, and reads the
    signature of ``__init__`` itself.
    """
    init = layer.__init__

    @functools.wraps(init)
    def __init__(self, *args, **kwargs):
        init(self, *args, **kwargs)
        if hasattr(self, "_could_use_gpu_kernel"):
            self._could_use_gpu_kernel = False

    layer.__init__ = __init__


def _give_only_shapes_on_trial(layer):
    """Spare a layer of Keras' own the graph of operations that nothing ever runs.

    A Dense layer gets into a functional model in a third of the time then, an LSTM in a fifth; to
    make a model takes far longer than to call it.
    """
    import tensorflow as tf

    whole_call = layer.call

    @functools.wraps(whole_call)
    def call(self, inputs, *args, **kwargs):
        is_usual = type(self) is layer and isinstance(inputs, tf.Tensor)
        if not (is_usual and is_on_trial()) or _needs_whole_call(self, inputs, kwargs.get("mask")):
            return whole_call(self, inputs, *args, **kwargs)
        shapes = self.compute_output_shape(inputs.shape)
        several = isinstance(shapes, list)  # of a layer that gives its states, too
        given = [
            tf.compat.v1.placeholder(self.compute_dtype, shape)
            for shape in (shapes if several else [shapes])
        ]
        return given if several else given[0]

    call.__signature__ = inspect.signature(whole_call)  # Keras reads it, and not what is wrapped
    layer.call = call


def _needs_whole_call(layer, inputs, mask=None):
    """Whether the call of a layer may end in an error, or run a function that is not Keras' own."""
    is_embedding = hasattr(layer, "embeddings")
    is_cast = not is_embedding and inputs.dtype != layer.compute_dtype
    names = ("activation", "recurrent_activation")
    functions = [getattr(layer, name) for name in names if hasattr(layer, name)]
    is_own = any(not function.__module__.startswith("keras.") for function in functions)
    is_odd = mask is not None and len(mask.shape) != 2
    is_fixed = getattr(layer, "unroll", False) or getattr(layer, "input_length", None)
    return is_cast or is_own or is_odd or is_fixed


def draw_no_constants():
    """Keep hypothesis from drawing constants that it reads in the modules that are loaded.

    That takes long in each new process, and in pytest, check cells and the judge those are not the
    same modules, while the examples have to be. A later version that does not know this name reads
    them again.
    """
    from hypothesis.internal.conjecture import providers

    providers._get_local_constants = providers.Constants
