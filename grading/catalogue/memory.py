"""Small facts kept between runs, beside what pytest itself remembers."""

import contextlib
import json

from grading.catalogue.files import write_atomically
from grading.catalogue.paths import ROOT

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
