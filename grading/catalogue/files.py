"""Small facts kept between runs, beside what pytest itself remembers."""

import contextlib
import json
import os
import tempfile

from grading.catalogue.stubs import ROOT

FOLDER = ROOT / ".pytest_cache" / "v"


class Memory:
    """Reads and writes like pytest's own cache, in the same folder, without pytest.

    Nothing depends on it but convenience: what cannot be read is forgotten, and what cannot be
    written is not kept.
    """

    def get(self, key, default):
        try:
            return json.loads((FOLDER / key).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return default

    def set(self, key, value):
        with contextlib.suppress(OSError):
            path = FOLDER / key
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, json.dumps(value))


def write_atomically(path, text):
    """Write a file so that whoever reads it finds the old text or the new one, never half.

    Raises:
        OSError: it could not be written; the old file is still there.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        with contextlib.suppress(OSError):
            os.chmod(temporary, path.stat().st_mode if path.exists() else 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
