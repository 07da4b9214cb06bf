"""The files of a run: settings, checkpoints, history, weights; whole or not there at all.

Whatever happens to a training, also ``kill -9`` and a full disk, what lies in its folder can be
read, and the next start of the same training goes on from there.
"""

import contextlib
import csv
import json
import os
import shutil
import tempfile
from pathlib import Path

import filelock
import tensorflow as tf

WEIGHTS, SETTINGS, HISTORY, CURVES = OUTPUTS = (
    "model.weights.h5", "settings.json", "history.csv", "curves.png"
)  # fmt: skip
CHECKPOINT = "checkpoint-{:05d}"
START_OVER = "give --fresh to start over"


class RunError(Exception):
    """A run cannot start or go on; the message is written for the user."""


@contextlib.contextmanager
def writing_into(out):
    """Tell in one line of a full disk, or of a folder that cannot be written."""
    try:
        yield
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
def alone_in(out):
    """Keep a second training out of the folder; the lock ends with the process, even if killed."""
    path = out / ".lock"
    lock = filelock.FileLock(path)
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        raise RunError(
            f"another training is writing into {out}: wait for its end, or give another --out"
        ) from None
    except OSError:  # some network file systems know no locks
        pass
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows removes no open file
            path.unlink()
        lock.release()


def open_run(settings, out, chief):
    """Give the history of the run in ``out``; a new one gets its settings, and has no history.

    Raises:
        RunError: it is a run of other settings, or a file of it is damaged or missing.
    """
    checkpoints, path = _checkpoints(out), out / SETTINGS
    if path.is_file():
        old, new = _read_json(path, dict), json.loads(json.dumps(settings))
        for key in sorted({*old, *new}, key=lambda key: (key != "model", key)):
            if old.get(key) != new.get(key):
                was, asked = (_brief(its.get(key)) for its in (old, new))
                raise RunError(
                    f"{out} holds a run with {key}={was}, not {asked}: give another --out, or "
                    "--fresh to start over"
                )
    elif checkpoints:
        raise RunError(f"{path} is missing, and {out} holds a checkpoint: {START_OVER}")
    if not checkpoints:
        text = json.dumps(settings, indent=1)
        write_atomically(path, lambda path: path.write_text(text, encoding="utf-8"), keep=chief)
        return []
    history = _read_json(checkpoints[-1] / "history.json", list)
    if checkpoints[-1].name != CHECKPOINT.format(len(history)):
        raise RunError(f"{checkpoints[-1]} has a history of {len(history)} epochs: {START_OVER}")
    return history


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


def _checkpoints(out):
    """Give the folders of the checkpoints, the last one last."""
    return sorted(out.glob("checkpoint-[0-9]*"), key=lambda path: (len(path.name), path.name))


def save_checkpoint(model, history, out, chief):
    """Write a checkpoint: a folder, filled under a temporary name and then renamed.

    A file system renames in one step. The checkpoints before it go only then.
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
        temporary.rename(out / CHECKPOINT.format(len(history)))
        _sync(out)
        for path in old:  # more than one, if an earlier run was killed right here
            shutil.rmtree(path)
        write_history(history, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def restore(model, out):
    """Give a model and its optimizer what the last checkpoint holds.

    Raises:
        RunError: it is of another model, or damaged.
    """
    checkpoint = _checkpoints(out)[-1]
    try:
        tf.train.Checkpoint(model=model, optimizer=model.optimizer).read(
            str(checkpoint / "model")
        ).assert_existing_objects_matched()
    except (AssertionError, ValueError):  # names that are not there, shapes that do not fit
        raise RunError(f"{checkpoint} holds another model than this one: {START_OVER}") from None
    except (tf.errors.OpError, IndexError) as error:  # IndexError: the file is too short
        raise RunError(f"{checkpoint} cannot be read ({error}): {START_OVER}") from None


def write_history(history, out):
    """Write the history as CSV, a line for each epoch."""

    def write(path):
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(history[-1]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(history)

    write_atomically(out / HISTORY, write)


def read_history(folder):
    """Give the history of a run, a dict of numbers for each epoch.

    Raises:
        RunError: the folder holds no history, or one that cannot be read.
    """
    path = Path(folder) / HISTORY
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = [{name: float(row[name]) for name in row} for row in csv.DictReader(file)]
    except OSError:
        raise RunError(f"{folder} holds no {HISTORY}: nothing was trained there") from None
    except (ValueError, TypeError) as error:
        raise RunError(f"{path} cannot be read: {error}") from None
    if not rows or not {"epoch", "loss"} <= set(rows[0]):
        raise RunError(f"{path} is no history of a training")
    return rows


def load_run(folder, build, names, kind):
    """Give ``(model, settings)`` of a finished run.

    Args:
        folder: of the run.
        build: gives the model from the settings, without its weights.
        names: the models that will do; a folder without a run is answered with the last one.
        kind: what they are called in messages.

    Raises:
        RunError: the folder holds no such run; the message says what to do.
    """
    folder = Path(folder)
    if not (folder / SETTINGS).is_file():
        raise RunError(f"{folder} holds no trained model: try `unrolled train {names[-1]}`")
    if not (folder / WEIGHTS).is_file():
        raise RunError(f"the run in {folder} is not finished: the same `unrolled train` goes on")
    try:
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        if settings["model"] not in names:
            raise RunError(f"{folder} holds no {kind}, but {settings['model']!r}")
        model = build(settings)
        model.load_weights(folder / WEIGHTS)
    except (OSError, ValueError, KeyError, TypeError) as error:  # of damaged files
        raise RunError(f"the run in {folder} cannot be read: {error}") from None
    return model, settings


def write_atomically(path, write, suffix="", keep=True):
    """Write a file: whole under its name or not there at all.

    Args:
        path: the file.
        write: called with the path of a temporary file to write to.
        suffix: how that name must end.
        keep: False to write and throw away.
    """
    handle, temporary = tempfile.mkstemp(prefix=".tmp-", suffix=suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(temporary)
    try:
        write(temporary)
        temporary.chmod(0o644)  # mkstemp makes files that only their owner may read
        if keep:
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _sync(path):
    """Have the file system put a file or folder on the disk now."""
    if os.name == "nt":  # Windows opens no folders, and flushes no file opened for reading
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def tidy(out, fresh):
    """Remove the half-written files of a run that was killed, and a whole run if ``fresh``.

    Nothing else that a user may keep in the folder is touched.
    """
    paths = [*out.glob(".checkpoint-*"), *out.glob(".tmp-*")]
    if fresh:
        paths += [*(out / name for name in OUTPUTS), *_checkpoints(out)]
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
