"""Have TensorFlow answer small questions quickly, and hypothesis begin soon.

The tests make hundreds of calls, each on a few numbers. What saves time in a training of hours,
such as optimizing a graph, takes longer than the call itself here.
"""

import functools
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
        for layer in (tf.keras.layers.GRU, tf.keras.layers.LSTM):
            _leave_out_gpu_kernels(layer)


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


def draw_no_constants():
    """Keep hypothesis from drawing constants that it reads in the modules that are loaded.

    That takes long in each new process, and in pytest, check cells and the judge those are not the
    same modules, while the examples have to be. A later version that does not know this name reads
    them again.
    """
    from hypothesis.internal.conjecture import providers

    providers._get_local_constants = providers.Constants
