"""Train a model so that no work is lost: progress, checkpoints, an exact resume, and a record.

Everything random in an epoch hangs on the seed and on the epoch's number alone. So a run that was
stopped, even by ``kill -9``, takes up the last checkpoint and ends with the very weights that it
would have had without the interruption.
"""

import contextlib
import csv
import io
import json
import math
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import tensorflow as tf
from tensorflow import keras

try:
    import fcntl
except ImportError:  # Windows has none
    fcntl = None

from solutions.models.plots import plot_curves
from solutions.models.progress import ProgressDisplay

WEIGHTS, SETTINGS, HISTORY, CURVES = (
    "model.weights.h5",
    "settings.json",
    "history.csv",
    "curves.png",
)
START_OVER = "give --fresh to start over"


class RunError(Exception):
    """A run cannot start or go on; the message is written for the user."""


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
    with _writing_into(out):
        out.mkdir(parents=True, exist_ok=True)
    with _alone_in(out) if chief else contextlib.nullcontext():
        return _train(task, out, chief, seed, strategy, fresh, say, file)


def _train(task, out, chief, seed, strategy, fresh, say, file):
    with _writing_into(out):
        if chief:
            _remove_leftovers(out)
        if chief and fresh:
            _clear(out)
        # A worker must not read what the chief is just clearing away.
        history = [] if fresh else _open_run(task, out)
        if chief and not history:
            _write_settings(task, out)

    if strategy:
        task = _shard(task)
    with strategy.scope() if strategy else contextlib.nullcontext():
        keras.utils.set_random_seed(seed)
        with _random_generators():
            model = task.build()
        model.optimizer.build(model.trainable_variables)
        if history:
            _restore(model, _checkpoints(out)[-1])
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
                with _writing_into(out):
                    _save(model, history, out, chief)
        finally:
            progress.close()

    if task.final_model:
        model = task.final_model(model)
    with _writing_into(out):
        # In a group of workers, all of them must take part, though only the chief's file is kept.
        _write_atomically(out / WEIGHTS, model.save_weights, suffix=".weights.h5", keep=chief)
        if chief:
            _write_history(history, out)  # a run may have been killed just before it did
            figure = plot_curves(history, title=task.name)
            _write_atomically(out / CURVES, lambda path: figure.savefig(path), suffix=".png")
    return model, history


@contextlib.contextmanager
def _writing_into(out):
    """Tell in one line of a full disk, or of a folder that cannot be written."""
    try:
        yield
    except RunError:
        raise
    except (
        OSError,
        RuntimeError,  # HDF5's
        tf.errors.ResourceExhaustedError,
        tf.errors.PermissionDeniedError,
        tf.errors.NotFoundError,
    ) as error:
        reason = getattr(error, "strerror", None) or str(error)
        if "No space left on device" in reason:  # HDF5 and TensorFlow say much more around it
            reason = "no space left on device"
        raise RunError(f"--out {out} cannot be written: {reason}") from None


@contextlib.contextmanager
def _alone_in(out):
    """Keep a second training out of the folder; the lock ends with the process, even if killed."""
    if fcntl is None:
        yield
        return
    handle = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise RunError(
            f"another training is writing into {out}: wait for its end, or give another --out"
        ) from None
    except OSError:  # some network file systems know no locks
        pass
    try:
        yield
    finally:
        os.close(handle)


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


def _open_run(task, out):
    """Give the history of the run in ``out``, an empty list for a new one."""
    checkpoints = _checkpoints(out)
    path = out / SETTINGS
    if path.is_file():
        old, new = _read_json(path, dict), _as_read_again(task.settings)
        for key in sorted(set(old) | set(new), key=lambda key: (key != "model", key)):
            if old.get(key) != new.get(key):
                raise RunError(
                    f"{out} holds a run with {key}={_brief(old.get(key))}, not "
                    f"{_brief(new.get(key))}: give another --out, or --fresh to start over"
                )
    elif checkpoints:
        raise RunError(f"{path} is missing, and {out} holds a checkpoint: {START_OVER}")
    if not checkpoints:
        return []
    history = _read_json(checkpoints[-1] / "history.json", list)
    if checkpoints[-1].name != _checkpoint_name(history):
        raise RunError(f"{checkpoints[-1]} has a history of {len(history)} epochs: {START_OVER}")
    return history


