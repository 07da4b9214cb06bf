"""Where a model is trained: one device, several, or several machines; and how precisely."""

import json
import os

import tensorflow as tf
from tensorflow import keras

from solutions.models.run_files import RunError


def set_mixed_precision(on):
    """Compute in 16 bits, with weights in 32, or in 32 bits throughout.

    On a GPU this is float16, which the cuDNN kernels of recurrent layers take; Keras scales the
    loss so that small gradients survive. A CPU knows bfloat16, which needs no scaling. Expect no
    gain there: most CPUs are slower with it.
    """
    half = "mixed_float16" if tf.config.list_physical_devices("GPU") else "mixed_bfloat16"
    keras.mixed_precision.set_global_policy(half if on else "float32")


def split_cpu(n_devices):
    """Make several logical devices of the CPU, to try a strategy out without several GPUs.

    Raises:
        RunError: TensorFlow has been at work already, so it is too late.
    """
    if n_devices < 2:
        raise RunError(f"--logical-devices {n_devices}: at least 2")
    cpu = tf.config.list_physical_devices("CPU")[0]
    try:
        tf.config.set_logical_device_configuration(
            cpu, [tf.config.LogicalDeviceConfiguration()] * n_devices
        )
    except RuntimeError as error:
        raise RunError(f"--logical-devices {n_devices}: {error}") from None


def make_strategy(name):
    """Give a ``tf.distribute`` strategy, or None for "none".

    Args:
        name: "none"; "mirrored" for all the GPUs of this machine, or its logical CPU devices if
            it has none; "multiworker" for several machines, described in the environment variable
            TF_CONFIG as TensorFlow defines it. Make it before any other work of TensorFlow.

    Raises:
        RunError: TF_CONFIG is missing or is not as TensorFlow expects it.
    """
    if name == "none":
        return None
    if name == "mirrored":
        devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
        return tf.distribute.MirroredStrategy([device.name for device in devices])
    try:
        workers = json.loads(os.environ["TF_CONFIG"])["cluster"]
        if not workers.get("worker"):
            raise KeyError("worker")
    except (KeyError, ValueError, TypeError, AttributeError):
        raise RunError(
            "--strategy multiworker needs the environment variable TF_CONFIG, such as "
            '\'{"cluster": {"worker": ["host1:2222", "host2:2222"]}, '
            '"task": {"type": "worker", "index": 0}}\''
        ) from None
    try:
        return tf.distribute.MultiWorkerMirroredStrategy()
    except (ValueError, TypeError, RuntimeError) as error:
        raise RunError(f"--strategy multiworker cannot start from TF_CONFIG: {error}") from None
