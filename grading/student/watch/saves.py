"""Notice when files of a folder are saved, whichever way an editor writes them."""

import contextlib
import os
import threading
from pathlib import Path

QUIET_MS = 30  # a save is over when nothing more happened for so long
GROUP_MS = 150  # but never wait longer than that
POLL_SECONDS = 0.2
LOOK_ANYWAY_MS = 1000  # for file systems that tell nothing, and a folder that was made anew


class Saves:
    """Watches the modules of a folder in a thread while the ``with`` block runs.

    An editor may write a file in place, or write another one and rename it, or delete it first; a
    version control system may change many at once. So events only say when to look, and what
    counts is whether a file is another one than before.

    Args:
        folder: its modules (``*.py``, not hidden) are watched, those in its folders are not.
        put: called in the thread with the names of the modules that were saved, a sorted list
            without ``.py``.
        poll: look at the files at short intervals instead of waiting for events. (The polling of
            watchfiles compares whole seconds, so it would miss the second of two quick saves.)
    """

    def __init__(self, folder, put, poll=False):
        self.folder, self._put, self._poll = Path(folder), put, poll
        self._closing = threading.Event()
        self._seen = signatures(self.folder)
        self._thread = threading.Thread(target=self._watch, daemon=True, name="saves")

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._closing.set()
        self._thread.join(3)

    def _watch(self):
        while not self._closing.is_set():
            if not self._poll:
                with contextlib.suppress(OSError, RuntimeError):  # the folder is not there
                    self._watch_folder()
            self._closing.wait(POLL_SECONDS)
            self._look()

    def _watch_folder(self):
        from watchfiles import watch

        identity = self.folder.stat().st_ino
        events = watch(
            self.folder,
            watch_filter=None,
            recursive=False,
            debounce=GROUP_MS,
            step=QUIET_MS,
            stop_event=self._closing,
            rust_timeout=LOOK_ANYWAY_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        for _ in events:
            self._look()
            if self.folder.stat().st_ino != identity:
                return  # another folder of that name: watch that one

    def _look(self):
        now = signatures(self.folder)
        saved = sorted(name for name, is_now in now.items() if self._seen.get(name) != is_now)
        gone = sorted(set(self._seen) - set(now))
        self._seen = now
        if saved or gone:
            self._put(sorted(saved + gone))


def signatures(folder):
    """What tells a saved file from the one before, for each module of a folder."""
    found = {}
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.endswith(".py") or entry.name[0] in "._#":
                continue
            with contextlib.suppress(OSError):
                state = entry.stat()
                signature = (state.st_ino, state.st_size, state.st_mtime_ns)
                found[entry.name.removesuffix(".py")] = signature
    return found