def _write_settings(task, out):
    text = json.dumps(task.settings, indent=1)
    _write_atomically(out / SETTINGS, lambda path: Path(path).write_text(text, encoding="utf-8"))


def _as_read_again(settings):
    return json.loads(json.dumps(settings))


def _read_json(path, kind):
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path} cannot be read ({error}): {START_OVER}") from None
    if not isinstance(value, kind):
        raise RunError(f"{path} cannot be read (it holds no {kind.__name__}): {START_OVER}")
    return value


def _brief(value):
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _checkpoint_name(history):
    return f"checkpoint-{len(history):05d}"


def _checkpoints(out):
    """Give the folders of the checkpoints, the last one last."""
    return sorted(out.glob("checkpoint-[0-9]*"), key=lambda path: (len(path.name), path.name))


def _save(model, history, out, chief):
    """Write a checkpoint: whole under its name or not there at all.

    It is a folder, filled under a temporary name and then renamed, which a file system does in one
    step. Those before it go only then.
    """
    temporary = Path(tempfile.mkdtemp(prefix=".checkpoint-", dir=out))
    try:
        # In a group of workers, all of them must take part, though only the chief's copy is kept.
        tf.train.Checkpoint(model=model, optimizer=model.optimizer).write(str(temporary / "model"))
        if not chief:
            return
        (temporary / "history.json").write_text(json.dumps(history), encoding="utf-8")
        for path in temporary.iterdir():
            _sync(path)
        old = _checkpoints(out)
        temporary.chmod(0o755)  # mkdtemp makes folders that only their owner may read
        temporary.rename(out / _checkpoint_name(history))
        _sync(out)
        for path in old:  # more than one, if an earlier run was killed right here
            shutil.rmtree(path)
        _write_history(history, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _restore(model, checkpoint):
    try:
        status = tf.train.Checkpoint(model=model, optimizer=model.optimizer).read(
            str(checkpoint / "model")
        )
        status.assert_existing_objects_matched()
    except (AssertionError, ValueError):  # names that are not there, shapes that do not fit
        raise RunError(f"{checkpoint} holds another model than this one: {START_OVER}") from None
    except (tf.errors.OpError, IndexError) as error:  # IndexError: the file is too short
        raise RunError(f"{checkpoint} cannot be read ({error}): {START_OVER}") from None


def _write_history(history, out):
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(history[-1]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(history)
    _write_atomically(
        out / HISTORY, lambda path: Path(path).write_text(text.getvalue(), encoding="utf-8")
    )


def read_history(folder):
    """Give the history of a run, a dict of numbers for each epoch.

    Raises:
        RunError: the folder holds no history, or one that cannot be read.
    """
    path = Path(folder) / HISTORY
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = [
                {name: float(value) for name, value in row.items()} for row in csv.DictReader(file)
            ]
    except OSError:
        raise RunError(f"{folder} holds no {HISTORY}: nothing was trained there") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise RunError(f"{path} cannot be read: {error}") from None
    if not rows or not {"epoch", "loss"} <= set(rows[0]):
        raise RunError(f"{path} is no history of a training")
    return rows


def _write_atomically(path, write, suffix="", keep=True):
    handle, temporary = tempfile.mkstemp(prefix=".tmp-", suffix=suffix, dir=path.parent)
    os.close(handle)
    try:
        write(temporary)
        os.chmod(temporary, 0o644)  # mkstemp makes files that only their owner may read
        if keep:
            os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _sync(path):
    """Have the file system put a file or folder on the disk now."""
    if os.name == "nt":  # Windows opens no folders, and flushes no file opened for reading
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_leftovers(out):
    """Remove the half-written files of a run that was killed."""
    for path in [*out.glob(".checkpoint-*"), *out.glob(".tmp-*")]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _clear(out):
    """Remove what a run leaves, and nothing else that a user may keep in the folder."""
    for name in [WEIGHTS, SETTINGS, HISTORY, CURVES]:
        (out / name).unlink(missing_ok=True)
    for path in _checkpoints(out):
        shutil.rmtree(path)


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
