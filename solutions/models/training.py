"""Train a model so that no work is lost: progress, checkpoints, an exact resume, and a record.

Everything random in an epoch hangs on the seed and on the epoch's number alone. So a run that was
stopped, even by ``kill -9``, takes up the last checkpoint and ends with the very weights that it
would have had without the interruption.
"""

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import tensorflow as tf
from tensorflow import keras

from solutions.models.plots import plot_curves
from solutions.models.progress import ProgressDisplay
from solutions.models.run_folder import (
    CURVES,
    WEIGHTS,
    RunError,
    alone_in,
    clear,
    open_run,
    remove_leftovers,
    restore,
    save_checkpoint,
    write_atomically,
    write_history,
    write_settings,
    writing_into,
)


@dataclass
class Task:
    """All that a training needs to know of a model and its data.

    Args:
        name: the model's name.
        build: gives the model, built and compiled.
        train_data: gives the batches of an epoch, from its number: the same number, the same
            batches.
        epochs: how many epochs to train for.
        settings: what tells this run from another one: sizes, data, seed. Saved beside the
            weights. A run only goes on with the settings it was started with.
        valid_data: batches to validate on after each epoch, or None.
        before_epoch: called with (model, epoch) before each epoch.
        callbacks: more Keras callbacks.
        final_model: from the trained model, gives the one whose weights are kept.
        report: from (model, history) to the lines to print at the end.
        source: where the data come from, in a few words.
        one_device: the model cannot be spread over several devices.
    """

    name: str
    build: Callable
    train_data: Callable
    epochs: int
    settings: dict
    valid_data: object = None
    before_epoch: Callable | None = None
    callbacks: list = field(default_factory=list)
    final_model: Callable | None = None
    report: Callable | None = None
    source: str = ""
    one_device: bool = False


def train(task, out, *, seed=42, strategy=None, fresh=False, say=print, file=None):
    """Train a model, or go on where an earlier run of the same settings was stopped.

    Args:
        task: what to train.
        out: the folder of the run. At the end it holds ``model.weights.h5``, ``settings.json``,
            ``history.csv`` and ``curves.png``; during the run also the last checkpoint.
        seed: everything random follows from it.
        strategy: a ``tf.distribute`` strategy, or None.
        fresh: throw away what an earlier run left in ``out``.
        say: where to send messages, line by line.
        file: where to show the progress; standard output by default.

    Returns:
        A pair ``(model, history)``: the trained model, and a list with a dict for each epoch.

    Raises:
        RunError: ``out`` holds a run of other settings, cannot be written, or another training
            writes into it; or the loss is no number any more.
    """
    if strategy and task.one_device:
        raise RunError(f"{task.name} cannot be spread over several devices: leave --strategy out")
    out = Path(out)
    chief = _is_chief(strategy)
    with writing_into(out):
        out.mkdir(parents=True, exist_ok=True)
    with alone_in(out) if chief else contextlib.nullcontext():
        return _train(task, out, chief, seed, strategy, fresh, say, file)


def _train(task, out, chief, seed, strategy, fresh, say, file):
    with writing_into(out):
        if chief:
            remove_leftovers(out)
        if chief and fresh:
            clear(out)
        # A worker must not read what the chief is just clearing away.
        history = [] if fresh else open_run(task.settings, out)
        if chief and not history:
            write_settings(task.settings, out)

    if strategy:
        task = _shard(task)
    with strategy.scope() if strategy else contextlib.nullcontext():
        keras.utils.set_random_seed(seed)
        with _random_generators():
            model = task.build()
        model.optimizer.build(model.trainable_variables)
        if history:
            restore(model, out)
            if len(history) < task.epochs:
                say(f"going on after epoch {len(history)}, from {out}")
            else:
                say(f"{out} is trained already: a larger --epochs goes on, --fresh starts over")

    if len(history) < task.epochs:
        steps = int(tf.data.experimental.cardinality(task.train_data(0)).numpy())
        progress = ProgressDisplay(task.epochs, len(history), steps if steps > 0 else None, file)
        try:
            for epoch in range(len(history), task.epochs):
                history.append(_train_epoch(task, model, epoch, seed, progress))
                with writing_into(out):
                    save_checkpoint(model, history, out, chief)
        finally:
            progress.close()

    if task.final_model:
        model = task.final_model(model)
    with writing_into(out):
        # In a group of workers, all of them must take part, though only the chief's file is kept.
        write_atomically(out / WEIGHTS, model.save_weights, suffix=".weights.h5", keep=chief)
        if chief:
            write_history(history, out)  # a run may have been killed just before it did
            figure = plot_curves(history, title=task.name)
            write_atomically(out / CURVES, lambda path: figure.savefig(path), suffix=".png")
    return model, history


def _shard(task):
    """Share batches out by examples: data made in memory have no files to share out."""
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    valid_data = task.valid_data
    return replace(
        task,
        train_data=lambda epoch: task.train_data(epoch).with_options(options),
        valid_data=None if valid_data is None else valid_data.with_options(options),
    )


def _train_epoch(task, model, epoch, seed, progress):
    seed_epoch(model, seed, epoch)
    if task.before_epoch:
        task.before_epoch(model, epoch)
    start = time.monotonic()
    logs = model.fit(
        task.train_data(epoch),
        validation_data=task.valid_data,
        initial_epoch=epoch,
        epochs=epoch + 1,
        callbacks=[*task.callbacks, progress],
        verbose=0,
    ).history
    if not logs:
        raise RunError("there is not enough data for a single batch")
    figures = {name: float(values[-1]) for name, values in logs.items()}
    if not math.isfinite(figures["loss"]):
        raise RunError(
            f"the loss of epoch {epoch + 1} is {figures['loss']}: start over with a smaller "
            "--learning-rate and --fresh"
        )
    return {"epoch": epoch + 1, **figures, "seconds": round(time.monotonic() - start, 3)}


@contextlib.contextmanager
def _random_generators():
    """Let the layers built here have random generators that can be set: see ``seed_epoch``."""
    experimental = keras.backend.experimental
    if experimental.is_tf_random_generator_enabled():
        yield
        return
    experimental.enable_tf_random_generator()
    try:
        yield
    finally:
        experimental.disable_tf_random_generator()


def seed_epoch(model, seed, epoch):
    """Let everything random in an epoch follow from the seed and the epoch's number alone.

    Seeding TensorFlow is not enough: what a compiled training step draws goes on from step to
    step. So each layer with dropout has a random generator of its own, which is set here.
    """
    keras.utils.set_random_seed(seed + 1 + epoch)
    # The cells inside recurrent layers, too, which model.layers would leave out.
    for i, layer in enumerate(model._flatten_layers()):
        generator = getattr(getattr(layer, "_random_generator", None), "_generator", None)
        if generator is not None:
            generator.reset_from_seed((seed + 1 + epoch) * 10_007 + i)


def _is_chief(strategy):
    """Tell whether this process writes the files: of several workers, only one does."""
    if strategy is None:
        return True
    resolver = strategy.cluster_resolver
    if resolver is None or not resolver.cluster_spec():
        return True
    return resolver.task_type in (None, "chief") or (
        resolver.task_type == "worker"
        and resolver.task_id == 0
        and "chief" not in resolver.cluster_spec().jobs
    )
