"""Single keys from a terminal, and the end of input where there is no terminal."""

import contextlib
import os
import re
import sys
import threading

END = "\x04"  # Ctrl-D
_SPECIAL = re.compile(r"\x1b(\[[0-9;?]*.|O.|.)?")  # arrows and function keys, which do nothing here


def has_terminal():
    """Whether keys can be read and a screen drawn: a terminal on both sides, in the foreground."""
    try:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            return False
        return _is_foreground(sys.stdin.fileno())
    except (AttributeError, OSError, ValueError):  # no stdin or stdout at all
        return False


class Keys:
    """Reads keys in a thread while the ``with`` block runs, and restores the terminal after it.

    Args:
        put: called in that thread with each key, a string of one character, and with ``None``
            when the input has ended.
    """

    def __init__(self, put):
        self._put, self._closing = put, threading.Event()
        self._thread = None

    def __enter__(self):
        if os.name == "nt":
            self._start(self._read_console)
            return self
        import termios

        self._fd = sys.stdin.fileno()
        self._saved = termios.tcgetattr(self._fd)
        self._wake, self._woken = os.pipe()
        self.resume()
        self._start(self._read_terminal)
        return self

    def __exit__(self, *error):
        self._closing.set()
        if os.name == "nt":
            return
        import termios

        with contextlib.suppress(termios.error, OSError):  # the terminal may be gone
            termios.tcsetattr(self._fd, termios.TCSADRAIN, self._saved)
        os.write(self._woken, b"!")
        self._thread.join(2)
        os.close(self._wake)
        os.close(self._woken)

    def resume(self):
        """Take single keys again, after the shell had the terminal in between (Ctrl-Z, fg)."""
        if os.name == "nt":
            return
        import termios
        import tty

        with contextlib.suppress(termios.error, OSError):
            tty.setcbreak(self._fd)  # keys come at once and unseen; Ctrl-C still interrupts

    def _start(self, read):
        self._thread = threading.Thread(target=read, daemon=True, name="keys")
        self._thread.start()

    def _read_terminal(self):
        import select

        while not self._closing.is_set():
            with contextlib.suppress(InterruptedError):
                ready, _, _ = select.select([self._fd, self._wake], [], [])
                if self._wake in ready:
                    return
                try:
                    data = os.read(self._fd, 64)
                except OSError:
                    data = b""
                for key in _SPECIAL.sub("", data.decode("utf-8", "ignore")):
                    self._put(None if key == END else key)
                if not data:  # the terminal is gone
                    self._put(None)
                    return

    def _read_console(self):
        import msvcrt
        import time

        while not self._closing.is_set():
            if not msvcrt.kbhit():
                time.sleep(0.05)
                continue
            key = msvcrt.getwch()
            if key in ("\x00", "\xe0"):  # the first half of an arrow or a function key
                msvcrt.getwch()
            elif key == "\x03":
                self._put(None)
            else:
                self._put(key)


def tell_end_of_input(put):
    """Call ``put(None)`` when standard input ends; for a run without a terminal."""
    try:
        fd = sys.stdin.fileno()
        if sys.stdin.isatty() and not _is_foreground(fd):
            return  # reading would stop a process in the background
    except (AttributeError, OSError, ValueError):
        return

    def wait():
        with contextlib.suppress(OSError):
            while os.read(fd, 4096):
                pass
        put(None)

    threading.Thread(target=wait, daemon=True, name="end of input").start()


def _is_foreground(fd):
    if not hasattr(os, "tcgetpgrp"):
        return True
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:
        return False
