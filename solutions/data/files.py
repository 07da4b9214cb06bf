"""Find, check and download the files that hold the data."""

import contextlib
import hashlib
import json
import os
import socket
import tempfile
from pathlib import Path


class DataError(ValueError):
    """A file of data is missing, broken, or not what it should be; the message says which."""


class OfflineError(DataError):
    """Nothing could be downloaded, most likely because there is no network."""


def cache_dir():
    """Give the folder of downloaded data: ``datasets/unrolled`` in Keras' own folder.

    Keras' folder is ``$KERAS_HOME`` if that is set, else ``~/.keras``.
    """
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets" / "unrolled"


def sha256(path):
    """Give the SHA-256 checksum of a file, 64 hexadecimal digits."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def fingerprint(*parts):
    """Give a few characters that tell data apart from other data: lists of texts or of numbers."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(json.dumps(part).encode())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def reading(path):
    """Tell in one line, as a DataError, of a file that is not UTF-8 text or cannot be read."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text: byte {error.start} is wrong") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None


def read_text(path):
    """Give the text of a UTF-8 file, without a byte order mark.

    Raises:
        DataError: the file cannot be read, is not UTF-8, or holds no text.
    """
    with reading(path):
        text = Path(path).read_text(encoding="utf-8-sig")
    if not text.strip():
        raise DataError(f"{path} is empty")
    return text


def download(name, url, checksum):
    """Give the path of a file in the cache, downloaded first if it is not there.

    Keras downloads it into a temporary folder beside its place and checks it there; only then is it
    moved. So a download that breaks off leaves nothing behind.

    Args:
        name: the name of the file in :func:`cache_dir`.
        url: where it comes from.
        checksum: the SHA-256 it must have.

    Raises:
        OfflineError: the address cannot be reached.
        DataError: the download broke off, or what came is not what was asked for.
    """
    target = cache_dir() / name
    if target.is_file() and sha256(target) == checksum:
        return target

    from tensorflow import keras  # here, as importing TensorFlow takes seconds

    old_timeout = socket.getdefaulttimeout()
    socket.setdefaulttimeout(20)  # get_file itself would wait for ever
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".download-") as folder:
            path = Path(folder, name)
            try:
                keras.utils.get_file(
                    name, url, file_hash=checksum, cache_dir=folder, cache_subdir=""
                )
            except ValueError:
                raise DataError(
                    f"{url} gave a file of {path.stat().st_size:,} bytes with the wrong checksum: "
                    f"it is sha256 {sha256(path)}, expected {checksum}. The download broke off, or "
                    "something else was sent. Nothing was kept."
                ) from None
            path.replace(target)
    except DataError:
        raise
    except OSError as error:  # a full disk, no right to write, a connection that broke
        raise DataError(
            f"{url} could not be saved as {target}: {error}; set KERAS_HOME to another folder"
        ) from None
    except Exception as error:  # get_file wraps what went wrong in a bare Exception
        reason = str(error).strip() or type(error).__name__
        reason = reason.replace(f"URL fetch failure on {url}: ", "").replace("None -- ", "")
        raise OfflineError(f"{url} could not be reached: {reason}") from None
    finally:
        socket.setdefaulttimeout(old_timeout)
    return target
