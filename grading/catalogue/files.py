"""Files that hold work: written in one step, backed up, compared by digest."""

import contextlib
import errno
import hashlib
import os
import tempfile
from pathlib import Path


def digest(data):
    """The SHA-256 of some bytes, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def write_atomically(path, data):
    """Write a file so that whoever reads it finds the old content or the new one, never half.

    Args:
        path: where; of a symbolic link, what it points to is written. A file that is there keeps
            its mode.
        data: bytes, or a text, which is written as UTF-8.

    Raises:
        OSError: it could not be written; the old file is still there.
    """
    path = Path(path).resolve()
    data = data.encode() if isinstance(data, str) else data
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        with contextlib.suppress(OSError):  # mkstemp's files are for their owner alone
            os.chmod(draft, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        os.replace(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        raise


def back_up(data, place):
    """Keep what a file held; no backup is ever overwritten.

    Args:
        data: the bytes.
        place: a function from 1, 2, ... to a path; the first one that is free is taken.

    Returns:
        The path of the backup.

    Raises:
        OSError: it could not be written.
    """
    for number in range(1, 1000):
        path = place(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError), open(path, "xb") as file:
            file.write(data)
            return path
    raise FileExistsError(errno.EEXIST, "there are 999 backups of it already", str(path))


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
