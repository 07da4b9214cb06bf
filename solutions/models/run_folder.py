"""The folder of a run: settings, checkpoints, history, weights; whole or not there at all.

Whatever happens to a training, also ``kill -9`` and a full disk, what lies in its folder can be
read, and the next start of the same training goes on from there.
"""

import contextlib
import csv
import io
import json
import os
import shutil
import tempfile
from pathlib import Path

import tensorflow as tf

try:
    import fcntl
except ImportError:  # Windows has none
    fcntl = None

WEIGHTS, SETTINGS, HISTORY, CURVES = (
    "model.weights.h5",
    "settings.json",
    "history.csv",
    "curves.png",
)
START_OVER = "give --fresh to start over"


class RunError(Exception):
    """A run cannot start or go on; the message is written for the user."""


@contextlib.contextmanager
def writing_into(out):
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
def alone_in(out):
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


def open_run(settings, out):
    """Give the history of the run in ``out``, an empty list for a new one.

    Raises:
        RunError: it is a run of other settings, or a file of it is damaged or missing.
    """
    checkpoints = _checkpoints(out)
    path = out / SETTINGS
    if path.is_file():
        old, new = _read_json(path, dict), _as_read_again(settings)
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


def write_settings(settings, out):
    """Write what tells this run from another one."""
    text = json.dumps(settings, indent=1)
    write_atomically(out / SETTINGS, lambda path: Path(path).write_text(text, encoding="utf-8"))


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


def save_checkpoint(model, history, out, chief):
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
        status = tf.train.Checkpoint(model=model, optimizer=model.optimizer).read(
            str(checkpoint / "model")
        )
        status.assert_existing_objects_matched()
    except (AssertionError, ValueError):  # names that are not there, shapes that do not fit
        raise RunError(f"{checkpoint} holds another model than this one: {START_OVER}") from None
    except (tf.errors.OpError, IndexError) as error:  # IndexError: the file is too short
        raise RunError(f"{checkpoint} cannot be read ({error}): {START_OVER}") from None


def write_history(history, out):
    """Write the history as CSV, a line for each epoch."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(history[-1]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(history)
    write_atomically(
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


def write_atomically(path, write, suffix="", keep=True):
    """Write a file: whole under its name or not there at all.

    Args:
        path: the file.
        write: called with the name of a temporary file to write to.
        suffix: how that name must end.
        keep: False to write and throw away.
    """
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


def remove_leftovers(out):
    """Remove the half-written files of a run that was killed."""
    for path in [*out.glob(".checkpoint-*"), *out.glob(".tmp-*")]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def clear(out):
    """Remove what a run leaves, and nothing else that a user may keep in the folder."""
    for name in [WEIGHTS, SETTINGS, HISTORY, CURVES]:
        (out / name).unlink(missing_ok=True)
    for path in _checkpoints(out):
        shutil.rmtree(path)
